// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// DmaEngines: when the transfers of all tiles happen. What a transfer is, transfer.h says.
//
// A descriptor is ready descriptor_cycles after its dma.start. It is split into requests of at most
// request_bytes, each within one run of DRAM (DramMap). A tile's engine issues one request a cycle,
// the channels with a ready descriptor in turn, and has at most `outstanding` of them on their way. A channel
// works on its descriptors in order; the requests of one may follow those of the one before while these are
// on their way.
//
// A request reads (own scratchpad: through the network port; DRAM: a message to the controller, the bytes
// come back as a packet; another tile: the same with its port), passes the engine, and writes (own
// scratchpad: the port; elsewhere: a packet, or a multicast; DRAM answers a write with a message). The
// network port moves network_bytes a cycle, first come first served, and works while a packet arrives.
//
// A descriptor is done when all its requests and all earlier descriptors of its channel are. Then its bytes
// are there, and it posts: a semaphore elsewhere gets a message. Where the semaphore lies in the scratchpad
// that is written, the post travels with the last packet, which waits until the earlier descriptors are done.
#pragma once

#include <deque>
#include <vector>

#include "sim/dma/transfer.h"
#include "sim/dram/dram_channel.h"
#include "sim/event/event_queue.h"
#include "sim/noc/network.h"

namespace areia::sim {

/// Whom the engines serve: the chip's clock.
class DmaClient {
 public:
  virtual ~DmaClient() = default;
  /// The semaphore at `place` (or the doorbell) gets `value` now.
  virtual void posted(const Place& place, std::uint32_t value) = 0;
  /// A channel of this tile has room again, or is done: a hart that waits may look.
  virtual void dma_advanced(std::uint32_t tile) = 0;
  virtual Traffic& traffic(std::uint32_t tile) = 0;
  /// A descriptor is done: for traces.
  virtual void dma_span(std::uint32_t tile, std::uint32_t channel, Cycle begin, std::uint64_t bytes) = 0;
};

class DmaEngines final : public EventTarget, private NetworkClient, private DramClient {
 public:
  DmaEngines(const ChipDescription& chip, const DramStandard& standard, Fabric& fabric, EventQueue& events,
             DmaClient& client);

  bool full(std::uint32_t tile, std::uint32_t channel) const {
    return engines_[tile].channels[channel].queue.size() >= queue_depth_;
  }
  bool idle(std::uint32_t tile, std::uint32_t channel) const {
    return engines_[tile].channels[channel].queue.empty();
  }
  /// A checked descriptor enters its channel's queue; not when full.
  void start(std::uint32_t tile, std::uint32_t channel, const Transfer& transfer);
  /// A semaphore post of `tile`'s own: at once in its own scratchpad and to the host, else by a message.
  void post(std::uint32_t tile, const Place& semaphore, std::uint32_t value);
  /// The round trip of a hart's own access beyond its tile, without contention (docs/timing.md).
  Cycle access_cycles(std::uint32_t tile, const Place& place, std::uint32_t bytes) const;
  /// Bytes that the port of a tile has moved.
  std::uint64_t port_bytes(std::uint32_t tile) const { return engines_[tile].port_bytes; }
  void reset();
  /// From now on the events that this tile causes are counted there.
  void count_in(std::uint32_t tile, Usage& usage) { engines_[tile].usage = &usage; }

  const Network& network() const { return network_; }
  Network& network() { return network_; }
  const std::vector<DramChannel>& dram() const { return dram_; }

  void on_event(std::uint64_t payload) override;

 private:
  /// Where bytes come from or go to, as seen from the tile whose engine moves them.
  enum class End : std::uint8_t { kOwn, kDram, kTile, kTiles };
  /// What requests look at stands first.
  struct Descriptor {
    End from = End::kOwn, to = End::kOwn;
    bool empty = false;         ///< no bytes: no requests
    bool issued = false;        ///< all requests are
    bool carries_post = false;  ///< the last packet brings the post
    bool copied = false;
    std::uint32_t held = kNone;          ///< the last request, waiting for earlier descriptors
    std::uint64_t unsent = 0;            ///< requests that have not written yet
    std::uint64_t unfinished = 0;        ///< requests on their way
    std::uint64_t index[3] = {0, 0, 0};  ///< of the run that the next request is of
    std::uint64_t in_run = 0;            ///< bytes of it already requested
    Cycle began = 0, ready = 0;
    Transfer transfer;
  };
  struct Channel {
    std::deque<Descriptor> queue;
    std::size_t issued = 0;         ///< descriptors of the queue whose requests all are
    Descriptor* issuing = nullptr;  ///< the one after them, if any
  };
  struct Engine {
    std::vector<Channel> channels;
    std::vector<Cycle> ready;  ///< by channel: from when on it has something to issue
    Cycle soonest = kNever;    ///< of ready
    std::uint32_t outstanding = 0, next_channel = 0;
    Cycle scheduled = kNever;  ///< the cycle of the event that counts
    Cycle next_issue = 0, port_free = 0;
    std::uint64_t port_bytes = 0;
    Usage* usage = nullptr;
  };
  /// One request. A line of the host's cache: thousands are on their way.
  struct alignas(64) Request {
    Descriptor* descriptor = nullptr;
    std::uint64_t source = 0, destination = 0;  ///< offsets in DRAM, where DRAM is meant
    Cycle written = 0;                          ///< by the ports of those that its bytes have reached
    std::uint32_t tile = 0, channel = 0;
    std::uint32_t bytes = 0;
    std::uint32_t receivers = 1;  ///< that its bytes have not reached
    End from = End::kOwn, to = End::kOwn;
    bool writing = false;   ///< its bytes have passed the engine
    bool answered = false;  ///< DRAM has taken its bytes: what travels is the answer
    bool last = false;      ///< carries the descriptor's post
  };
  struct Post {
    Place semaphore;
    std::uint32_t value = 0;
    std::uint32_t receivers = 1;  ///< that it has not reached
  };
  static constexpr std::uint32_t kNone = UINT32_MAX;

  void delivered(Node at, std::uint64_t tag) override;
  void dram_soon(std::uint64_t tag) override { __builtin_prefetch(&requests_[tag >> 2], 1); }
  void dram_done(std::uint32_t channel, std::uint64_t tag, std::uint32_t activations) override;

  void wake(std::uint32_t tile, Cycle cycle);
  void issue(std::uint32_t tile);
  void issue_one(std::uint32_t tile, Cycle cycle);
  static std::uint32_t next_ready(const Engine& engine, Cycle cycle);
  static void choose_next(Engine& engine, std::uint32_t channel);
  End end_of(const Place& place, std::uint32_t tile) const;
  std::uint32_t make_request(std::uint32_t tile, std::uint32_t channel, Descriptor& descriptor);
  void read(const Descriptor& descriptor, std::uint32_t request, Cycle cycle);
  void write(std::uint32_t request, Cycle cycle);
  void ask_dram(std::uint32_t request, std::uint32_t channel);
  void request_at_tile(std::uint32_t request, std::uint32_t tile);
  void arrived(std::uint32_t request, std::uint32_t tile);
  void finish_later(std::uint32_t request, Cycle cycle);
  void finish(std::uint32_t request);
  void settle(std::uint32_t tile, std::uint32_t channel);
  void done(std::uint32_t tile, std::uint32_t channel, Descriptor& descriptor);
  std::uint32_t make_post(const Post& post);
  void post_to_all(std::uint32_t tile, const Transfer& transfer);
  void post_arrived(std::uint32_t post, std::uint32_t tile);
  void post_to_receiver(const Descriptor& descriptor, std::uint32_t tile);
  void copy_once(std::uint32_t tile, Descriptor& descriptor);
  Cycle use_port(std::uint32_t tile, std::uint32_t bytes, std::uint32_t cause, bool arrives);
  void send(Plane plane, Node from, Node to, std::uint32_t bytes, std::uint32_t request, Cycle cycle);
  bool is_first(const Request& request) const;
  Activity& activity(std::uint32_t tile) { return engines_[tile].usage->activity; }

  Fabric& fabric_;
  EventQueue& events_;
  DmaClient& client_;
  Network network_;
  std::vector<DramChannel> dram_;
  std::vector<Engine> engines_;
  std::vector<Request> requests_;
  std::vector<std::uint32_t> free_requests_;
  std::vector<Post> posts_;
  std::vector<std::uint32_t> free_posts_;
  ChipDescription::Dma dma_;
  ChipDescription::Noc noc_;
  std::uint32_t queue_depth_, network_bytes_;
  unsigned burst_shift_;     ///< log2 of the bytes
  std::uint64_t run_bytes_;  ///< power of two
  Cycle dram_cycles_;        ///< of a read that finds its bank closed
};

}  // namespace areia::sim
