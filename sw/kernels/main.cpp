// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The program that every tile runs: it walks through the plan (spec/abi/plan.h), prefill chunk by prefill
// chunk, then token by token, and meets the other tiles at a barrier after every operator.
#include "sw/kernels/device.h"

namespace areia::kernels {
namespace {

/// Exit code of a program that was given no plan.
constexpr unsigned long kNoPlan = 1;

abi::PlanHeader plan;

using Operator = void (*)(const abi::Op& op, const Step& step);
/// In the order of OpKind.
constexpr Operator kOperators[] = {embed,      rms_norm, layer_norm,    matmul,  rope_store, attention,
                                   activation, route,    expert_matmul, combine, sample,     score};
static_assert(sizeof kOperators / sizeof kOperators[0] == static_cast<size_t>(abi::OpKind::kCount));

/// The plan's operators: as many as a quarter of the scratchpad holds stay there, the others are loaded each
/// time.
class Operators {
 public:
  explicit Operators(Arena& arena) {
    cached_ = smaller<uint64_t>(plan.op_count, arena.left() / 4 / sizeof(abi::Op));
    cache_ = arena.take<abi::Op>(cached_ + 1);
    wait_load(load(cache_, plan.ops, cached_ * sizeof(abi::Op)));
  }
  const abi::Op& operator[](uint64_t index) {
    if (index < cached_) return cache_[index];
    wait_load(load(cache_ + cached_, plan.ops + index * sizeof(abi::Op), sizeof(abi::Op)));
    return cache_[cached_];
  }

 private:
  uint64_t cached_;
  abi::Op* cache_;
};

void run_step(Operators& operators, const Step& step) {
  for (uint64_t i = 0; i < plan.op_count; ++i) {
    const abi::Op& op = operators[i];
    if ((op.flags & abi::kLastRowOnly) && !step.last) continue;
    const auto marker = static_cast<Marker>(i + 1);
    mark(marker);
    kOperators[static_cast<uint32_t>(op.kind)](op, step);
    mark(marker | kMarkerBarrier);
    if (op.flags & abi::kNoBarrier) {
      wait_stores();  // the next operator reuses the scratchpad that they read
      part();
    } else {
      barrier();
    }
  }
  mark(0);
}

bool finished() {
  static abi::PlanStatus status;
  wait_load(load(&status, plan.status, sizeof status));
  return status.finished != 0;
}

void make_rope_tables() {
  for (uint64_t i = 0; i < plan.rope_count; ++i) {
    static abi::RopeTable rope;
    wait_load(load(&rope, plan.ropes + i * sizeof rope, sizeof rope));
    make_rope_table(plan, rope);
  }
}

void run_plan() {
  wait_load(load(&plan, launch->argument, sizeof plan));
  if (plan.magic != abi::kPlanMagic) device::halt(kNoPlan);
  make_rope_tables();
  barrier();

  Arena arena;
  Operators operators(arena);
  Arena::set_bounds(launch->heap_end - arena.left(), launch->heap_end);
  uint64_t position = 0;
  while (position < plan.prompt_tokens) {
    const uint64_t rows = smaller<uint64_t>(plan.chunk_rows, plan.prompt_tokens - position);
    run_step(operators, {&plan, position, rows, position + rows == plan.prompt_tokens});
    position += rows;
  }
  if (plan.scores != 0) return;
  while (!finished()) {
    run_step(operators, {&plan, position, 1, true});
    ++position;
  }
}

}  // namespace
}  // namespace areia::kernels

/// Where the hart begins: a0 is the launch block's address, sp is set.
extern "C" [[noreturn]] void _start(const areia::abi::LaunchBlock* block) {
  using namespace areia;
  kernels::launch = block;
  kernels::Arena::set_bounds(block->heap_begin, block->heap_end);
  kernels::start_transfers();
  kernels::run_plan();
  device::halt(0);
}
