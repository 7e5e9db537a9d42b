// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The run loop: finds blocks, runs or steps through them, takes traps.
#include "sim/hart/dispatch.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/hart/code_cache.h"
#include "sim/hart/csr.h"
#include "sim/hart/executors.h"
#include "sim/hart/hart_clock.h"

// Sanitizers keep every frame, and -O0 makes no jump of a sibling call: threads would fill the stack.
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !defined(AREIA_NO_THREADED_DISPATCH)
#define AREIA_THREADED_DISPATCH 1
#else
#define AREIA_THREADED_DISPATCH 0
#endif

namespace areia::sim {
namespace {

/// What mtval holds: for illegal instructions the encoding.
std::uint64_t trap_value(const Instruction& i, const Trap& trap) {
  return trap.cause == TrapCause::kIllegalInstruction && trap.value == 0 ? i.raw : trap.value;
}

}  // namespace

StopReason Dispatch::run(Hart& hart, std::uint64_t max_instructions) {
  const auto budget = static_cast<std::int64_t>(
      std::min<std::uint64_t>(max_instructions, std::numeric_limits<std::int64_t>::max() / 2));
  hart.granted_ = hart.retired() + static_cast<std::uint64_t>(budget);
  hart.remaining_ = budget;
  hart.unlinked_ = nullptr;
  hart.stop_.reset();
  if (hart.fault_ || hart.halted_) return hart.fault_ ? StopReason::kFault : StopReason::kHalted;
  hart.floats.enter();
  while (hart.remaining_ > 0 && !hart.stop_) {
    const Instruction* first = std::exchange(hart.resumed_, nullptr);
    if (first == nullptr || first->pc != hart.pc_ || hart.code_stale_) first = block_at_pc(hart);
    if (first == nullptr) continue;
    if (hart.clock_ != nullptr) {
      step_timed(hart, first);
      if (hart.clock_->now() >= hart.time_limit_) break;
    } else if (AREIA_THREADED_DISPATCH && hart.remaining_ >= kMaxBlockLength) {
      first->threaded(hart, first);
    } else {
      step(hart, first);
    }
  }
  hart.floats.leave();
  return hart.stop_.value_or(StopReason::kBudget);
}

/// The block at the hart's pc, decoded if need be; links the jump that led to it. Null after a trap.
const Instruction* Dispatch::block_at_pc(Hart& hart) {
  const Instruction* jump = std::exchange(hart.unlinked_, nullptr);
  const CodeCache* jump_cache = hart.code_.get();
  if (hart.code_stale_ || hart.code_->full()) hart.forget_code();
  Hart::JumpEntry& entry = hart.jumps_[jump_index(hart.pc_)];
  if (entry.pc != hart.pc_) {
    const Instruction* first = hart.code_->find(hart.pc_);
    if (first == nullptr) first = decode_at_pc(hart);
    if (first == nullptr) return nullptr;
    entry = {hart.pc_, first};
  }
  // Blocks of one cache never lead to another's.
  if (jump != nullptr && jump_cache == hart.code_.get()) {
    successor(*jump).store(entry.first, std::memory_order_release);
  }
  return entry.first;
}

/// Decodes from the program that the cache is of, or else, with a cache of the hart's own, from its memory.
const Instruction* Dispatch::decode_at_pc(Hart& hart) {
  std::uint64_t fault = 0;
  if (hart.code_->is_shared()) {
    const FetchSource program = [&](std::uint64_t address) { return hart.code_->program_bytes(address); };
    std::vector<Instruction> block = decode_block(hart.pc_, program, fault);
    if (!block.empty()) return hart.code_->add(std::move(block));
    hart.forget_code();
  }
  const FetchSource memory = [&](std::uint64_t address) { return hart.fetch_span(address, 2); };
  std::vector<Instruction> block = decode_block(hart.pc_, memory, fault);
  if (!block.empty()) return hart.code_->add(std::move(block));
  take_trap(hart, hart.pc_, Trap{TrapCause::kInstructionAccessFault, fault});
  return nullptr;
}

/// Executes one instruction and moves the pc on; false where the next of the block is not what follows.
inline bool Dispatch::step_one(Hart& hart, const Instruction& i) {
  const ExecutorEntry& entry = executor_entry(static_cast<isa::Opcode>(i.opcode));
  const std::uint64_t sequential = i.pc + i.length;
  hart.next_pc = sequential;
  try {
    if (entry.kind == isa::Kind::kVector && !hart.vector_ready()) hart.prepare_vector();
    entry.execute(hart, i);
  } catch (const Trap& trap) {
    take_trap(hart, i.pc, {trap.cause, trap_value(i, trap)});
    return false;
  } catch (const Blocked&) {
    hart.stop(StopReason::kBlocked);
  }
  if (hart.stop_ && *hart.stop_ == StopReason::kBlocked) return false;
  if (entry.kind == isa::Kind::kVector) ++hart.vector_count_;
  --hart.remaining_;
  hart.pc_ = hart.next_pc;
  return hart.next_pc == sequential && !entry.ends_block;
}

/// Runs instruction by instruction, to the end of the block, a taken jump or the end of the budget.
void Dispatch::step(Hart& hart, const Instruction* i) {
  hart.pc_ = i->pc;
  while (i->length != 0 && hart.remaining_ > 0 && step_one(hart, *i)) ++i;
}

/// The same with a clock, which also ends it; and on from block to block, as long as they are linked.
void Dispatch::step_timed(Hart& hart, const Instruction* i) {
  HartClock& clock = *hart.clock_;
  hart.pc_ = i->pc;
  while (i != nullptr && hart.remaining_ > 0 && clock.now() < hart.time_limit_) {
    if (i->length == 0) {
      i = linked(hart, *i);
      continue;
    }
    clock.prepare(hart, *i);
    const std::int64_t before = hart.remaining_;
    const bool goes_on = step_one(hart, *i);
    if (hart.remaining_ != before) clock.retire(hart, *i, hart.pc_ != i->pc + i->length);
    if (hart.stop_) break;
    i = goes_on ? i + 1 : linked(hart, *i);
  }
  hart.resumed_ = i;
}

/// The block behind `last`, where that is known and did not change.
const Instruction* Dispatch::linked(Hart& hart, const Instruction& last) {
  const Instruction* next = successor(last).load(std::memory_order_acquire);
  if (next != nullptr && next->pc == hart.pc_ && !hart.code_stale_) return next;
  hart.unlinked_ = &last;
  return nullptr;
}

void Dispatch::execute_serial(Hart& hart, const Instruction& i, Executor body) {
  hart.pc_ = i.pc;
  hart.next_pc = i.pc + i.length;
  try {
    body(hart, i);
  } catch (const Trap& trap) {
    return take_trap(hart, i.pc, {trap.cause, trap_value(i, trap)});
  }
  if (hart.stop_ && *hart.stop_ == StopReason::kBlocked) return;
  --hart.remaining_;
  hart.pc_ = hart.next_pc;
}

void Dispatch::fall_through(Hart& hart, const Instruction* i) {
  hart.remaining_ -= i->position;
  const Instruction* next = successor(*i).load(std::memory_order_acquire);
  if (next == nullptr || hart.remaining_ < kMaxBlockLength) [[unlikely]]
    return leave_unlinked(hart, *i);
  return next->threaded(hart, next);
}

void Dispatch::leave_unlinked(Hart& hart, const Instruction& i) {
  hart.pc_ = i.pc + static_cast<std::uint64_t>(i.immediate);
  hart.unlinked_ = &i;
}

void Dispatch::leave_trapped(Hart& hart, const Instruction& i, Trap trap) {
  hart.remaining_ -= i.position;
  take_trap(hart, i.pc, {trap.cause, trap_value(i, trap)});
}

void Dispatch::leave_blocked(Hart& hart, const Instruction& i) {
  hart.remaining_ -= i.position;
  hart.pc_ = i.pc;
  hart.stop(StopReason::kBlocked);
}

void Dispatch::take_trap(Hart& hart, std::uint64_t pc, const Trap& trap) {
  MachineState& machine = hart.machine;
  hart.pc_ = pc;
  if ((machine.mtvec & ~std::uint64_t{3}) == 0) {
    hart.fault_ = HartFault{pc, trap.cause, trap.value};
    return hart.stop(StopReason::kFault);
  }
  machine.mepc = pc;
  machine.mcause = static_cast<std::uint64_t>(trap.cause);
  machine.mtval = trap.value;
  const std::uint64_t enabled = machine.mstatus >> kMstatusMieBit & 1;
  hart.set_mstatus((machine.mstatus & ~(kMstatusMie | kMstatusMpie)) | enabled << kMstatusMpieBit);
  hart.pc_ = machine.mtvec & ~std::uint64_t{3};
  // A handler that cannot be fetched traps for ever: let it use up the budget, without retiring anything.
  --hart.remaining_;
  --hart.granted_;
}

}  // namespace areia::sim
