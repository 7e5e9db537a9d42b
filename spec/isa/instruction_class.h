// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What kind of work an instruction is, and which registers it reads and writes: what a model of time needs to
// know of it. Derived from the rows of the tables; how long each class takes, a chip description says.
#pragma once

#include "spec/isa/opcode.h"

namespace areia::isa {

enum class InstructionClass : std::uint8_t {
  kInteger,   ///< one cycle: arithmetic, logic, moves, fences
  kMultiply,  ///< also high halves
  kDivide,    ///< and remainders
  kBranch,    ///< conditional branches and jumps
  kLoad,      ///< scalar, of any register
  kStore,
  kAtomic,          ///< loads and stores at once
  kFloat,           ///< scalar floating point but for the next
  kFloatDivide,     ///< division and square root
  kSystem,          ///< CSRs, traps, fence.i
  kVectorSet,       ///< vsetvli and its like
  kVector,          ///< element by element
  kVectorDivide,    ///< division and square root, integer and floating point
  kVectorReduce,    ///< sums, maxima: as a tree
  kVectorOrdered,   ///< sums in order of elements
  kVectorPermute,   ///< gathers and compress: any element may go anywhere
  kVectorToScalar,  ///< to an x or f register
  kVectorLoad,      ///< unit stride, whole registers, masks
  kVectorStore,
  kVectorLoadEach,  ///< strided and indexed: element by element
  kVectorStoreEach,
  kXareia,  ///< what the tile does
};

enum class RegisterFile : std::uint8_t { kNone, kInteger, kFloat, kVector };

struct InstructionShape {
  InstructionClass kind = InstructionClass::kInteger;
  RegisterFile rd = RegisterFile::kNone;                                                         ///< written
  RegisterFile rs1 = RegisterFile::kNone, rs2 = RegisterFile::kNone, rs3 = RegisterFile::kNone;  ///< read
  bool reads_rd = false;         ///< multiply-adds into a vector, masks undisturbed
  std::uint8_t memory_bits = 0;  ///< vector loads and stores: of an element; 0: the present SEW
  std::uint8_t registers = 1;    ///< of whole-register moves, loads and stores
  bool whole_registers = false;  ///< regardless of vl
  std::uint8_t width_shift = 0;  ///< the widest operand has SEW << width_shift
};

/// The shape of `opcode`; of kIllegal the default one.
InstructionShape shape_of(Opcode opcode);

}  // namespace areia::isa
