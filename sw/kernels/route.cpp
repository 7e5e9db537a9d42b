// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kRoute: for every row the experts with the largest logits of its router, and their weights. Tiles share
// rows.
#include "sw/kernels/device.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

/// The least sum that weights are divided by: fp16's least normal number, as in the reference.
constexpr float kLeastSum = 0x1p-14f;

/// Whether `expert` is to be picked before `other`: the larger logit, NaN counting as the least, the lower
/// index of equals.
bool precedes(const float* logits, uint32_t expert, uint32_t other) {
  const float a = logits[expert], b = logits[other];
  if (a > b) return true;
  if (b > a) return false;
  const bool a_is_nan = a != a, b_is_nan = b != b;
  return a_is_nan != b_is_nan ? b_is_nan : expert < other;
}

/// Picks the first `used` experts in that order.
void pick(abi::PickedExpert* picked, const float* logits, uint64_t experts, uint64_t used) {
  for (uint64_t slot = 0; slot < used; ++slot) {
    uint32_t best = UINT32_MAX;
    for (uint32_t expert = 0; expert < experts; ++expert) {
      if (slot > 0 && !precedes(logits, picked[slot - 1].expert, expert)) continue;
      if (best == UINT32_MAX || precedes(logits, expert, best)) best = expert;
    }
    picked[slot] = {best, logits[best]};
  }
}

/// Turns the logits in `picked` into weights.
void weigh(abi::PickedExpert* picked, const abi::Op& op) {
  const float largest = picked[0].weight;
  double sum = 0;
  for (uint64_t slot = 0; slot < op.experts_used; ++slot) {
    picked[slot].weight = exponential_of(picked[slot].weight - largest);
    sum += picked[slot].weight;
  }
  for (uint64_t slot = 0; slot < op.experts_used; ++slot)
    picked[slot].weight = static_cast<float>(picked[slot].weight / sum);
}

/// The same from the softmax over all logits, whose powers and sum are given.
void weigh_among_all(abi::PickedExpert* picked, const float* powers, double sum, const abi::Op& op) {
  float kept = 0;
  for (uint64_t slot = 0; slot < op.experts_used; ++slot) {
    picked[slot].weight = static_cast<float>(powers[picked[slot].expert] / sum);
    kept += picked[slot].weight;
  }
  kept = larger(kept, kLeastSum);
  for (uint64_t slot = 0; slot < op.experts_used; ++slot) picked[slot].weight /= kept;
}

}  // namespace

void route(const abi::Op& op, const Step& step) {
  const Rows rows = rows_of(op, step);
  const Share share = share_of(rows.count);
  if (share.begin == share.end) return;
  Arena arena;
  auto* logits = arena.take<float>(op.experts);
  auto* picked = arena.take<abi::PickedExpert>(op.experts_used);
  PendingStore stored;
  for (uint64_t row = share.begin; row < share.end; ++row) {
    wait_load(load(logits, op.input.address + (rows.first_input + row) * op.input.row_stride,
                   op.experts * sizeof(float)));
    stored.wait();
    pick(picked, logits, op.experts, op.experts_used);
    if (op.routing == abi::Routing::kSoftmaxOfPicked) {
      weigh(picked, op);
    } else {
      const double sum = exponentiate(logits, op.experts, picked[0].weight, 0);
      weigh_among_all(picked, logits, sum, op);
    }
    for (uint64_t slot = 0; slot < op.experts_used; ++slot) picked[slot].weight *= op.scale;
    stored = store(op.output.address + row * op.output.row_stride, picked,
                   op.experts_used * sizeof(abi::PickedExpert));
  }
}

}  // namespace areia::kernels
