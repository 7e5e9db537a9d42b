// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// For tests: a hart whose vector registers hold noise and extremes, and a way to hold an executor against a
// reference that computes one element at a time, for every VLEN, SEW, LMUL, vl and mask of a small grid.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "sim/hart/executors.h"
#include "sim/hart/test_tile.h"

namespace areia::sim {

using isa::Opcode;

/// One point of the grid.
struct VectorSetting {
  std::uint32_t vlen;
  unsigned sew;
  int lmul_log2;
  std::uint64_t vl;
  bool masked;
};

/// What a reference gets of an element: the bits of its operands, zero-extended.
struct Element {
  std::uint64_t a;  ///< of vs2
  std::uint64_t b;  ///< of vs1, or the scalar
  std::uint64_t d;  ///< old, of vd
  std::size_t index;
  unsigned sew;
};
using Reference = std::function<std::uint64_t(const Element&)>;

/// Widths of vd, vs2 and vs1 in multiples of SEW.
struct Widths {
  unsigned d = 1, a = 1, b = 1;
};

inline std::int64_t sign_extended(std::uint64_t value, unsigned bits) {
  return static_cast<std::int64_t>(value << (64 - bits)) >> (64 - bits);
}
inline std::uint64_t low_bits(std::uint64_t value, unsigned bits) {
  return value & ~std::uint64_t{0} >> (64 - bits);
}

class VectorTest : public ::testing::Test {
 protected:
  // Apart by the largest group; the mask is v0.
  static constexpr unsigned kVd = 8, kVs2 = 16, kVs1 = 24;

  /// A hart of that VLEN with the setting's vtype and vl.
  Hart& prepare(const VectorSetting& setting) {
    if (!hart_ || hart_->vector.vlen_bits != setting.vlen)
      hart_ = std::make_unique<Hart>(tile, 0, setting.vlen);
    hart_->reset(TestTile::kBase);
    VectorState& v = hart_->vector;
    const unsigned sew_field = static_cast<unsigned>(std::countr_zero(setting.sew)) - 3;
    v.set_type(sew_field << 3 | (static_cast<unsigned>(setting.lmul_log2) & 7));
    v.vl = setting.vl;
    hart_->prepare_float();  // as in a program that runs: executors have short ways for that
    randomise();
    return *hart_;
  }

  /// Noise, with many elements near the limits of every width.
  void randomise() {
    VectorState& v = hart_->vector;
    for (std::size_t k = 0; k < 32 * v.vlen_bytes; k += 8) {
      std::uint64_t value = random();
      const std::uint64_t extremes[] = {0,
                                        1,
                                        ~std::uint64_t{0},
                                        0x8000000000000000,
                                        0x7fffffffffffffff,
                                        0x8000000080000000,
                                        0x7fffffff80000000,
                                        0x80007fff8000ffff,
                                        0x7f80ff01ffff8001};
      if (value % 3 == 0) value = extremes[random() % std::size(extremes)];
      std::memcpy(v.registers.get() + k, &value, 8);
    }
  }
  /// Calls `body` for the grid; `widest` is the widest operand in multiples of SEW, `least_sew` where it
  /// starts.
  void for_settings(unsigned least_sew, unsigned widest,
                    const std::function<void(const VectorSetting&)>& body) {
    for (const std::uint32_t vlen : {128u, 256u, 1024u, 4096u}) {
      for (unsigned sew = least_sew; sew * widest <= 64; sew *= 2) {
        for (int lmul = -3; lmul <= 3 - std::countr_zero(widest); ++lmul) {
          const std::uint64_t maximum = lmul >= 0 ? std::uint64_t{vlen} / sew << lmul : vlen / sew >> -lmul;
          if (static_cast<int>(sew) > 64 >> (lmul < 0 ? -lmul : 0)) continue;
          for (const bool masked : {false, true}) {
            for (const std::uint64_t vl : {std::uint64_t{0}, maximum * 2 / 3, maximum})
              body({vlen, sew, lmul, vl, masked});
          }
        }
      }
    }
  }

  std::uint64_t element(unsigned reg, std::size_t index, unsigned bits) const {
    std::uint64_t value = 0;
    std::memcpy(&value, hart_->vector.reg(reg) + index * bits / 8, bits / 8);
    return value;
  }
  bool bit(unsigned reg, std::size_t index) const {
    return (hart_->vector.reg(reg)[index / 8] >> index % 8 & 1) != 0;
  }
  bool is_active(const VectorSetting& setting, std::size_t index) const {
    return !setting.masked || bit(0, index);
  }

  /// Registers as they should become; starts as they are.
  struct Expected {
    std::vector<std::uint8_t> bytes;
    std::uint32_t vlen_bytes;
    void set(unsigned reg, std::size_t index, unsigned bits, std::uint64_t value) {
      std::memcpy(&bytes[reg * vlen_bytes + index * bits / 8], &value, bits / 8);
    }
    void set_bit(unsigned reg, std::size_t index, bool value) {
      std::uint8_t& byte = bytes[reg * vlen_bytes + index / 8];
      byte =
          static_cast<std::uint8_t>((byte & ~(1u << index % 8)) | static_cast<unsigned>(value) << index % 8);
    }
  };
  Expected expected() const {
    const VectorState& v = hart_->vector;
    return {{v.registers.get(), v.registers.get() + 32 * v.vlen_bytes}, v.vlen_bytes};
  }

  /// Executes as the dispatch does, with the guest's floating-point environment.
  void execute(Opcode opcode, const Instruction& i) {
    hart_->floats.enter();
    struct Leave {
      FloatEnvironment& floats;
      ~Leave() { floats.leave(); }
    } leave{hart_->floats};
    executor_entry(opcode).execute(*hart_, i);
  }
  /// An instruction on kVd, kVs2 and `rs1`.
  static Instruction operands(const VectorSetting& setting, unsigned rs1 = kVs1) {
    Instruction i;
    i.rd = kVd;
    i.rs2 = kVs2;
    i.rs1 = static_cast<std::uint8_t>(rs1);
    i.masked = setting.masked;
    return i;
  }
  ::testing::AssertionResult registers_are(const Expected& wanted, Opcode opcode,
                                           const VectorSetting& setting) const {
    const std::uint8_t* got = hart_->vector.registers.get();
    for (std::size_t k = 0; k < wanted.bytes.size(); ++k) {
      if (got[k] != wanted.bytes[k]) {
        return ::testing::AssertionFailure()
               << isa::instruction_info(opcode).mnemonic << " VLEN " << setting.vlen << " SEW " << setting.sew
               << " LMUL 2^" << setting.lmul_log2 << " vl " << setting.vl << (setting.masked ? " masked" : "")
               << ": v" << k / wanted.vlen_bytes << " byte " << k % wanted.vlen_bytes << " is " << int{got[k]}
               << ", not " << int{wanted.bytes[k]};
      }
    }
    return ::testing::AssertionSuccess();
  }

  enum class Scalar : std::uint8_t { kNone, kX, kImmediate, kF };
  /// Holds `opcode` against `reference` over the grid. A scalar is given to x5, f5 or the immediate.
  void check_elements(Opcode opcode, Scalar scalar, const Widths& widths, const Reference& reference,
                      unsigned least_sew = 8) {
    for_settings(least_sew, std::max({widths.d, widths.a, widths.b}), [&](const VectorSetting& setting) {
      prepare(setting);
      const std::uint64_t value = scalar_value(scalar);
      check_at(opcode, scalar, value, widths, reference, setting);
    });
  }
  std::uint64_t scalar_value(Scalar scalar) {
    if (scalar == Scalar::kImmediate) return random() % 32;
    return random() % 4 == 0 ? random() % 5 - 2 : random();
  }
  /// One point of it; the hart is prepared.
  void check_at(Opcode opcode, Scalar scalar, std::uint64_t value, const Widths& widths,
                const Reference& reference, const VectorSetting& setting) {
    Instruction i = operands(setting, scalar == Scalar::kNone ? kVs1 : 5);
    if (scalar == Scalar::kX) hart_->x[5] = value;
    if (scalar == Scalar::kImmediate) i.immediate = static_cast<std::int64_t>(value);
    if (scalar == Scalar::kF)
      hart_->f[5] = setting.sew == 64 ? value : value | ~std::uint64_t{0} << setting.sew;
    Expected wanted = expected();
    for (std::size_t k = 0; k < setting.vl; ++k) {
      const Element e = element_at(k, setting, widths, scalar, value);
      if (is_active(setting, k)) wanted.set(kVd, k, setting.sew * widths.d, reference(e));
    }
    execute(opcode, i);
    ASSERT_TRUE(registers_are(wanted, opcode, setting));
    ASSERT_EQ(hart_->vector.vstart, 0u);
  }
  Element element_at(std::size_t k, const VectorSetting& setting, const Widths& widths, Scalar scalar,
                     std::uint64_t value) const {
    const std::uint64_t b = scalar == Scalar::kNone ? element(kVs1, k, setting.sew * widths.b)
                                                    : low_bits(value, setting.sew * widths.b);
    return {element(kVs2, k, setting.sew * widths.a), b, element(kVd, k, setting.sew * widths.d), k,
            setting.sew};
  }

  std::uint64_t random() { return generator_(); }

  TestTile tile;
  std::unique_ptr<Hart> hart_;

 private:
  std::mt19937_64 generator_{20260101};
};

}  // namespace areia::sim
