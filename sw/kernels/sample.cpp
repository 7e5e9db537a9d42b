// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kSample: picks the next token from the last row's logits, on tile 0.
//
// Greedy takes the largest logit, the lowest id among equals. Otherwise, in llama.cpp's order: top-k keeps
// the k largest logits, top-p the fewest of those whose probabilities reach p, then one is drawn from
// e^(logit / temperature). Nothing is sorted: both limits are found by bisection over the ordered bits of the
// logits, whose passes stream through the scratchpad; among equals at the limit the lowest ids stay.
#include "sw/kernels/device.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

constexpr uint64_t kPiece = 2048;  // logits at a time

/// fp32 bits as integers that order the same way (NaN sorts as the extreme of its sign).
int32_t order_key(float value) {
  int32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits >= 0 ? bits : bits ^ 0x7fffffff;
}
vint32m4_t order_keys(vfloat32m4_t values, size_t vl) {
  const vint32m4_t bits = __riscv_vreinterpret_v_f32m4_i32m4(values);
  const vint32m4_t flip = __riscv_vand_vx_i32m4(__riscv_vsra_vx_i32m4(bits, 31, vl), 0x7fffffff, vl);
  return __riscv_vxor_vv_i32m4(bits, flip, vl);
}

/// The logits, streamed from DRAM; a vocabulary of one piece is loaded once.
class Logits {
 public:
  Logits(const abi::TensorRef& tensor, Arena& arena) : tensor_(tensor), piece_(arena.take<float>(kPiece)) {}

  uint64_t count() const { return tensor_.columns; }
  /// Calls `function(first id, logits, how many)` for all pieces, in order.
  template <typename Function>
  void each_piece(Function function) {
    for (uint64_t first = 0; first < count(); first += kPiece) {
      const uint64_t size = smaller(kPiece, count() - first);
      if (loaded_ != first) {
        wait_load(load(piece_, tensor_.address + first * sizeof(float), size * sizeof(float)));
        loaded_ = first;
      }
      function(first, piece_, size);
    }
  }

 private:
  const abi::TensorRef& tensor_;
  float* piece_;
  uint64_t loaded_ = UINT64_MAX;
};

struct Largest {
  float logit;
  uint32_t id;
};

Largest find_largest(Logits& logits) {
  Largest best{-__builtin_inff(), 0};
  logits.each_piece([&](uint64_t first, const float* values, size_t count) {
    for (size_t vl; count > 0; count -= vl, values += vl, first += vl) {
      vl = __riscv_vsetvl_e32m4(count);
      const vfloat32m4_t x = __riscv_vle32_v_f32m4(values, vl);
      const float largest = __riscv_vfmv_f_s_f32m1_f32(
          __riscv_vfredmax_vs_f32m4_f32m1(x, __riscv_vfmv_s_f_f32m1(best.logit, 1), vl));
      if (!(largest > best.logit)) continue;
      const long index = __riscv_vfirst_m_b8(__riscv_vmfeq_vf_f32m4_b8(x, largest, vl), vl);
      best = {largest, static_cast<uint32_t>(first + static_cast<uint64_t>(index))};
    }
  });
  return best;
}

/// Which logits are still candidates: keys above `key`, and the first `equals` with just that key.
struct Limit {
  int32_t key;
  uint64_t equals;
};

/// How many logits, or how much of e^(logit - largest), have keys above `key`, and how many just it.
struct Weight {
  double above;
  uint64_t equal;
};

/// sum + those of `values` that `mask` selects, in order.
double add_up(double sum, vfloat32m4_t values, vbool8_t mask, size_t vl) {
  const vfloat32m4_t selected = __riscv_vmerge_vvm_f32m4(__riscv_vfmv_v_f_f32m4(0, vl), values, mask, vl);
  return __riscv_vfmv_f_s_f64m1_f64(
      __riscv_vfwredosum_vs_f32m4_f64m1(selected, __riscv_vfmv_s_f_f64m1(sum, 1), vl));
}

/// Each candidate counts 1, or e^(logit - largest) where `probabilities`.
Weight weigh(Logits& logits, int32_t key, float largest, bool probabilities) {
  Weight weight{0, 0};
  logits.each_piece([&](uint64_t, const float* values, size_t count) {
    for (size_t vl; count > 0; count -= vl, values += vl) {
      vl = __riscv_vsetvl_e32m4(count);
      const vfloat32m4_t x = __riscv_vle32_v_f32m4(values, vl);
      const vint32m4_t keys = order_keys(x, vl);
      const vbool8_t above = __riscv_vmsgt_vx_i32m4_b8(keys, key, vl);
      const uint64_t count_above = __riscv_vcpop_m_b8(above, vl);
      weight.equal += __riscv_vcpop_m_b8(__riscv_vmseq_vx_i32m4_b8(keys, key, vl), vl);
      if (!probabilities) {
        weight.above += static_cast<double>(count_above);
      } else if (count_above != 0) {
        weight.above =
            add_up(weight.above, exponential(__riscv_vfsub_vf_f32m4(x, largest, vl), vl), above, vl);
      }
    }
  });
  return weight;
}

float value_of(int32_t key) {
  const int32_t bits = key >= 0 ? key : key ^ 0x7fffffff;
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

/// The highest limit whose candidates reach `wanted` (a count, or a sum of probabilities), not below `floor`.
Limit find_limit(Logits& logits, const Largest& best, double wanted, bool probabilities, Limit floor) {
  // Invariant: keys above `low` reach `wanted` or `low` is the floor's; keys above `high` do not.
  int64_t low = int64_t{floor.key} - 1, high = order_key(best.logit);
  while (high - low > 1) {
    const int64_t middle = (low + high) >> 1;
    const bool reached =
        weigh(logits, static_cast<int32_t>(middle), best.logit, probabilities).above >= wanted;
    (reached ? low : high) = middle;
  }
  const auto key = static_cast<int32_t>(high);
  const Weight at = weigh(logits, key, best.logit, probabilities);
  const double each = probabilities ? static_cast<double>(exponential_of(value_of(key) - best.logit)) : 1.0;
  uint64_t equals = at.equal;
  while (equals > 1 && at.above + static_cast<double>(equals - 1) * each >= wanted) --equals;
  if (key == floor.key) equals = smaller(equals, floor.equals);
  return {key, equals};
}

Limit find_candidates(Logits& logits, const Largest& best, const abi::SamplingParameters& sampling) {
  Limit limit{INT32_MIN, UINT64_MAX};
  if (sampling.top_k > 0 && sampling.top_k < logits.count()) {
    limit = find_limit(logits, best, sampling.top_k, false, limit);
  }
  if (sampling.top_p < 1) {
    const Weight all = weigh(logits, limit.key, best.logit, true);
    const double at_limit = static_cast<double>(smaller(all.equal, limit.equals)) *
                            static_cast<double>(exponential_of(value_of(limit.key) - best.logit));
    const double sum = limit.key == INT32_MIN ? all.above : all.above + at_limit;
    limit = find_limit(logits, best, sum * static_cast<double>(sampling.top_p), true, limit);
  }
  return limit;
}

/// A number in [0, 1) from seed and step: SplitMix64 (Steele, Lea and Flood 2014) as a counter-based
/// generator.
double random_number(uint64_t seed, uint64_t step) {
  uint64_t z = seed + (step + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) * 0x1p-53;
}

/// Walks over the candidates in order of ids, adding up e^((logit - largest) / temperature).
class Walk {
 public:
  Walk(Logits& logits, const Limit& limit, float largest, float temperature)
      : logits_(logits), limit_(limit), largest_(largest), temperature_(temperature) {}

  double sum() {
    double sum = 0;
    each_strip([&](uint64_t, vfloat32m4_t weights, vbool8_t candidates, size_t vl) {
      sum = add_up(sum, weights, candidates, vl);
    });
    return sum;
  }

  /// The first candidate whose running sum is above `target`; `otherwise` if there is none.
  uint32_t find(double target, uint32_t otherwise) {
    double passed = 0;
    bool found = false;
    each_strip([&](uint64_t first, vfloat32m4_t weights, vbool8_t candidates, size_t vl) {
      if (found) return;
      const double after = add_up(passed, weights, candidates, vl);
      if (after > target) {
        found = true;
        otherwise = static_cast<uint32_t>(first + crossing(passed, target, weights, candidates, vl));
      }
      passed = after;
    });
    return otherwise;
  }

 private:
  /// The element at which the running sum passes `target`: the sums of ever shorter strips say so.
  static uint64_t crossing(double passed, double target, vfloat32m4_t weights, vbool8_t candidates,
                           size_t vl) {
    size_t below = 0, above = vl;  // the first `below` stay below the target, the first `above` do not
    while (above - below > 1) {
      const size_t middle = (below + above) / 2;
      (add_up(passed, weights, candidates, middle) > target ? above : below) = middle;
    }
    return below;
  }

  /// Calls function(first id, weights, which are candidates, vl) for each strip that has candidates.
  template <typename Function>
  void each_strip(Function function) {
    uint64_t equals = limit_.equals;  // that may still come
    logits_.each_piece([&](uint64_t first, const float* values, size_t count) {
      for (size_t vl; count > 0; count -= vl, values += vl, first += vl) {
        vl = __riscv_vsetvl_e32m4(count);
        const vfloat32m4_t x = __riscv_vle32_v_f32m4(values, vl);
        const vbool8_t candidates = select(order_keys(x, vl), equals, vl);
        if (__riscv_vfirst_m_b8(candidates, vl) < 0) continue;
        const vfloat32m4_t distance = __riscv_vfsub_vf_f32m4(x, largest_, vl);
        function(first, exponential(__riscv_vfdiv_vf_f32m4(distance, temperature_, vl), vl), candidates, vl);
      }
    });
  }

  /// Which of the keys are within the limit. Counts `equals` down.
  vbool8_t select(vint32m4_t keys, uint64_t& equals, size_t vl) const {
    const vbool8_t above = __riscv_vmsgt_vx_i32m4_b8(keys, limit_.key, vl);
    const vbool8_t equal = __riscv_vmseq_vx_i32m4_b8(keys, limit_.key, vl);
    const uint64_t count = __riscv_vcpop_m_b8(equal, vl);
    if (count == 0 || equals == 0) return above;
    const vuint32m4_t rank = __riscv_viota_m_u32m4(equal, vl);
    const auto most = static_cast<uint32_t>(smaller<uint64_t>(equals, UINT32_MAX));
    equals -= smaller(equals, count);
    return __riscv_vmor_mm_b8(above,
                              __riscv_vmand_mm_b8(equal, __riscv_vmsltu_vx_u32m4_b8(rank, most, vl), vl), vl);
  }

  Logits& logits_;
  Limit limit_;
  float largest_, temperature_;
};

uint32_t draw(Logits& logits, const Largest& best, const abi::SamplingParameters& sampling, uint64_t step) {
  const Limit limit = find_candidates(logits, best, sampling);
  Walk walk(logits, limit, best.logit, sampling.temperature);
  return walk.find(random_number(sampling.seed, step) * walk.sum(), best.id);
}

bool is_stop(const abi::PlanHeader& plan, uint32_t token) {
  for (uint32_t i = 0; i < plan.stop_count; ++i) {
    if (plan.stop_tokens[i] == token) return true;
  }
  return false;
}

/// Copies the step's logits to the trace.
void trace(const abi::PlanHeader& plan, Logits& logits, uint64_t step) {
  const uint64_t address = plan.logits_trace + step * logits.count() * sizeof(float);
  logits.each_piece([&](uint64_t first, const float* values, size_t count) {
    wait_store(store(address + first * sizeof(float), values, count * sizeof(float)));
  });
}

}  // namespace

void sample(const abi::Op& op, const Step& step) {
  if (launch->tile != 0) return;
  const abi::PlanHeader& plan = *step.plan;
  Arena arena;
  Logits logits(op.input, arena);
  auto* status = arena.take<abi::PlanStatus>(1);
  auto* token = arena.take<uint32_t>(1);
  wait_load(load(status, plan.status, sizeof *status));
  if (plan.logits_trace != 0) trace(plan, logits, status->generated);

  const Largest best = find_largest(logits);
  *token = plan.sampling.temperature > 0 ? draw(logits, best, plan.sampling, status->generated) : best.id;

  const uint64_t index = step.position + step.rows;  // the new token's
  status->generated += 1;
  status->prefilled = plan.prompt_tokens;
  if (is_stop(plan, *token)) {
    status->finished = 1;
  } else if (status->generated >= plan.max_new_tokens) {
    status->finished = 2;
  } else if (index + 1 >= plan.context) {
    status->finished = 3;
  }
  if (index < plan.context) store(plan.tokens + index * sizeof(uint32_t), token, sizeof *token);
  wait_store(store(plan.status, status, sizeof *status));
  if (plan.doorbell_each_token || status->finished) ring_doorbell();
}

}  // namespace areia::kernels
