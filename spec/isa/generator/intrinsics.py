# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Emits xareia_intrinsics.h: one C++ function per Xareia row, for device code compiled by stock clang."""

import textwrap

from .opcodes import BANNER
from .tables import Instruction, Tables

PREAMBLE = """\
//
// The Xareia instructions as functions. Names are the mnemonics with underscores; the accumulator set is a
// template parameter, since it is part of the encoding. Every function is a barrier to the compiler's memory
// accesses: the engines read and write memory behind its back. Full semantics: docs/isa.md.
#pragma once

#if !defined(__riscv) || __riscv_xlen != 64
#error "xareia_intrinsics.h is for device code (riscv64)"
#endif

namespace areia::device {

"""


def emit(tables: Tables) -> str:
    rows = [row for row in tables.instructions if row.extension == "xareia"]
    return BANNER + PREAMBLE + "\n".join(function(row) for row in rows) + "\n}  // namespace areia::device\n"


def function(row: Instruction) -> str:
    """A static inline function around `.insn r opcode, funct3, funct7, rd, rs1, rs2`."""
    names = {field.name for field in row.fields}
    parameters = [name for name in ("rs1", "rs2") if name in names]
    destination = "x%0" if "acc" in names else "x0"
    constraints = ['"i"(Accumulator)'] if "acc" in names else []
    operands = []
    for name in ("rs1", "rs2"):
        operands.append(f"%{len(constraints)}" if name in names else "x0")
        if name in names:
            constraints.append(f'"r"({name})')
    numbers = f"0x{row.match & 0x7f:02x}, {row.match >> 12 & 7}, {row.match >> 25}"
    text = f".insn r {numbers}, {destination}, {', '.join(operands)}"
    comment = textwrap.fill(row.semantics.replace("\n", " "), 104, initial_indent="/// ", subsequent_indent="/// ")
    template = "template <unsigned Accumulator>\n" if "acc" in names else ""
    check = '  static_assert(Accumulator < 32, "accumulator sets are numbered 0 to 31");\n' if "acc" in names else ""
    signature = ", ".join(f"unsigned long {name}" for name in parameters)
    noreturn = "[[noreturn]] " if row.name == "halt" else ""
    ending = "  __builtin_unreachable();\n" if row.name == "halt" else ""
    return (f"{comment}\n{template}{noreturn}static inline void {row.identifier}({signature}) {{\n{check}"
            f'  __asm__ volatile("{text}" : : {", ".join(constraints)} : "memory");\n{ending}}}\n')
