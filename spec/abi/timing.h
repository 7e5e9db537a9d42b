// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What a chip with a clock tells of its time and of the events that cost energy. Counts only: what they cost
// is perf's to say.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "spec/abi/marker.h"

namespace areia {

using Cycle = std::uint64_t;

/// What a tile's hart does in a cycle; these partition its time.
enum class HartState : std::uint8_t {
  kIssue,      ///< an instruction issues
  kOperand,    ///< waits for an operand or a unit
  kFetch,      ///< waits for instructions: taken branches, fetches
  kMemory,     ///< waits for memory beyond its scratchpad
  kQueue,      ///< waits for room in the queue of an engine
  kTensor,     ///< in tfence
  kSemaphore,  ///< in sem.wait or dma.fence
  kOff,        ///< has halted
  kCount
};
inline constexpr std::size_t kHartStates = static_cast<std::size_t>(HartState::kCount);

/// Multiply-accumulates by what their energy depends on.
enum class MacKind : std::uint8_t { kFp32, kFp16 /* and bf16 */, kFp8, kInt8, kInt4 /* and fp4 */, kCount };
inline constexpr std::size_t kMacKinds = static_cast<std::size_t>(MacKind::kCount);

/// Events that cost energy.
struct Activity {
  std::uint64_t scalar_instructions = 0;  ///< all that are no vector instructions
  std::uint64_t vector_instructions = 0;
  std::uint64_t vector_bits = 0;  ///< bits of elements that the vector unit's lanes computed
  std::array<std::uint64_t, kMacKinds> macs{};
  std::uint64_t fetch_bytes = 0;    ///< instructions read from the scratchpad
  std::uint64_t hart_bytes = 0;     ///< read or written in the scratchpad by the hart
  std::uint64_t tensor_bytes = 0;   ///< read or written in the scratchpad by the tensor engine
  std::uint64_t network_bytes = 0;  ///< read or written in the scratchpad by DMA and NoC
  std::uint64_t noc_hop_bytes = 0;  ///< bytes, each times the links it crossed
  std::uint64_t dram_read_bytes = 0, dram_write_bytes = 0;  ///< whole bursts
  std::uint64_t dram_activations = 0;                       ///< rows opened
  std::uint64_t dram_refreshes = 0;                         ///< refresh commands (of a whole channel)

  Activity& operator+=(const Activity& other);
  Activity& operator-=(const Activity& other);
};

/// Time and events of one tile during one operator, or of several of either.
struct Usage {
  std::array<Cycle, kHartStates> hart{};
  Cycle tensor_cycles = 0;  ///< in which the array takes operands
  Cycle tensor_stalls = 0;  ///< in which it waits for the scratchpad within a command
  Activity activity;

  Cycle cycles() const;  ///< of the hart, all states
  Usage& operator+=(const Usage& other);
  Usage& operator-=(const Usage& other);
};

/// The index in the plan of a marker's operator; nothing where there is none.
constexpr std::optional<std::uint32_t> operator_of(Marker marker) {
  const std::uint32_t number = marker & ~kMarkerBarrier;
  return number == 0 ? std::nullopt : std::optional<std::uint32_t>(number - 1);
}

/// The usage of one tile under one marker.
struct MarkedUsage {
  std::uint32_t tile = 0;
  Marker marker = 0;
  Usage usage;
};

/// All that a chip's clock has counted since the counters were reset.
struct TimeReport {
  Cycle cycles = 0;
  std::vector<MarkedUsage> usages;        ///< by tile, then marker
  std::vector<std::uint64_t> link_bytes;  ///< of the link at [tile * 4 + direction]: east, west, south, north
  std::vector<std::uint64_t> channel_bytes;  ///< of each DRAM channel, both ways
  std::vector<Cycle> channel_busy;           ///< cycles in which its data bus was taken
  std::uint64_t events = 0;                  ///< that the simulator made happen

  /// What came after `earlier`, a report of the same counting.
  TimeReport since(const TimeReport& earlier) const;
};

/// A piece of a track of a trace.
struct TraceSpan {
  enum class Track : std::uint8_t {
    kOperator,  ///< unit: tile; value: Marker
    kHart,      ///< unit: tile; value: HartState
    kTensor,    ///< unit: tile; value: 0 mma, 1 clear, 2 load, 3 store
    kDma,       ///< unit: tile; value: channel; bytes: moved
  } track = Track::kOperator;
  std::uint32_t unit = 0;
  std::uint32_t value = 0;
  Cycle begin = 0, end = 0;
  std::uint64_t bytes = 0;
};

/// How much of something shared was used in a piece of time.
struct TraceSample {
  enum class Track : std::uint8_t {
    kDramChannel,  ///< unit: channel
    kLink,         ///< unit: tile * 4 + direction
  } track = Track::kDramChannel;
  std::uint32_t unit = 0;
  Cycle begin = 0, end = 0;
  std::uint64_t bytes = 0;
};

/// Hears of a run as it happens. Spans of one unit and track come in order of their ends and, but for those
/// of kDma of different channels, do not overlap.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void span(const TraceSpan& span) = 0;
  virtual void sample(const TraceSample& sample) = 0;
};

}  // namespace areia
