# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Emits decode_table.inc: the rows that spec/isa/decode.cpp searches, the most specific first."""

from .opcodes import BANNER
from .tables import Instruction, Slot, Tables


def emit(tables: Tables) -> str:
    by_name = {row.name: row for row in tables.instructions}
    rows = sorted(tables.instructions + tables.compressed, key=lambda row: -row.mask.bit_count())
    pieces: list[str] = []
    lines = []
    for row in rows:
        target = by_name[row.expands.split()[0]] if row.expands else row
        lines.append(line(row, target, len(pieces)))
        pieces += [f"{{{p.source}, {p.width}, {p.target}}}," for p in row.pieces]
    return (BANNER + "inline constexpr ImmediatePiece kImmediatePieces[] = {\n    {0, 0, 0},\n"
            + "".join(f"    {piece}\n" for piece in pieces) + "};\n"
            + "inline constexpr DecodeRow kDecodeRows[] = {\n" + "".join(lines) + "};\n")


def line(row: Instruction, target: Instruction, pieces_before: int) -> str:
    slots = ", ".join(slot(row.slots.get(name)) for name in ("rd", "rs1", "rs2", "rs3"))
    return (f"    {{0x{row.match:08x}, 0x{row.mask:08x}, 0x{row.nonzero_mask:04x}, Opcode::{target.opcode}, "
            f"{row.width // 8}, {flag('rm' in row.slots)}, {flag('masked' in row.slots)}, "
            f"{row.sign_bit}, {pieces_before + 1}, {len(row.pieces)}, {{{slots}}}}},\n")


def slot(value: Slot | None) -> str:
    value = value or Slot()
    return f"{{{value.shift}, {value.width}, {value.add}}}"


def flag(value: bool) -> str:
    return "true" if value else "false"
