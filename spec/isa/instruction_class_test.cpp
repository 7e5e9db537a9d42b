// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Classes and registers of instructions, by examples of every kind.
#include "spec/isa/instruction_class.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace areia::isa {
namespace {

using Class = InstructionClass;
using File = RegisterFile;

std::map<std::string, InstructionShape> all() {
  std::map<std::string, InstructionShape> shapes;
  for (std::size_t i = 1; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    shapes[std::string(instruction_info(opcode).mnemonic)] = shape_of(opcode);
  }
  return shapes;
}

TEST(InstructionClassTest, ClassesOfEveryKind) {
  const auto shapes = all();
  const std::map<std::string, Class> expected = {{"add", Class::kInteger},
                                                 {"lui", Class::kInteger},
                                                 {"sh1add", Class::kInteger},
                                                 {"mul", Class::kMultiply},
                                                 {"mulhu", Class::kMultiply},
                                                 {"remw", Class::kDivide},
                                                 {"beq", Class::kBranch},
                                                 {"jal", Class::kBranch},
                                                 {"jalr", Class::kBranch},
                                                 {"ld", Class::kLoad},
                                                 {"flw", Class::kLoad},
                                                 {"sd", Class::kStore},
                                                 {"fsd", Class::kStore},
                                                 {"lr.d", Class::kAtomic},
                                                 {"amoadd.w", Class::kAtomic},
                                                 {"fadd.s", Class::kFloat},
                                                 {"fmv.x.w", Class::kFloat},
                                                 {"fcvt.d.w", Class::kFloat},
                                                 {"fle.h", Class::kFloat},
                                                 {"fdiv.d", Class::kFloatDivide},
                                                 {"fsqrt.s", Class::kFloatDivide},
                                                 {"csrrw", Class::kSystem},
                                                 {"mret", Class::kSystem},
                                                 {"ecall", Class::kSystem},
                                                 {"vsetvli", Class::kVectorSet},
                                                 {"vadd.vv", Class::kVector},
                                                 {"vfmacc.vf", Class::kVector},
                                                 {"vmv.x.s", Class::kVectorToScalar},
                                                 {"vcpop.m", Class::kVectorToScalar},
                                                 {"vfmv.f.s", Class::kVectorToScalar},
                                                 {"vdiv.vx", Class::kVectorDivide},
                                                 {"vfsqrt.v", Class::kVectorDivide},
                                                 {"vredsum.vs", Class::kVectorReduce},
                                                 {"vfredusum.vs", Class::kVectorReduce},
                                                 {"vfredosum.vs", Class::kVectorOrdered},
                                                 {"vrgather.vv", Class::kVectorPermute},
                                                 {"vcompress.vm", Class::kVectorPermute},
                                                 {"vle32.v", Class::kVectorLoad},
                                                 {"vl2re16.v", Class::kVectorLoad},
                                                 {"vs4r.v", Class::kVectorStore},
                                                 {"vlm.v", Class::kVectorLoad},
                                                 {"vlse16.v", Class::kVectorLoadEach},
                                                 {"vsuxei8.v", Class::kVectorStoreEach},
                                                 {"vssub.vv", Class::kVector},
                                                 {"vsll.vi", Class::kVector},
                                                 {"tmma", Class::kXareia},
                                                 {"dma.start", Class::kXareia}};
  for (const auto& [name, kind] : expected) {
    ASSERT_TRUE(shapes.contains(name)) << name;
    EXPECT_EQ(shapes.at(name).kind, kind) << name;
  }
}

TEST(InstructionClassTest, RegistersAsTheOperandsSay) {
  const auto shapes = all();
  const auto& fma = shapes.at("fmadd.s");
  EXPECT_TRUE(fma.rd == File::kFloat && fma.rs1 == File::kFloat && fma.rs2 == File::kFloat &&
              fma.rs3 == File::kFloat);
  const auto& store = shapes.at("sd");
  EXPECT_TRUE(store.rd == File::kNone && store.rs1 == File::kInteger && store.rs2 == File::kInteger);
  const auto& float_store = shapes.at("fsw");
  EXPECT_TRUE(float_store.rs2 == File::kFloat && float_store.rs1 == File::kInteger);
  const auto& vector = shapes.at("vfmacc.vf");
  EXPECT_TRUE(vector.rd == File::kVector && vector.rs1 == File::kFloat && vector.rs2 == File::kVector &&
              vector.reads_rd);
  const auto& vector_store = shapes.at("vsse32.v");
  EXPECT_TRUE(vector_store.rs3 == File::kVector && vector_store.rs1 == File::kInteger &&
              vector_store.rs2 == File::kInteger);
  EXPECT_EQ(vector_store.memory_bits, 32);
  EXPECT_TRUE(shapes.at("vl4re16.v").whole_registers && shapes.at("vl4re16.v").registers == 4);
  EXPECT_EQ(shapes.at("vfwmul.vv").width_shift, 1);
  EXPECT_EQ(shapes.at("vfncvt.f.f.w").width_shift, 1);
  EXPECT_EQ(shapes.at("vfncvtbf16.f.f.w").width_shift, 1);
  EXPECT_EQ(shapes.at("vnsrl.wi").width_shift, 1);
  EXPECT_EQ(shapes.at("vnclipu.wv").width_shift, 1);
  // These negate; they do not narrow.
  EXPECT_EQ(shapes.at("vfnmsub.vv").width_shift, 0);
  EXPECT_EQ(shapes.at("vnmsac.vv").width_shift, 0);
  EXPECT_EQ(shapes.at("vle64.v").memory_bits, 64);
  EXPECT_EQ(shapes.at("vluxei16.v").memory_bits, 0);
  EXPECT_TRUE(shapes.at("tmma").rs1 == File::kInteger && shapes.at("tmma").rs2 == File::kInteger);
}

TEST(InstructionClassTest, WhatReadsOrWritesVectorsIsOfAVectorClass) {
  for (const auto& [name, shape] : all()) {
    const bool touches =
        shape.rd == File::kVector || shape.rs2 == File::kVector || shape.rs3 == File::kVector;
    EXPECT_EQ(touches, shape.kind >= Class::kVector && shape.kind <= Class::kVectorStoreEach) << name;
  }
}

}  // namespace
}  // namespace areia::isa
