// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Classes from names, registers from the operands as the tables write them.
#include "spec/isa/instruction_class.h"

#include <initializer_list>

namespace areia::isa {
namespace {

using Class = InstructionClass;

bool begins(std::string_view text, std::initializer_list<std::string_view> heads) {
  for (const std::string_view head : heads) {
    if (text.starts_with(head)) return true;
  }
  return false;
}
bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

Class scalar_class(const InstructionInfo& info) {
  const std::string_view name = info.mnemonic, operands = info.operands;
  if (info.extension == "a") return Class::kAtomic;
  if (info.extension == "zicsr" || info.extension == "machine" || info.extension == "zifencei")
    return Class::kSystem;
  if (name == "ecall" || name == "ebreak") return Class::kSystem;
  if (info.extension == "m") return begins(name, {"mul"}) ? Class::kMultiply : Class::kDivide;
  if (holds(operands, "target") || name == "jalr") return Class::kBranch;
  if (holds(operands, "imm(rs1)")) return begins(operands, {"rd", "fd"}) ? Class::kLoad : Class::kStore;
  if (begins(name, {"fdiv", "fsqrt"})) return Class::kFloatDivide;
  if (holds(operands, "fs1") || holds(operands, "fd")) return Class::kFloat;
  return Class::kInteger;
}

Class memory_class(std::string_view name) {
  const bool load = begins(name, {"vl"});
  const bool each = begins(name, {"vls", "vss", "vlox", "vlux", "vsox", "vsux"});
  if (each) return load ? Class::kVectorLoadEach : Class::kVectorStoreEach;
  return load ? Class::kVectorLoad : Class::kVectorStore;
}

Class vector_class(const InstructionInfo& info) {
  const std::string_view name = info.mnemonic, operands = info.operands;
  if (begins(name, {"vset"})) return Class::kVectorSet;
  if (holds(operands, "(rs1)")) return memory_class(name);
  if (begins(operands, {"rd", "fd"})) return Class::kVectorToScalar;
  if (begins(name, {"vdiv", "vrem", "vfdiv", "vfrdiv", "vfsqrt"})) return Class::kVectorDivide;
  if (begins(name, {"vfredosum", "vfwredosum"})) return Class::kVectorOrdered;
  if (begins(name, {"vred", "vfred", "vwred", "vfwred"})) return Class::kVectorReduce;
  if (begins(name, {"vrgather", "vcompress"})) return Class::kVectorPermute;
  return Class::kVector;
}

/// Of a vector load or store: vlm.v, vl4re16.v, vlse32.v; an indexed one's number is of its indices.
void set_memory_shape(std::string_view name, InstructionShape& shape) {
  shape.whole_registers = name[2] >= '1' && name[2] <= '8';
  if (shape.whole_registers) shape.registers = static_cast<std::uint8_t>(name[2] - '0');
  if (begins(name, {"vlm", "vsm"})) shape.memory_bits = 1;
  if (shape.whole_registers || holds(name, "x") || shape.memory_bits != 0) return;
  unsigned bits = 0;
  for (const char c : name) {
    if (c >= '0' && c <= '9') bits = bits * 10 + static_cast<unsigned>(c - '0');
  }
  shape.memory_bits = static_cast<std::uint8_t>(bits);
}

RegisterFile file_of(char letter) {
  return letter == 'r'   ? RegisterFile::kInteger
         : letter == 'f' ? RegisterFile::kFloat
                         : RegisterFile::kVector;
}

void set_registers(const InstructionInfo& info, InstructionShape& shape) {
  const std::string_view operands = info.operands;
  for (std::size_t at = 0; at + 2 <= operands.size(); ++at) {
    const char letter = operands[at];
    if (letter != 'r' && letter != 'f' && letter != 'v') continue;
    if (at != 0 && operands[at - 1] != ' ' && operands[at - 1] != '(') continue;
    const std::string_view word = operands.substr(at);
    const RegisterFile file = file_of(letter);
    if (word[1] == 'd') shape.rd = file;
    if (word[1] != 's' || word.size() < 3) continue;
    if (word[2] == '1') shape.rs1 = file;
    if (word[2] == '2') shape.rs2 = file;
    if (word[2] == '3') shape.rs3 = file;
  }
  shape.reads_rd =
      info.kind == Kind::kVector && (holds(info.mnemonic, "mac") || holds(info.mnemonic, "sac") ||
                                     holds(info.mnemonic, "madd") || holds(info.mnemonic, "msub"));
}

}  // namespace

InstructionShape shape_of(Opcode opcode) {
  InstructionShape shape;
  if (opcode == Opcode::kIllegal) return shape;
  const InstructionInfo& info = instruction_info(opcode);
  set_registers(info, shape);
  if (info.kind == Kind::kScalar) {
    shape.kind = scalar_class(info);
  } else if (info.kind == Kind::kVector) {
    shape.kind = vector_class(info);
    const std::string_view name = info.mnemonic;
    if (holds(info.operands, "(rs1)")) set_memory_shape(name, shape);
    if (begins(name, {"vw", "vfw", "vnsr", "vncl", "vfncvt"})) shape.width_shift = 1;
    if (name.starts_with("vmv") && name.ends_with("r.v")) {
      shape.whole_registers = true;
      shape.registers = static_cast<std::uint8_t>(name[3] - '0');
    }
  } else {
    shape.kind = Class::kXareia;
  }
  return shape;
}

}  // namespace areia::isa
