// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The loop of events, and the sums of what was counted.
#include "sim/chip_clock.h"

#include <utility>

namespace areia::sim {
namespace {

/// Cycles of a sample of a trace.
constexpr Cycle kSample = 1024;

}  // namespace

ChipClock::ChipClock(const ChipDescription& chip, const DramStandard& standard, Fabric& fabric,
                     const std::vector<std::unique_ptr<Tile>>& tiles)
    : fabric_(fabric), dma_(chip, standard, fabric, events_, *this) {
  const HartClock::Timings timings = HartClock::timings_of(chip);
  for (const auto& tile : tiles) {
    tiles_.push_back(tile.get());
    clocks_.push_back(std::make_unique<TileClock>(chip, timings, *tile, events_, dma_, executed_, faulted_));
    tile->set_clock(clocks_.back().get());
  }
  reset_counters();
}

void ChipClock::start(const std::vector<Tile*>& tiles) {
  events_.clear();
  faulted_ = false;
  dma_.reset();
  for (const auto& clock : clocks_) clock->stop();
  for (const Tile* tile : tiles) clocks_[tile->index()]->start();
  reset_counters();
}

void ChipClock::look() {
  for (const auto& clock : clocks_) clock->look();
}

bool ChipClock::step(std::uint64_t& executed) {
  // Packets between routers change nothing that anybody waits for; a trace is sampled after each event.
  if (!(trace_ == nullptr ? events_.step(dma_.network()) : events_.step())) return false;
  executed += std::exchange(executed_, 0);
  if (trace_ != nullptr && events_.now() >= sampled_ + kSample) sample();
  return true;
}

void ChipClock::posted(const Place& place, std::uint32_t value) {
  fabric_.post(place, value);
  if (place.kind == MemoryKind::kScratchpad) clocks_[place.tile]->look();
}

// --- Counting ---------------------------------------------------------------------------------------------

void ChipClock::reset_counters() {
  counted_from_ = events_.now();
  events_before_ = events_.count();
  links_before_ = dma_.network().link_bytes();
  channels_before_.clear();
  for (const DramChannel& channel : dma_.dram()) channels_before_.push_back(channel.counts());
  for (const auto& clock : clocks_) clock->reset_counters();
}

TimeReport ChipClock::report() {
  TimeReport report;
  report.cycles = events_.now() - counted_from_;
  report.events = events_.count() - events_before_;
  for (std::uint32_t tile = 0; tile < clocks_.size(); ++tile) clocks_[tile]->report(tile, report.usages);
  report.link_bytes = dma_.network().link_bytes();
  for (std::size_t i = 0; i < report.link_bytes.size(); ++i) report.link_bytes[i] -= links_before_[i];
  DramCounts sum;
  for (std::size_t i = 0; i < channels_before_.size(); ++i) {
    DramCounts counts = dma_.dram()[i].counts();
    counts -= channels_before_[i];
    sum += counts;
    report.channel_bytes.push_back(counts.read_bytes + counts.write_bytes);
    report.channel_busy.push_back(counts.busy / kTicks);
  }
  // Refreshes belong to nobody.
  if (!report.usages.empty()) report.usages.front().usage.activity.dram_refreshes += sum.refreshes;
  return report;
}

// --- Traces -----------------------------------------------------------------------------------------------

void ChipClock::set_trace(TraceSink* trace) {
  trace_ = trace;
  for (const auto& clock : clocks_) clock->set_trace(trace);
  sampled_ = events_.now();
  links_sampled_ = dma_.network().link_bytes();
  channels_sampled_.clear();
  for (const DramChannel& channel : dma_.dram())
    channels_sampled_.push_back(channel.counts().read_bytes + channel.counts().write_bytes);
}

void ChipClock::dma_span(std::uint32_t tile, std::uint32_t channel, Cycle begin, std::uint64_t bytes) {
  if (trace_ == nullptr || bytes == 0) return;
  trace_->span({TraceSpan::Track::kDma, tile, channel, begin, events_.now(), bytes});
}

void ChipClock::sample() {
  const auto tell = [&](TraceSample::Track track, std::size_t unit, std::uint64_t& before,
                        std::uint64_t now) {
    if (now == before) return;
    trace_->sample({track, static_cast<std::uint32_t>(unit), sampled_, events_.now(), now - before});
    before = now;
  };
  for (std::size_t i = 0; i < channels_sampled_.size(); ++i) {
    const DramCounts& counts = dma_.dram()[i].counts();
    tell(TraceSample::Track::kDramChannel, i, channels_sampled_[i], counts.read_bytes + counts.write_bytes);
  }
  const std::vector<std::uint64_t> links = dma_.network().link_bytes();
  for (std::size_t i = 0; i < links.size(); ++i)
    tell(TraceSample::Track::kLink, i, links_sampled_[i], links[i]);
  sampled_ = events_.now();
}

}  // namespace areia::sim
