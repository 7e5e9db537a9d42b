// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kScore: the natural logarithm of the probability that a row's logits give to the token that follows. Tiles
// share rows.
#include "sw/kernels/device.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

constexpr uint64_t kPiece = 4096;  // logits at a time

/// ln x of a positive normal number, to about an ulp of fp64: x = m 2^e with m next to 1, and
/// ln m = 2 artanh(s) with s = (m - 1) / (m + 1), |s| < 0.172: its series ends with s^25 / 25 < 1e-20.
double logarithm(double x) {
  constexpr double kLn2 = 0.693147180559945309417;
  uint64_t bits = __builtin_bit_cast(uint64_t, x);
  int64_t exponent = static_cast<int64_t>(bits >> 52) - 1023;
  double m = __builtin_bit_cast(double, (bits & 0xf'ffff'ffff'ffff) | 0x3ff0'0000'0000'0000);
  if (m > 1.41421356237309504880) {
    m /= 2;
    ++exponent;
  }
  const double s = (m - 1) / (m + 1), square = s * s;
  double series = 0;
  for (int n = 25; n >= 3; n -= 2) series = (series + 1.0 / n) * square;
  return static_cast<double>(exponent) * kLn2 + 2 * s * (1 + series);
}

/// Walks through a row of logits.
class Row {
 public:
  Row(const abi::Op& op, Arena& arena) : columns_(op.input.columns) {
    values_ = arena.take<float>(smaller(columns_, kPiece));
  }

  float log_probability(uint64_t address, uint64_t token) {
    float largest = -__builtin_inff();
    each_piece(address, [&](uint64_t count) { largest = find_largest(values_, count, largest); });
    double sum = 0;
    each_piece(address, [&](uint64_t count) { sum = exponentiate(values_, count, largest, sum); });
    if (sum != sum) return __builtin_nanf("");
    wait_load(load(values_, address + token * sizeof(float), sizeof(float)));
    return static_cast<float>(static_cast<double>(values_[0] - largest) - logarithm(sum));
  }

 private:
  template <typename Function>
  void each_piece(uint64_t address, Function function) {
    for (uint64_t column = 0; column < columns_; column += kPiece) {
      const uint64_t count = smaller(kPiece, columns_ - column);
      wait_load(load(values_, address + column * sizeof(float), count * sizeof(float)));
      function(count);
    }
  }

  uint64_t columns_;
  float* values_;
};

}  // namespace

void score(const abi::Op& op, const Step& step) {
  const Share share = share_of(step.rows);
  Arena arena;
  Row row(op, arena);
  auto* result = arena.take<float>(1);
  auto* token = arena.take<uint32_t>(1);
  PendingStore stored;
  for (uint64_t i = share.begin; i < share.end; ++i) {
    const uint64_t position = step.position + i;
    if (position + 1 >= step.plan->prompt_tokens) return;
    wait_load(load(token, step.plan->tokens + (position + 1) * sizeof(uint32_t), sizeof(uint32_t)));
    stored.wait();
    *result = row.log_probability(op.input.address + i * op.input.row_stride, *token);
    stored = store(step.plan->scores + position * sizeof(float), result, sizeof(float));
  }
}

}  // namespace areia::kernels
