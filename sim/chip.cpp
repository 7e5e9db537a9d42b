// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The whole chip as wiring, and the loop that runs it: phase after phase, ready tiles run in parallel, then
// what they did to each other is carried out one tile after another.
#include "sim/chip.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/chip_clock.h"
#include "sim/hart/code_cache.h"
#include "sim/launch.h"

namespace areia::sim {
namespace {

/// Instructions that a tile may execute before the others see what it did: long enough to cost nothing, short
/// enough that a spinning tile does not hold up a run with an instruction limit.
constexpr std::uint64_t kQuantum = 1'000'000;

/// Tiles that the report of a deadlock names besides the first.
constexpr std::uint32_t kMostNamed = 3;

unsigned thread_count(unsigned asked, std::uint32_t tiles) {
  return std::min(asked != 0 ? asked : std::max(1u, std::thread::hardware_concurrency()), tiles);
}

}  // namespace

Result<std::unique_ptr<Chip>> Chip::create(const ChipDescription& description, const ChipOptions& options) {
  const std::uint64_t scratchpad_bytes = description.scratchpad.bytes * description.tile_count();
  auto scratchpads =
      HostMemory::reserve(scratchpad_bytes, fmt::format("{} MiB of scratchpads", scratchpad_bytes >> 20));
  if (!scratchpads.ok()) return scratchpads.error();
  auto dram = HostMemory::reserve(
      description.dram.bytes, fmt::format("{} MiB of DRAM", description.dram.bytes >> 20), HostPages::kLarge);
  if (!dram.ok()) return dram.error();
  const unsigned threads = options.timed ? 1 : thread_count(options.threads, description.tile_count());
  std::unique_ptr<Chip> chip(new Chip(description, *std::move(scratchpads), *std::move(dram), threads));
  if (!options.timed) return chip;
  const auto standard = load_dram_standard(description.dram.kind);
  if (!standard.ok()) return bad_input(description.name + ": " + standard.error().message);
  if (const auto rate = check_channel_rate(description, *standard); !rate.ok())
    return bad_input(description.name + ": " + rate.error().message);
  chip->clock_ = std::make_unique<ChipClock>(description, *standard, chip->fabric_, chip->tiles_);
  return chip;
}

Chip::~Chip() = default;

Chip::Chip(const ChipDescription& description, HostMemory scratchpads, HostMemory dram, unsigned threads)
    : description_(description),
      scratchpads_(std::move(scratchpads)),
      dram_(std::move(dram)),
      fabric_(description_, scratchpads_.data(), dram_.data()),
      workers_(threads, [this](std::uint32_t item) { ready_[item]->run(budget_); }) {
  const auto code = std::make_shared<CodeCache>();
  for (std::uint32_t index = 0; index < description_.tile_count(); ++index) {
    tiles_.push_back(std::make_unique<Tile>(description_, fabric_, index, code));
  }
}

// --- Host access ------------------------------------------------------------------------------------------

Result<void> Chip::write(std::uint64_t address, std::span<const std::byte> data) {
  if (data.empty()) return {};
  const Place place = fabric_.map.locate(address, data.size(), kHost);
  if (!place.host) return outside(address, data.size());
  std::memcpy(place.host, data.data(), data.size());
  return {};
}

Result<void> Chip::read(std::uint64_t address, std::span<std::byte> data) {
  if (data.empty()) return {};
  const Place place = fabric_.map.locate(address, data.size(), kHost);
  if (!place.host) return outside(address, data.size());
  std::memcpy(data.data(), place.host, data.size());
  return {};
}

void Chip::watch(std::uint64_t address, std::uint64_t bytes) {
  fabric_.watched = address;
  fabric_.watched_bytes = bytes;
}

// --- Launch -----------------------------------------------------------------------------------------------

Result<void> Chip::launch(const ProgramImage& program, std::uint64_t argument) {
  return start(program, description_.tile_count(), argument);
}

Result<void> Chip::launch_one(const ProgramImage& program, std::uint64_t argument) {
  return start(program, 1, argument);
}

Result<void> Chip::start(const ProgramImage& program, std::uint32_t tiles, std::uint64_t argument) {
  const Launch launch(description_, fabric_.map, program, tiles);
  AREIA_RETURN_IF_ERROR(launch.check());
  scratchpads_.clear();
  launch.load_segments();
  for (const auto& tile : tiles_) tile->turn_off();
  started_.clear();
  fabric_.lone_tile = tiles == 1;
  fabric_.doorbell = 0;
  fabric_.watch_hit = false;
  const auto code = std::make_shared<CodeCache>(program.segments);
  for (std::uint32_t index = 0; index < tiles; ++index) {
    const std::uint64_t block = launch.write_block(index, argument);
    tiles_[index]->start(program.entry, block, block, code);
    started_.push_back(tiles_[index].get());
  }
  if (clock_) clock_->start(started_);
  return {};
}

// --- Run --------------------------------------------------------------------------------------------------

RunStatus Chip::run(std::uint64_t max_instructions) {
  if (clock_) return run_timed(max_instructions);
  const std::uint64_t before = retired();
  for (std::uint64_t executed = 0; executed < max_instructions; executed = retired() - before) {
    if (auto fault = first_fault()) return {RunStatus::Reason::kFault, take_doorbell(), std::move(fault)};
    if (!collect_ready()) {
      if (auto stuck = deadlock()) return {RunStatus::Reason::kFault, take_doorbell(), std::move(stuck)};
      return {RunStatus::Reason::kFinished, take_doorbell(), {}};
    }
    run_phase(std::min(kQuantum, max_instructions - executed));
    if (std::exchange(fabric_.watch_hit, false)) return {RunStatus::Reason::kWatch, take_doorbell(), {}};
    if (fabric_.doorbell != 0) return {RunStatus::Reason::kDoorbell, take_doorbell(), {}};
  }
  return {RunStatus::Reason::kInstructionLimit, 0, {}};
}

RunStatus Chip::run_timed(std::uint64_t max_instructions) {
  clock_->look();  // the host may have written what a tile waits for
  for (std::uint64_t executed = 0; executed < max_instructions;) {
    if (clock_->faulted()) return {RunStatus::Reason::kFault, take_doorbell(), first_fault()};
    if (!clock_->step(executed)) {
      if (auto stuck = deadlock()) return {RunStatus::Reason::kFault, take_doorbell(), std::move(stuck)};
      return {RunStatus::Reason::kFinished, take_doorbell(), {}};
    }
    if (std::exchange(fabric_.watch_hit, false)) return {RunStatus::Reason::kWatch, take_doorbell(), {}};
    if (fabric_.doorbell != 0) return {RunStatus::Reason::kDoorbell, take_doorbell(), {}};
  }
  return {RunStatus::Reason::kInstructionLimit, 0, {}};
}

bool Chip::collect_ready() {
  ready_.clear();
  for (Tile* tile : started_) {
    if (tile->wake()) ready_.push_back(tile);
  }
  return !ready_.empty();
}

void Chip::run_phase(std::uint64_t budget) {
  budget_ = budget;
  workers_.run(static_cast<std::uint32_t>(ready_.size()));
  for (Tile* tile : ready_) tile->finish_phase();
}

std::uint64_t Chip::take_doorbell() { return std::exchange(fabric_.doorbell, 0); }

std::uint64_t Chip::retired() const {
  std::uint64_t sum = 0;
  for (const Tile* tile : started_) sum += tile->instructions().total();
  return sum;
}

// --- What it came to --------------------------------------------------------------------------------------

std::optional<ChipFault> Chip::first_fault() const {
  for (const Tile* tile : started_) {
    if (tile->state() == TileState::kFault) return tile->fault();
  }
  return std::nullopt;
}

std::optional<ChipFault> Chip::deadlock() const {
  const auto waits = [](const Tile* tile) { return tile->state() == TileState::kWaiting; };
  const auto first = std::ranges::find_if(started_, waits);
  if (first == started_.end()) return std::nullopt;
  const SemaphoreWait& wait = (*first)->wait();
  std::string others;
  std::uint32_t named = 0;
  for (auto tile = first + 1; tile != started_.end() && named < kMostNamed; ++tile) {
    if (!waits(*tile)) continue;
    ++named;
    others += fmt::format("; tile {} for {} at {:#x}, which is {}", (*tile)->index(), (*tile)->wait().target,
                          (*tile)->wait().address, (*tile)->wait().value());
  }
  return ChipFault{
      (*first)->index(), (*first)->hart().pc(),
      fmt::format("deadlock: {} of {} tiles wait and nothing can wake them; this one waits until the "
                  "semaphore at {:#x} reaches {}, and it is {}{}",
                  std::ranges::count_if(started_, waits), started_.size(), wait.address, wait.target,
                  wait.value(), others),
      wait.address};
}

ChipCounters Chip::counters() const {
  ChipCounters sum;
  Traffic traffic;
  for (const auto& tile : tiles_) {
    const HartCounters instructions = tile->instructions();
    sum.scalar_instructions += instructions.scalar;
    sum.vector_instructions += instructions.vector;
    sum.tensor_instructions += instructions.tensor;
    sum.movement_instructions += instructions.movement;
    sum.tensor_macs += tile->macs();
    traffic += tile->traffic();
  }
  if (clock_) sum.cycles = clock_->cycles();
  sum.dram_read_bytes = traffic.dram_read_bytes;
  sum.dram_write_bytes = traffic.dram_write_bytes;
  sum.noc_bytes = traffic.noc_bytes;
  sum.noc_hop_bytes = traffic.noc_hop_bytes;
  return sum;
}

std::optional<TimeReport> Chip::time_report() const {
  return clock_ ? std::optional(clock_->report()) : std::nullopt;
}

void Chip::set_trace(TraceSink* trace) {
  if (clock_) clock_->set_trace(trace);
}

void Chip::reset_counters() {
  if (clock_) clock_->reset_counters();
  for (const auto& tile : tiles_) tile->reset_counters();
}

}  // namespace areia::sim
