// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kRopeStore: rotary position embedding of queries and keys, and the KV cache.
//
// Pairs of elements of a head are rotated by position * ratio^i * factor[i]: neighbours (2i, 2i + 1) or
// elements half the rotated size apart. Queries are rotated in place; keys and values go to the cache as
// fp16 or fp32.
#include "sw/kernels/device.h"
#include "sw/kernels/pieces.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

/// Writes (cos, sin) * magnitude, in fp32, of `count` angles, 0 <= angle < 2^21; to about an ulp of fp64
/// before it is rounded: angle - k * pi/2 with pi/2 in two parts (the first product is fused, so its error is
/// that of the second part's rounding), then Taylor polynomials on |r| <= pi/4, whose remainders are below
/// 0.79^18 / 18! = 2e-18.
void write_turns(float* turns, const float* angles, float magnitude, size_t count) {
  for (size_t vl; count > 0; count -= vl, angles += vl, turns += 2 * vl) {
    vl = __riscv_vsetvl_e64m2(count);
    vfloat64m2_t r = __riscv_vfwcvt_f_f_v_f64m2(__riscv_vle32_v_f32m1(angles, vl), vl);
    const vint64m2_t quarters =
        __riscv_vfcvt_x_f_v_i64m2(__riscv_vfmul_vf_f64m2(r, 0.63661977236758134308 /* 2 / pi */, vl), vl);
    const vfloat64m2_t whole = __riscv_vfcvt_f_x_v_f64m2(quarters, vl);
    r = __riscv_vfnmsac_vf_f64m2(r, 1.57079632679489655800 /* pi / 2 */, whole, vl);
    r = __riscv_vfnmsac_vf_f64m2(r, 6.12323399573676603587e-17 /* what that lacks */, whole, vl);
    const vfloat64m2_t minus_square = __riscv_vfneg_v_f64m2(__riscv_vfmul_vv_f64m2(r, r, vl), vl);
    vfloat64m2_t sine = __riscv_vfmv_v_f_f64m2(0, vl), cosine = sine;
    for (int n = 16; n >= 2; n -= 2) {  // Horner's rule, factorials as divisions of neighbours
      const vfloat64m2_t for_sine = __riscv_vfdiv_vf_f64m2(minus_square, n * (n + 1), vl);
      const vfloat64m2_t for_cosine = __riscv_vfdiv_vf_f64m2(minus_square, n * (n - 1), vl);
      sine = __riscv_vfmul_vv_f64m2(__riscv_vfadd_vf_f64m2(sine, 1, vl), for_sine, vl);
      cosine = __riscv_vfmul_vv_f64m2(__riscv_vfadd_vf_f64m2(cosine, 1, vl), for_cosine, vl);
    }
    sine = __riscv_vfmul_vv_f64m2(r, __riscv_vfadd_vf_f64m2(sine, 1, vl), vl);
    cosine = __riscv_vfadd_vf_f64m2(cosine, 1, vl);
    // An odd number of quarters swaps them; the second and third quarter negate the sine, the first and
    // second the cosine.
    const vbool32_t odd = __riscv_vmsne_vx_i64m2_b32(__riscv_vand_vx_i64m2(quarters, 1, vl), 0, vl);
    const vbool32_t lower = __riscv_vmsne_vx_i64m2_b32(__riscv_vand_vx_i64m2(quarters, 2, vl), 0, vl);
    const vint64m2_t next = __riscv_vadd_vx_i64m2(quarters, 1, vl);
    const vbool32_t left = __riscv_vmsne_vx_i64m2_b32(__riscv_vand_vx_i64m2(next, 2, vl), 0, vl);
    vfloat64m2_t y = __riscv_vmerge_vvm_f64m2(sine, cosine, odd, vl);
    vfloat64m2_t x = __riscv_vmerge_vvm_f64m2(cosine, sine, odd, vl);
    y = __riscv_vfneg_v_f64m2_mu(lower, y, y, vl);
    x = __riscv_vfneg_v_f64m2_mu(left, x, x, vl);
    const vfloat32m1_t y_turn = __riscv_vfmul_vf_f32m1(__riscv_vfncvt_f_f_w_f32m1(y, vl), magnitude, vl);
    const vfloat32m1_t x_turn = __riscv_vfmul_vf_f32m1(__riscv_vfncvt_f_f_w_f32m1(x, vl), magnitude, vl);
    __riscv_vsseg2e32_v_f32m1x2(turns, __riscv_vcreate_v_f32m1x2(x_turn, y_turn), vl);
  }
}

/// Pairs of a head, neighbours or elements `apart` apart.
template <abi::RopePairing kPairing>
inline vfloat32m2x2_t load_pairs(const float* head, size_t first, size_t apart, size_t vl) {
  if (kPairing == abi::RopePairing::kNeighbours) return __riscv_vlseg2e32_v_f32m2x2(head + 2 * first, vl);
  return __riscv_vcreate_v_f32m2x2(__riscv_vle32_v_f32m2(head + first, vl),
                                   __riscv_vle32_v_f32m2(head + apart + first, vl));
}
template <abi::RopePairing kPairing>
inline void store_pairs(float* head, size_t first, size_t apart, vfloat32m2_t a, vfloat32m2_t b, size_t vl) {
  if (kPairing == abi::RopePairing::kNeighbours)
    return __riscv_vsseg2e32_v_f32m2x2(head + 2 * first, __riscv_vcreate_v_f32m2x2(a, b), vl);
  __riscv_vse32_v_f32m2(head + first, a, vl);
  __riscv_vse32_v_f32m2(head + apart + first, b, vl);
}

/// Rotates the first elements of `heads` heads, `head_size` elements apart: `pairs` pairs, by the angles
/// whose (cos, sin) are at `table`. Two heads at a time: where one waits for a result, the unit is at the
/// other.
template <abi::RopePairing kPairing>
void rotate_heads(float* values, uint64_t heads, uint64_t head_size, const float* table, size_t pairs) {
  for (size_t i = 0, vl; i < pairs; i += vl) {
    vl = __riscv_vsetvl_e32m2(pairs - i);
    const vfloat32m2x2_t turn = __riscv_vlseg2e32_v_f32m2x2(table + 2 * i, vl);
    const vfloat32m2_t cosine = __riscv_vget_v_f32m2x2_f32m2(turn, 0);
    const vfloat32m2_t sine = __riscv_vget_v_f32m2x2_f32m2(turn, 1);
    float* head = values;
    for (uint64_t left = heads; left > 0; left -= smaller<uint64_t>(left, 2), head += 2 * head_size) {
      // A last head that is alone is turned twice over from what it was.
      float* other = left == 1 ? head : head + head_size;
      const vfloat32m2x2_t a = load_pairs<kPairing>(head, i, pairs, vl);
      const vfloat32m2x2_t b = load_pairs<kPairing>(other, i, pairs, vl);
      const vfloat32m2_t ax = __riscv_vget_v_f32m2x2_f32m2(a, 0), ay = __riscv_vget_v_f32m2x2_f32m2(a, 1);
      const vfloat32m2_t bx = __riscv_vget_v_f32m2x2_f32m2(b, 0), by = __riscv_vget_v_f32m2x2_f32m2(b, 1);
      const vfloat32m2_t axc = __riscv_vfmul_vv_f32m2(ax, cosine, vl),
                         bxc = __riscv_vfmul_vv_f32m2(bx, cosine, vl);
      const vfloat32m2_t ays = __riscv_vfmul_vv_f32m2(ay, sine, vl),
                         bys = __riscv_vfmul_vv_f32m2(by, sine, vl);
      const vfloat32m2_t axs = __riscv_vfmul_vv_f32m2(ax, sine, vl),
                         bxs = __riscv_vfmul_vv_f32m2(bx, sine, vl);
      const vfloat32m2_t ayc = __riscv_vfmul_vv_f32m2(ay, cosine, vl),
                         byc = __riscv_vfmul_vv_f32m2(by, cosine, vl);
      const vfloat32m2_t am = __riscv_vfsub_vv_f32m2(axc, ays, vl), bm = __riscv_vfsub_vv_f32m2(bxc, bys, vl);
      const vfloat32m2_t an = __riscv_vfadd_vv_f32m2(axs, ayc, vl), bn = __riscv_vfadd_vv_f32m2(bxs, byc, vl);
      store_pairs<kPairing>(head, i, pairs, am, an, vl);
      store_pairs<kPairing>(other, i, pairs, bm, bn, vl);
    }
  }
}

/// The queries, keys and values of some heads of a row.
struct Heads : Slot {
  uint64_t row;
  Share queried, keyed;  ///< heads of queries; of keys and values
  float *table, *queries, *keys, *values;
  _Float16 *narrow_keys, *narrow_values;
};

/// A row is cut into parts, so that each tile has heads to turn: part p of n has the heads [p * heads / n,
/// (p + 1) * heads / n).
class RopeStore {
 public:
  RopeStore(const abi::Op& op, const Step& step) : op_(op), step_(step) {
    parts_ = larger<uint64_t>(1, smaller<uint64_t>(op.kv_heads, launch->tile_count / step.rows));
    while (parts_ < op.kv_heads && kMostSlots * slot_bytes() > arena_.left()) ++parts_;
  }

  void run() {
    const Share share = share_of(step_.rows * parts_);
    if (share.begin == share.end) return;
    const uint64_t count = slots_that_fit(arena_, slot_bytes());
    Heads slots[kMostSlots];
    for (uint64_t i = 0; i < count; ++i) take_buffers(slots[i]);
    each_in_turn(
        share, slots, count, [this](uint64_t item, Heads& slot) { return load_heads(item, slot); },
        [this](Heads& slot) { turn_and_store(slot); });
  }

 private:
  bool turns() const { return op_.rope_size != 0; }
  /// Part `part` of so many heads.
  Share part_of(uint64_t part, uint64_t heads) const {
    if (parts_ == 1) return {0, heads};
    return {part * heads / parts_, (part + 1) * heads / parts_};
  }
  uint64_t elements(const Share& heads) const { return (heads.end - heads.begin) * op_.head_size; }
  /// Elements of as many heads as a part may have.
  uint64_t room(uint64_t heads) const { return divide_up(heads, parts_) * op_.head_size; }
  uint64_t slot_bytes() const {
    constexpr uint64_t kAlignment = 6 * 64;
    return (room(op_.heads) + op_.rope_size) * sizeof(float) +
           2 * room(op_.kv_heads) * (sizeof(float) + sizeof(_Float16)) + kAlignment;
  }
  void take_buffers(Heads& slot) {
    slot.table = arena_.take<float>(op_.rope_size);
    slot.queries = arena_.take<float>(room(op_.heads));
    slot.keys = arena_.take<float>(room(op_.kv_heads));
    slot.values = arena_.take<float>(room(op_.kv_heads));
    slot.narrow_keys = arena_.take<_Float16>(room(op_.kv_heads));
    slot.narrow_values = arena_.take<_Float16>(room(op_.kv_heads));
  }

  /// Where some heads of a row of queries, keys or values lie.
  uint64_t address_of_heads(const abi::TensorRef& tensor, uint64_t row, const Share& heads) const {
    return tensor.address + row * tensor.row_stride + heads.begin * op_.head_size * sizeof(float);
  }

  Ticket load_heads(uint64_t item, Heads& slot) const {
    slot.row = parts_ == 1 ? item : item / parts_;
    const uint64_t part = item - slot.row * parts_;
    const Share queries = slot.queried = part_of(part, op_.heads);
    const Share keys = slot.keyed = part_of(part, op_.kv_heads);
    if (turns()) {
      const uint64_t bytes = op_.rope_size * sizeof(float);
      load(slot.table, op_.rope + (step_.position + slot.row) * bytes, bytes);
      load(slot.queries, address_of_heads(op_.input, slot.row, queries), elements(queries) * sizeof(float));
    }
    load(slot.keys, address_of_heads(op_.second, slot.row, keys), elements(keys) * sizeof(float));
    return load(slot.values, address_of_heads(op_.weight, slot.row, keys), elements(keys) * sizeof(float));
  }

  void turn(float* values, const Share& heads, const float* table) const {
    const uint64_t count = heads.end - heads.begin, pairs = op_.rope_size / 2;
    if (op_.pairing == abi::RopePairing::kHalves) {
      rotate_heads<abi::RopePairing::kHalves>(values, count, op_.head_size, table, pairs);
    } else {
      rotate_heads<abi::RopePairing::kNeighbours>(values, count, op_.head_size, table, pairs);
    }
  }

  void turn_and_store(Heads& slot) const {
    if (turns()) {
      turn(slot.queries, slot.queried, slot.table);
      store(address_of_heads(op_.input, slot.row, slot.queried), slot.queries,
            elements(slot.queried) * sizeof(float));
      turn(slot.keys, slot.keyed, slot.table);
    }
    to_cache(op_.output, slot, slot.keys, slot.narrow_keys);
    slot.stored = to_cache(op_.extra, slot, slot.values, slot.narrow_values);
  }

  Ticket to_cache(const abi::TensorRef& cache, const Heads& slot, const float* values,
                  _Float16* narrowed) const {
    const uint64_t count = elements(slot.keyed);
    const uint64_t row = cache.address + (step_.position + slot.row) * cache.row_stride;
    const uint64_t place = row + num::row_bytes(cache.format, slot.keyed.begin * op_.head_size);
    if (cache.format == num::Format::kFp32) return store(place, values, count * sizeof(float));
    narrow_to_fp16(narrowed, values, count);
    return store(place, narrowed, count * sizeof(_Float16));
  }

  const abi::Op& op_;
  const Step& step_;
  Arena arena_;
  uint64_t parts_;  ///< of a row
};

}  // namespace

void rope_store(const abi::Op& op, const Step& step) { RopeStore(op, step).run(); }

void make_rope_table(const abi::PlanHeader& plan, const abi::RopeTable& rope) {
  const uint64_t pairs = rope.size / 2;
  // As far as this plan can reach.
  const uint64_t positions =
      smaller<uint64_t>(plan.context, uint64_t{plan.prompt_tokens} + plan.max_new_tokens);
  const Share share = share_of(positions);
  if (share.begin == share.end || pairs == 0) return;
  Arena arena;
  auto* factors = arena.take<float>(pairs);
  auto* angles = arena.take<float>(pairs);
  auto* row = arena.take<float>(2 * pairs);
  wait_load(load(factors, rope.factors, pairs * sizeof(float)));
  PendingStore stored;
  for (uint64_t position = share.begin; position < share.end; ++position) {
    stored.wait();
    float angle = static_cast<float>(position);
    for (uint64_t i = 0; i < pairs; ++i, angle *= rope.ratio) angles[i] = angle * factors[i];
    write_turns(row, angles, rope.magnitude, pairs);
    stored = store(rope.table + position * 2 * pairs * sizeof(float), row, 2 * pairs * sizeof(float));
  }
  wait_stores();  // the next table uses the same scratchpad
}

}  // namespace areia::kernels
