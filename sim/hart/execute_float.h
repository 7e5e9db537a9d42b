// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What floating-point instructions of every format have in common: execute_f.cpp, execute_d.cpp and
// execute_zfh.cpp name them. Each has a fast path on the host's unit and otherwise goes by soft_float.h.
#pragma once

#include <limits>

#include "sim/hart/dispatch.h"
#include "sim/hart/host_float.h"
#include "sim/hart/integer.h"
#include "sim/hart/soft_convert.h"

namespace areia::sim {

// --- Registers: a narrower value is NaN-boxed, all ones above it; what is not reads as the canonical NaN.

template <typename F>
constexpr std::uint64_t kBox =
    sizeof(typename F::Bits) == 8 ? 0 : ~std::uint64_t{0} << (8 * sizeof(typename F::Bits) % 64);

template <typename F>
std::uint64_t box(typename F::Bits bits) {
  return kBox<F> | bits;
}
template <typename F>
typename F::Bits unbox(std::uint64_t value) {
  return (value & kBox<F>) == kBox<F> ? static_cast<typename F::Bits>(value) : F::kCanonicalNan;
}

/// Before anything else: mstatus.FS.
inline void require_float(Hart& hart) {
  if (!hart.float_ready()) [[unlikely]]
    hart.prepare_float();
}
/// mstatus.FS, and a rounding mode that exists.
inline soft::Context require_rounding(Hart& hart, const Instruction& i) {
  require_float(hart);
  if (!hart.floats.legal(i.rm)) throw_illegal();
  return {hart.floats.rounding(i.rm), 0};
}
inline bool on_host(const Hart& hart, const Instruction& i) {
  return hart.float_ready() && hart.floats.host_rounds(i.rm);
}

// --- Arithmetic: an operation is a pair of functions, on host values and on bits.

struct Add {
  template <typename F>
  static auto host(auto a, auto b) {
    return static_cast<decltype(a)>(a + b);
  }
  template <typename F>
  static auto exact(auto a, auto b, soft::Context& context) {
    return soft::add<F>(a, b, context);
  }
};
struct Subtract {
  template <typename F>
  static auto host(auto a, auto b) {
    return static_cast<decltype(a)>(a - b);
  }
  template <typename F>
  static auto exact(auto a, auto b, soft::Context& context) {
    return soft::subtract<F>(a, b, context);
  }
};
struct Multiply {
  template <typename F>
  static auto host(auto a, auto b) {
    return static_cast<decltype(a)>(a * b);
  }
  template <typename F>
  static auto exact(auto a, auto b, soft::Context& context) {
    return soft::multiply<F>(a, b, context);
  }
};
struct Divide {
  template <typename F>
  static auto host(auto a, auto b) {
    return static_cast<decltype(a)>(a / b);
  }
  template <typename F>
  static auto exact(auto a, auto b, soft::Context& context) {
    return soft::divide<F>(a, b, context);
  }
};
struct SquareRoot {
  template <typename F>
  static auto host(auto a, auto) {
    return Host<F>::square_root(a);
  }
  template <typename F>
  static auto exact(auto a, auto, soft::Context& context) {
    return soft::square_root<F>(a, context);
  }
};

template <typename F, typename Operation>
[[gnu::noinline]] void arithmetic_exact(Hart& hart, const Instruction& i) {
  soft::Context context = require_rounding(hart, i);
  const auto a = unbox<F>(hart.f[i.rs1]), b = unbox<F>(hart.f[i.rs2]);
  hart.f[i.rd] = box<F>(Operation::template exact<F>(a, b, context));
  hart.floats.raise(context.flags);
}
/// rd = rs1 op rs2. For SquareRoot, rs2 is no operand and ignored.
template <typename F, typename Operation>
[[gnu::always_inline]] inline void arithmetic(Hart& hart, const Instruction& i) {
  if constexpr (Host<F>::kAvailable) {
    if (on_host(hart, i)) [[likely]] {
      const auto a = host_value<F>(unbox<F>(hart.f[i.rs1])), b = host_value<F>(unbox<F>(hart.f[i.rs2]));
      hart.f[i.rd] = box<F>(host_result<F>(Operation::template host<F>(a, b)));
      return;
    }
  }
  arithmetic_exact<F, Operation>(hart, i);
}

/// The fused multiply-adds differ in what they negate beforehand.
enum class Negate { kNothing, kAddend, kProduct, kBoth };

template <typename F, Negate kNegate>
struct FusedOperands {
  FusedOperands(const Hart& hart, const Instruction& i)
      : a(unbox<F>(hart.f[i.rs1])), b(unbox<F>(hart.f[i.rs2])), c(unbox<F>(hart.f[i.rs3])) {
    if constexpr (kNegate == Negate::kProduct || kNegate == Negate::kBoth) a ^= F::kSign;
    if constexpr (kNegate == Negate::kAddend || kNegate == Negate::kBoth) c ^= F::kSign;
  }
  typename F::Bits a, b, c;
};

template <typename F, Negate kNegate>
[[gnu::noinline]] void multiply_add_exact(Hart& hart, const Instruction& i) {
  soft::Context context = require_rounding(hart, i);
  const FusedOperands<F, kNegate> operand(hart, i);
  hart.f[i.rd] = box<F>(soft::multiply_add<F>(operand.a, operand.b, operand.c, context));
  hart.floats.raise(context.flags);
}
template <typename F, Negate kNegate = Negate::kNothing>
[[gnu::always_inline]] inline void multiply_add(Hart& hart, const Instruction& i) {
  if constexpr (Host<F>::kFused) {
    if (on_host(hart, i)) [[likely]] {
      const FusedOperands<F, kNegate> operand(hart, i);
      const auto result = host_result<F>(Host<F>::multiply_add(
          host_value<F>(operand.a), host_value<F>(operand.b), host_value<F>(operand.c)));
      // x86 raises no invalid for infinity * 0 + quiet NaN.
      if (result != F::kCanonicalNan) [[likely]] {
        hart.f[i.rd] = box<F>(result);
        return;
      }
    }
  }
  multiply_add_exact<F, kNegate>(hart, i);
}

// --- Signs, minimum, comparison, class

enum class SignFrom { kCopy, kNegated, kXor };

template <typename F, SignFrom kFrom>
[[gnu::always_inline]] inline void inject_sign(Hart& hart, const Instruction& i) {
  require_float(hart);
  const auto a = unbox<F>(hart.f[i.rs1]), b = unbox<F>(hart.f[i.rs2]);
  const auto from = kFrom == SignFrom::kCopy ? b : kFrom == SignFrom::kNegated ? ~b : a ^ b;
  hart.f[i.rd] = box<F>(static_cast<typename F::Bits>((a & ~F::kSign) | (from & F::kSign)));
}

/// rd = `select`(rs1, rs2, context), a function of soft_convert.h.
template <typename F, auto kSelect>
[[gnu::always_inline]] inline void select(Hart& hart, const Instruction& i) {
  require_float(hart);
  soft::Context context;
  hart.f[i.rd] = box<F>(kSelect(unbox<F>(hart.f[i.rs1]), unbox<F>(hart.f[i.rs2]), context));
  hart.floats.raise(context.flags);
}
template <typename F, auto kCompare>
[[gnu::always_inline]] inline void compare(Hart& hart, const Instruction& i) {
  require_float(hart);
  soft::Context context;
  hart.x[i.rd] = kCompare(unbox<F>(hart.f[i.rs1]), unbox<F>(hart.f[i.rs2]), context);
  hart.floats.raise(context.flags);
}
template <typename F>
[[gnu::always_inline]] inline void classify(Hart& hart, const Instruction& i) {
  require_float(hart);
  hart.x[i.rd] = soft::classify<F>(unbox<F>(hart.f[i.rs1]));
}

// --- Conversions

/// An integer result in a register: 32-bit ones sign-extended, unsigned ones too.
template <typename Integer>
std::uint64_t register_value(Integer value) {
  return sizeof(Integer) == 4 ? extend_word(static_cast<std::uint64_t>(value))
                              : static_cast<std::uint64_t>(value);
}

template <typename Integer, typename F>
[[gnu::noinline]] void to_integer_exact(Hart& hart, const Instruction& i) {
  soft::Context context = require_rounding(hart, i);
  hart.x[i.rd] = register_value(soft::to_integer<Integer, F>(unbox<F>(hart.f[i.rs1]), context));
  hart.floats.raise(context.flags);
}
#if AREIA_HOST_FLOAT
/// Whether `value` is certainly in the range of Integer in every rounding mode; false for NaN, which may
/// leave the invalid flag, as the conversion will too. 2^63 and 2^64 are exact in double, and so are both
/// limits of 32 bits. Unsigned 64-bit conversions need AVX-512.
template <typename Integer>
bool host_converts(double value) {
#if !defined(__AVX512F__)
  if (std::is_same_v<Integer, std::uint64_t>) return false;
#endif
  constexpr double kLow = static_cast<double>(std::numeric_limits<Integer>::min());
  if constexpr (sizeof(Integer) == 4) {
    return value >= kLow && value <= static_cast<double>(std::numeric_limits<Integer>::max());
  } else {
    constexpr double kBeyond = std::is_signed_v<Integer> ? 0x1p63 : 0x1p64;
    return value >= kLow && value < kBeyond;
  }
}
/// By the wider conversion where there is one: in range, all agree. Rounds as MXCSR says, or toward zero.
template <typename Integer>
Integer host_to_integer(double value, bool toward_zero) {
  const __m128d operand = _mm_set_sd(value);
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<Integer, std::uint64_t>) {
    return toward_zero ? _mm_cvttsd_u64(operand) : _mm_cvtsd_u64(operand);
  }
#endif
  return static_cast<Integer>(toward_zero ? _mm_cvttsd_si64(operand) : _mm_cvtsd_si64(operand));
}
#endif
/// Widening to double is exact, so one path serves all formats.
template <typename Integer, typename F>
[[gnu::always_inline]] inline void to_integer(Hart& hart, const Instruction& i) {
#if AREIA_HOST_FLOAT
  if constexpr (Host<F>::kAvailable) {
    const bool toward_zero = i.rm == static_cast<std::uint8_t>(Rounding::kTowardZero);
    if (hart.float_ready() && (toward_zero || hart.floats.host_rounds(i.rm))) [[likely]] {
      const auto value = static_cast<double>(host_value<F>(unbox<F>(hart.f[i.rs1])));
      if (host_converts<Integer>(value)) [[likely]] {
        hart.x[i.rd] = register_value(host_to_integer<Integer>(value, toward_zero));
        return;
      }
    }
  }
#endif
  to_integer_exact<Integer, F>(hart, i);
}

template <typename F, typename Integer>
[[gnu::noinline]] void from_integer_exact(Hart& hart, const Instruction& i) {
  soft::Context context = require_rounding(hart, i);
  hart.f[i.rd] = box<F>(soft::from_integer<F>(static_cast<Integer>(hart.x[i.rs1]), context));
  hart.floats.raise(context.flags);
}
template <typename F, typename Integer>
[[gnu::always_inline]] inline void from_integer(Hart& hart, const Instruction& i) {
  if constexpr (Host<F>::kAvailable) {
    if (on_host(hart, i)) [[likely]] {
      const auto value = static_cast<typename Host<F>::Value>(static_cast<Integer>(hart.x[i.rs1]));
      hart.f[i.rd] = box<F>(std::bit_cast<typename F::Bits>(value));
      return;
    }
  }
  from_integer_exact<F, Integer>(hart, i);
}

template <typename To, typename From>
[[gnu::noinline]] void convert_exact(Hart& hart, const Instruction& i) {
  soft::Context context = require_rounding(hart, i);
  hart.f[i.rd] = box<To>(soft::convert<To, From>(unbox<From>(hart.f[i.rs1]), context));
  hart.floats.raise(context.flags);
}
template <typename To, typename From>
[[gnu::always_inline]] inline void convert(Hart& hart, const Instruction& i) {
  if constexpr (Host<To>::kAvailable && Host<From>::kAvailable) {
    if (on_host(hart, i)) [[likely]] {
      const auto value = host_value<From>(unbox<From>(hart.f[i.rs1]));
      hart.f[i.rd] = box<To>(host_result<To>(static_cast<typename Host<To>::Value>(value)));
      return;
    }
  }
  convert_exact<To, From>(hart, i);
}

// --- Moves, loads and stores

/// Bits as they are, without unboxing.
template <typename F>
[[gnu::always_inline]] inline void move_to_x(Hart& hart, const Instruction& i) {
  require_float(hart);
  using Signed = std::make_signed_t<typename F::Bits>;
  hart.x[i.rd] = as_unsigned(static_cast<Signed>(hart.f[i.rs1]));
}
template <typename F>
[[gnu::always_inline]] inline void move_from_x(Hart& hart, const Instruction& i) {
  require_float(hart);
  hart.f[i.rd] = box<F>(static_cast<typename F::Bits>(hart.x[i.rs1]));
}
template <typename F>
[[gnu::always_inline]] inline void load_float(Hart& hart, const Instruction& i) {
  require_float(hart);
  hart.f[i.rd] = box<F>(hart.load<typename F::Bits>(hart.x[i.rs1] + immediate(i)));
}
template <typename F>
[[gnu::always_inline]] inline void store_float(Hart& hart, const Instruction& i) {
  require_float(hart);
  hart.store<typename F::Bits>(hart.x[i.rs1] + immediate(i), static_cast<typename F::Bits>(hart.f[i.rs2]));
}

}  // namespace areia::sim
