// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The scoreboard.
#include "sim/hart/hart_clock.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace areia::sim {
namespace {

using isa::RegisterFile;
using Class = isa::InstructionClass;

constexpr std::uint64_t kFetchLine = 64;

constexpr std::uint64_t divide_up(std::uint64_t value, std::uint64_t divisor) {
  return (value + divisor - 1) / divisor;
}

bool is_vector(Class kind) { return kind >= Class::kVector && kind <= Class::kVectorStoreEach; }
/// Whether it reads or writes memory, and so uses the port.
bool is_access(Class kind) {
  return kind == Class::kLoad || kind == Class::kStore || kind == Class::kAtomic ||
         (kind >= Class::kVectorLoad && kind <= Class::kVectorStoreEach);
}
bool chains(Class kind) {
  return kind == Class::kVector || kind == Class::kVectorLoad || kind == Class::kVectorStore;
}

std::uint32_t latency_of(Class kind, const ChipDescription::Hart& rules) {
  switch (kind) {
    case Class::kMultiply:
      return rules.multiply_cycles;
    case Class::kDivide:
      return rules.divide_cycles;
    case Class::kLoad:
    case Class::kAtomic:
    case Class::kVectorLoad:
    case Class::kVectorLoadEach:
      return rules.load_cycles;
    case Class::kFloat:
      return rules.float_cycles;
    case Class::kFloatDivide:
      return rules.float_divide_cycles;
    default:
      return is_vector(kind) ? rules.vector_cycles : 1;
  }
}

HartClock::Unit unit_of(Class kind) {
  if (is_access(kind)) return HartClock::Unit::kPort;
  if (is_vector(kind)) return HartClock::Unit::kVector;
  if (kind == Class::kDivide) return HartClock::Unit::kDivide;
  return kind == Class::kFloatDivide ? HartClock::Unit::kFloatDivide : HartClock::Unit::kNone;
}

HartClock::Slots slots_of(RegisterFile file, std::uint8_t none) {
  if (file == RegisterFile::kInteger) return {0, 63};
  if (file == RegisterFile::kFloat) return {HartClock::kFirstFloat, 31};
  return {none, 0};
}

}  // namespace

HartClock::Timings HartClock::timings_of(const ChipDescription& chip) {
  auto timings = std::make_shared<std::vector<Timing>>(isa::kOpcodeCount);
  for (std::size_t opcode = 0; opcode < timings->size(); ++opcode) {
    Timing& timing = (*timings)[opcode];
    timing.shape = isa::shape_of(static_cast<isa::Opcode>(opcode));
    const Class kind = timing.shape.kind;
    timing.latency = latency_of(kind, chip.hart);
    timing.unit = unit_of(kind);
    timing.is_vector = is_vector(kind);
    timing.is_short = !timing.is_vector && timing.unit <= Unit::kPort;
    timing.is_access = is_access(kind);
    timing.has_offset = kind == Class::kLoad || kind == Class::kStore;
    timing.rs1 = slots_of(timing.shape.rs1, kNoRegister);
    timing.rs2 = slots_of(timing.shape.rs2, kNoRegister);
    timing.rs3 = slots_of(timing.shape.rs3, kNoRegister);
    timing.rd = slots_of(timing.shape.rd, kNoRegister);
    timing.written = slots_of(timing.shape.rd, kNoSink);
  }
  return timings;
}

HartClock::HartClock(const ChipDescription& chip, Timings timings, RemoteAccess* remote)
    : rules_(chip.hart),
      scratchpad_bytes_(chip.scratchpad.bytes),
      remote_(remote),
      timings_(std::move(timings)),
      table_(timings_->data()) {}

void HartClock::reset(Cycle cycle) {
  now_ = std::max(now_, cycle);
  free_.fill(now_);
  scalars_.fill(now_);
  v_.fill({now_, now_});
  fetched_ = ~std::uint64_t{0};
}

// --- Before -----------------------------------------------------------------------------------------------

std::uint32_t HartClock::group_registers(const Hart& hart, const Timing& timing) const {
  if (timing.shape.whole_registers) return timing.shape.registers;
  const int log2 = hart.vector.lmul_log2 + timing.shape.width_shift;
  return log2 > 0 ? 1u << std::min(log2, 3) : 1;
}

Cycle HartClock::vector_sources(const Hart& hart, const Timing& timing, const Instruction& i,
                                Cycle occupied) const {
  Cycle ready = 0;
  const bool chained = chains(timing.shape.kind);
  const std::uint32_t count = group_registers(hart, timing);
  const auto read = [&](unsigned first) {
    for (unsigned index = first; index < std::min(first + count, 32u); ++index) {
      const VectorReady& v = v_[index];
      // The last element comes no earlier than the producer's, a cycle's worth of elements at a time.
      const Cycle paced = v.last + 1 > occupied ? v.last + 1 - occupied : 0;
      ready = std::max(ready, chained ? std::max(v.first, paced) : v.last);
    }
  };
  if (timing.shape.rs1 == RegisterFile::kVector) read(i.rs1);
  if (timing.shape.rs2 == RegisterFile::kVector) read(i.rs2);
  if (timing.shape.rs3 == RegisterFile::kVector) read(i.rs3);
  if (timing.shape.reads_rd) read(i.rd);
  if (i.masked) ready = std::max(ready, v_[0].last);
  return ready;
}

std::uint64_t HartClock::vector_bits(const Hart& hart, const Timing& timing, const Instruction& i) const {
  const VectorState& v = hart.vector;
  const isa::InstructionShape& shape = timing.shape;
  if (shape.whole_registers) return std::uint64_t{shape.registers} * v.vlen_bits;
  if (!is_access(shape.kind)) return v.vl << v.sew_log2 << shape.width_shift;
  const std::uint64_t fields = (i.raw >> 29 & 7) + 1;
  return v.vl * fields * (shape.memory_bits != 0 ? shape.memory_bits : v.sew_bits());
}

/// Cycles for which an instruction keeps its unit.
Cycle HartClock::occupancy(const Hart& hart, const Timing& timing, const Instruction& i) const {
  const VectorState& v = hart.vector;
  const std::uint64_t bits = vector_bits(hart, timing, i);
  const Cycle flow = std::max<Cycle>(1, divide_up(bits, rules_.vector_lane_bits));
  switch (timing.shape.kind) {
    case Class::kVectorDivide:
      return flow * divide_up(v.sew_bits(), rules_.vector_divide_bits);
    case Class::kVectorReduce: {
      const std::uint64_t at_once = std::max<std::uint64_t>(1, rules_.vector_lane_bits >> v.sew_log2);
      return flow +
             static_cast<Cycle>(std::bit_width(std::min(at_once, std::max<std::uint64_t>(1, v.vl)) - 1)) *
                 rules_.vector_cycles;
    }
    case Class::kVectorOrdered:
      return std::max<Cycle>(1, v.vl) * rules_.vector_cycles;
    case Class::kVectorPermute:
      return std::max<Cycle>(1, v.vl);
    case Class::kVectorLoad:
    case Class::kVectorStore:
      return std::max<Cycle>(1, divide_up(bits, std::uint64_t{rules_.vector_port_bytes} * 8));
    case Class::kVectorLoadEach:
    case Class::kVectorStoreEach:
      return std::max<Cycle>(1, v.vl * ((i.raw >> 29 & 7) + 1));
    case Class::kVector:
      return flow;
    case Class::kDivide:
    case Class::kFloatDivide:
      return timing.latency;
    default:
      return 1;
  }
}

/// What keeps its unit for longer or is of vectors: when more than its scalar operands and its unit allow it.
Cycle HartClock::prepare_long(const Hart& hart, const Timing& timing, const Instruction& i) {
  occupied_ = occupancy(hart, timing, i);
  return timing.is_vector ? vector_sources(hart, timing, i, occupied_) : 0;
}

void HartClock::fetch_remote(std::uint64_t pc) {
  const std::uint64_t line = pc / kFetchLine * kFetchLine;
  if (line == fetched_) return;
  fetched_ = line;
  advance_to(remote_->remote_access(now_, line, kFetchLine, AccessKind::kFetch), HartState::kFetch);
}

// --- After ------------------------------------------------------------------------------------------------

void HartClock::retire_long(const Hart& hart, const Timing& timing, const Instruction& i) {
  free_[static_cast<std::size_t>(timing.unit)] = now_ + occupied_;
  if (timing.shape.rd == RegisterFile::kVector) {
    set_vector_ready(hart, timing, i);
  } else {
    set_scalar_ready(timing, i);
  }
  issue();
  if (!timing.is_vector) {
    ++activity_.scalar_instructions;
    return;
  }
  ++activity_.vector_instructions;
  const std::uint64_t bits = vector_bits(hart, timing, i);
  if (!timing.is_access) {
    activity_.vector_bits += bits;
  } else if (is_local(address_)) {
    activity_.hart_bytes += divide_up(bits, 8);
  } else {
    access_remote(timing, static_cast<std::uint32_t>(std::max<std::uint64_t>(1, divide_up(bits, 8))));
  }
}

/// The hart, which issued the access in the cycle before, waits for it.
void HartClock::access_remote(const Timing& timing, std::uint32_t bytes) {
  const Class kind = timing.shape.kind;
  const bool stores = kind == Class::kStore || kind == Class::kVectorStore || kind == Class::kVectorStoreEach;
  advance_to(
      remote_->remote_access(now_ - 1, address_, bytes, stores ? AccessKind::kStore : AccessKind::kLoad),
      HartState::kMemory);
}

void HartClock::jump(const Hart& hart) {
  const std::uint64_t offset = hart.pc() % rules_.fetch_bytes;
  const bool straddles = offset + 4 > rules_.fetch_bytes;
  advance_to(now_ + rules_.taken_branch_cycles + (straddles ? 1 : 0), HartState::kFetch);
}

void HartClock::set_vector_ready(const Hart& hart, const Timing& timing, const Instruction& i) {
  const Cycle last = now_ + timing.latency + occupied_ - 1;
  const Cycle first = chains(timing.shape.kind) ? now_ + timing.latency : last;
  const std::uint32_t count = group_registers(hart, timing);
  for (unsigned index = i.rd; index < std::min<unsigned>(i.rd + count, 32); ++index)
    v_[index] = {first, last};
}

}  // namespace areia::sim
