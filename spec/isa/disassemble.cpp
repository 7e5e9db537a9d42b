// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Walks the operand text of the instruction's row and replaces each word by what the encoding says.
#include "spec/isa/disassemble.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <iterator>
#include <string_view>

namespace areia::isa {
namespace {

constexpr std::array<std::string_view, 32> kIntegerNames = {
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
    "a6",   "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
constexpr std::array<std::string_view, 32> kFloatNames = {
    "ft0", "ft1", "ft2", "ft3", "ft4",  "ft5",  "ft6", "ft7", "fs0",  "fs1", "fa0",
    "fa1", "fa2", "fa3", "fa4", "fa5",  "fa6",  "fa7", "fs2", "fs3",  "fs4", "fs5",
    "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11"};
constexpr std::array<std::string_view, 8> kRoundingModes = {"rne", "rtz", "rdn", "rup",
                                                            "rmm", "rm5", "rm6", "dyn"};
constexpr unsigned kRoundNearestEven = 0;
constexpr unsigned kRoundDynamic = 7;

std::string integer_register(unsigned number) { return std::string(kIntegerNames[number & 31]); }
std::string float_register(unsigned number) { return std::string(kFloatNames[number & 31]); }
std::string vector_register(unsigned number) { return fmt::format("v{}", number & 31); }

/// "e32, m1, ta, ma", or the number where a field is reserved.
std::string vtype_text(std::int64_t vtype) {
  constexpr std::array<std::string_view, 8> kMultipliers = {"m1", "m2", "m4", "m8", "", "mf8", "mf4", "mf2"};
  const auto sew = static_cast<unsigned>(vtype >> 3 & 7);
  const auto multiplier = kMultipliers[static_cast<std::size_t>(vtype & 7)];
  if (vtype >> 8 != 0 || sew > 3 || multiplier.empty()) return fmt::format("{}", vtype);
  return fmt::format("e{}, {}, {}, {}", 8 << sew, multiplier, vtype & 0x40 ? "ta" : "tu",
                     vtype & 0x80 ? "ma" : "mu");
}

/// A fence's set of four bits as letters; the empty set is 0.
std::string fence_set(std::int64_t bits) {
  std::string text;
  for (unsigned i = 0; i < 4; ++i) {
    if (bits >> (3 - i) & 1) text += "iorw"[i];
  }
  return text.empty() ? "0" : text;
}

std::string csr_text(std::int64_t number) {
  const std::string_view name = csr_name(static_cast<std::uint32_t>(number));
  return name.empty() ? fmt::format("{}", number) : std::string(name);
}

std::string rounding_text(unsigned mode, unsigned left_out) {
  return mode == left_out ? std::string() : std::string(kRoundingModes[mode & 7]);
}

/// How each word of a row's operands is written; an empty result leaves the operand out.
struct OperandWord {
  std::string_view word;
  std::string (*write)(const Decoded&);
};
constexpr OperandWord kOperandWords[] = {
    {"rd", [](const Decoded& d) { return integer_register(d.rd); }},
    {"rs1", [](const Decoded& d) { return integer_register(d.rs1); }},
    {"rs2", [](const Decoded& d) { return integer_register(d.rs2); }},
    {"fd", [](const Decoded& d) { return float_register(d.rd); }},
    {"fs1", [](const Decoded& d) { return float_register(d.rs1); }},
    {"fs2", [](const Decoded& d) { return float_register(d.rs2); }},
    {"fs3", [](const Decoded& d) { return float_register(d.rs3); }},
    {"vd", [](const Decoded& d) { return vector_register(d.rd); }},
    {"vs1", [](const Decoded& d) { return vector_register(d.rs1); }},
    {"vs2", [](const Decoded& d) { return vector_register(d.rs2); }},
    {"vs3", [](const Decoded& d) { return vector_register(d.rs3); }},
    {"imm", [](const Decoded& d) { return fmt::format("{}", d.immediate); }},
    {"simm5", [](const Decoded& d) { return fmt::format("{}", d.immediate); }},
    {"zimm5", [](const Decoded& d) { return fmt::format("{}", d.immediate); }},
    {"target", [](const Decoded& d) { return fmt::format("{}", d.immediate); }},
    {"upper", [](const Decoded& d) { return fmt::format("{}", d.immediate >> 12 & 0xfffff); }},
    {"uimm5", [](const Decoded& d) { return fmt::format("{}", d.rs1); }},
    {"acc", [](const Decoded& d) { return fmt::format("{}", d.rd); }},
    {"csr", [](const Decoded& d) { return csr_text(d.immediate); }},
    {"vtype", [](const Decoded& d) { return vtype_text(d.immediate); }},
    {"zimm10", [](const Decoded& d) { return vtype_text(d.immediate); }},
    {"zimm11", [](const Decoded& d) { return vtype_text(d.immediate); }},
    {"pred", [](const Decoded& d) { return fence_set(d.immediate >> 4 & 15); }},
    {"succ", [](const Decoded& d) { return fence_set(d.immediate & 15); }},
    {"rm", [](const Decoded& d) { return rounding_text(d.rm, kRoundDynamic); }},
    {"rm_exact", [](const Decoded& d) { return rounding_text(d.rm, kRoundNearestEven); }},
    {"vm", [](const Decoded& d) { return std::string(d.masked ? "v0.t" : ""); }},
};

/// The text of one operand such as "rs1", "imm(rs1)" or "(rs1)"; other characters stand for themselves.
std::string operand_text(std::string_view operand, const Decoded& instruction) {
  std::string text;
  while (!operand.empty()) {
    std::size_t length = 0;
    while (length < operand.size() && (std::isalnum(operand[length]) != 0 || operand[length] == '_'))
      ++length;
    const std::string_view word = operand.substr(0, length);
    std::string written(word);
    for (const OperandWord& known : kOperandWords) {
      if (known.word == word) written = known.write(instruction);
    }
    text += written;
    if (length < operand.size()) text += operand[length++];
    operand.remove_prefix(length);
  }
  return text;
}

/// Segment loads and stores carry their number of fields in the mnemonic: vle32.v with 3 is vlseg3e32.v.
std::string segment_mnemonic(std::string_view mnemonic, std::int64_t fields) {
  const std::size_t digit = mnemonic.find_first_of("0123456789");
  const std::size_t element = mnemonic.rfind('e', digit);
  return fmt::format("{}seg{}{}", mnemonic.substr(0, element), fields, mnemonic.substr(element));
}

std::string mnemonic_text(const InstructionInfo& info, const Decoded& instruction) {
  constexpr std::uint32_t kLoadFp = 0x07, kStoreFp = 0x27;
  const std::uint32_t major = instruction.raw & 0x7f;
  if (info.kind == Kind::kVector && (major == kLoadFp || major == kStoreFp) && instruction.immediate > 0) {
    return segment_mnemonic(info.mnemonic, instruction.immediate + 1);
  }
  std::string text(info.mnemonic);
  if (info.extension == "a") {
    const char* const kOrderings[] = {"", ".rl", ".aq", ".aqrl"};
    text += kOrderings[instruction.raw >> 25 & 3];
  }
  return text;
}

}  // namespace

std::string disassemble(const Decoded& instruction) {
  if (instruction.opcode == Opcode::kIllegal) return fmt::format("illegal {:#x}", instruction.raw);
  const InstructionInfo& info = instruction_info(instruction.opcode);
  std::string text = mnemonic_text(info, instruction);
  const char* separator = " ";
  std::string_view rest = info.operands;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(", ");
    const std::string operand = operand_text(rest.substr(0, comma), instruction);
    if (!operand.empty()) {
      text += separator + operand;
      separator = ", ";
    }
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 2);
  }
  return text;
}

std::string disassemble(std::uint32_t bits) { return disassemble(decode(bits)); }

}  // namespace areia::isa
