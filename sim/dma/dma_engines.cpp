// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The way of a request: issue, read, write, finish; and what a descriptor does when its last one is.
#include "sim/dma/dma_engines.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace areia::sim {
namespace {

/// Requests that an engine issues by one event, a cycle each.
constexpr Cycle kBatch = 8;

/// What an event or a message is about: its two lowest bits.
enum Kind : std::uint64_t { kIssue, kRequest, kPost };
constexpr std::uint64_t tag(Kind kind, std::uint64_t index) { return index << 2 | kind; }

std::int64_t side_offset(const TransferSide& side, const std::uint64_t (&index)[3]) {
  std::int64_t offset = 0;
  for (int i = 0; i < 3; ++i) offset += static_cast<std::int64_t>(index[i]) * side.stride[i];
  return offset;
}

/// Whether the semaphore lies in the scratchpad, another tile's, that is written.
bool carries(const Transfer& t, std::uint32_t tile) {
  if (!t.posts || t.bytes() == 0) return false;
  if (t.multicast) return true;
  const Place& to = t.destination.place;
  return to.kind == MemoryKind::kScratchpad && to.tile != tile && t.semaphore.is_scratchpad_of(to.tile);
}

std::vector<Position> controllers_of(const ChipDescription& chip, const DramChannels& channels) {
  std::vector<Position> controllers;
  controllers.reserve(chip.dram.channels);
  for (std::uint32_t channel = 0; channel < chip.dram.channels; ++channel)
    controllers.push_back(channels.controller(channel));
  return controllers;
}

}  // namespace

DmaEngines::DmaEngines(const ChipDescription& chip, const DramStandard& standard, Fabric& fabric,
                       EventQueue& events, DmaClient& client)
    : fabric_(fabric),
      events_(events),
      client_(client),
      network_(chip, controllers_of(chip, fabric.channels), events, *this),
      dma_(chip.dma),
      noc_(chip.noc),
      queue_depth_(chip.dma.queue_depth),
      network_bytes_(chip.scratchpad.network_bytes),
      burst_shift_(static_cast<unsigned>(std::countr_zero(standard.burst_bytes))),
      run_bytes_(DramMap(chip, standard).run_bytes()),
      dram_cycles_(cold_read_cycles(chip, standard)) {
  dram_.reserve(chip.dram.channels);
  for (std::uint32_t channel = 0; channel < chip.dram.channels; ++channel) {
    dram_.emplace_back(chip, standard, channel, events, static_cast<DramClient&>(*this));
  }
  engines_.resize(chip.tile_count());
  for (Engine& engine : engines_) {
    engine.channels.resize(chip.dma.channels);
    engine.ready.assign(chip.dma.channels, kNever);
  }
}

void DmaEngines::reset() {
  for (Engine& engine : engines_) {
    for (Channel& channel : engine.channels) channel = {};
    std::ranges::fill(engine.ready, kNever);
    engine.soonest = kNever;
    engine.outstanding = engine.next_channel = 0;
    engine.scheduled = kNever;
    engine.next_issue = 0;
    engine.port_free = events_.now();
    engine.port_bytes = 0;
  }
  requests_.clear();
  free_requests_.clear();
  posts_.clear();
  free_posts_.clear();
  network_.reset();
  for (DramChannel& channel : dram_) channel.reset();
}

// --- Issue ------------------------------------------------------------------------------------------------

DmaEngines::End DmaEngines::end_of(const Place& place, std::uint32_t tile) const {
  if (place.kind == MemoryKind::kDram) return End::kDram;
  return place.tile == tile ? End::kOwn : End::kTile;
}

void DmaEngines::start(std::uint32_t tile, std::uint32_t channel, const Transfer& transfer) {
  Engine& engine = engines_[tile];
  Channel& to = engine.channels[channel];
  Descriptor& descriptor = to.queue.emplace_back();
  descriptor.transfer = transfer;
  descriptor.from = end_of(transfer.source.place, tile);
  descriptor.to = transfer.multicast ? End::kTiles : end_of(transfer.destination.place, tile);
  descriptor.began = events_.now();
  descriptor.ready = events_.now() + dma_.descriptor_cycles;
  descriptor.carries_post = carries(transfer, tile);
  descriptor.empty = transfer.bytes() == 0;
  if (to.issuing == nullptr) choose_next(engine, channel);
  wake(tile, descriptor.ready);
}

/// The first descriptor of a channel that has not been issued is its next.
void DmaEngines::choose_next(Engine& engine, std::uint32_t number) {
  Channel& channel = engine.channels[number];
  channel.issuing = channel.issued < channel.queue.size() ? &channel.queue[channel.issued] : nullptr;
  engine.ready[number] = channel.issuing != nullptr ? channel.issuing->ready : kNever;
  engine.soonest = *std::ranges::min_element(engine.ready);
}

void DmaEngines::wake(std::uint32_t tile, Cycle cycle) {
  Engine& engine = engines_[tile];
  cycle = std::max({cycle, engine.next_issue, events_.now()});
  if (cycle >= engine.scheduled) return;  // the event at that cycle will look on
  engine.scheduled = cycle;
  events_.schedule(cycle, *this, tag(kIssue, tile));
}

/// The channel whose turn it is, of those that have something to issue; there is one.
std::uint32_t DmaEngines::next_ready(const Engine& engine, Cycle cycle) {
  const auto count = static_cast<std::uint32_t>(engine.ready.size());
  std::uint32_t index = engine.next_channel;
  while (engine.ready[index] > cycle) index = index + 1 < count ? index + 1 : 0;
  return index;
}

void DmaEngines::issue_one(std::uint32_t tile, Cycle cycle) {
  Engine& engine = engines_[tile];
  const std::uint32_t number = next_ready(engine, cycle);
  Channel& channel = engine.channels[number];
  Descriptor& descriptor = *channel.issuing;
  engine.next_channel = number + 1 < engine.channels.size() ? number + 1 : 0;
  const bool empty = descriptor.empty;
  std::uint32_t request = kNone;
  if (empty) {
    descriptor.issued = true;
  } else {
    request = make_request(tile, number, descriptor);
  }
  if (descriptor.issued) {
    ++channel.issued;
    choose_next(engine, number);
  }
  if (empty) {
    settle(tile, number);
  } else {
    ++engine.outstanding;
    read(descriptor, request, cycle);
  }
}

void DmaEngines::issue(std::uint32_t tile) {
  Engine& engine = engines_[tile];
  const Cycle now = events_.now();
  if (engine.scheduled != now) return;  // an earlier event has done its work
  engine.scheduled = kNever;
  Cycle cycle = now;
  while (engine.soonest <= cycle && cycle < now + kBatch && engine.outstanding < dma_.outstanding)
    issue_one(tile, cycle++);
  engine.next_issue = cycle;
  if (engine.outstanding >= dma_.outstanding) return;  // the next that finishes goes on
  if (engine.soonest != kNever) wake(tile, engine.soonest);
}

std::uint32_t DmaEngines::make_request(std::uint32_t tile, std::uint32_t channel, Descriptor& d) {
  const Transfer& t = d.transfer;
  if (free_requests_.empty()) {
    free_requests_.push_back(static_cast<std::uint32_t>(requests_.size()));
    requests_.emplace_back();
  }
  const std::uint32_t index = free_requests_.back();
  free_requests_.pop_back();
  Request& request = requests_[index];
  request = {};
  request.tile = tile;
  request.channel = channel;
  request.descriptor = &d;
  request.from = d.from;
  request.to = d.to;
  std::uint64_t bytes = std::min<std::uint64_t>(t.run_bytes - d.in_run, dma_.request_bytes);
  const auto bound = [&](End end, const TransferSide& side) {
    if (end != End::kDram) return std::uint64_t{0};
    const auto offset = static_cast<std::uint64_t>((side.place.host - fabric_.map.dram().data()) +
                                                   side_offset(side, d.index)) +
                        d.in_run;
    bytes = std::min(bytes, run_bytes_ - (offset & (run_bytes_ - 1)));
    return offset;
  };
  request.source = bound(d.from, t.source);
  request.destination = bound(d.to, t.destination);
  request.bytes = static_cast<std::uint32_t>(bytes);
  d.in_run += bytes;
  if (d.in_run == t.run_bytes) {
    d.in_run = 0;
    int i = 0;
    while (i < 3 && ++d.index[i] == t.count[i]) d.index[i++] = 0;
    d.issued = i == 3;
  }
  ++d.unsent;
  ++d.unfinished;
  return index;
}

// --- The way of a request ---------------------------------------------------------------------------------

void DmaEngines::send(Plane plane, Node from, Node to, std::uint32_t bytes, std::uint32_t request,
                      Cycle cycle) {
  const std::uint32_t links = network_.send(plane, from, to, bytes, tag(kRequest, request), cycle);
  activity(requests_[request].tile).noc_hop_bytes += std::uint64_t{bytes} * links;
}

/// The cycle in which the port is done with these bytes. Where they arrive as a packet, the port may have
/// taken them as they came.
Cycle DmaEngines::use_port(std::uint32_t tile, std::uint32_t bytes, std::uint32_t cause, bool arrives) {
  Engine& engine = engines_[tile];
  const Cycle cycles = (bytes + network_bytes_ - 1) / network_bytes_;
  const Cycle now = events_.now();
  const Cycle begin = std::max(engine.port_free, arrives && now >= cycles ? now - cycles : now);
  engine.port_free = begin + cycles;
  engine.port_bytes += bytes;
  activity(cause).network_bytes += bytes;
  return std::max(engine.port_free, now);
}

void DmaEngines::read(const Descriptor& d, std::uint32_t index, Cycle cycle) {
  const Request& request = requests_[index];
  if (d.from == End::kOwn)
    return write(index, std::max(cycle, use_port(request.tile, request.bytes, request.tile, false)));
  const Node from = d.from == End::kDram ? Node::controller(fabric_.channels.channel(request.source))
                                         : Node::tile(d.transfer.source.place.tile);
  send(Plane::kRequest, Node::tile(request.tile), from, Network::kMessageBytes, index, cycle);
}

bool DmaEngines::is_first(const Request& request) const {
  return request.descriptor == &engines_[request.tile].channels[request.channel].queue.front();
}

/// The bytes are at the engine: on with them.
void DmaEngines::write(std::uint32_t index, Cycle cycle) {
  Request& request = requests_[index];
  Descriptor& d = *request.descriptor;
  request.last = d.carries_post && d.issued && d.unsent == 1;
  if (request.last && !is_first(request)) {
    d.held = index;
    return;
  }
  --d.unsent;
  request.writing = true;
  const Node here = Node::tile(request.tile);
  switch (request.to) {
    case End::kOwn:
      return finish_later(index, std::max(cycle, use_port(request.tile, request.bytes, request.tile,
                                                          request.from != End::kOwn)));
    case End::kDram:
      return send(Plane::kData, here, Node::controller(fabric_.channels.channel(request.destination)),
                  request.bytes, index, cycle);
    case End::kTile:
      return send(Plane::kData, here, Node::tile(d.transfer.destination.place.tile), request.bytes, index,
                  cycle);
    case End::kTiles:
      break;
  }
  const Rectangle& area = d.transfer.area;
  request.receivers = area.tiles();
  activity(request.tile).noc_hop_bytes +=
      std::uint64_t{request.bytes} * Mesh::multicast_links(fabric_.mesh.position(request.tile), area);
  network_.multicast(Plane::kData, here, area, request.bytes, tag(kRequest, index), cycle);
}

void DmaEngines::ask_dram(std::uint32_t index, std::uint32_t channel) {
  const Request& request = requests_[index];
  const std::uint64_t offset = request.writing ? request.destination : request.source;
  const std::uint64_t last = offset + request.bytes - 1;
  const std::uint64_t bursts = (last >> burst_shift_) - (offset >> burst_shift_) + 1;
  Activity& counts = activity(request.tile);
  (request.writing ? counts.dram_write_bytes : counts.dram_read_bytes) += bursts << burst_shift_;
  dram_[channel].request(
      {fabric_.channels.within_channel(offset), request.bytes, request.writing, tag(kRequest, index)});
}

void DmaEngines::dram_done(std::uint32_t channel, std::uint64_t what, std::uint32_t activations) {
  const auto index = static_cast<std::uint32_t>(what >> 2);
  Request& request = requests_[index];
  activity(request.tile).dram_activations += activations;
  const Node from = Node::controller(channel), to = Node::tile(request.tile);
  if (!request.writing) return send(Plane::kData, from, to, request.bytes, index, events_.now());
  request.answered = true;
  send(Plane::kRequest, from, to, Network::kMessageBytes, index, events_.now());
}

/// A message asks `tile` for bytes.
void DmaEngines::request_at_tile(std::uint32_t index, std::uint32_t tile) {
  Request& request = requests_[index];
  const Cycle read = use_port(tile, request.bytes, request.tile, false);
  request.answered = true;
  send(Plane::kData, Node::tile(tile), Node::tile(request.tile), request.bytes, index, read);
}

void DmaEngines::delivered(Node at, std::uint64_t what) {
  const auto index = static_cast<std::uint32_t>(what >> 2);
  if ((what & 3) == kPost) return post_arrived(index, at.tile());
  Request& request = requests_[index];
  if (at.is_controller()) return ask_dram(index, at.channel());
  if (request.writing) return request.to == End::kDram ? finish(index) : arrived(index, at.tile());
  if (request.from == End::kTile && !request.answered) return request_at_tile(index, at.tile());
  request.answered = false;
  write(index, events_.now());
}

/// Bytes written to another scratchpad, or by a multicast, are at `tile`.
void DmaEngines::arrived(std::uint32_t index, std::uint32_t tile) {
  Request& request = requests_[index];
  Descriptor& d = *request.descriptor;
  request.written = std::max(request.written, use_port(tile, request.bytes, request.tile, true));
  if (request.last) {
    copy_once(request.tile, d);
    post_to_receiver(d, tile);
  }
  if (--request.receivers != 0) return;
  // The engine hears of it by the way back, which is never the narrow one.
  const Cycle back =
      noc_.hop_cycles * Mesh::hops(fabric_.mesh.position(tile), fabric_.mesh.position(request.tile)) +
      2 * Cycle{noc_.interface_cycles};
  finish_later(index, request.written + back);
}

void DmaEngines::finish_later(std::uint32_t index, Cycle cycle) {
  if (cycle == events_.now()) return finish(index);
  events_.schedule(cycle, *this, tag(kRequest, index));
}

void DmaEngines::finish(std::uint32_t index) {
  const std::uint32_t tile = requests_[index].tile, channel = requests_[index].channel;
  Descriptor& d = *requests_[index].descriptor;
  free_requests_.push_back(index);
  --engines_[tile].outstanding;
  if (--d.unfinished == 0 && d.issued) settle(tile, channel);
  wake(tile, events_.now());
}

// --- The end of a descriptor ------------------------------------------------------------------------------

/// Ends what is done at the head of the channel.
void DmaEngines::settle(std::uint32_t tile, std::uint32_t number) {
  Channel& channel = engines_[tile].channels[number];
  bool advanced = false;
  while (!channel.queue.empty() && channel.queue.front().issued && channel.queue.front().unfinished == 0) {
    done(tile, number, channel.queue.front());
    channel.queue.pop_front();
    --channel.issued;
    advanced = true;
  }
  if (!advanced) return;
  if (!channel.queue.empty() && channel.queue.front().held != kNone) {
    const std::uint32_t held = std::exchange(channel.queue.front().held, kNone);
    write(held, events_.now());
  }
  client_.dma_advanced(tile);
}

void DmaEngines::copy_once(std::uint32_t tile, Descriptor& d) {
  if (!d.copied) copy(d.transfer, fabric_, tile, client_.traffic(tile));
  d.copied = true;
}

void DmaEngines::post_to_receiver(const Descriptor& d, std::uint32_t tile) {
  const Transfer& t = d.transfer;
  client_.posted(t.multicast ? semaphore_in(t, fabric_, tile) : t.semaphore, t.post_value);
}

void DmaEngines::done(std::uint32_t tile, std::uint32_t channel, Descriptor& d) {
  const Transfer& t = d.transfer;
  copy_once(tile, d);
  client_.dma_span(tile, channel, d.began, t.bytes());
  if (!t.posts || d.carries_post) return;
  if (t.multicast) return post_to_all(tile, t);
  post(tile, t.semaphore, t.post_value);
}

/// A multicast without bytes: a message to all.
void DmaEngines::post_to_all(std::uint32_t tile, const Transfer& t) {
  const std::uint32_t index = make_post({t.semaphore, t.post_value, t.area.tiles()});
  activity(tile).noc_hop_bytes +=
      std::uint64_t{Network::kMessageBytes} * Mesh::multicast_links(fabric_.mesh.position(tile), t.area);
  network_.multicast(Plane::kRequest, Node::tile(tile), t.area, Network::kMessageBytes, tag(kPost, index),
                     events_.now());
}

void DmaEngines::post_arrived(std::uint32_t index, std::uint32_t tile) {
  Post& post = posts_[index];
  Place semaphore = post.semaphore;
  // Semaphores of a multicast lie at the same offset in each scratchpad.
  const std::int64_t offset = semaphore.host - fabric_.map.scratchpad(semaphore.tile).data();
  semaphore.tile = tile;
  semaphore.host = fabric_.map.scratchpad(tile).data() + offset;
  const std::uint32_t value = post.value;
  if (--post.receivers == 0) free_posts_.push_back(index);
  client_.posted(semaphore, value);
}

std::uint32_t DmaEngines::make_post(const Post& post) {
  if (free_posts_.empty()) {
    posts_.push_back(post);
    return static_cast<std::uint32_t>(posts_.size() - 1);
  }
  const std::uint32_t index = free_posts_.back();
  free_posts_.pop_back();
  posts_[index] = post;
  return index;
}

void DmaEngines::post(std::uint32_t tile, const Place& semaphore, std::uint32_t value) {
  if (semaphore.kind == MemoryKind::kDoorbell || semaphore.is_scratchpad_of(tile))
    return client_.posted(semaphore, value);
  const std::uint32_t index = make_post({semaphore, value});
  const std::uint32_t links = network_.send(Plane::kRequest, Node::tile(tile), Node::tile(semaphore.tile),
                                            Network::kMessageBytes, tag(kPost, index), events_.now());
  activity(tile).noc_hop_bytes += std::uint64_t{Network::kMessageBytes} * links;
}

Cycle DmaEngines::access_cycles(std::uint32_t tile, const Place& place, std::uint32_t bytes) const {
  const Node from = Node::tile(tile);
  const bool dram = place.kind == MemoryKind::kDram;
  const auto offset = static_cast<std::uint64_t>(place.host - fabric_.map.dram().data());
  const Node to = dram ? Node::controller(fabric_.channels.channel(offset)) : Node::tile(place.tile);
  const Cycle one_way = 2 * Cycle{noc_.interface_cycles} + Cycle{noc_.hop_cycles} * network_.hops(from, to);
  return 2 * one_way + 1 + (bytes + noc_.link_bytes - 1) / noc_.link_bytes + (dram ? dram_cycles_ : 1);
}

void DmaEngines::on_event(std::uint64_t payload) {
  const auto index = static_cast<std::uint32_t>(payload >> 2);
  if ((payload & 3) == kIssue) {
    issue(index);
  } else {
    finish(index);
  }
}

}  // namespace areia::sim
