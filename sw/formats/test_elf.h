// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A small ELF file for tests, made in memory: two segments, five symbols.
#pragma once

#include <elf.h>

#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

namespace areia::sw {

/// _start at 0x80000000 (16 bytes long), main 32 bytes on (16 bytes long), a mapping symbol there too, a
/// C++ function 48 bytes on, and tohost at
/// 0x80001000 in a zero segment of 4 KiB.
inline std::vector<std::byte> make_test_elf() {
  std::vector<std::byte> file;
  const auto append = [&](const void* data, std::size_t bytes) {
    const auto* first = static_cast<const std::byte*>(data);
    file.insert(file.end(), first, first + bytes);
  };
  const std::string names("\0_start\0main\0tohost\0$x\0_ZN1a12_GLOBAL__N_14codeEPKc\0", 52);
  constexpr std::size_t kCode = sizeof(Elf64_Ehdr) + 2 * sizeof(Elf64_Phdr), kCodeBytes = 64;
  constexpr std::size_t kNames = kCode + kCodeBytes, kSymbols = kNames + 56,
                        kSections = kSymbols + 6 * sizeof(Elf64_Sym);

  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_version = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = EM_RISCV;
  header.e_entry = 0x80000000;
  header.e_ehsize = sizeof(Elf64_Ehdr);
  header.e_phoff = sizeof(Elf64_Ehdr);
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 2;
  header.e_shoff = kSections;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = 3;
  append(&header, sizeof header);

  const Elf64_Phdr segments[2] = {
      {PT_LOAD, PF_R | PF_X, kCode, 0x80000000, 0x80000000, kCodeBytes, kCodeBytes, 16},
      {PT_LOAD, PF_R | PF_W, kCode, 0x80001000, 0x80001000, 0, 4096, 16},
  };
  append(segments, sizeof segments);
  for (std::size_t i = 0; i < kCodeBytes; ++i) file.push_back(std::byte{0x13});
  append(names.data(), names.size());
  file.resize(kSymbols);

  const unsigned char function = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
                      label = ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE);
  const Elf64_Sym symbols[6] = {{},
                                {1, function, 0, 1, 0x80000000, 16},
                                {8, function, 0, 1, 0x80000020, 16},
                                {13, ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT), 0, 1, 0x80001000, 8},
                                {20, label, 0, 1, 0x80000024, 0},
                                {23, function, 0, 1, 0x80000030, 4}};
  append(symbols, sizeof symbols);
  Elf64_Shdr sections[3] = {};
  sections[1].sh_type = SHT_STRTAB;
  sections[1].sh_offset = kNames;
  sections[1].sh_size = names.size();
  sections[2].sh_type = SHT_SYMTAB;
  sections[2].sh_link = 1;
  sections[2].sh_offset = kSymbols;
  sections[2].sh_size = sizeof symbols;
  sections[2].sh_entsize = sizeof(Elf64_Sym);
  append(sections, sizeof sections);
  return file;
}

}  // namespace areia::sw
