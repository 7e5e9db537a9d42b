// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// ELF files: what a good one gives, and what is said of bad ones.
#include "sw/formats/elf.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>

#include "sw/formats/test_elf.h"

namespace areia::sw {
namespace {

std::string error_of(const std::vector<std::byte>& file) {
  const auto elf = Elf::parse(file, "a.elf");
  EXPECT_FALSE(elf.ok());
  if (elf.ok()) return "";
  EXPECT_EQ(elf.error().kind, ErrorKind::kBadInput);
  return elf.error().message;
}
#define EXPECT_HAS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

Elf64_Phdr& segment(std::vector<std::byte>& file, int index) {
  return reinterpret_cast<Elf64_Phdr*>(file.data() + sizeof(Elf64_Ehdr))[index];
}
Elf64_Ehdr& header(std::vector<std::byte>& file) { return *reinterpret_cast<Elf64_Ehdr*>(file.data()); }

TEST(ElfTest, GivesSegmentsEntryAndSymbols) {
  const auto elf = Elf::parse(make_test_elf(), "a.elf");
  ASSERT_TRUE(elf.ok()) << elf.error().message;
  EXPECT_EQ(elf->image().entry, 0x80000000u);
  ASSERT_EQ(elf->image().segments.size(), 2u);
  EXPECT_EQ(elf->image().segments[0].address, 0x80000000u);
  EXPECT_EQ(elf->image().segments[0].bytes.size(), 64u);
  EXPECT_EQ(elf->image().segments[1].memory_bytes, 4096u);
  EXPECT_EQ(elf->symbol("tohost"), 0x80001000u);
  EXPECT_FALSE(elf->symbol("nothing"));
}

TEST(ElfTest, DescribesAddressesByTheFunctionAroundThem) {
  const auto elf = Elf::parse(make_test_elf(), "a.elf");
  ASSERT_TRUE(elf.ok());
  EXPECT_EQ(elf->describe(0x80000000), "_start");
  EXPECT_EQ(elf->describe(0x80000006), "_start+0x6");
  EXPECT_EQ(elf->describe(0x80000020), "main");
  EXPECT_EQ(elf->describe(0x80000026), "main+0x6");
  EXPECT_EQ(elf->describe(0x80000032), "a::code+0x2");
  EXPECT_EQ(elf->describe(0x8000003f), "");  // behind the end of main, and of _start
  EXPECT_EQ(elf->describe(0x7fffffff), "");
}

TEST(ElfTest, SaysWhatIsWrong) {
  EXPECT_HAS(error_of({}), "a.elf: not an ELF file");
  auto file = make_test_elf();
  file.resize(40);
  EXPECT_HAS(error_of(file), "truncated");
  file = make_test_elf();
  header(file).e_machine = EM_X86_64;
  EXPECT_HAS(error_of(file), "riscv64");
  file = make_test_elf();
  header(file).e_type = ET_DYN;
  EXPECT_HAS(error_of(file), "-no-pie");
  file = make_test_elf();
  header(file).e_phentsize = 55;
  EXPECT_HAS(error_of(file), "e_phentsize");
  file = make_test_elf();
  header(file).e_phoff = UINT64_MAX;
  EXPECT_HAS(error_of(file), "program headers");
  file = make_test_elf();
  header(file).e_phnum = 0;
  EXPECT_HAS(error_of(file), "nothing to load");
  file = make_test_elf();
  header(file).e_shoff = 1 << 20;
  EXPECT_HAS(error_of(file), "section headers");
}

TEST(ElfTest, RefusesSegmentsThatCannotBe) {
  auto file = make_test_elf();
  segment(file, 1).p_paddr = 0x80000010;
  EXPECT_HAS(error_of(file), "overlaps");
  file = make_test_elf();
  segment(file, 0).p_offset = file.size();
  EXPECT_HAS(error_of(file), "not all there");
  file = make_test_elf();
  segment(file, 0).p_memsz = 3;
  EXPECT_HAS(error_of(file), "larger in the file");
  file = make_test_elf();
  segment(file, 1).p_memsz = UINT64_MAX;
  EXPECT_HAS(error_of(file), "address space");
}

TEST(ElfTest, AHugeZeroSegmentCostsNothingHere) {
  auto file = make_test_elf();
  segment(file, 1).p_memsz = std::uint64_t{1} << 60;
  const auto elf = Elf::parse(file, "a.elf");
  ASSERT_TRUE(elf.ok());
  EXPECT_EQ(elf->image().segments[1].memory_bytes, std::uint64_t{1} << 60);
}

TEST(ElfTest, AMissingFileIsBadInput) {
  const auto elf = Elf::load("/no/such/program.elf");
  ASSERT_FALSE(elf.ok());
  EXPECT_EQ(elf.error().kind, ErrorKind::kBadInput);
}

}  // namespace
}  // namespace areia::sw
