// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The hart beyond executing: construction, reset, memory off the fast path, mstatus and counters.
#include "sim/hart/hart.h"

#include "sim/hart/code_cache.h"
#include "sim/hart/csr.h"
#include "sim/hart/dispatch.h"

namespace areia::sim {

Hart::Hart(TilePort& port, std::uint64_t hart_id, std::uint32_t vlen_bits, std::shared_ptr<CodeCache> code)
    : vector(vlen_bits), port_(port), hart_id_(hart_id) {
  forget_code(std::move(code));
  reset(0);
}

Hart::~Hart() = default;

void Hart::reset(std::uint64_t pc) {
  x.fill(0);
  f.fill(0);
  vector.reset();
  floats.set_frm(0);
  floats.set_fflags(0);
  machine = {};
  set_mstatus(kContextInitial << kMstatusFsShift | kContextInitial << kMstatusVsShift);
  pc_ = pc;
  reserved_ = halted_ = false;
  fault_.reset();
}

void Hart::forget_code(std::shared_ptr<CodeCache> code) {
  code_ = code != nullptr ? std::move(code) : std::make_shared<CodeCache>();
  code_stale_ = reserved_ = false;
  unlinked_ = resumed_ = nullptr;
  jumps_.fill({});
  loads_.forget();
  stores_.forget();
  fetches_.forget();
}

StopReason Hart::run(std::uint64_t max_instructions) { return Dispatch::run(*this, max_instructions); }

HartCounters Hart::counters() const {
  HartCounters counters;
  counters.vector = vector_count_;
  counters.tensor = tensor_count_;
  counters.movement = movement_count_;
  counters.scalar = retired() - total_at_reset_ - vector_count_ - tensor_count_ - movement_count_;
  return counters;
}

void Hart::reset_counters() {
  total_at_reset_ = retired();
  vector_count_ = tensor_count_ = movement_count_ = 0;
}

std::optional<std::uint64_t> Hart::read_csr(std::uint32_t number) { return CsrFile::read(*this, number); }

std::uint8_t* Hart::ask_window(MemoryWindows& windows, std::uint64_t address, std::uint64_t bytes,
                               AccessKind kind) {
  const MemoryWindow window = port_.window(address, bytes, kind);
  if (window.host == nullptr) return nullptr;
  windows.remember(window);
  return window.host + (address - window.base);
}

std::uint64_t Hart::load_slow(std::uint64_t address, unsigned bytes) {
  std::uint64_t value = 0;
  if (const std::uint8_t* host = load_span(address, bytes)) {
    std::memcpy(&value, host, bytes);
    return value;
  }
  const HostFloatScope scope(floats);
  switch (port_.slow_access(address, bytes, AccessKind::kLoad, value)) {
    case PortOutcome::kDone:
      return value;
    case PortOutcome::kBlocked:
      throw Blocked{};
    default:
      throw Trap{TrapCause::kLoadAccessFault, address};
  }
}

void Hart::store_slow(std::uint64_t address, std::uint64_t value, unsigned bytes) {
  if (std::uint8_t* host = store_span(address, bytes)) {
    std::memcpy(host, &value, bytes);
    return;
  }
  const HostFloatScope scope(floats);
  switch (port_.slow_access(address, bytes, AccessKind::kStore, value)) {
    case PortOutcome::kDone:
      return;
    case PortOutcome::kBlocked:
      throw Blocked{};
    default:
      throw Trap{TrapCause::kStoreAccessFault, address};
  }
}

void Hart::set_mstatus(std::uint64_t value) {
  constexpr std::uint64_t kWritable = kMstatusMie | kMstatusMpie | kMstatusFs | kMstatusVs;
  machine.mstatus = (value & kWritable) | kMstatusMpp;  // MPP: machine mode is the only one
  float_ready_ = (value & kMstatusFs) == kMstatusFs;
  vector_ready_ = (value & kMstatusVs) == kMstatusVs;
}

void Hart::prepare_float() {
  if ((machine.mstatus & kMstatusFs) == 0) throw_illegal();
  set_mstatus(machine.mstatus | kMstatusFs);
}

void Hart::prepare_vector() {
  if ((machine.mstatus & kMstatusVs) == 0) throw_illegal();
  set_mstatus(machine.mstatus | kMstatusVs);
}

void throw_illegal() { throw Trap{TrapCause::kIllegalInstruction, 0}; }

std::string_view trap_name(TrapCause cause) {
  switch (cause) {
    case TrapCause::kInstructionMisaligned:
      return "instruction address misaligned";
    case TrapCause::kInstructionAccessFault:
      return "instruction access fault";
    case TrapCause::kIllegalInstruction:
      return "illegal instruction";
    case TrapCause::kBreakpoint:
      return "breakpoint";
    case TrapCause::kLoadMisaligned:
      return "load address misaligned";
    case TrapCause::kLoadAccessFault:
      return "load access fault";
    case TrapCause::kStoreMisaligned:
      return "store/AMO address misaligned";
    case TrapCause::kStoreAccessFault:
      return "store/AMO access fault";
    case TrapCause::kMachineCall:
      return "environment call from M-mode";
  }
  return "unknown cause";
}

}  // namespace areia::sim
