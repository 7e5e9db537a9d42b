// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Vector loads and stores: every addressing mode against one element at a time, faults in the middle, and
// going on where they stopped.
#include "sim/vector/vector_test.h"

namespace areia::sim {
namespace {

class MemoryTest : public VectorTest {
 protected:
  static constexpr std::uint64_t kMiddle = TestTile::kBase + 0x8000;
  enum class Mode : std::uint8_t { kUnit, kStrided, kIndexed };

  MemoryTest() {
    for (std::uint8_t& byte : tile.memory) byte = static_cast<std::uint8_t>(random());
  }
  static Opcode load_opcode(Mode mode, unsigned bits) {
    const unsigned k = static_cast<unsigned>(std::countr_zero(bits)) - 3;
    static constexpr Opcode kUnit[] = {Opcode::kVle8V, Opcode::kVle16V, Opcode::kVle32V, Opcode::kVle64V};
    static constexpr Opcode kStrided[] = {Opcode::kVlse8V, Opcode::kVlse16V, Opcode::kVlse32V,
                                          Opcode::kVlse64V};
    static constexpr Opcode kIndexed[] = {Opcode::kVluxei8V, Opcode::kVloxei16V, Opcode::kVluxei32V,
                                          Opcode::kVloxei64V};
    return mode == Mode::kUnit ? kUnit[k] : mode == Mode::kStrided ? kStrided[k] : kIndexed[k];
  }
  static Opcode store_opcode(Mode mode, unsigned bits) {
    const unsigned k = static_cast<unsigned>(std::countr_zero(bits)) - 3;
    static constexpr Opcode kUnit[] = {Opcode::kVse8V, Opcode::kVse16V, Opcode::kVse32V, Opcode::kVse64V};
    static constexpr Opcode kStrided[] = {Opcode::kVsse8V, Opcode::kVsse16V, Opcode::kVsse32V,
                                          Opcode::kVsse64V};
    static constexpr Opcode kIndexed[] = {Opcode::kVsuxei8V, Opcode::kVsoxei16V, Opcode::kVsuxei32V,
                                          Opcode::kVsoxei64V};
    return mode == Mode::kUnit ? kUnit[k] : mode == Mode::kStrided ? kStrided[k] : kIndexed[k];
  }

  /// Fields that fit beside each other with groups of `group` registers from kVd.
  static unsigned most_fields(unsigned group) { return 8 / group; }

  /// The index of element k, kept small so that addresses stay in the memory.
  void make_indexes(const VectorSetting& setting, unsigned bits) {
    for (std::size_t k = 0; k < setting.vl; ++k) {
      const std::uint64_t index = random() % (bits == 8 ? 256 : 4096);
      std::memcpy(hart_->vector.reg(kVs2) + k * bits / 8, &index, bits / 8);
    }
  }
  std::uint64_t address(Mode mode, const VectorSetting& setting, std::size_t k, unsigned field,
                        unsigned fields, unsigned data_bits, unsigned index_bits) const {
    const std::uint64_t bytes = data_bits / 8;
    (void)setting;
    if (mode == Mode::kUnit) return hart_->x[5] + (k * fields + field) * bytes;
    if (mode == Mode::kStrided) return hart_->x[5] + k * hart_->x[6] + field * bytes;
    return hart_->x[5] + element(kVs2, k, index_bits) + field * bytes;
  }
  /// For one mode, every EEW and number of fields; `run` compares one of them.
  using Run = std::function<void(const VectorSetting&, Instruction, unsigned eew, unsigned data_bits,
                                 unsigned group, unsigned fields)>;
  void for_accesses(Mode mode, const Run& run) {
    for_settings(8, 1, [&](const VectorSetting& setting) {
      if (setting.vlen > 1024) return;
      for (const unsigned eew : {8u, 16u, 32u, 64u}) {
        const int emul = setting.lmul_log2 + std::countr_zero(eew) - std::countr_zero(setting.sew);
        if (emul < -3 || emul > 3) continue;
        const int data_lmul = mode == Mode::kIndexed ? setting.lmul_log2 : emul;
        const unsigned group = data_lmul > 0 ? 1u << data_lmul : 1;
        const unsigned fields = 1 + static_cast<unsigned>(random()) % most_fields(group);
        prepare(setting);
        if (mode == Mode::kIndexed) make_indexes(setting, eew);
        hart_->x[5] = kMiddle + random() % 64;
        hart_->x[6] = random() % 37 - 18;
        Instruction i = operands(setting, 5);
        i.rd = i.rs3 = kVd;
        i.rs2 = mode == Mode::kIndexed ? kVs2 : 6;
        i.immediate = fields - 1;
        run(setting, i, eew, mode == Mode::kIndexed ? setting.sew : eew, group, fields);
      }
    });
  }
  void check_loads(Mode mode) {
    for_accesses(mode, [&](const VectorSetting& setting, const Instruction& i, unsigned eew,
                           unsigned data_bits, unsigned group, unsigned fields) {
      Expected wanted = expected();
      for (std::size_t k = 0; k < setting.vl; ++k) {
        for (unsigned field = 0; field < fields && is_active(setting, k); ++field) {
          std::uint64_t value = 0;
          const std::uint64_t from = address(mode, setting, k, field, fields, data_bits, eew);
          std::memcpy(&value, &tile.memory[from - TestTile::kBase], data_bits / 8);
          wanted.set(kVd + field * group, k, data_bits, value);
        }
      }
      execute(load_opcode(mode, eew), i);
      ASSERT_TRUE(registers_are(wanted, load_opcode(mode, eew), setting)) << fields << " fields";
    });
  }
  void check_stores(Mode mode) {
    for_accesses(mode, [&](const VectorSetting& setting, const Instruction& i, unsigned eew,
                           unsigned data_bits, unsigned group, unsigned fields) {
      std::vector<std::uint8_t> wanted = tile.memory;
      for (std::size_t k = 0; k < setting.vl; ++k) {
        for (unsigned field = 0; field < fields && is_active(setting, k); ++field) {
          const std::uint64_t value = element(kVd + field * group, k, data_bits);
          const std::uint64_t to = address(mode, setting, k, field, fields, data_bits, eew);
          std::memcpy(&wanted[to - TestTile::kBase], &value, data_bits / 8);
        }
      }
      execute(store_opcode(mode, eew), i);
      ASSERT_EQ(tile.memory, wanted) << isa::instruction_info(store_opcode(mode, eew)).mnemonic;
    });
  }
};

TEST_F(MemoryTest, LoadsUnitStride) { check_loads(Mode::kUnit); }
TEST_F(MemoryTest, LoadsStrided) { check_loads(Mode::kStrided); }
TEST_F(MemoryTest, LoadsIndexed) { check_loads(Mode::kIndexed); }
TEST_F(MemoryTest, StoresUnitStride) { check_stores(Mode::kUnit); }
TEST_F(MemoryTest, StoresStrided) { check_stores(Mode::kStrided); }
TEST_F(MemoryTest, StoresIndexed) { check_stores(Mode::kIndexed); }

/// The last 5 elements of 16 words are beyond the memory.
class FaultTest : public MemoryTest {
 protected:
  static constexpr VectorSetting kSetting{256, 32, 1, 16, false};
  static constexpr std::size_t kInside = 11;
  std::uint64_t start() const { return TestTile::kBase + tile.memory.size() - kInside * 4; }
  Instruction prepare_access() {
    prepare(kSetting);
    hart_->x[5] = start();
    Instruction i = operands(kSetting, 5);
    i.rs2 = 0;
    i.rs3 = kVd;
    return i;
  }
  void expect_trap(Opcode opcode, const Instruction& i, TrapCause cause, std::uint64_t value) {
    try {
      execute(opcode, i);
      FAIL() << "no trap";
    } catch (const Trap& trap) {
      EXPECT_EQ(trap.cause, cause);
      EXPECT_EQ(trap.value, value);
    }
  }
};

TEST_F(FaultTest, LoadStopsAtTheElementAndGoesOnThere) {
  const Instruction i = prepare_access();
  Expected wanted = expected();
  for (std::size_t k = 0; k < kInside; ++k) {
    std::uint32_t value;
    std::memcpy(&value, &tile.memory[start() - TestTile::kBase + 4 * k], 4);
    wanted.set(kVd, k, 32, value);
  }
  expect_trap(Opcode::kVle32V, i, TrapCause::kLoadAccessFault, start() + 4 * kInside);
  EXPECT_EQ(hart_->vector.vstart, kInside);
  EXPECT_TRUE(registers_are(wanted, Opcode::kVle32V, kSetting));
  hart_->x[5] = kMiddle;  // as a handler that made the memory appear
  for (std::size_t k = kInside; k < 16; ++k) {
    std::uint32_t value;
    std::memcpy(&value, &tile.memory[kMiddle - TestTile::kBase + 4 * k], 4);
    wanted.set(kVd, k, 32, value);
  }
  execute(Opcode::kVle32V, i);
  EXPECT_EQ(hart_->vector.vstart, 0u);
  EXPECT_TRUE(registers_are(wanted, Opcode::kVle32V, kSetting));
}

TEST_F(FaultTest, StoreWritesWhatComesBefore) {
  const Instruction i = prepare_access();
  expect_trap(Opcode::kVse32V, i, TrapCause::kStoreAccessFault, start() + 4 * kInside);
  EXPECT_EQ(hart_->vector.vstart, kInside);
  EXPECT_EQ(std::memcmp(&tile.memory[start() - TestTile::kBase], hart_->vector.reg(kVd), 4 * kInside), 0);
}

TEST_F(FaultTest, FaultOnlyFirstShortensVl) {
  Instruction i = prepare_access();
  execute(Opcode::kVle32ffV, i);
  EXPECT_EQ(hart_->vector.vl, kInside);
  EXPECT_EQ(hart_->vector.vstart, 0u);
  i = prepare_access();
  hart_->x[5] = TestTile::kBase + tile.memory.size();
  expect_trap(Opcode::kVle32ffV, i, TrapCause::kLoadAccessFault, hart_->x[5]);
  EXPECT_EQ(hart_->vector.vl, kSetting.vl);
}

TEST_F(FaultTest, MaskedElementsDoNotFault) {
  Instruction i = prepare_access();
  i.masked = true;
  std::memset(hart_->vector.reg(0), 0, 32);
  hart_->vector.reg(0)[1] = 0x05;  // elements 8 and 10
  execute(Opcode::kVle32V, i);
  execute(Opcode::kVse32V, i);
  EXPECT_EQ(hart_->vector.vstart, 0u);
}

TEST_F(FaultTest, BlockedAccessGoesOnAtItsElement) {
  prepare({256, 64, 0, 4, false});
  Instruction i = operands({256, 64, 0, 4, false}, 5);
  i.rs2 = 6;
  hart_->x[5] = TestTile::kRemote;
  hart_->x[6] = 0;  // four times the same
  tile.remote = 77;
  tile.remote_blocks = 1;
  EXPECT_THROW(execute(Opcode::kVlse64V, i), Blocked);
  EXPECT_EQ(hart_->vector.vstart, 0u);
  execute(Opcode::kVlse64V, i);
  for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(element(kVd, k, 64), 77u);
}

TEST_F(MemoryTest, MasksAndWholeRegisters) {
  for_settings(8, 1, [&](const VectorSetting& setting) {
    if (setting.masked || setting.vlen > 1024) return;
    prepare(setting);
    hart_->x[5] = kMiddle + 3;
    Instruction i = operands(setting, 5);
    i.rs2 = 0;
    i.rs3 = kVd;
    Expected wanted = expected();
    const std::size_t offset = kMiddle + 3 - TestTile::kBase;
    std::copy_n(&tile.memory[offset], (setting.vl + 7) / 8, &wanted.bytes[kVd * setting.vlen / 8]);
    execute(Opcode::kVlmV, i);
    ASSERT_TRUE(registers_are(wanted, Opcode::kVlmV, setting));
    std::copy_n(&tile.memory[offset], 4 * setting.vlen / 8, &wanted.bytes[kVd * setting.vlen / 8]);
    hart_->vector.set_type(VectorState::kIllegalType);  // whole registers ask for no vtype
    execute(Opcode::kVl4re16V, i);
    ASSERT_TRUE(registers_are(wanted, Opcode::kVl4re16V, setting));
    hart_->x[5] = kMiddle + 0x2000;
    execute(Opcode::kVs4rV, i);
    ASSERT_EQ(std::memcmp(&tile.memory[offset], &tile.memory[offset + 0x2000 - 3], 4 * setting.vlen / 8), 0);
    EXPECT_THROW(execute(Opcode::kVsmV, i), Trap);
  });
}

}  // namespace
}  // namespace areia::sim
