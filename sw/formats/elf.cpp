// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads ELF files that may be truncated or hostile.
#include "sw/formats/elf.h"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "sw/formats/mapped_file.h"

namespace areia::sw {
namespace {

constexpr std::uint32_t kMaxNameLength = 1024;

/// "sim::run" of "_ZN3sim3runEPKc": the names in an Itanium C++ name, without templates and parameters; any
/// other name as it is. (A whole demangler would expand a hostile name without bound.)
std::string readable(std::string_view name) {
  std::string_view rest = name;
  if (!rest.starts_with("_Z")) return std::string(name);
  rest.remove_prefix(2);
  if (rest.starts_with('N')) rest.remove_prefix(1);
  std::string joined;
  for (std::size_t length = 0; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; length = 0) {
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), length);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (error != std::errc() || length > rest.size()) return std::string(name);
    const std::string_view part = rest.substr(0, length);
    rest.remove_prefix(length);
    if (part.starts_with("_GLOBAL__N")) continue;
    if (!joined.empty()) joined += "::";
    joined += part;
  }
  return joined.empty() ? std::string(name) : joined;
}

}  // namespace

/// One reading of one file.
class ElfReader {
 public:
  ElfReader(std::span<const std::byte> file, const std::string& origin) : file_(file), origin_(origin) {}

  Result<Elf> read() {
    AREIA_RETURN_IF_ERROR(read_header());
    AREIA_RETURN_IF_ERROR(read_segments());
    AREIA_RETURN_IF_ERROR(read_symbols());
    return std::move(elf_);
  }

 private:
  Error bad(std::string_view what) const { return bad_input(fmt::format("{}: {}", origin_, what)); }

  bool holds(std::uint64_t offset, std::uint64_t bytes) const {
    return offset <= file_.size() && bytes <= file_.size() - offset;
  }
  /// The record of type T at `offset`, which holds() has allowed.
  template <typename T>
  T record(std::uint64_t offset) const {
    T value;
    std::memcpy(&value, file_.data() + offset, sizeof value);
    return value;
  }

  Result<void> read_header() {
    if (!holds(0, EI_NIDENT) || std::memcmp(file_.data(), ELFMAG, SELFMAG) != 0)
      return bad("not an ELF file");
    if (!holds(0, sizeof(Elf64_Ehdr))) return bad("truncated: the ELF header is not all there");
    header_ = record<Elf64_Ehdr>(0);
    if (header_.e_ident[EI_CLASS] != ELFCLASS64 || header_.e_ident[EI_DATA] != ELFDATA2LSB ||
        header_.e_machine != EM_RISCV) {
      return bad(
          "not a program for 64-bit little-endian RISC-V (build it with --target=riscv64-unknown-elf)");
    }
    if (header_.e_type != ET_EXEC)
      return bad("not an executable with fixed addresses (link it with -static -no-pie)");
    if (header_.e_phentsize != sizeof(Elf64_Phdr))
      return bad("its program headers have a wrong size (e_phentsize)");
    elf_.image_.entry = header_.e_entry;
    return {};
  }

  Result<void> read_segments() {
    if (!holds(header_.e_phoff, std::uint64_t{header_.e_phnum} * sizeof(Elf64_Phdr))) {
      return bad("truncated: the program headers are not all there");
    }
    std::vector<Elf64_Phdr> loads;
    for (std::uint64_t i = 0; i < header_.e_phnum; ++i) {
      const auto segment = record<Elf64_Phdr>(header_.e_phoff + i * sizeof(Elf64_Phdr));
      if (segment.p_type == PT_LOAD && segment.p_memsz != 0) loads.push_back(segment);
    }
    if (loads.empty()) return bad("has nothing to load");
    std::ranges::sort(loads, {}, &Elf64_Phdr::p_paddr);
    AREIA_RETURN_IF_ERROR(check_segments(loads));
    for (const auto& segment : loads) {
      const std::byte* first = file_.data() + segment.p_offset;
      elf_.image_.segments.push_back(
          {segment.p_paddr, std::vector<std::byte>(first, first + segment.p_filesz), segment.p_memsz});
    }
    return {};
  }

  // Before anything is copied: small hostile files must not become large allocations.
  Result<void> check_segments(const std::vector<Elf64_Phdr>& loads) const {
    std::uint64_t total = 0, free_from = 0;
    for (const auto& segment : loads) {
      const std::string where = fmt::format("the segment at {:#x}", segment.p_paddr);
      if (!holds(segment.p_offset, segment.p_filesz)) return bad("truncated: " + where + " is not all there");
      if (segment.p_filesz > segment.p_memsz) return bad(where + " is larger in the file than in memory");
      if (segment.p_memsz > UINT64_MAX - segment.p_paddr)
        return bad(where + " reaches beyond the address space");
      if (segment.p_paddr < free_from) return bad(where + " overlaps another");
      free_from = segment.p_paddr + segment.p_memsz;
      total += segment.p_filesz;
      if (total > 2 * file_.size()) return bad("its segments share bytes of the file");
    }
    return {};
  }

  Result<void> read_symbols() {
    if (header_.e_shnum == 0) return {};
    if (header_.e_shentsize != sizeof(Elf64_Shdr))
      return bad("its section headers have a wrong size (e_shentsize)");
    if (!holds(header_.e_shoff, std::uint64_t{header_.e_shnum} * sizeof(Elf64_Shdr))) {
      return bad("truncated: the section headers are not all there");
    }
    for (std::uint64_t i = 0; i < header_.e_shnum; ++i) {
      const auto section = section_header(i);
      if (section.sh_type == SHT_SYMTAB) return read_symbol_table(section);
    }
    return {};
  }

  Elf64_Shdr section_header(std::uint64_t index) const {
    return record<Elf64_Shdr>(header_.e_shoff + index * sizeof(Elf64_Shdr));
  }

  Result<void> read_symbol_table(const Elf64_Shdr& table) {
    if (table.sh_link >= header_.e_shnum) return bad("its symbol table names no string table");
    const auto strings = section_header(table.sh_link);
    if (!holds(table.sh_offset, table.sh_size) || !holds(strings.sh_offset, strings.sh_size) ||
        strings.sh_size > UINT32_MAX) {
      return bad("truncated: the symbol table is not all there");
    }
    elf_.names_.assign(reinterpret_cast<const char*>(file_.data() + strings.sh_offset), strings.sh_size);
    for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= table.sh_size; at += sizeof(Elf64_Sym)) {
      add_symbol(record<Elf64_Sym>(table.sh_offset + at));
    }
    std::ranges::stable_sort(elf_.symbols_, {}, &Elf::Symbol::address);
    return {};
  }

  void add_symbol(const Elf64_Sym& symbol) {
    const unsigned type = ELF64_ST_TYPE(symbol.st_info);
    const bool useful = type == STT_NOTYPE || type == STT_FUNC || type == STT_OBJECT;
    if (!useful || symbol.st_shndx == SHN_UNDEF || symbol.st_name >= elf_.names_.size()) return;
    const std::string_view rest = std::string_view(elf_.names_).substr(symbol.st_name, kMaxNameLength);
    const auto length = static_cast<std::uint32_t>(std::min(rest.find('\0'), rest.size()));
    // "$": the psABI's mapping symbols; ".L": the assembler's own labels. No names of anything.
    if (length == 0 || rest[0] == '$' || rest.starts_with(".L")) return;
    const bool is_code = symbol.st_shndx < SHN_LORESERVE && type != STT_OBJECT;
    elf_.symbols_.push_back({symbol.st_value, symbol.st_size, symbol.st_name, length, is_code});
  }

  std::span<const std::byte> file_;
  const std::string& origin_;
  Elf64_Ehdr header_{};
  Elf elf_;
};

Result<Elf> Elf::parse(std::span<const std::byte> file, const std::string& origin) {
  return ElfReader(file, origin).read();
}

Result<Elf> Elf::load(const std::filesystem::path& path) {
  const auto file = MappedFile::open(path);
  if (!file.ok()) return file.error();
  return parse(file->bytes(), path.string());
}

std::optional<std::uint64_t> Elf::symbol(std::string_view name) const {
  const auto found =
      std::ranges::find_if(symbols_, [&](const Symbol& symbol) { return name_of(symbol) == name; });
  if (found == symbols_.end()) return std::nullopt;
  return found->address;
}

std::string Elf::describe(std::uint64_t address) const {
  auto after = std::ranges::upper_bound(symbols_, address, {}, &Symbol::address);
  // A few steps back over data labels and functions that end before the address.
  for (int steps = 0; after != symbols_.begin() && steps < 64; ++steps) {
    const Symbol& symbol = *--after;
    const std::uint64_t offset = address - symbol.address;
    if (!symbol.is_code || (symbol.size != 0 && offset >= symbol.size)) continue;
    const std::string name = readable(name_of(symbol));
    return offset == 0 ? name : fmt::format("{}+{:#x}", name, offset);
  }
  return {};
}

}  // namespace areia::sw
