// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Ten thousand damaged ELF files: an image within bounds or a bad-input error, never a crash.
#include <gtest/gtest.h>

#include <random>

#include "sw/formats/elf.h"
#include "sw/formats/test_elf.h"

namespace areia::sw {
namespace {

class Mutator {
 public:
  std::vector<std::byte> damage(std::vector<std::byte> file) {
    const auto rounds = 1 + below(4);
    for (std::size_t i = 0; i < rounds && !file.empty(); ++i) damage_once(file);
    return file;
  }

 private:
  std::size_t below(std::size_t limit) { return limit ? random_() % limit : 0; }

  void damage_once(std::vector<std::byte>& file) {
    const auto at = below(file.size());
    switch (below(4)) {
      case 0:
        if (below(4) == 0) file.resize(at);
        break;
      case 1:
        file[at] ^= static_cast<std::byte>(1 << below(8));
        break;
      case 2: {  // an aligned field becomes extreme
        static constexpr std::uint64_t kValues[] = {0, 1, 0x7fff, 0xffff, UINT32_MAX, INT64_MAX, UINT64_MAX};
        const std::uint64_t value = kValues[below(std::size(kValues))];
        const std::size_t bytes = std::size_t{2} << below(3), field = at / bytes * bytes;
        if (field + bytes <= file.size()) std::memcpy(file.data() + field, &value, bytes);
        break;
      }
      default: {
        const auto from = below(file.size());
        const auto bytes = std::min({below(64), file.size() - from, file.size() - at});
        std::memmove(file.data() + at, file.data() + from, bytes);
      }
    }
  }

  std::mt19937_64 random_{3};
};

TEST(ElfFuzzTest, DamagedFilesAreImagesOrBadInput) {
  const auto good = make_test_elf();
  Mutator mutator;
  int accepted = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto file = mutator.damage(good);
    const auto elf = Elf::parse(file, "damaged.elf");
    if (!elf.ok()) {
      ASSERT_EQ(elf.error().kind, ErrorKind::kBadInput);
      continue;
    }
    ++accepted;
    for (const auto& segment : elf->image().segments) {
      ASSERT_LE(segment.bytes.size(), segment.memory_bytes);
      ASSERT_LE(segment.memory_bytes, UINT64_MAX - segment.address);
      ASSERT_LE(elf->describe(segment.address).size(), 2000u);
    }
  }
  EXPECT_GT(accepted, 500);
  EXPECT_LT(accepted, 9'500);
}

}  // namespace
}  // namespace areia::sw
