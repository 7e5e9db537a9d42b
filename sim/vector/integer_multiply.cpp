// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Integer multiplication, multiply-add and division, with results as wide as SEW.
#include "sim/vector/integer_kernels.h"

namespace areia::sim {
namespace {

using rvv::Arithmetic;
using rvv::kBits;
using rvv::Signed;

struct Multiply {
  template <typename T>
  static auto apply(T a, T b) {
    return Arithmetic<T>{a} * b;
  }
};

/// The upper half of the product of a and b, whose types say how each is to be read. (A product wider than
/// twice the element makes GCC 12 emit wrong code for 16 bits.)
template <typename A, typename B>
auto high_product(A a, B b) {
  constexpr bool kUnsigned = std::is_unsigned_v<A>;
  if constexpr (sizeof(A) == 8) {
    __extension__ using Wide = __int128;
    __extension__ using UnsignedWide = unsigned __int128;
    using Product = std::conditional_t<kUnsigned, UnsignedWide, Wide>;
    return static_cast<std::uint64_t>(static_cast<Product>(a) * static_cast<Product>(b) >> 64);
  } else if constexpr (sizeof(A) == 4) {
    using Product = std::conditional_t<kUnsigned, std::uint64_t, std::int64_t>;
    return static_cast<Product>(a) * static_cast<Product>(b) >> 32;
  } else {
    using Product = std::conditional_t<kUnsigned, std::uint32_t, std::int32_t>;
    return static_cast<Product>(a) * static_cast<Product>(b) >> kBits<A>;
  }
}

struct MultiplyHigh {
  template <typename T>
  static auto apply(T a, T b) {
    return high_product(static_cast<Signed<T>>(a), static_cast<Signed<T>>(b));
  }
};
struct MultiplyHighUnsigned {
  template <typename T>
  static auto apply(T a, T b) {
    return high_product(a, b);
  }
};
struct MultiplyHighSignedUnsigned {
  template <typename T>
  static auto apply(T a, T b) {
    return high_product(static_cast<Signed<T>>(a), b);
  }
};

struct MultiplyAccumulate {
  template <typename T>
  static auto apply(T a, T b, T d) {
    return d + Arithmetic<T>{a} * b;
  }
};
struct NegativeMultiplyAccumulate {
  template <typename T>
  static auto apply(T a, T b, T d) {
    return d - Arithmetic<T>{a} * b;
  }
};
struct MultiplyAdd {
  template <typename T>
  static auto apply(T a, T b, T d) {
    return a + Arithmetic<T>{d} * b;
  }
};
struct NegativeMultiplyAdd {
  template <typename T>
  static auto apply(T a, T b, T d) {
    return a - Arithmetic<T>{d} * b;
  }
};

// Division by zero gives all ones, its remainder the dividend; the one signed overflow gives the dividend
// and remainder 0.
struct DivideUnsigned {
  template <typename T>
  static T apply(T a, T b) {
    return b == 0 ? static_cast<T>(~T{0}) : static_cast<T>(a / b);
  }
};
struct RemainderUnsigned {
  template <typename T>
  static T apply(T a, T b) {
    return b == 0 ? a : static_cast<T>(a % b);
  }
};
template <typename T>
bool overflows(T a, T b) {
  return a == T{1} << (kBits<T> - 1) && b == static_cast<T>(~T{0});
}
struct Divide {
  template <typename T>
  static T apply(T a, T b) {
    if (b == 0) return static_cast<T>(~T{0});
    if (overflows(a, b)) return a;
    return static_cast<T>(static_cast<Signed<T>>(a) / static_cast<Signed<T>>(b));
  }
};
struct Remainder {
  template <typename T>
  static T apply(T a, T b) {
    if (b == 0) return a;
    if (overflows(a, b)) return 0;
    return static_cast<T>(static_cast<Signed<T>>(a) % static_cast<Signed<T>>(b));
  }
};

}  // namespace

#define AREIA_SAME_VV_VX(name, Op) AREIA_SAME_VV(name, Op) AREIA_SAME_VX(name, Op)

AREIA_SAME_VV_VX(vmul, Multiply)
AREIA_SAME_VV_VX(vmulh, MultiplyHigh)
AREIA_SAME_VV_VX(vmulhu, MultiplyHighUnsigned)
AREIA_SAME_VV_VX(vmulhsu, MultiplyHighSignedUnsigned)
AREIA_SAME_VV_VX(vmacc, MultiplyAccumulate)
AREIA_SAME_VV_VX(vnmsac, NegativeMultiplyAccumulate)
AREIA_SAME_VV_VX(vmadd, MultiplyAdd)
AREIA_SAME_VV_VX(vnmsub, NegativeMultiplyAdd)
AREIA_SAME_VV_VX(vdivu, DivideUnsigned)
AREIA_SAME_VV_VX(vdiv, Divide)
AREIA_SAME_VV_VX(vremu, RemainderUnsigned)
AREIA_SAME_VV_VX(vrem, Remainder)

}  // namespace areia::sim
