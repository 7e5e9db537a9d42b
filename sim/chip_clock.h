// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// ChipClock: the timed level. Everything that happens on a chip, in the order of its cycles.
#pragma once

#include <memory>
#include <vector>

#include "sim/tile.h"
#include "sim/tile_clock.h"

namespace areia::sim {

class ChipClock final : private DmaClient {
 public:
  ChipClock(const ChipDescription& chip, const DramStandard& standard, Fabric& fabric,
            const std::vector<std::unique_ptr<Tile>>& tiles);

  /// Forgets what was to happen, and lets these tiles begin.
  void start(const std::vector<Tile*>& tiles);
  /// Resumes the harts whose semaphores have got there.
  void look();
  /// Lets the next thing happen; false where nothing ever will. `executed` grows by the instructions.
  bool step(std::uint64_t& executed);

  /// Whether a hart has stopped for good because of a trap.
  bool faulted() const { return faulted_; }
  /// Since the launch, or since the counters were reset.
  Cycle cycles() const { return events_.now() - counted_from_; }
  TimeReport report();
  void reset_counters();
  void set_trace(TraceSink* trace);

 private:
  void posted(const Place& place, std::uint32_t value) override;
  void dma_advanced(std::uint32_t tile) override { clocks_[tile]->look(); }
  Traffic& traffic(std::uint32_t tile) override { return tiles_[tile]->traffic(); }
  void dma_span(std::uint32_t tile, std::uint32_t channel, Cycle begin, std::uint64_t bytes) override;
  void sample();

  Fabric& fabric_;
  std::vector<Tile*> tiles_;
  EventQueue events_;
  DmaEngines dma_;
  std::vector<std::unique_ptr<TileClock>> clocks_;
  bool faulted_ = false;
  std::uint64_t executed_ = 0;  ///< instructions, by the event that happens
  Cycle counted_from_ = 0;
  std::uint64_t events_before_ = 0;
  std::vector<std::uint64_t> links_before_;
  std::vector<DramCounts> channels_before_;
  TraceSink* trace_ = nullptr;
  Cycle sampled_ = 0;
  std::vector<std::uint64_t> links_sampled_, channels_sampled_;
};

}  // namespace areia::sim
