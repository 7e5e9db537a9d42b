// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kRopeStore: rotary position embedding of queries and keys, and the KV cache.
//
// Pairs of elements of a head are rotated by position * ratio^i * factor[i]: neighbours (2i, 2i + 1) or
// elements half the rotated size apart. Queries are rotated in place; keys and values go to the cache as
// fp16 or fp32.
#include "sw/kernels/device.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

struct SineCosine {
  double sine, cosine;
};

/// sin and cos of 0 <= angle < 2^21, to about an ulp of fp64: angle - k * pi/2 with pi/2 in two parts (the
/// first product is fused, so its error is that of the second part's rounding), then Taylor polynomials on
/// |r| <= pi/4, whose remainders are below 0.79^18 / 18! = 2e-18.
SineCosine sine_cosine(double angle) {
  const double quarters = __builtin_rint(angle * 0.63661977236758134308 /* 2 / pi */);
  double r = __builtin_fma(-quarters, 1.57079632679489655800 /* pi / 2 */, angle);
  r = __builtin_fma(-quarters, 6.12323399573676603587e-17 /* what that lacks */, r);
  const double square = r * r;
  double sine = 0, cosine = 0;
  for (int n = 16; n >= 2; n -= 2) {  // Horner's rule, factorials as divisions of neighbours
    sine = (1 + sine) * (-square / (n * (n + 1)));
    cosine = (1 + cosine) * (-square / (n * (n - 1)));
  }
  sine = r * (1 + sine);
  cosine = 1 + cosine;
  switch (static_cast<long>(quarters) & 3) {
    case 0:
      return {sine, cosine};
    case 1:
      return {cosine, -sine};
    case 2:
      return {-sine, -cosine};
    default:
      return {-cosine, sine};
  }
}

/// Rotates pairs (first, second), in place, by the angles whose (cos, sin) are at `table`.
vfloat32m2x2_t turned(vfloat32m2_t first, vfloat32m2_t second, const float* table, size_t vl) {
  const vfloat32m2x2_t turn = __riscv_vlseg2e32_v_f32m2x2(table, vl);
  const vfloat32m2_t cosine = __riscv_vget_v_f32m2x2_f32m2(turn, 0);
  const vfloat32m2_t sine = __riscv_vget_v_f32m2x2_f32m2(turn, 1);
  return __riscv_vcreate_v_f32m2x2(__riscv_vfsub_vv_f32m2(__riscv_vfmul_vv_f32m2(first, cosine, vl),
                                                          __riscv_vfmul_vv_f32m2(second, sine, vl), vl),
                                   __riscv_vfadd_vv_f32m2(__riscv_vfmul_vv_f32m2(first, sine, vl),
                                                          __riscv_vfmul_vv_f32m2(second, cosine, vl), vl));
}

/// Rotates `pairs` pairs of neighbours.
void rotate_neighbours(float* head, const float* table, size_t pairs) {
  for (size_t vl; pairs > 0; pairs -= vl, head += 2 * vl, table += 2 * vl) {
    vl = __riscv_vsetvl_e32m2(pairs);
    const vfloat32m2x2_t x = __riscv_vlseg2e32_v_f32m2x2(head, vl);
    __riscv_vsseg2e32_v_f32m2x2(
        head, turned(__riscv_vget_v_f32m2x2_f32m2(x, 0), __riscv_vget_v_f32m2x2_f32m2(x, 1), table, vl), vl);
  }
}

/// Rotates pairs whose second elements begin at `second`.
void rotate_halves(float* first, float* second, const float* table, size_t pairs) {
  for (size_t vl; pairs > 0; pairs -= vl, first += vl, second += vl, table += 2 * vl) {
    vl = __riscv_vsetvl_e32m2(pairs);
    const vfloat32m2x2_t turn =
        turned(__riscv_vle32_v_f32m2(first, vl), __riscv_vle32_v_f32m2(second, vl), table, vl);
    __riscv_vse32_v_f32m2(first, __riscv_vget_v_f32m2x2_f32m2(turn, 0), vl);
    __riscv_vse32_v_f32m2(second, __riscv_vget_v_f32m2x2_f32m2(turn, 1), vl);
  }
}

/// Works through the heads of one row of a tensor, a few at a time.
class RowOfHeads {
 public:
  RowOfHeads(const abi::Op& op, Arena& arena) : op_(op) {
    at_a_time_ = smaller<uint64_t>(larger(op.heads, op.kv_heads), larger<uint64_t>(1, 2048 / op.head_size));
    table_ = arena.take<float>(op.rope_size);
    values_ = arena.take<float>(at_a_time_ * op.head_size);
    halves_ = arena.take<_Float16>(at_a_time_ * op.head_size);
  }

  void load_turns(uint64_t position) {
    const uint64_t bytes = op_.rope_size * sizeof(float);
    if (bytes != 0) wait_load(load(table_, op_.rope + position * bytes, bytes));
  }

  /// Rotates a row of queries where it lies.
  void rotate_in_place(const abi::TensorRef& tensor, uint64_t row) {
    if (op_.rope_size == 0) return;
    const uint64_t address = tensor.address + row * tensor.row_stride;
    each_piece(op_.heads, [&](uint64_t first, uint64_t count) {
      const uint64_t bytes = count * op_.head_size * sizeof(float);
      const uint64_t at = address + first * op_.head_size * sizeof(float);
      stored_.wait();
      wait_load(load(values_, at, bytes));
      rotate_heads(count);
      stored_ = store(at, values_, bytes);
    });
  }

  /// Copies a row of keys (rotated) or values to the cache's row of this position.
  void to_cache(const abi::TensorRef& tensor, uint64_t row, const abi::TensorRef& cache, uint64_t position,
                bool rotated) {
    each_piece(op_.kv_heads, [&](uint64_t first, uint64_t count) {
      const uint64_t elements = count * op_.head_size, offset = first * op_.head_size;
      stored_.wait();
      wait_load(load(values_, tensor.address + row * tensor.row_stride + offset * sizeof(float),
                     elements * sizeof(float)));
      if (rotated) rotate_heads(count);
      const uint64_t place = cache.address + position * cache.row_stride;
      if (cache.format == num::Format::kFp32) {
        stored_ = store(place + offset * sizeof(float), values_, elements * sizeof(float));
      } else {
        narrow_to_fp16(halves_, values_, elements);
        stored_ = store(place + offset * sizeof(_Float16), halves_, elements * sizeof(_Float16));
      }
    });
  }

 private:
  template <typename Function>
  void each_piece(uint64_t heads, Function function) {
    for (uint64_t first = 0; first < heads; first += at_a_time_) {
      function(first, smaller(at_a_time_, heads - first));
    }
  }
  void rotate_heads(uint64_t count) {
    const uint64_t pairs = op_.rope_size / 2;
    for (uint64_t i = 0; i < count; ++i) {
      float* head = values_ + i * op_.head_size;
      if (op_.pairing == abi::RopePairing::kHalves) {
        rotate_halves(head, head + pairs, table_, pairs);
      } else {
        rotate_neighbours(head, table_, pairs);
      }
    }
  }

  const abi::Op& op_;
  uint64_t at_a_time_;  ///< heads
  float* table_;
  float* values_;
  _Float16* halves_;
  PendingStore stored_;  ///< from values_ or halves_
};

}  // namespace

void rope_store(const abi::Op& op, const Step& step) {
  const Share share = share_of(step.rows);
  if (share.begin == share.end) return;
  Arena arena;
  RowOfHeads heads(op, arena);
  for (uint64_t row = share.begin; row < share.end; ++row) {
    const uint64_t position = step.position + row;
    heads.load_turns(position);
    heads.rotate_in_place(op.input, row);
    heads.to_cache(op.second, row, op.output, position, true);
    heads.to_cache(op.weight, row, op.extra, position, false);
  }
}

void make_rope_table(const abi::PlanHeader& plan, const abi::RopeTable& rope) {
  const uint64_t pairs = rope.size / 2;
  // As far as this plan can reach.
  const uint64_t positions =
      smaller<uint64_t>(plan.context, uint64_t{plan.prompt_tokens} + plan.max_new_tokens);
  const Share share = share_of(positions);
  if (share.begin == share.end || pairs == 0) return;
  Arena arena;
  auto* factors = arena.take<float>(pairs);
  auto* row = arena.take<float>(2 * pairs);
  wait_load(load(factors, rope.factors, pairs * sizeof(float)));
  PendingStore stored;
  for (uint64_t position = share.begin; position < share.end; ++position) {
    stored.wait();
    float angle = static_cast<float>(position);
    for (uint64_t i = 0; i < pairs; ++i, angle *= rope.ratio) {
      const SineCosine turn = sine_cosine(static_cast<double>(angle * factors[i]));
      row[2 * i] = static_cast<float>(turn.cosine) * rope.magnitude;
      row[2 * i + 1] = static_cast<float>(turn.sine) * rope.magnitude;
    }
    stored = store(rope.table + position * 2 * pairs * sizeof(float), row, 2 * pairs * sizeof(float));
  }
  wait_stores();  // the next table uses the same scratchpad
}

}  // namespace areia::kernels
