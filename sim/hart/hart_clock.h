// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// HartClock: when the instructions of a hart issue. It watches; what they do, the executors do. Rules
// (docs/timing.md; the numbers are the chip description's [hart]):
//
// - One instruction a cycle issues, in order, once its operands are there, its unit is free and what it
//   writes will not be overtaken by an earlier write of the same register.
// - Results: integer after a cycle, others after the cycles of their class. Dividers are not pipelined.
// - A taken branch costs taken_branch_cycles, and one more where its target straddles two fetches.
// - The vector unit computes vector_lane_bits a cycle, so an instruction occupies it for
//   ceil(vl * width / lane bits) cycles, width being that of its widest operand. A dependent instruction may
//   begin vector_cycles after its producer began (chaining), but no earlier than lets it end after it.
//   Divisions take width / vector_divide_bits times as long. Reductions go on with as many steps of
//   vector_cycles as a tree over a cycle's elements has levels; ordered sums take vector_cycles an element;
//   gathers and compress take a cycle an element and do not chain.
// - Loads and stores share the port to the scratchpad: one scalar access, vector_port_bytes of unit stride
//   or one element of another stride a cycle. An access beyond the scratchpad takes what the tile says, and
//   the hart waits for it. So does a fetch from there, of 64 bytes at a time.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "sim/hart/hart.h"
#include "spec/abi/memory_map.h"
#include "spec/abi/timing.h"
#include "spec/chip/chip.h"
#include "spec/isa/instruction_class.h"

namespace areia::sim {

/// What lies beyond the scratchpad.
class RemoteAccess {
 public:
  virtual ~RemoteAccess() = default;
  /// The cycle in which an access that begins at `now` is done.
  virtual Cycle remote_access(Cycle now, std::uint64_t address, std::uint32_t bytes, AccessKind kind) = 0;
};

class HartClock {
 public:
  /// What an instruction occupies besides its issue.
  enum class Unit : std::uint8_t { kNone, kPort, kVector, kDivide, kFloatDivide };
  static constexpr std::size_t kUnits = 5;
  // Scalars: x0 to x31 and the sink, f0 to f31, then what is no register: always there, and its sink.
  static constexpr std::uint8_t kFirstFloat = 33, kNoRegister = 65, kNoSink = 66, kScalars = 67;
  /// Where the registers of one operand are in `scalars_`: at first + (index & mask). A look-up without a
  /// branch, which the host could not foresee.
  struct Slots {
    std::uint8_t first = kNoRegister, mask = 0;
  };
  /// What an instruction costs by its opcode. All harts of a chip share one table, which so stays in the
  /// host's cache.
  struct Timing {
    isa::InstructionShape shape;
    std::uint32_t latency = 1;
    Unit unit = Unit::kNone;
    bool is_vector = false;
    bool is_short = true;     ///< scalar, and keeps its unit for one cycle
    bool is_access = false;   ///< reads or writes memory, and so uses the port
    bool has_offset = false;  ///< an access at rs1 + immediate
    Slots rs1, rs2, rs3, rd;
    Slots written;  ///< the same as rd, but kNoSink where there is none
  };
  using Timings = std::shared_ptr<const std::vector<Timing>>;
  static Timings timings_of(const ChipDescription& chip);

  /// `remote` must outlive the clock.
  HartClock(const ChipDescription& chip, Timings timings, RemoteAccess* remote);

  /// A hart starts anew at `cycle`; counters stay.
  void reset(Cycle cycle);
  /// The next instruction issues no earlier.
  Cycle now() const { return now_; }
  /// Lets time pass to `cycle`, if it is later; the hart spent it as `why` says.
  void advance_to(Cycle cycle, HartState why) {
    if (cycle <= now_) return;
    states_[static_cast<std::size_t>(why)] += cycle - now_;
    now_ = cycle;
  }

  /// Before an instruction executes: now() becomes the cycle in which it issues.
  void prepare(const Hart& hart, const Instruction& instruction) {
    const Timing& timing = table_[instruction.opcode];
    if (!is_local(instruction.pc)) fetch_remote(instruction.pc);
    Cycle ready = std::max(sources(timing, instruction), free_[static_cast<std::size_t>(timing.unit)]);
    if (!timing.is_short) ready = std::max(ready, prepare_long(hart, timing, instruction));
    // rd may be rs1, so the address is taken before.
    if (timing.is_access) {
      const std::int64_t offset = timing.has_offset ? instruction.immediate : 0;
      address_ = hart.x[instruction.rs1] + static_cast<std::uint64_t>(offset);
    }
    // Sums instead of a branch, which the host could not foresee.
    const Cycle wait = ready > now_ ? ready - now_ : 0;
    states_[static_cast<std::size_t>(HartState::kOperand)] += wait;
    now_ += wait;
  }
  /// After it has; `jumps`: the next is not the one behind it.
  void retire(const Hart& hart, const Instruction& instruction, bool jumps) {
    const Timing& timing = table_[instruction.opcode];
    activity_.fetch_bytes += instruction.length;
    if (timing.is_short) {
      ++activity_.scalar_instructions;
      free_[static_cast<std::size_t>(timing.unit)] = now_ + 1;  // of none: when the next issues anyhow
      set_scalar_ready(timing, instruction);
      issue();
      if (timing.is_access) access_scalar(timing);
    } else {
      retire_long(hart, timing, instruction);
    }
    if (jumps) jump(hart);
  }

  /// Tells the host that instructions come soon.
  void prefetch() const {
    __builtin_prefetch(&now_, 1);
    __builtin_prefetch(&states_, 1);
    __builtin_prefetch(&activity_, 1);
    for (std::size_t i = 0; i < kFirstFloat; i += 8) __builtin_prefetch(&scalars_[i], 1);
  }

  const std::array<Cycle, kHartStates>& states() const { return states_; }
  /// scalar_instructions, vector_instructions, vector_bits, fetch_bytes and hart_bytes.
  const Activity& activity() const { return activity_; }

 private:
  using Class = isa::InstructionClass;
  /// When a vector register's first and last elements are there.
  struct VectorReady {
    Cycle first = 0, last = 0;
  };

  /// When the scalar operands are there.
  Cycle sources(const Timing& timing, const Instruction& i) const {
    const auto there = [&](Slots slots, unsigned index) {
      return scalars_[slots.first + (index & slots.mask)];
    };
    // A later write must not come before an earlier one of the same register.
    const Cycle written = there(timing.rd, i.rd), after = timing.latency - 1;
    const Cycle overtaken = written > after ? written - after : 0;
    return std::max(std::max(there(timing.rs1, i.rs1), there(timing.rs2, i.rs2)),
                    std::max(there(timing.rs3, i.rs3), overtaken));
  }
  void set_scalar_ready(const Timing& timing, const Instruction& i) {
    const std::size_t slot = timing.written.first + (i.rd & timing.written.mask);
    scalars_[slot == 0 ? kNoSink : slot] = now_ + timing.latency;
  }
  /// The cycle of the issue passes.
  void issue() {
    ++states_[static_cast<std::size_t>(HartState::kIssue)];
    ++now_;
  }
  bool is_local(std::uint64_t address) const { return address - abi::kScratchpadBase < scratchpad_bytes_; }
  void access_scalar(const Timing& timing) {
    if (!is_local(address_)) return access_remote(timing, 8);
    activity_.hart_bytes += 8;
  }

  Cycle prepare_long(const Hart& hart, const Timing& timing, const Instruction& i);
  void retire_long(const Hart& hart, const Timing& timing, const Instruction& i);
  void access_remote(const Timing& timing, std::uint32_t bytes);
  Cycle vector_sources(const Hart& hart, const Timing& timing, const Instruction& i, Cycle occupied) const;
  Cycle occupancy(const Hart& hart, const Timing& timing, const Instruction& i) const;
  void set_vector_ready(const Hart& hart, const Timing& timing, const Instruction& i);
  void jump(const Hart& hart);
  void fetch_remote(std::uint64_t pc);
  std::uint32_t group_registers(const Hart& hart, const Timing& timing) const;
  std::uint64_t vector_bits(const Hart& hart, const Timing& timing, const Instruction& i) const;

  ChipDescription::Hart rules_;
  std::uint64_t scratchpad_bytes_;
  RemoteAccess* remote_;
  Timings timings_;
  const Timing* table_;  ///< of timings_
  Cycle now_ = 0;
  std::array<Cycle, kUnits> free_{};       ///< by Unit
  std::array<Cycle, kScalars> scalars_{};  ///< when the value is there
  std::array<VectorReady, 32> v_{};
  // Of the instruction that was prepared:
  Cycle occupied_ = 1;                         ///< where it is not short
  std::uint64_t address_ = 0;                  ///< where it is an access
  std::uint64_t fetched_ = ~std::uint64_t{0};  ///< the 64 bytes of code beyond the scratchpad that are there
  std::array<Cycle, kHartStates> states_{};
  Activity activity_;
};

}  // namespace areia::sim
