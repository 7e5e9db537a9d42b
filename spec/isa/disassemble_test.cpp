// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The tables against LLVM: the text that we make of an encoding must assemble to that encoding, and what we
// call illegal LLVM must not know. Skipped where llvm-mc-19 is missing.
#include "spec/isa/disassemble.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace areia::isa {
namespace {

constexpr const char* kWideExtensions =
    "+m,+a,+f,+d,+v,+zfh,+zfbfmin,+zvfh,+zvfbfmin,+zvfbfwma,+zba,+zbb,+zbs,+zicsr,+zifencei";

struct Encoding {
  std::string mnemonic, extension;
  unsigned bytes;
  std::uint32_t match, mask;
};
const Encoding kEncodings[] = {
#define AREIA_ENCODING(mnemonic, extension, bytes, match, mask) {mnemonic, extension, bytes, match, mask},
#include "spec/isa/encodings.inc"
};

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

bool have_llvm() { return std::system("llvm-mc-19 --version >/dev/null 2>&1") == 0; }

/// Runs llvm-mc on `input` and returns what it prints, errors included.
std::string llvm_mc(const std::string& flags, const std::string& input) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("areia_disassemble_test_" + std::to_string(std::random_device{}()) + ".s");
  std::ofstream(path) << input;
  const std::string command = "llvm-mc-19 -triple=riscv64 " + flags + " " + path.string() + " 2>&1";
  std::string output;
  std::FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer;
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    output.append(buffer.data(), n);
  pclose(pipe);
  std::filesystem::remove(path);
  return output;
}

/// The encodings that llvm-mc gives for lines of assembly, in order. A line that it rejects fails the test.
std::vector<std::uint32_t> assemble(const std::string& extensions, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  const std::string output = llvm_mc("-show-encoding -mattr=" + extensions, text);
  EXPECT_EQ(output.find("error:"), std::string::npos) << output.substr(0, 2000);
  std::vector<std::uint32_t> encodings;
  for (std::size_t at = 0; (at = output.find("encoding: [", at)) != std::string::npos;) {
    at += 11;
    std::uint32_t bits = 0;
    for (unsigned shift = 0; output[at - 1] != ']'; shift += 8, at += 5) {
      bits |= static_cast<std::uint32_t>(std::stoul(output.substr(at, 4), nullptr, 16)) << shift;
    }
    encodings.push_back(bits);
  }
  EXPECT_EQ(encodings.size(), lines.size());
  return encodings;
}

/// Random operands for a row, such that a strict assembler has nothing against them: vector register groups
/// apart from one another and aligned, no reserved rounding mode, vtype or fence bits.
std::uint32_t random_operands(const Encoding& row, Random& random) {
  std::uint32_t bits = random();
  const std::uint32_t major = row.match & 0x7f, funct3 = row.match >> 12 & 7;
  const bool vector = row.extension[0] == 'v' || row.extension.starts_with("zv");
  if (vector && !row.mnemonic.starts_with("vset")) {
    const std::uint32_t first = random() % 3, second = (first + 1 + random() % 2) % 3;
    bits &= ~0x01ff'8f80u;
    bits |= (8 + 8 * first) << 7 | (8 + 8 * second) << 20 | (8 + 8 * (3 - first - second)) << 15;
    bits &= ~(7u << 29);
    if (major != 0x57) bits |= (random() % 8) << 29;
  }
  if (row.mnemonic == "vsetvli") bits &= ~(0x7u << 28 | 1u << 25 | 1u << 22);
  if (row.mnemonic == "vsetivli") bits &= ~(0x3u << 28 | 1u << 25 | 1u << 22);
  if (major == 0x0f) bits &= funct3 == 1 ? 0 : 0x0ff0'0000;
  if ((row.mask >> 12 & 7) == 0 && ((bits >> 12 & 7) == 5 || (bits >> 12 & 7) == 6)) bits ^= 4u << 12;
  return row.match | (bits & ~row.mask);
}

TEST(Disassemble, MakesTextThatAssemblesToTheSameBits) {
  if (!have_llvm()) GTEST_SKIP() << "llvm-mc-19 is missing: install the package llvm-19";
  Random random(2);
  std::vector<std::uint32_t> encodings;
  std::vector<std::string> lines;
  for (const Encoding& row : kEncodings) {
    if (row.bytes != 4 || row.extension == "xareia") continue;
    for (int i = 0; i < 30; ++i) {
      encodings.push_back(random_operands(row, random));
      lines.push_back(disassemble(encodings.back()));
    }
  }
  const std::vector<std::uint32_t> assembled = assemble(kWideExtensions, lines);
  ASSERT_EQ(assembled.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(assembled[i], encodings[i])
        << lines[i] << std::hex << " " << assembled[i] << " " << encodings[i];
  }
}

TEST(Disassemble, ExpandsCompressedInstructionsToWhatAssemblesBackToThem) {
  if (!have_llvm()) GTEST_SKIP() << "llvm-mc-19 is missing: install the package llvm-19";
  std::vector<std::uint32_t> encodings;
  std::vector<std::string> lines;
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const Decoded decoded = decode(bits);
    if ((bits & 3) == 3 || decoded.opcode == Opcode::kIllegal) continue;
    // HINTs (no effect) and the stack pointer (two encodings for one meaning) do not come back the same.
    const bool has_rd = decoded.opcode != Opcode::kJal && decoded.opcode != Opcode::kJalr;
    const bool writes = instruction_info(decoded.opcode).operands.starts_with("rd") && has_rd;
    const bool shift =
        decoded.opcode == Opcode::kSlli || decoded.opcode == Opcode::kSrli || decoded.opcode == Opcode::kSrai;
    const bool no_change = decoded.opcode == Opcode::kAddi && decoded.rd == decoded.rs1;
    if (writes && (decoded.rd == 0 || decoded.rd == 2)) continue;
    if ((shift || no_change) && decoded.immediate == 0) continue;
    encodings.push_back(bits);
    lines.push_back(disassemble(decoded));
  }
  ASSERT_GT(lines.size(), 30000u);
  const std::vector<std::uint32_t> assembled = assemble("+c,+d", lines);
  ASSERT_EQ(assembled.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    ASSERT_EQ(assembled[i], encodings[i])
        << lines[i] << std::hex << " " << assembled[i] << " " << encodings[i];
  }
}

/// Which of `encodings` llvm-mc does not know.
std::vector<bool> illegal_for_llvm(const std::string& extensions,
                                   const std::vector<std::uint32_t>& encodings) {
  std::string text;
  for (const std::uint32_t bits : encodings) {
    text += "[";  // in brackets: one instruction, whatever LLVM makes of its first bytes
    for (unsigned byte = 0; byte < ((bits & 3) == 3 ? 4u : 2u); ++byte) {
      text += std::to_string(bits >> 8 * byte & 0xff) + " ";
    }
    text += "]\n";
  }
  const std::string output = llvm_mc("--disassemble -o /dev/null -mattr=" + extensions, text);
  std::vector<bool> illegal(encodings.size(), false);
  const std::string kWarning = ": warning: invalid instruction encoding";
  for (std::size_t at = 0; (at = output.find(kWarning, at)) != std::string::npos; at += kWarning.size()) {
    const std::size_t column = output.rfind(':', at - 1), line = output.rfind(':', column - 1);
    illegal.at(std::stoul(output.substr(line + 1, column - line - 1)) - 1) = true;
  }
  return illegal;
}

TEST(Disassemble, KnowsTheCompressedInstructionsThatLlvmKnows) {
  if (!have_llvm()) GTEST_SKIP() << "llvm-mc-19 is missing: install the package llvm-19";
  std::vector<std::uint32_t> encodings;
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    // LLVM calls the all-zero encoding `unimp`, and reads c.lui of 0 as an instruction of Zcmop or a HINT.
    const bool lui_of_zero = (bits & 0xf07f) == 0x6001;
    if ((bits & 3) != 3 && bits != 0 && !lui_of_zero) encodings.push_back(bits);
  }
  const std::vector<bool> illegal = illegal_for_llvm("+c,+d", encodings);
  for (std::size_t i = 0; i < encodings.size(); ++i) {
    EXPECT_EQ(decode(encodings[i]).opcode == Opcode::kIllegal, illegal[i]) << std::hex << encodings[i];
  }
}

/// Encodings that LLVM judges otherwise for a reason: what our hart checks when it executes (reserved
/// rounding modes, register groups out of line), reserved fence bits that hardware ignores, supervisor mode.
bool judged_elsewhere(std::uint32_t bits) {
  const std::uint32_t major = bits & 0x7f, funct3 = bits >> 12 & 7;
  const bool floating = major == 0x43 || major == 0x47 || major == 0x4b || major == 0x4f || major == 0x53;
  if (floating && (funct3 == 5 || funct3 == 6)) return true;
  const std::string_view name = instruction_info(decode(bits).opcode).mnemonic;
  const bool whole_registers = name.starts_with("vmv") && name.ends_with("r.v");
  const bool whole_memory = (name.starts_with("vl") || name.starts_with("vs")) && name.find('r') == 3;
  return whole_registers || whole_memory || major == 0x0f || (major == 0x73 && funct3 == 0) ||
         instruction_info(decode(bits).opcode).extension == "xareia";
}

TEST(Disassemble, KnowsTheWideInstructionsThatLlvmKnows) {
  if (!have_llvm()) GTEST_SKIP() << "llvm-mc-19 is missing: install the package llvm-19";
  Random random(3);
  std::vector<std::uint32_t> encodings;
  for (int i = 0; i < 100000; ++i) {
    // Near misses: a row's encoding with a few bits flipped.
    const Encoding& row = kEncodings[random() % std::size(kEncodings)];
    if (row.bytes != 4 || row.extension == "xareia") continue;
    const std::uint32_t bits = (row.match | (random() & ~row.mask)) ^ (1u << (2 + random() % 30));
    if (!judged_elsewhere(bits)) encodings.push_back(bits);
  }
  const std::vector<bool> illegal = illegal_for_llvm(kWideExtensions, encodings);
  for (std::size_t i = 0; i < encodings.size(); ++i) {
    EXPECT_EQ(decode(encodings[i]).opcode == Opcode::kIllegal, illegal[i])
        << std::hex << encodings[i] << " " << disassemble(encodings[i]);
  }
}

TEST(Disassemble, ShowsXareiaInstructions) {
  EXPECT_EQ(disassemble(0x00b5'128b), "tmma 5, a0, a1");
  EXPECT_EQ(disassemble(0x0000'500b), "tfence");
  EXPECT_EQ(disassemble(0x00b5'302b), "sem.wait a0, a1");
}

}  // namespace
}  // namespace areia::isa
