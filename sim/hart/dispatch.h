// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// How blocks are run, and the macros that define instructions.
//
// Threaded dispatch: every instruction of a block carries a pointer to a function that executes it and
// then tail-calls that of the next, so that the host's branch predictor sees one indirect jump per guest
// instruction, at its own address. A conditional branch that is not taken goes on in its block; a taken one
// jumps straight to the block of its target once that is known (Instruction::successor). What is retired is
// counted when a block is left, and that is also where the budget is checked: run() leaves the threads
// while a whole block still fits and steps through the rest with the same bodies.
// Builds that do not turn sibling calls into jumps (-O0, sanitizers) step through everything.
//
// An instruction is defined once:
//   AREIA_EXECUTE(add) { hart.x[i.rd] = hart.x[i.rs1] + hart.x[i.rs2]; }      // most
//   AREIA_LOAD(ld) { ... }, AREIA_STORE(sd) { ... }                           // at x[rs1] + immediate
//   AREIA_BRANCH(beq, hart.x[i.rs1] == hart.x[i.rs2])                         // conditional branches
//   AREIA_SERIAL(mret) { ... }  // ends its block: may set next_pc, stop the hart, or need exact counts
// each of which makes exec_NAME and, around the same body, exec_NAME_threaded. Vector executors (of kind
// kVector) are plain functions exec_NAME; the table wraps them.
#pragma once

#include <atomic>

#include "sim/hart/hart.h"

namespace areia::sim {

/// Most instructions of a block.
inline constexpr unsigned kMaxBlockLength = 64;

struct Dispatch {
  using Condition = bool (*)(const Hart&, const Instruction&);

  template <Executor Body>
  [[gnu::always_inline]] static void plain(Hart& hart, const Instruction* i) {
    try {
      Body(hart, *i);
    } catch (const Trap& trap) {
      return leave_trapped(hart, *i, trap);
    } catch (const Blocked&) {
      return leave_blocked(hart, *i);
    }
    ++i;
    return i->threaded(hart, i);
  }

  /// An instruction whose body cannot throw where `Certain` holds: no calls and no frame then.
  template <Executor Body, Condition Certain>
  [[gnu::always_inline]] static void certain(Hart& hart, const Instruction* i) {
    if (!Certain(hart, *i)) [[unlikely]]
      return checked<Body>(hart, i);
    Body(hart, *i);
    ++i;
    return i->threaded(hart, i);
  }
  template <Executor Body>
  [[gnu::always_inline]] static void access_load(Hart& hart, const Instruction* i) {
    return certain<Body, reaches_load>(hart, i);
  }
  template <Executor Body>
  [[gnu::always_inline]] static void access_store(Hart& hart, const Instruction* i) {
    return certain<Body, reaches_store>(hart, i);
  }
  static bool reaches_load(const Hart& hart, const Instruction& i) {
    return hart.loads_.find(hart.x[i.rs1] + static_cast<std::uint64_t>(i.immediate)) != nullptr;
  }
  static bool reaches_store(const Hart& hart, const Instruction& i) {
    return hart.stores_.find(hart.x[i.rs1] + static_cast<std::uint64_t>(i.immediate)) != nullptr;
  }
  /// Floating point: the body cannot throw where mstatus.FS is Dirty (and the host rounds as rm says).
  template <Executor Body>
  [[gnu::always_inline]] static void floating(Hart& hart, const Instruction* i) {
    return certain<Body, reaches_float>(hart, i);
  }
  template <Executor Body>
  [[gnu::always_inline]] static void floating_rounded(Hart& hart, const Instruction* i) {
    return certain<Body, reaches_rounding>(hart, i);
  }
  template <Executor Body>
  [[gnu::always_inline]] static void floating_legal(Hart& hart, const Instruction* i) {
    return certain<Body, reaches_legal_mode>(hart, i);
  }
  template <Executor Body>
  [[gnu::always_inline]] static void floating_load(Hart& hart, const Instruction* i) {
    return certain<Body, reaches_float_load>(hart, i);
  }
  template <Executor Body>
  [[gnu::always_inline]] static void floating_store(Hart& hart, const Instruction* i) {
    return certain<Body, reaches_float_store>(hart, i);
  }
  static bool reaches_float(const Hart& hart, const Instruction&) { return hart.float_ready(); }
  static bool reaches_rounding(const Hart& hart, const Instruction& i) {
    return hart.float_ready() && hart.floats.host_rounds(i.rm);
  }
  static bool reaches_legal_mode(const Hart& hart, const Instruction& i) {
    return hart.float_ready() && hart.floats.legal(i.rm);
  }
  static bool reaches_float_load(const Hart& hart, const Instruction& i) {
    return hart.float_ready() && reaches_load(hart, i);
  }
  static bool reaches_float_store(const Hart& hart, const Instruction& i) {
    return hart.float_ready() && reaches_store(hart, i);
  }

  template <Executor Body>
  [[gnu::noinline]] static void checked(Hart& hart, const Instruction* i) {
    return plain<Body>(hart, i);
  }

  template <Executor Body>
  static void vector(Hart& hart, const Instruction* i) {
    try {
      if (!hart.vector_ready()) [[unlikely]]
        hart.prepare_vector();
      Body(hart, *i);
    } catch (const Trap& trap) {
      return leave_trapped(hart, *i, trap);
    } catch (const Blocked&) {
      return leave_blocked(hart, *i);
    }
    ++hart.vector_count_;
    ++i;
    return i->threaded(hart, i);
  }

  template <Condition Taken>
  [[gnu::always_inline]] static void branch(Hart& hart, const Instruction* i) {
    if (Taken(hart, *i)) return jump(hart, i);
    ++i;
    return i->threaded(hart, i);
  }

  /// Goes on at pc + immediate.
  [[gnu::always_inline]] static void jump(Hart& hart, const Instruction* i) {
    hart.remaining_ -= i->position + 1;
    const Instruction* next = successor(*i).load(std::memory_order_acquire);
    if (next == nullptr || hart.remaining_ < kMaxBlockLength) [[unlikely]]
      return leave_unlinked(hart, *i);
    return next->threaded(hart, next);
  }

  /// Goes on at `target`, which differs from time to time.
  [[gnu::always_inline]] static void jump_indirect(Hart& hart, const Instruction* i, std::uint64_t target) {
    hart.remaining_ -= i->position + 1;
    const Hart::JumpEntry& entry = hart.jumps_[jump_index(target)];
    if (entry.pc != target || hart.remaining_ < kMaxBlockLength) [[unlikely]] {
      hart.pc_ = target;
      return;
    }
    return entry.first->threaded(hart, entry.first);
  }

  template <Executor Body>
  static void serial(Hart& hart, const Instruction* i) {
    hart.remaining_ -= i->position;
    execute_serial(hart, *i, Body);
  }

  /// The pseudo-instruction behind a block that ends without a jump; its immediate is 0.
  static void fall_through(Hart& hart, const Instruction* i);

  /// Runs until the budget is used or the hart stops.
  static StopReason run(Hart& hart, std::uint64_t max_instructions);

  /// Enters the handler of `trap` at the instruction at `pc`, or stops the hart if there is none.
  static void take_trap(Hart& hart, std::uint64_t pc, const Trap& trap);

  static std::size_t jump_index(std::uint64_t pc) { return (pc >> 1) % Hart::kJumpEntries; }
  static std::atomic_ref<const Instruction*> successor(const Instruction& i) {
    return std::atomic_ref<const Instruction*>(i.successor);
  }

 private:
  static void leave_trapped(Hart& hart, const Instruction& i, Trap trap);
  static void leave_blocked(Hart& hart, const Instruction& i);
  static void leave_unlinked(Hart& hart, const Instruction& i);
  static void execute_serial(Hart& hart, const Instruction& i, Executor body);
  static void step(Hart& hart, const Instruction* i);
  static void step_timed(Hart& hart, const Instruction* i);
  static bool step_one(Hart& hart, const Instruction& i);
  static const Instruction* linked(Hart& hart, const Instruction& last);
  static const Instruction* block_at_pc(Hart& hart);
  static const Instruction* decode_at_pc(Hart& hart);
};

}  // namespace areia::sim

#define AREIA_BODY(name)                                                             \
  [[gnu::always_inline]] static inline void body_##name([[maybe_unused]] Hart& hart, \
                                                        [[maybe_unused]] const Instruction& i)

#define AREIA_DEFINE(name, wrapper)                                            \
  AREIA_BODY(name);                                                            \
  void exec_##name(Hart& hart, const Instruction& i);                          \
  void exec_##name##_threaded(Hart& hart, const Instruction* i);               \
  void exec_##name(Hart& hart, const Instruction& i) { body_##name(hart, i); } \
  void exec_##name##_threaded(Hart& hart, const Instruction* i) {              \
    return Dispatch::wrapper<body_##name>(hart, i);                            \
  }

/// Defines an instruction; a function body with `Hart& hart` and `const Instruction& i` follows.
#define AREIA_EXECUTE(name) \
  AREIA_DEFINE(name, plain) \
  AREIA_BODY(name)
/// The same for an instruction that loads from (AREIA_LOAD) or stores to (AREIA_STORE) x[rs1] + immediate.
#define AREIA_LOAD(name)          \
  AREIA_DEFINE(name, access_load) \
  AREIA_BODY(name)
#define AREIA_STORE(name)          \
  AREIA_DEFINE(name, access_store) \
  AREIA_BODY(name)
/// The same for floating-point instructions: ones that do not round, ones with an rm field (FLOAT_LEGAL: that
/// are exact on the host in any mode), loads and stores.
#define AREIA_FLOAT(name)      \
  AREIA_DEFINE(name, floating) \
  AREIA_BODY(name)
#define AREIA_FLOAT_ROUNDED(name)      \
  AREIA_DEFINE(name, floating_rounded) \
  AREIA_BODY(name)
#define AREIA_FLOAT_LEGAL(name)      \
  AREIA_DEFINE(name, floating_legal) \
  AREIA_BODY(name)
#define AREIA_FLOAT_LOAD(name)      \
  AREIA_DEFINE(name, floating_load) \
  AREIA_BODY(name)
#define AREIA_FLOAT_STORE(name)      \
  AREIA_DEFINE(name, floating_store) \
  AREIA_BODY(name)
/// The same for an instruction that ends its block.
#define AREIA_SERIAL(name)   \
  AREIA_DEFINE(name, serial) \
  AREIA_BODY(name)
/// Defines a conditional branch by its condition.
#define AREIA_BRANCH(name, condition)                                                              \
  [[gnu::always_inline]] static inline bool taken_##name(const Hart& hart, const Instruction& i) { \
    return condition;                                                                              \
  }                                                                                                \
  void exec_##name(Hart& hart, const Instruction& i);                                              \
  void exec_##name##_threaded(Hart& hart, const Instruction* i);                                   \
  void exec_##name(Hart& hart, const Instruction& i) {                                             \
    if (taken_##name(hart, i)) hart.next_pc = i.pc + static_cast<std::uint64_t>(i.immediate);      \
  }                                                                                                \
  void exec_##name##_threaded(Hart& hart, const Instruction* i) {                                  \
    return Dispatch::branch<taken_##name>(hart, i);                                                \
  }
