// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Conversions between floating-point formats and integers of the same, twice or half the width, and between
// floating-point formats. Inactive elements convert a zero, which is exact everywhere.
#include "sim/vector/float_to_integer.h"

#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace areia::sim {
namespace {

using rvv::Byte;
using rvv::ConvertKernel;
using soft::Bfloat16;
using soft::Context;
using soft::Double;
using soft::Half;
using soft::Single;

using SoftConvert = void (*)(Byte* d, const Byte* a, std::size_t count, Context& context);

/// How the widths of vd and vs2 compare; SEW is the narrower one's.
enum class Width : std::uint8_t { kSame, kWidening, kNarrowing };
/// How a conversion rounds: as frm says, or in a mode of its own.
enum class Mode : std::uint8_t { kAsFrm, kTowardZero, kToOdd };

/// Kernels by SEW from 8 bits; no soft kernel: no such conversion.
struct Conversion {
  Width width;
  Mode mode;
  ConvertKernel host[4];
  SoftConvert soft[4];
};

template <typename To, typename F>
void soft_to_integer(Byte* d, const Byte* a, std::size_t count, Context& context) {
  for (std::size_t i = 0; i < count; ++i)
    rvv::set_element(d, i, soft::to_integer<To, F>(rvv::element<typename F::Bits>(a, i), context));
}
template <typename F, typename From>
void soft_from_integer(Byte* d, const Byte* a, std::size_t count, Context& context) {
  for (std::size_t i = 0; i < count; ++i)
    rvv::set_element(d, i, soft::from_integer<F>(rvv::element<From>(a, i), context));
}
template <typename To, typename From>
void soft_convert(Byte* d, const Byte* a, std::size_t count, Context& context) {
  for (std::size_t i = 0; i < count; ++i)
    rvv::set_element(d, i, soft::convert<To, From>(rvv::element<typename From::Bits>(a, i), context));
}

/// From integers, by the host's conversion instruction.
template <typename To, typename From>
unsigned host_from_integer(Byte* d, const Byte* a, std::size_t count) {
  To* to = reinterpret_cast<To*>(d);
  const From* from = reinterpret_cast<const From*>(a);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<To>(from[i]);
  return 0;
}

[[maybe_unused]] unsigned host_double_to_single(Byte* d, const Byte* a, std::size_t count) {
  auto* to = reinterpret_cast<std::uint32_t*>(d);
  const double* from = reinterpret_cast<const double*>(a);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i)
    to[i] = rvv::result_bits<rvv::HostSingle>(static_cast<float>(from[i]));
  return 0;
}

template <typename F>
void make_canonical(Byte* d, std::size_t count) {
  using Bits = typename F::Bits;
  Bits* to = reinterpret_cast<Bits*>(d);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = soft::canonical<F>(to[i]);
}

#if AREIA_HOST_FLOAT
#define AREIA_SSE_KERNEL(kernel) kernel
#else
#define AREIA_SSE_KERNEL(kernel) nullptr
#endif

#if defined(__F16C__)
unsigned host_single_to_half(Byte* d, const Byte* a, std::size_t count) {
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m256 single = _mm256_loadu_ps(reinterpret_cast<const float*>(a) + i);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(d + 2 * i),
                     _mm256_cvtps_ph(single, _MM_FROUND_CUR_DIRECTION));
  }
  if (i < count) {
    alignas(32) float rest[8] = {};
    alignas(16) std::uint16_t narrowed[8];
    std::memcpy(rest, a + 4 * i, 4 * (count - i));
    _mm_store_si128(reinterpret_cast<__m128i*>(narrowed),
                    _mm256_cvtps_ph(_mm256_load_ps(rest), _MM_FROUND_CUR_DIRECTION));
    std::memcpy(d + 2 * i, narrowed, 2 * (count - i));
  }
  make_canonical<Half>(d, count);
  return 0;
}
#define AREIA_F16C_KERNEL(kernel) kernel
#else
#define AREIA_F16C_KERNEL(kernel) nullptr
#endif

template <ConvertKernel widen, typename F>
unsigned widen_canonical(Byte* d, const Byte* a, std::size_t count) {
  const unsigned flags = widen(d, a, count);
  make_canonical<F>(d, count);
  return flags;
}

void execute(Hart& hart, const Conversion& conversion, Byte* d, const Byte* a, std::size_t count) {
  FloatEnvironment& floats = hart.floats;
  const unsigned index = rvv::sew_index(hart.vector);
  unsigned flags;
  if (conversion.host[index] != nullptr && (conversion.mode == Mode::kTowardZero || floats.host_rounds())) {
    flags = conversion.host[index](d, a, count);
  } else {
    Context context{conversion.mode == Mode::kTowardZero ? Rounding::kTowardZero
                    : conversion.mode == Mode::kToOdd    ? Rounding::kToOdd
                                                         : floats.rounding()};
    conversion.soft[index](d, a, count, context);
    flags = context.flags;
  }
  if (flags != 0) floats.raise(flags);
}

void check(const VectorState& v, const Instruction& i, Width width) {
  switch (width) {
    case Width::kSame:
      return rvv::check_same(v, i, 0);
    case Width::kWidening:
      return rvv::check_widening(v, i, false);
    case Width::kNarrowing:
      return rvv::check_narrowing(v, i, false);
  }
}

void run(Hart& hart, const Instruction& i, const Conversion& conversion) {
  VectorState& v = rvv::begin(hart);
  rvv::prepare_float(hart);
  check(v, i, conversion.width);
  rvv::require(conversion.soft[rvv::sew_index(v)] != nullptr);
  if (!i.masked) return execute(hart, conversion, v.reg(i.rd), v.reg(i.rs2), v.vl);
  const unsigned bytes = v.sew_bytes();
  const rvv::ActiveBytes active(v, v.vl);
  rvv::Scratch source, result;
  rvv::neutralise(source, v.reg(i.rs2), active, v.vl,
                  conversion.width == Width::kNarrowing ? 2 * bytes : bytes, 0);
  execute(hart, conversion, result, source, v.vl);
  rvv::merge(v.reg(i.rd), result, active, v.vl, conversion.width == Width::kWidening ? 2 * bytes : bytes);
}

using I8 = std::int8_t;
using I16 = std::int16_t;
using I32 = std::int32_t;
using I64 = std::int64_t;
using U8 = std::uint8_t;
using U16 = std::uint16_t;
using U32 = std::uint32_t;
using U64 = std::uint64_t;

template <bool is_signed, Mode mode>
constexpr Conversion kToInteger = {
    Width::kSame,
    mode,
    {nullptr, AREIA_CONVERT_HALF_KERNEL((rvv::half_to_int16<is_signed, mode == Mode::kTowardZero>)),
     AREIA_CONVERT_KERNEL((rvv::single_to_int32<is_signed, mode == Mode::kTowardZero>)),
     AREIA_CONVERT_KERNEL((rvv::double_to_int64<is_signed, mode == Mode::kTowardZero>))},
    {nullptr, soft_to_integer<std::conditional_t<is_signed, I16, U16>, Half>,
     soft_to_integer<std::conditional_t<is_signed, I32, U32>, Single>,
     soft_to_integer<std::conditional_t<is_signed, I64, U64>, Double>}};
template <bool is_signed, Mode mode>
constexpr Conversion kToWideInteger = {
    Width::kWidening,
    mode,
    {nullptr, AREIA_CONVERT_HALF_KERNEL((rvv::half_to_int32<is_signed, mode == Mode::kTowardZero>)),
     AREIA_CONVERT_KERNEL((rvv::single_to_int64<is_signed, mode == Mode::kTowardZero>)), nullptr},
    {nullptr, soft_to_integer<std::conditional_t<is_signed, I32, U32>, Half>,
     soft_to_integer<std::conditional_t<is_signed, I64, U64>, Single>, nullptr}};
template <bool is_signed, Mode mode>
constexpr Conversion kToNarrowInteger = {
    Width::kNarrowing,
    mode,
    {nullptr, AREIA_CONVERT_KERNEL((rvv::single_to_int16<is_signed, mode == Mode::kTowardZero>)),
     AREIA_CONVERT_KERNEL((rvv::double_to_int32<is_signed, mode == Mode::kTowardZero>)), nullptr},
    {soft_to_integer<std::conditional_t<is_signed, I8, U8>, Half>,
     soft_to_integer<std::conditional_t<is_signed, I16, U16>, Single>,
     soft_to_integer<std::conditional_t<is_signed, I32, U32>, Double>, nullptr}};

#define AREIA_FROM_INTEGER(To, From) AREIA_CONVERT_KERNEL((host_from_integer<To, From>))
#define AREIA_HALF_FROM_INTEGER(From) AREIA_CONVERT_HALF_KERNEL((host_from_integer<_Float16, From>))

constexpr Conversion kFromSigned = {
    Width::kSame,
    Mode::kAsFrm,
    {nullptr, AREIA_HALF_FROM_INTEGER(I16), AREIA_FROM_INTEGER(float, I32), AREIA_FROM_INTEGER(double, I64)},
    {nullptr, soft_from_integer<Half, I16>, soft_from_integer<Single, I32>, soft_from_integer<Double, I64>}};
constexpr Conversion kFromUnsigned = {
    Width::kSame,
    Mode::kAsFrm,
    {nullptr, AREIA_HALF_FROM_INTEGER(U16), AREIA_FROM_INTEGER(float, U32), AREIA_FROM_INTEGER(double, U64)},
    {nullptr, soft_from_integer<Half, U16>, soft_from_integer<Single, U32>, soft_from_integer<Double, U64>}};
constexpr Conversion kWideFromSigned = {
    Width::kWidening,
    Mode::kAsFrm,
    {AREIA_HALF_FROM_INTEGER(I8), AREIA_FROM_INTEGER(float, I16), AREIA_FROM_INTEGER(double, I32), nullptr},
    {soft_from_integer<Half, I8>, soft_from_integer<Single, I16>, soft_from_integer<Double, I32>, nullptr}};
constexpr Conversion kWideFromUnsigned = {
    Width::kWidening,
    Mode::kAsFrm,
    {AREIA_HALF_FROM_INTEGER(U8), AREIA_FROM_INTEGER(float, U16), AREIA_FROM_INTEGER(double, U32), nullptr},
    {soft_from_integer<Half, U8>, soft_from_integer<Single, U16>, soft_from_integer<Double, U32>, nullptr}};
constexpr Conversion kNarrowFromSigned = {
    Width::kNarrowing,
    Mode::kAsFrm,
    {nullptr, AREIA_HALF_FROM_INTEGER(I32), AREIA_FROM_INTEGER(float, I64), nullptr},
    {nullptr, soft_from_integer<Half, I32>, soft_from_integer<Single, I64>, nullptr}};
constexpr Conversion kNarrowFromUnsigned = {
    Width::kNarrowing,
    Mode::kAsFrm,
    {nullptr, AREIA_HALF_FROM_INTEGER(U32), AREIA_FROM_INTEGER(float, U64), nullptr},
    {nullptr, soft_from_integer<Half, U32>, soft_from_integer<Single, U64>, nullptr}};

constexpr Conversion kWiden = {
    Width::kWidening,
    Mode::kAsFrm,
    {nullptr, widen_canonical<rvv::widen_half, Single>, widen_canonical<rvv::widen_single, Double>, nullptr},
    {nullptr, soft_convert<Single, Half>, soft_convert<Double, Single>, nullptr}};
constexpr Conversion kNarrow = {
    Width::kNarrowing,
    Mode::kAsFrm,
    {nullptr, AREIA_F16C_KERNEL(host_single_to_half), AREIA_SSE_KERNEL(host_double_to_single), nullptr},
    {nullptr, soft_convert<Half, Single>, soft_convert<Single, Double>, nullptr}};
constexpr Conversion kNarrowToOdd = {
    Width::kNarrowing,
    Mode::kToOdd,
    {nullptr, nullptr, nullptr, nullptr},
    {nullptr, soft_convert<Half, Single>, soft_convert<Single, Double>, nullptr}};

/// Rounding to nearest even, in integers: bfloat16 is the upper half of a single.
unsigned single_to_bfloat16(Byte* d, const Byte* a, std::size_t count) {
  std::uint16_t* to = reinterpret_cast<std::uint16_t*>(d);
  const std::uint32_t* from = reinterpret_cast<const std::uint32_t*>(a);
  // The least magnitude that rounds to the smallest normal number if the exponent has no bound.
  constexpr std::uint32_t kNotTiny = 0x007fc000;
  std::uint32_t inexact = 0, overflow = 0, underflow = 0, signaling = 0;
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t bits = from[i], magnitude = bits & ~Single::kSign;
    const std::uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    const bool nan = magnitude > Single::kInfinity;
    const bool lost = (bits & 0xffff) != 0 && !nan;
    inexact |= lost ? 1u : 0;
    overflow |= lost && (rounded & 0x7fff) == Bfloat16::kInfinity ? 1u : 0;
    underflow |= lost && magnitude < kNotTiny ? 1u : 0;
    signaling |= nan && (bits & Single::kQuiet) == 0 ? 1u : 0;
    to[i] = static_cast<std::uint16_t>(nan ? Bfloat16::kCanonicalNan : rounded);
  }
  return inexact * kInexact | overflow * kOverflow | underflow * kUnderflow | signaling * kInvalid;
}
/// Exact.
unsigned bfloat16_to_single(Byte* d, const Byte* a, std::size_t count) {
  std::uint32_t* to = reinterpret_cast<std::uint32_t*>(d);
  const std::uint16_t* from = reinterpret_cast<const std::uint16_t*>(a);
  std::uint16_t signaling = 0;
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    signaling |= soft::is_signaling<Bfloat16>(from[i]) ? std::uint16_t{1} : std::uint16_t{0};
    to[i] = std::uint32_t{soft::canonical<Bfloat16>(from[i])} << 16;
  }
  return signaling != 0 ? kInvalid : 0;
}

template <ConvertKernel kernel>
constexpr Conversion kBfloat16 = {Width::kNarrowing,
                                  Mode::kAsFrm,
                                  {nullptr, kernel, nullptr, nullptr},
                                  {nullptr, soft_convert<Bfloat16, Single>, nullptr, nullptr}};
constexpr Conversion kWidenBfloat16 = {Width::kWidening,
                                       Mode::kAsFrm,
                                       {nullptr, bfloat16_to_single, nullptr, nullptr},
                                       {nullptr, soft_convert<Single, Bfloat16>, nullptr, nullptr}};

}  // namespace

#define AREIA_CONVERT(executor, conversion) \
  void executor(Hart& hart, const Instruction& i) { run(hart, i, conversion); }

AREIA_CONVERT(exec_vfcvt_x_f_v, (kToInteger<true, Mode::kAsFrm>))
AREIA_CONVERT(exec_vfcvt_xu_f_v, (kToInteger<false, Mode::kAsFrm>))
AREIA_CONVERT(exec_vfcvt_rtz_x_f_v, (kToInteger<true, Mode::kTowardZero>))
AREIA_CONVERT(exec_vfcvt_rtz_xu_f_v, (kToInteger<false, Mode::kTowardZero>))
AREIA_CONVERT(exec_vfcvt_f_x_v, kFromSigned)
AREIA_CONVERT(exec_vfcvt_f_xu_v, kFromUnsigned)
AREIA_CONVERT(exec_vfwcvt_x_f_v, (kToWideInteger<true, Mode::kAsFrm>))
AREIA_CONVERT(exec_vfwcvt_xu_f_v, (kToWideInteger<false, Mode::kAsFrm>))
AREIA_CONVERT(exec_vfwcvt_rtz_x_f_v, (kToWideInteger<true, Mode::kTowardZero>))
AREIA_CONVERT(exec_vfwcvt_rtz_xu_f_v, (kToWideInteger<false, Mode::kTowardZero>))
AREIA_CONVERT(exec_vfwcvt_f_x_v, kWideFromSigned)
AREIA_CONVERT(exec_vfwcvt_f_xu_v, kWideFromUnsigned)
AREIA_CONVERT(exec_vfwcvt_f_f_v, kWiden)
AREIA_CONVERT(exec_vfncvt_x_f_w, (kToNarrowInteger<true, Mode::kAsFrm>))
AREIA_CONVERT(exec_vfncvt_xu_f_w, (kToNarrowInteger<false, Mode::kAsFrm>))
AREIA_CONVERT(exec_vfncvt_rtz_x_f_w, (kToNarrowInteger<true, Mode::kTowardZero>))
AREIA_CONVERT(exec_vfncvt_rtz_xu_f_w, (kToNarrowInteger<false, Mode::kTowardZero>))
AREIA_CONVERT(exec_vfncvt_f_x_w, kNarrowFromSigned)
AREIA_CONVERT(exec_vfncvt_f_xu_w, kNarrowFromUnsigned)
AREIA_CONVERT(exec_vfncvt_f_f_w, kNarrow)
AREIA_CONVERT(exec_vfncvt_rod_f_f_w, kNarrowToOdd)
AREIA_CONVERT(exec_vfwcvtbf16_f_f_v, kWidenBfloat16)
void exec_vfncvtbf16_f_f_w(Hart& hart, const Instruction& i) {
  const bool nearest_even = hart.floats.frm() == 0;
  run(hart, i, nearest_even ? kBfloat16<single_to_bfloat16> : kBfloat16<nullptr>);
}

}  // namespace areia::sim
