# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Makes instruction words from rows of the tables in spec/isa."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "spec/isa"))
sys.dont_write_bytecode = True
from generator import tables as isa_tables  # noqa: E402  (the path above leads to it)

Instruction = isa_tables.Instruction


def load_tables() -> isa_tables.Tables:
    return isa_tables.load(pathlib.Path(isa_tables.__file__).resolve().parents[1])


def encode(row: Instruction, values: dict[str, int]) -> int:
    """The encoding with `values` by field name ("imm": the whole immediate); missing fields are zero."""
    bits = row.match
    for field in row.fields:
        if field.name in values:
            value = values[field.name] - field.add
            if value >> field.width:
                raise ValueError(f"{row.name}: {field.name} = {values[field.name]} does not fit")
            bits |= value << field.low
        elif "imm" in values:
            for piece in field.pieces:
                bits |= (values["imm"] >> piece.target & ((1 << piece.width) - 1)) << piece.source
    return bits


def belongs_to_another(row: Instruction, bits: int, rows: dict[str, Instruction]) -> bool:
    """Whether a row that specialises `row` claims this encoding: c.mv of x0 is c.jr."""
    specials = [other for other in rows.values() if other.specialises == row.name]
    return any(bits & other.mask == other.match or belongs_to_another(other, bits, rows) for other in specials)


def immediate_bits(row: Instruction) -> int:
    """Which bits of the immediate a row's encoding can hold."""
    bits = 0
    for field in row.fields:
        for piece in field.pieces:
            bits |= ((1 << piece.width) - 1) << piece.target
    return bits


def sign_extend(row: Instruction, value: int) -> int:
    """The immediate as the instruction sees it."""
    if row.sign_bit and value >> row.sign_bit & 1:
        return value - (2 << row.sign_bit)
    return value


class Assembler:
    """Instruction bytes from address `start` on, with the few sequences that tests need."""

    def __init__(self, tables: isa_tables.Tables, start: int) -> None:
        self.rows = {row.name: row for row in tables.instructions + tables.compressed}
        self.start = start
        self.code = bytearray()

    @property
    def pc(self) -> int:
        return self.start + len(self.code)

    def word(self, bits: int, size: int = 4) -> None:
        self.code += bits.to_bytes(size, "little")

    def emit(self, name: str, **values: int) -> None:
        self.word(encode(self.rows[name], values))

    def pad_to(self, alignment: int) -> None:
        while len(self.code) % alignment:
            if len(self.code) % 4:
                self.word(0x0001, 2)  # c.nop
            else:
                self.word(0x0000_0013)  # nop

    def address(self, register: int, target: int) -> None:
        """register = target, relative to the pc."""
        distance = target - self.pc
        upper = (distance + 0x800) & ~0xFFF
        self.emit("auipc", rd=register, imm=upper)
        self.emit("addi", rd=register, rs1=register, imm=distance - upper)

    def constant(self, register: int, value: int) -> None:
        """register = value, which must fit 12 bits with sign."""
        self.emit("addi", rd=register, rs1=0, imm=value)

    def call(self, link: int, target: int) -> None:
        distance = target - self.pc
        upper = (distance + 0x800) & ~0xFFF
        self.emit("auipc", rd=link, imm=upper)
        self.emit("jalr", rd=link, rs1=link, imm=distance - upper)
