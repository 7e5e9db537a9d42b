// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Integer reductions: vd[0] = vs1[0] op the active elements of vs2. Every operation is associative and
// commutative, so the compiler may take the elements in any order.
#include <algorithm>
#include <limits>

#include "sim/vector/checks.h"
#include "sim/vector/elements.h"

namespace areia::sim {
namespace {

using rvv::Byte;

// T is signed where the operation looks at signs; kNeutral leaves any other element as it is.
struct Sum {
  template <typename T>
  static constexpr T kNeutral = 0;
  template <typename T>
  static T apply(T a, T b) {
    return static_cast<T>(static_cast<std::make_unsigned_t<T>>(a) + static_cast<std::make_unsigned_t<T>>(b));
  }
};
struct And {
  template <typename T>
  static constexpr T kNeutral = static_cast<T>(~T{0});
  template <typename T>
  static T apply(T a, T b) {
    return a & b;
  }
};
struct Or {
  template <typename T>
  static constexpr T kNeutral = 0;
  template <typename T>
  static T apply(T a, T b) {
    return a | b;
  }
};
struct Xor {
  template <typename T>
  static constexpr T kNeutral = 0;
  template <typename T>
  static T apply(T a, T b) {
    return a ^ b;
  }
};
struct Minimum {
  template <typename T>
  static constexpr T kNeutral = std::numeric_limits<T>::max();
  template <typename T>
  static T apply(T a, T b) {
    return std::min(a, b);
  }
};
struct Maximum {
  template <typename T>
  static constexpr T kNeutral = std::numeric_limits<T>::min();
  template <typename T>
  static T apply(T a, T b) {
    return std::max(a, b);
  }
};

/// Reduces elements of type T, extended to D, onto the D at `accumulator`.
using ReduceKernel = void (*)(Byte* accumulator, const Byte* a, std::size_t count);

template <typename Op, typename T, typename D = T>
void reduce(Byte* accumulator, const Byte* a, std::size_t count) {
  const T* from = reinterpret_cast<const T*>(a);
  D result = rvv::element<D>(accumulator, 0);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) result = Op::apply(result, static_cast<D>(from[i]));
  rvv::set_element(accumulator, 0, result);
}

struct Reduction {
  ReduceKernel kernels[4];
  std::uint64_t neutral[4];
  bool widening;
};

template <typename Op, typename... T>
constexpr Reduction kReduction = {
    {reduce<Op, T>...}, {static_cast<std::uint64_t>(Op::template kNeutral<T>)...}, false};
template <typename Op>
constexpr Reduction kUnsigned = kReduction<Op, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>;
template <typename Op>
constexpr Reduction kSigned = kReduction<Op, std::int8_t, std::int16_t, std::int32_t, std::int64_t>;

constexpr Reduction kWideningUnsigned = {
    {reduce<Sum, std::uint8_t, std::uint16_t>, reduce<Sum, std::uint16_t, std::uint32_t>,
     reduce<Sum, std::uint32_t, std::uint64_t>, nullptr},
    {0, 0, 0, 0},
    true};
constexpr Reduction kWideningSigned = {
    {reduce<Sum, std::int8_t, std::int16_t>, reduce<Sum, std::int16_t, std::int32_t>,
     reduce<Sum, std::int32_t, std::int64_t>, nullptr},
    {0, 0, 0, 0},
    true};

void run(Hart& hart, const Instruction& i, const Reduction& reduction) {
  VectorState& v = rvv::begin(hart);
  rvv::require((i.rs2 & rvv::group_mask(v)) == 0);
  rvv::require(!reduction.widening || v.sew_log2 <= 5);
  if (v.vl == 0) return;
  const unsigned bytes = v.sew_bytes();
  const unsigned index = rvv::sew_index(v);
  Byte accumulator[8];
  std::memcpy(accumulator, v.reg(i.rs1), sizeof accumulator);
  if (i.masked) {
    rvv::Scratch elements;
    rvv::neutralise(elements, v.reg(i.rs2), rvv::ActiveBytes(v, v.vl), v.vl, bytes, reduction.neutral[index]);
    reduction.kernels[index](accumulator, elements, v.vl);
  } else {
    reduction.kernels[index](accumulator, v.reg(i.rs2), v.vl);
  }
  std::memcpy(v.reg(i.rd), accumulator, reduction.widening ? 2 * bytes : bytes);
}

}  // namespace

#define AREIA_REDUCE(name, reduction) \
  void exec_##name##_vs(Hart& hart, const Instruction& i) { run(hart, i, reduction); }

AREIA_REDUCE(vredsum, kUnsigned<Sum>)
AREIA_REDUCE(vredand, kUnsigned<And>)
AREIA_REDUCE(vredor, kUnsigned<Or>)
AREIA_REDUCE(vredxor, kUnsigned<Xor>)
AREIA_REDUCE(vredminu, kUnsigned<Minimum>)
AREIA_REDUCE(vredmin, kSigned<Minimum>)
AREIA_REDUCE(vredmaxu, kUnsigned<Maximum>)
AREIA_REDUCE(vredmax, kSigned<Maximum>)
AREIA_REDUCE(vwredsumu, kWideningUnsigned)
AREIA_REDUCE(vwredsum, kWideningSigned)

}  // namespace areia::sim
