// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Comparisons, carries, mask instructions, permutations and integer reductions, one element at a time.
#include "sim/vector/vector_test.h"

namespace areia::sim {
namespace {

class MaskTest : public VectorTest {
 protected:
  using Predicate = std::function<bool(const Element&)>;
  /// `opcode` makes mask bits of elements; `ignores_mask`: v0 is data, not a mask.
  void check_mask_result(Opcode opcode, Scalar scalar, const Predicate& predicate,
                         bool ignores_mask = false) {
    for_settings(8, 1, [&](const VectorSetting& setting) {
      if (ignores_mask && setting.masked) return;
      prepare(setting);
      const std::uint64_t value = scalar_value(scalar);
      Instruction i = operands(setting, scalar == Scalar::kNone ? kVs1 : 5);
      hart_->x[5] = value;
      i.immediate = static_cast<std::int64_t>(value);
      i.rd = 3;
      Expected wanted = expected();
      for (std::size_t k = 0; k < setting.vl; ++k) {
        if (is_active(setting, k)) wanted.set_bit(3, k, predicate(element_at(k, setting, {}, scalar, value)));
      }
      execute(opcode, i);
      ASSERT_TRUE(registers_are(wanted, opcode, setting));
    });
  }
  static std::int64_t a(const Element& e) { return sign_extended(e.a, e.sew); }
  static std::int64_t b(const Element& e) { return sign_extended(e.b, e.sew); }
};

TEST_F(MaskTest, Comparisons) {
  check_mask_result(Opcode::kVmseqVv, Scalar::kNone, [](const Element& e) { return e.a == e.b; });
  check_mask_result(Opcode::kVmseqVi, Scalar::kImmediate, [](const Element& e) { return e.a == e.b; });
  check_mask_result(Opcode::kVmsneVx, Scalar::kX, [](const Element& e) { return e.a != e.b; });
  check_mask_result(Opcode::kVmsltuVv, Scalar::kNone, [](const Element& e) { return e.a < e.b; });
  check_mask_result(Opcode::kVmsltVx, Scalar::kX, [](const Element& e) { return a(e) < b(e); });
  check_mask_result(Opcode::kVmsleuVi, Scalar::kImmediate, [](const Element& e) { return e.a <= e.b; });
  check_mask_result(Opcode::kVmsleVv, Scalar::kNone, [](const Element& e) { return a(e) <= b(e); });
  check_mask_result(Opcode::kVmsgtuVx, Scalar::kX, [](const Element& e) { return e.a > e.b; });
  check_mask_result(Opcode::kVmsgtVi, Scalar::kImmediate, [](const Element& e) { return a(e) > b(e); });
}

TEST_F(MaskTest, Carries) {
  __extension__ using Wide = unsigned __int128;
  const auto carries = [](const Element& e, bool carry) { return (Wide{e.a} + e.b + carry) >> e.sew != 0; };
  const auto borrows = [](const Element& e, bool borrow) { return Wide{e.a} < Wide{e.b} + borrow; };
  check_mask_result(
      Opcode::kVmadcVvm, Scalar::kNone, [&](const Element& e) { return carries(e, bit(0, e.index)); }, true);
  check_mask_result(
      Opcode::kVmadcVxm, Scalar::kX, [&](const Element& e) { return carries(e, bit(0, e.index)); }, true);
  check_mask_result(
      Opcode::kVmadcVi, Scalar::kImmediate, [&](const Element& e) { return carries(e, false); }, true);
  check_mask_result(
      Opcode::kVmsbcVvm, Scalar::kNone, [&](const Element& e) { return borrows(e, bit(0, e.index)); }, true);
  check_mask_result(Opcode::kVmsbcVx, Scalar::kX, [&](const Element& e) { return borrows(e, false); }, true);
}

TEST_F(MaskTest, SumsWithCarries) {
  for_settings(8, 1, [&](const VectorSetting& setting) {
    if (setting.masked) return;  // the carries are no mask
    prepare(setting);
    check_at(
        Opcode::kVadcVvm, Scalar::kNone, 0, {}, [&](const Element& e) { return e.a + e.b + bit(0, e.index); },
        setting);
    check_at(
        Opcode::kVsbcVxm, Scalar::kX, random(), {},
        [&](const Element& e) { return e.a - e.b - bit(0, e.index); }, setting);
  });
}

TEST_F(MaskTest, ComparisonMayOverwriteItsMaskAndItsSource) {
  const VectorSetting setting{1024, 8, 3, 1000, true};
  for (const unsigned vd : {0u, kVs2}) {
    prepare(setting);
    Instruction i = operands(setting);
    i.rd = static_cast<std::uint8_t>(vd);
    Expected wanted = expected();
    for (std::size_t k = 0; k < setting.vl; ++k) {
      if (bit(0, k)) wanted.set_bit(vd, k, element(kVs2, k, 8) == element(kVs1, k, 8));
    }
    execute(Opcode::kVmseqVv, i);
    EXPECT_TRUE(registers_are(wanted, Opcode::kVmseqVv, setting));
  }
}

TEST_F(MaskTest, Logic) {
  const std::pair<Opcode, std::function<bool(bool, bool)>> operations[] = {
      {Opcode::kVmandMm, [](bool x, bool y) { return x && y; }},
      {Opcode::kVmnandMm, [](bool x, bool y) { return !(x && y); }},
      {Opcode::kVmandnMm, [](bool x, bool y) { return x && !y; }},
      {Opcode::kVmxorMm, [](bool x, bool y) { return x != y; }},
      {Opcode::kVmorMm, [](bool x, bool y) { return x || y; }},
      {Opcode::kVmnorMm, [](bool x, bool y) { return !(x || y); }},
      {Opcode::kVmornMm, [](bool x, bool y) { return x || !y; }},
      {Opcode::kVmxnorMm, [](bool x, bool y) { return x == y; }}};
  for (const auto& [opcode, operation] : operations) {
    for_settings(8, 1, [&, code = opcode, &f = operation](const VectorSetting& setting) {
      if (setting.masked) return;
      prepare(setting);
      Expected wanted = expected();
      for (std::size_t k = 0; k < setting.vl; ++k) wanted.set_bit(kVd, k, f(bit(kVs2, k), bit(kVs1, k)));
      execute(code, operands(setting));
      ASSERT_TRUE(registers_are(wanted, code, setting));
    });
  }
}

TEST_F(MaskTest, CountsAndFirsts) {
  for_settings(8, 1, [&](const VectorSetting& setting) {
    for (const bool sparse : {false, true}) {
      prepare(setting);
      if (sparse) {
        std::fill_n(hart_->vector.reg(kVs2), setting.vlen / 8, std::uint8_t{0});
        hart_->vector.reg(kVs2)[random() % (setting.vlen / 8)] = 0x10;
      }
      std::uint64_t count = 0, first = ~std::uint64_t{0};
      for (std::size_t k = 0; k < setting.vl; ++k) {
        if (!is_active(setting, k) || !bit(kVs2, k)) continue;
        if (count++ == 0) first = k;
      }
      execute(Opcode::kVcpopM, operands(setting));
      EXPECT_EQ(hart_->x[kVd], count);
      execute(Opcode::kVfirstM, operands(setting));
      EXPECT_EQ(hart_->x[kVd], first);
      for (const Opcode opcode : {Opcode::kVmsbfM, Opcode::kVmsifM, Opcode::kVmsofM}) {
        Expected wanted = expected();
        for (std::size_t k = 0; k < setting.vl; ++k) {
          const bool before = k < first && opcode != Opcode::kVmsofM;
          const bool at = k == first && opcode != Opcode::kVmsbfM;
          if (is_active(setting, k)) wanted.set_bit(kVd, k, before || at);
        }
        execute(opcode, operands(setting));
        ASSERT_TRUE(registers_are(wanted, opcode, setting));
      }
    }
  });
}

TEST_F(MaskTest, IotaAndIndex) {
  for_settings(8, 1, [&](const VectorSetting& setting) {
    prepare(setting);
    Expected wanted = expected();
    std::uint64_t count = 0;
    for (std::size_t k = 0; k < setting.vl; ++k) {
      if (!is_active(setting, k)) continue;
      wanted.set(kVd, k, setting.sew, count);
      count += bit(kVs2, k);
    }
    execute(Opcode::kViotaM, operands(setting));
    ASSERT_TRUE(registers_are(wanted, Opcode::kViotaM, setting));
    for (std::size_t k = 0; k < setting.vl; ++k) {
      if (is_active(setting, k)) wanted.set(kVd, k, setting.sew, k);
    }
    Instruction i = operands(setting, 0);
    i.rs2 = 0;
    execute(Opcode::kVidV, i);
    ASSERT_TRUE(registers_are(wanted, Opcode::kVidV, setting));
  });
}

class PermuteTest : public VectorTest {
 protected:
  std::uint64_t maximum(const VectorSetting&) const { return hart_->vector.vlmax(); }
  /// `f` of index and offset gives the element, or none where vd stays.
  using Slide =
      std::function<std::optional<std::uint64_t>(const VectorSetting&, std::uint64_t k, std::uint64_t x)>;
  void check_slide(Opcode opcode, Scalar scalar, const Slide& f) {
    for_settings(8, 1, [&](const VectorSetting& setting) {
      prepare(setting);
      const std::uint64_t offsets[] = {
          0, 1, 3, setting.vl / 2, maximum(setting) - 1, maximum(setting), random(), ~std::uint64_t{0}};
      const std::uint64_t x =
          scalar == Scalar::kImmediate ? random() % 32 : offsets[random() % std::size(offsets)];
      Instruction i = operands(setting, 5);
      hart_->x[5] = x;
      i.immediate = static_cast<std::int64_t>(x);
      Expected wanted = expected();
      for (std::size_t k = 0; k < setting.vl; ++k) {
        const auto value = f(setting, k, x);
        if (is_active(setting, k) && value) wanted.set(kVd, k, setting.sew, *value);
      }
      execute(opcode, i);
      ASSERT_TRUE(registers_are(wanted, opcode, setting)) << x;
    });
  }
};

TEST_F(PermuteTest, Slides) {
  const Slide up = [&](const VectorSetting& setting, std::uint64_t k, std::uint64_t x) {
    return k < x ? std::nullopt : std::optional(element(kVs2, k - x, setting.sew));
  };
  const Slide down = [&](const VectorSetting& setting, std::uint64_t k, std::uint64_t x) {
    const bool within = x < maximum(setting) && k + x < maximum(setting);
    return std::optional(within ? element(kVs2, k + x, setting.sew) : 0);
  };
  check_slide(Opcode::kVslideupVx, Scalar::kX, up);
  check_slide(Opcode::kVslideupVi, Scalar::kImmediate, up);
  check_slide(Opcode::kVslidedownVx, Scalar::kX, down);
  check_slide(Opcode::kVslidedownVi, Scalar::kImmediate, down);
  check_slide(Opcode::kVslide1upVx, Scalar::kX,
              [&](const VectorSetting& setting, std::uint64_t k, std::uint64_t x) {
                return std::optional(k == 0 ? x : element(kVs2, k - 1, setting.sew));
              });
  check_slide(Opcode::kVslide1downVx, Scalar::kX,
              [&](const VectorSetting& setting, std::uint64_t k, std::uint64_t x) {
                return std::optional(k == setting.vl - 1 ? x : element(kVs2, k + 1, setting.sew));
              });
}

TEST_F(PermuteTest, Gathers) {
  for (const Opcode opcode : {Opcode::kVrgatherVv, Opcode::kVrgatherei16Vv, Opcode::kVrgatherVx}) {
    for_settings(8, 1, [&](const VectorSetting& setting) {
      const unsigned index_bits = opcode == Opcode::kVrgatherei16Vv ? 16 : setting.sew;
      const int index_lmul = setting.lmul_log2 + std::countr_zero(index_bits) - std::countr_zero(setting.sew);
      if (index_lmul < -3 || index_lmul > 3) return;
      prepare(setting);
      Expected wanted = expected();
      // Indexes within twice the group, and some beyond.
      for (std::size_t k = 0; k < setting.vl; ++k) {
        const std::uint64_t index = random() % 5 == 0 ? random() : random() % (2 * maximum(setting));
        std::memcpy(hart_->vector.reg(kVs1) + k * index_bits / 8, &index, index_bits / 8);
      }
      wanted = expected();
      hart_->x[5] = random() % (2 * maximum(setting));
      for (std::size_t k = 0; k < setting.vl; ++k) {
        const std::uint64_t index =
            opcode == Opcode::kVrgatherVx ? hart_->x[5] : element(kVs1, k, index_bits);
        const std::uint64_t value = index < maximum(setting) ? element(kVs2, index, setting.sew) : 0;
        if (is_active(setting, k)) wanted.set(kVd, k, setting.sew, value);
      }
      execute(opcode, operands(setting, opcode == Opcode::kVrgatherVx ? 5 : kVs1));
      ASSERT_TRUE(registers_are(wanted, opcode, setting));
    });
  }
}

TEST_F(PermuteTest, Compress) {
  for_settings(8, 1, [&](const VectorSetting& setting) {
    if (setting.masked) return;
    prepare(setting);
    Expected wanted = expected();
    std::size_t next = 0;
    for (std::size_t k = 0; k < setting.vl; ++k) {
      if (bit(kVs1, k)) wanted.set(kVd, next++, setting.sew, element(kVs2, k, setting.sew));
    }
    execute(Opcode::kVcompressVm, operands(setting));
    ASSERT_TRUE(registers_are(wanted, Opcode::kVcompressVm, setting));
  });
}

TEST_F(PermuteTest, ScalarAndWholeRegisterMoves) {
  for_settings(8, 1, [&](const VectorSetting& setting) {
    prepare(setting);
    Instruction i = operands({setting.vlen, setting.sew, setting.lmul_log2, setting.vl, false}, 0);
    execute(Opcode::kVmvXS, i);
    EXPECT_EQ(hart_->x[kVd],
              static_cast<std::uint64_t>(sign_extended(element(kVs2, 0, setting.sew), setting.sew)));
    hart_->x[5] = random();
    Expected wanted = expected();
    if (setting.vl != 0) wanted.set(kVd, 0, setting.sew, hart_->x[5]);
    i.rs1 = 5;
    execute(Opcode::kVmvSX, i);
    ASSERT_TRUE(registers_are(wanted, Opcode::kVmvSX, setting));
    std::copy_n(&wanted.bytes[kVs2 * setting.vlen / 8], 4 * setting.vlen / 8,
                &wanted.bytes[kVd * setting.vlen / 8]);
    execute(Opcode::kVmv4rV, i);
    ASSERT_TRUE(registers_are(wanted, Opcode::kVmv4rV, setting));
  });
}

TEST_F(VectorTest, IntegerReductions) {
  using Fold = std::function<std::int64_t(std::int64_t, std::int64_t)>;
  const auto check = [&](Opcode opcode, bool sign, unsigned factor, const Fold& fold) {
    for_settings(8, 1, [&](const VectorSetting& setting) {  // also LMUL 8: only the result is wide
      const unsigned bits = setting.sew * factor;
      if (bits > 64) return;
      prepare(setting);
      const auto read = [&](unsigned reg, std::size_t k, unsigned width) {
        const std::uint64_t value = element(reg, k, width);
        return sign ? sign_extended(value, width) : static_cast<std::int64_t>(value);
      };
      std::int64_t result = read(kVs1, 0, bits);
      for (std::size_t k = 0; k < setting.vl; ++k) {
        if (is_active(setting, k)) result = fold(result, read(kVs2, k, setting.sew));
      }
      Expected wanted = expected();
      if (setting.vl != 0) wanted.set(kVd, 0, bits, static_cast<std::uint64_t>(result));
      execute(opcode, operands(setting));
      ASSERT_TRUE(registers_are(wanted, opcode, setting));
    });
  };
  using S = std::int64_t;
  using U = std::uint64_t;
  const Fold sum = [](S x, S y) { return static_cast<S>(static_cast<U>(x) + static_cast<U>(y)); };
  check(Opcode::kVredsumVs, false, 1, sum);
  check(Opcode::kVwredsumuVs, false, 2, sum);
  check(Opcode::kVwredsumVs, true, 2, sum);
  check(Opcode::kVredandVs, false, 1, [](S x, S y) { return x & y; });
  check(Opcode::kVredorVs, false, 1, [](S x, S y) { return x | y; });
  check(Opcode::kVredxorVs, false, 1, [](S x, S y) { return x ^ y; });
  check(Opcode::kVredminuVs, false, 1,
        [](S x, S y) { return static_cast<U>(x) < static_cast<U>(y) ? x : y; });
  check(Opcode::kVredminVs, true, 1, [](S x, S y) { return x < y ? x : y; });
  check(Opcode::kVredmaxuVs, false, 1,
        [](S x, S y) { return static_cast<U>(x) > static_cast<U>(y) ? x : y; });
  check(Opcode::kVredmaxVs, true, 1, [](S x, S y) { return x > y ? x : y; });
}

}  // namespace
}  // namespace areia::sim
