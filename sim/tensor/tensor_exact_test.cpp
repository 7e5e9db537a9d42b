// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The engine against independent arithmetic: operands decoded from the formats' definitions, sums in MPFR
// with fp32's precision and exponent range, dot products of blocks without any rounding. Shares no code with
// the engine or spec/num but the names of the formats.
#include <gtest/gtest.h>
#include <mpfr.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "sim/tensor/mma_test_data.h"
#include "sim/tensor/tensor_engine.h"
#include "spec/abi/memory_map.h"

namespace areia::sim {
namespace {

using num::Format;
using test::Operand;
using test::Random;
using test::Values;

/// An IEEE-like code with the given fields; `top` says what an exponent of all ones means.
enum class Top { kInfinityAndNan, kNanOnly, kNumbers };
double by_definition(std::uint32_t code, int exponent_bits, int mantissa_bits, Top top) {
  const int bias = (1 << (exponent_bits - 1)) - 1, all_ones = (1 << exponent_bits) - 1;
  const int e = static_cast<int>(code >> mantissa_bits) & all_ones;
  const std::uint32_t mantissa = code & ((1u << mantissa_bits) - 1);
  const double sign = code >> (exponent_bits + mantissa_bits) & 1 ? -1.0 : 1.0;
  if (e == all_ones && top == Top::kInfinityAndNan) return mantissa == 0 ? sign * HUGE_VAL : std::nan("");
  if (e == all_ones && top == Top::kNanOnly && mantissa == (1u << mantissa_bits) - 1) return std::nan("");
  const double fraction = std::ldexp(mantissa, -mantissa_bits);
  return sign * (e == 0 ? std::ldexp(fraction, 1 - bias) : std::ldexp(1 + fraction, e - bias));
}

std::uint32_t bytes_at(const std::uint8_t* at, int count) {
  std::uint32_t value = 0;
  for (int i = count - 1; i >= 0; --i) value = value << 8 | at[i];
  return value;
}

double fp16(const std::uint8_t* at) { return by_definition(bytes_at(at, 2), 5, 10, Top::kInfinityAndNan); }
double e8m0(std::uint8_t code) { return code == 255 ? std::nan("") : std::ldexp(1.0, code - 127); }
std::uint8_t nibble(const std::uint8_t* payload, std::uint32_t i) {
  return static_cast<std::uint8_t>(payload[i % 16] >> (i < 16 ? 0 : 4) & 15);
}

struct Scaled {
  double value = 0, scale = 1, minimum = 0;
  double sum = 0;  ///< that the block carries
};

/// The unsigned integer of element i of a super-block: `low` holds nibbles in runs of `run` bytes, low halves
/// first; `high` the `bits` bits above of element i in byte i % 32 of each run of 32 bytes, lowest ones
/// first.
int super_integer(const std::uint8_t* low, std::uint32_t run, const std::uint8_t* high, std::uint32_t bits,
                  std::uint32_t i) {
  const std::uint32_t pair = i / (2 * run), rest = i % (2 * run);
  const int nibble_value = rest < run ? low[pair * run + rest] % 16 : low[pair * run + rest - run] / 16;
  if (bits == 0) return nibble_value;
  const std::uint32_t per_byte = 8 / bits, group = i / (32 * per_byte), place = i / 32 % per_byte;
  return nibble_value + 16 * (high[group * 32 + i % 32] >> (bits * place) & ((1 << bits) - 1));
}

/// Six-bit number `index` of a super-block: 0..7 the scales, 8..15 the minima. The first four of each are
/// whole; the others have four bits in bytes 8..11 and two above those of the first ones.
int six_bits(const std::uint8_t* packed, std::uint32_t index) {
  const std::uint32_t kind = index / 8, i = index % 8;
  if (i < 4) return packed[4 * kind + i] % 64;
  return (kind == 0 ? packed[4 + i] % 16 : packed[4 + i] / 16) + packed[4 * kind + i - 4] / 64 * 16;
}

Scaled decode_super(Format format, const std::uint8_t* unit, std::uint32_t i) {
  const double d = fp16(unit), dmin = fp16(unit + 2);
  switch (format) {
    case Format::kSuperInt4:
      return {1.0 * super_integer(unit + 16, 32, nullptr, 0, i), d * six_bits(unit + 4, i / 32),
              -dmin * six_bits(unit + 4, 8 + i / 32)};
    case Format::kSuperInt5:
      return {1.0 * super_integer(unit + 48, 32, unit + 16, 1, i), d * six_bits(unit + 4, i / 32),
              -dmin * six_bits(unit + 4, 8 + i / 32)};
    case Format::kSuperInt6:
      return {super_integer(unit, 64, unit + 128, 2, i) - 32.0,
              fp16(unit + 208) * static_cast<std::int8_t>(unit[192 + i / 16])};
    default:
      return {static_cast<double>(static_cast<std::int8_t>(unit[4 + i])),
              by_definition(bytes_at(unit, 4), 8, 23, Top::kInfinityAndNan)};
  }
}

/// Element k of a row, and its block's scale and minimum.
Scaled decode(Format format, const std::uint8_t* row, std::uint32_t k) {
  const std::uint32_t i = k % 32, block = k / 32;
  const auto e4m3 = [](std::uint8_t code) { return by_definition(code, 4, 3, Top::kNanOnly); };
  const auto e5m2 = [](std::uint8_t code) { return by_definition(code, 5, 2, Top::kInfinityAndNan); };
  switch (format) {
    case Format::kFp32:
      return {by_definition(bytes_at(row + 4 * k, 4), 8, 23, Top::kInfinityAndNan)};
    case Format::kFp16:
      return {fp16(row + 2 * k)};
    case Format::kBf16:
      return {by_definition(bytes_at(row + 2 * k, 2), 8, 7, Top::kInfinityAndNan)};
    case Format::kFp8E4M3:
      return {e4m3(row[k])};
    case Format::kFp8E5M2:
      return {e5m2(row[k])};
    case Format::kInt8:
      return {static_cast<double>(static_cast<std::int8_t>(row[k]))};
    case Format::kBlockInt8:
      return {static_cast<double>(static_cast<std::int8_t>(row[34 * block + 2 + i])), fp16(row + 34 * block)};
    case Format::kBlockInt4:
      return {nibble(row + 18 * block + 2, i) - 8.0, fp16(row + 18 * block)};
    case Format::kMxFp8E4M3:
      return {e4m3(row[33 * block + 1 + i]), e8m0(row[33 * block])};
    case Format::kMxFp8E5M2:
      return {e5m2(row[33 * block + 1 + i]), e8m0(row[33 * block])};
    case Format::kMxFp4:
      return {by_definition(nibble(row + 17 * block + 1, i), 2, 1, Top::kNumbers), e8m0(row[17 * block])};
    case Format::kBlockInt4Min:
      return {1.0 * nibble(row + 20 * block + 4, i), fp16(row + 20 * block), fp16(row + 20 * block + 2)};
    case Format::kBlockInt5:
      return {nibble(row + 22 * block + 6, i) + 16.0 * (bytes_at(row + 22 * block + 2, 4) >> i & 1) - 16,
              fp16(row + 22 * block)};
    case Format::kBlockInt5Min:
      return {nibble(row + 24 * block + 8, i) + 16.0 * (bytes_at(row + 24 * block + 4, 4) >> i & 1),
              fp16(row + 24 * block), fp16(row + 24 * block + 2)};
    case Format::kBlockInt8Sum:
      return {static_cast<double>(static_cast<std::int8_t>(row[36 * block + 4 + i])), fp16(row + 36 * block),
              0, fp16(row + 36 * block + 2)};
    case Format::kSuperInt4:
      return decode_super(format, row + k / 256 * 144, k % 256);
    case Format::kSuperInt5:
      return decode_super(format, row + k / 256 * 176, k % 256);
    case Format::kSuperInt6:
      return decode_super(format, row + k / 256 * 210, k % 256);
    case Format::kSuperInt8:
      return decode_super(format, row + k / 256 * 260, k % 256);
    case Format::kInt32:
      break;
  }
  return {};
}

/// A number that rounds as fp32 does: 24 bits, subnormals down to 2^-149, overflow to infinity.
class Fp32 {
 public:
  explicit Fp32(double value) {
    mpfr_set_emin(-148);
    mpfr_set_emax(128);
    mpfr_init2(value_, 24);
    round(mpfr_set_d(value_, value, MPFR_RNDN));
  }
  Fp32(const Fp32&) = delete;
  Fp32& operator=(const Fp32&) = delete;
  ~Fp32() { mpfr_clear(value_); }

  void multiply(const Fp32& other) { round(mpfr_mul(value_, value_, other.value_, MPFR_RNDN)); }
  void multiply_add(const Fp32& a, const Fp32& b) {
    round(mpfr_fma(value_, a.value_, b.value_, value_, MPFR_RNDN));
  }
  std::uint32_t bits() const {
    if (mpfr_nan_p(value_)) return 0x7fc00000;
    return std::bit_cast<std::uint32_t>(mpfr_get_flt(value_, MPFR_RNDN));
  }
  double value() const { return mpfr_get_d(value_, MPFR_RNDN); }

 private:
  void round(int ternary) {
    mpfr_subnormalize(value_, mpfr_check_range(value_, ternary, MPFR_RNDN), MPFR_RNDN);
  }
  mpfr_t value_;
};

/// The exact sum of the products of up to 32 pairs, rounded once to fp32.
double exact_dot(const std::vector<std::pair<double, double>>& pairs) {
  mpfr_set_emin(mpfr_get_emin_min());
  mpfr_set_emax(mpfr_get_emax_max());
  mpfr_t sum, x, y;
  mpfr_inits2(2000, sum, x, y, static_cast<mpfr_ptr>(nullptr));
  mpfr_set_zero(sum, 1);
  for (const auto& [a, b] : pairs) {
    mpfr_set_d(x, a, MPFR_RNDN);
    mpfr_set_d(y, b, MPFR_RNDN);
    EXPECT_EQ(mpfr_fma(sum, x, y, sum, MPFR_RNDN), 0) << "the oracle itself rounded";
  }
  // Sums of this size have no subnormal results; plain rounding to 24 bits it is.
  const double rounded = static_cast<double>(mpfr_get_flt(sum, MPFR_RNDN));
  mpfr_clears(sum, x, y, static_cast<mpfr_ptr>(nullptr));
  return rounded == 0 ? 0.0 : rounded;
}

bool has_minima(Format format) {
  return format == Format::kBlockInt4Min || format == Format::kBlockInt5Min || format == Format::kSuperInt4 ||
         format == Format::kSuperInt5;
}
bool blocks_are_exact(Format a, Format b) { return a != Format::kMxFp8E5M2 && b != Format::kMxFp8E5M2; }

std::uint32_t expected(Format a_format, Format b_format, const std::vector<Scaled>& a,
                       const std::vector<Scaled>& b, std::uint32_t before) {
  if (a_format == Format::kInt8) {
    std::int64_t sum = static_cast<std::int32_t>(before);
    for (std::size_t k = 0; k < a.size(); ++k)
      sum += static_cast<std::int64_t>(a[k].value) * static_cast<std::int64_t>(b[k].value);
    return static_cast<std::uint32_t>(sum);
  }
  Fp32 c(by_definition(before, 8, 23, Top::kInfinityAndNan));
  if (!num::is_block(a_format)) {
    for (std::size_t k = 0; k < a.size(); ++k) c.multiply_add(Fp32(a[k].value), Fp32(b[k].value));
    return c.bits();
  }
  const std::size_t step = b_format == Format::kSuperInt6 ? 16 : 32;
  for (std::size_t first = 0; first < a.size(); first += step) {
    const std::size_t end = std::min(first + step, a.size());
    double sum_of_a = 0;
    std::vector<std::pair<double, double>> pairs;
    Fp32 chain(0);
    for (std::size_t k = first; k < end; ++k) {
      pairs.emplace_back(a[k].value, b[k].value);
      sum_of_a += a[k].value;
      chain.multiply_add(Fp32(a[k].value), Fp32(b[k].value));
    }
    const Fp32 dot(blocks_are_exact(a_format, b_format) ? exact_dot(pairs) : chain.value());
    Fp32 scale(a[first].scale);
    scale.multiply(Fp32(b[first].scale));
    c.multiply_add(dot, scale);
    if (!has_minima(b_format)) continue;
    if (a_format == Format::kBlockInt8Sum) {
      c.multiply_add(Fp32(a[first].sum), Fp32(b[first].minimum));
      continue;
    }
    Fp32 minimum(a[first].scale);
    minimum.multiply(Fp32(b[first].minimum));
    c.multiply_add(Fp32(sum_of_a), minimum);
  }
  return c.bits();
}

struct Shape {
  std::uint32_t m, n, k;
};

void expect_exact(Format a_format, Format b_format, bool transposed, Shape shape, Values values,
                  Random& random) {
  const Operand a(a_format, shape.m, shape.k, values, 3, false, random);
  const Operand b(b_format, transposed ? shape.k : shape.n, transposed ? shape.n : shape.k, values, 1, true,
                  random);
  std::vector<std::uint8_t> scratchpad = a.bytes;
  scratchpad.insert(scratchpad.end(), b.bytes.begin(), b.bytes.end());
  TensorEngine engine(8, 8, 1, scratchpad);
  const auto code = [](Format f) { return static_cast<std::uint64_t>(f); };
  ASSERT_TRUE(engine.set_format(num::format_operand(a_format, b_format, Format::kFp32, transposed)).done());
  engine.set_shape(shape.m | shape.n << 16, shape.k);
  engine.set_stride(static_cast<std::uint64_t>(a.stride), static_cast<std::uint64_t>(b.stride));
  std::vector<std::uint32_t> before(64);
  for (std::uint32_t& word : before)
    word =
        a_format == Format::kInt8 ? static_cast<std::uint32_t>(random()) : test::random_fp32(values, random);
  std::ranges::copy(before, engine.accumulators(0).begin());
  const std::uint64_t base = abi::kScratchpadBase;
  ASSERT_TRUE(engine
                  .run(engine.command(TensorCommand::Kind::kMma, 0, base + a.offset,
                                      base + a.bytes.size() + b.offset))
                  .done());
  for (std::uint32_t m = 0; m < 8; ++m) {
    for (std::uint32_t n = 0; n < 8; ++n) {
      std::uint32_t want = before[m * 8 + n];
      if (m < shape.m && n < shape.n) {
        std::vector<Scaled> row_a, row_b;
        for (std::uint32_t k = 0; k < shape.k; ++k) {
          row_a.push_back(decode(a_format, a.row0() + m * a.stride, k));
          row_b.push_back(transposed ? decode(b_format, b.row0() + k * b.stride, n)
                                     : decode(b_format, b.row0() + n * b.stride, k));
        }
        want = expected(a_format, b_format, row_a, row_b, want);
      }
      ASSERT_EQ(engine.accumulators(0)[m * 8 + n], want)
          << "formats " << code(a_format) << " x " << code(b_format) << " transposed " << transposed << " M "
          << shape.m << " N " << shape.n << " K " << shape.k << " values " << static_cast<int>(values)
          << " at " << m << ", " << n;
    }
  }
}

void expect_exact_everywhere(Format a, Format b, bool transposed) {
  Random random(static_cast<unsigned>(a) * 16 + static_cast<unsigned>(b));
  for (const Shape shape :
       {Shape{1, 1, 1}, {1, 3, 31}, {2, 2, 33}, {7, 5, 64}, {8, 8, 3}, {3, 1, 95}, {2, 3, 500}}) {
    for (const Values values : {Values::kModerate, Values::kAnyBits, Values::kTiny}) {
      ASSERT_NO_FATAL_FAILURE(expect_exact(a, b, transposed, shape, values, random));
    }
  }
}

TEST(TensorExact, FloatingPoint) {
  for (Format a : test::kFloatFormats) {
    for (Format b : test::kFloatFormats) {
      for (bool transposed : {false, true})
        ASSERT_NO_FATAL_FAILURE(expect_exact_everywhere(a, b, transposed));
    }
  }
}

TEST(TensorExact, Integers) {
  for (bool transposed : {false, true}) expect_exact_everywhere(Format::kInt8, Format::kInt8, transposed);
}

TEST(TensorExact, Blocks) {
  for (const auto& [a, b] : test::block_pairs())
    ASSERT_NO_FATAL_FAILURE(expect_exact_everywhere(a, b, false));
}

// Extremes of int8: -128 * -128 everywhere, and sums that pass 2^31.
TEST(TensorExact, IntegersWrapAround) {
  std::vector<std::uint8_t> scratchpad(200'000, 0x80);
  TensorEngine engine(1, 1, 1, scratchpad);
  ASSERT_TRUE(engine.set_format(0x505).done());
  engine.set_shape(1 | 1 << 16, 200'000);
  const std::uint64_t base = abi::kScratchpadBase;
  ASSERT_TRUE(engine.run(engine.command(TensorCommand::Kind::kMma, 0, base, base)).done());
  EXPECT_EQ(engine.accumulators(0)[0], static_cast<std::uint32_t>(200'000ull * 16384));
}

}  // namespace
}  // namespace areia::sim
