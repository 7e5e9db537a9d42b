# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Chooses operands for one instruction of a row, and prepares what it needs: addresses, targets, indexes.

Most choices are legal; some are not on purpose (overlapping register groups, say): the machines must agree
about the trap as well.
"""

import dataclasses
import random
import re

from . import layout
from .encoder import Assembler, Instruction, belongs_to_another, encode, immediate_bits, sign_extend

VECTOR_BASE = 1600  # offset in the buffer where vector accesses start
INDEX_BYTES = {8: 256, 16: 1024, 32: 1024, 64: 1024}  # indexes are below this
READABLE_CSRS = [0x001, 0x002, 0x003, 0x008, 0x009, 0x00A, 0x00F, 0xC20, 0xC21, 0xC22]
WRITABLE_CSRS = [0x001, 0x002, 0x003, 0x009, 0x00A, 0x00F]
ABSENT_CSRS = [0x802, 0x5C0, 0xC20]  # not there, or read-only (0x800 is Xareia's marker)
AMO_SIZE = {"w": 4, "d": 8}


@dataclasses.dataclass
class VectorSetting:
    """vtype and vl at a block's start."""

    sew: int
    lmul: float
    vtype: int
    vl: int
    vlenb: int
    wild: bool  # also what only bare machines can be asked: faults at the end of memory, vstart, no instruction


class Operands:
    """Emits one instruction into `out`, which is at the start of an empty slot."""

    def __init__(self, rng: random.Random, out: Assembler, setting: VectorSetting, indexes: dict[int, int]):
        self.rng = rng
        self.out = out
        self.setting = setting
        self.indexes = indexes  # address of a table of indexes by element width

    def emit(self, row: Instruction) -> int:
        """Emits what prepares `row`, then the instruction itself; returns its address."""
        words = set(re.findall(r"[a-z0-9_]+", row.expands or row.operands))
        if row.width == 16:
            return self.compressed(row)
        if "target" in words or row.name == "jalr":
            return self.jump(row)
        if row.extension[0] in "vz" and "(rs1)" in row.operands and row.extension.startswith("v"):
            return self.vector_memory(row)
        if row.extension == "a":
            return self.atomic(row)
        if "(rs1)" in row.operands:
            return self.scalar_memory(row)
        if row.extension == "zicsr":
            return self.csr(row)
        if row.name.startswith("vset"):
            return self.configuration(row)
        self.start_late(row)
        return self.place(row, self.any_values(row))

    def place(self, row: Instruction, values: dict[str, int]) -> int:
        at = self.out.pc
        self.out.word(encode(row, values), row.width // 8)
        return at

    # --- values of fields ------------------------------------------------------------------------

    def any_values(self, row: Instruction) -> dict[str, int]:
        """A value for every field."""
        values = {field.name: self.field_value(field) for field in row.fields if not field.pieces}
        if "vs2" in values and self.rng.random() < 0.5:  # groups apart from each other, whatever their size
            groups = self.rng.sample([8, 16, 24], 3)
            values.update({name: groups.pop() for name in ("vd", "vs3", "vs2", "vs1") if name in values})
        values["imm"] = self.rng.getrandbits(32) & immediate_bits(row)
        bits = encode(row, values)
        reserved = row.nonzero_mask and not bits & row.nonzero_mask
        if reserved or row.width == 16 and belongs_to_another(row, bits, self.out.rows):
            return self.any_values(row)
        return values

    def field_value(self, field) -> int:
        if field.register == "v":
            return self.vector_register()
        if field.name == "rm":
            return self.rng.choice([0, 1, 2, 3, 4, 7, 7, 7] + [5, 6] * (self.rng.random() < 0.05))
        if field.name == "vm":
            return int(self.rng.random() < 0.6)
        return field.add + self.rng.randrange(1 << field.width)

    def vector_register(self) -> int:
        """Often aligned to what groups need, so that most choices are legal."""
        step = self.rng.choice([8, 8, 8, 8, 4, 4, 2, 1])
        if self.setting.lmul <= 1 and self.rng.random() < 0.6:
            step = 2
        if self.rng.random() < 0.04:
            return 0
        return self.rng.randrange(step, 32, step)

    def scratch(self, *taken: int) -> int:
        """An integer register other than x0 and those `taken`."""
        return self.rng.choice([n for n in range(1, 32) if n not in taken])

    # --- memory ----------------------------------------------------------------------------------

    def target_in_buffer(self, alignment: int, inside: bool = False) -> int:
        if self.setting.wild and not inside and self.rng.random() < 0.15:
            # Aligned: of an access across the end, machines may differ in what they store before the trap.
            return layout.MEMORY_END - 8 * self.rng.randrange(-1, 3)
        offset = self.rng.randrange(64, 4096 - 128)
        if self.rng.random() < 0.9 or alignment > 8:
            offset -= offset % min(alignment, 8)
        return layout.BUFFER + offset

    def scalar_memory(self, row: Instruction, base: int | None = None) -> int:
        values = self.any_values(row)
        values["rs1"] = base if base is not None else self.scratch()
        offset = sign_extend(row, values["imm"])
        self.out.address(values["rs1"], self.target_in_buffer(8) - offset)
        return self.place(row, values)

    def atomic(self, row: Instruction) -> int:
        values = self.any_values(row)
        values["rs1"] = self.scratch()
        # A lone sc beyond the memory may fail or trap, a misaligned access trap in two ways: neither is tested.
        inside = row.name.startswith("sc.")
        address = self.target_in_buffer(16, inside) & ~7
        self.out.address(values["rs1"], address)
        if row.name.startswith("sc."):  # a lone sc fails; one behind its lr succeeds
            size = row.name[3:]
            spare = self.scratch(values["rs1"], values["rs2"])
            first = "lr." if self.rng.random() < 0.7 else "sc."
            extra = {"rs2": values["rs2"]} if first == "sc." else {}
            self.out.emit(first + size, rd=spare, rs1=values["rs1"], **extra)
        return self.place(row, values)

    def vector_memory(self, row: Instruction) -> int:
        values = self.any_values(row)
        values["rs1"] = base = self.scratch()
        at_the_end = self.setting.wild and self.rng.random() < 0.3
        if any(field.name == "nf" for field in row.fields):
            values["imm"] = self.segments(row)
        if "rs2" in values:
            values["rs2"] = stride = self.scratch(base)
            reach = 1200 // max(1, self.setting.vl)
            distance = self.rng.randrange(-reach, reach + 1) if reach else 1
            self.out.constant(stride, distance & ~7 if at_the_end else distance)
        start = layout.BUFFER + VECTOR_BASE + 8 * self.rng.randrange(8)
        if at_the_end:
            start = layout.MEMORY_END - 8 * self.rng.randrange(20)
        elif self.rng.random() < 0.1:
            start += self.rng.randrange(8)
        self.out.address(base, start)
        if "vs2" in values:
            self.load_indexes(row, values, base)
        self.start_late(row)
        return self.place(row, values)

    def segments(self, row: Instruction) -> int:
        """nf: mostly no more registers than a segment instruction may take."""
        if self.rng.random() < 0.4:
            return 0
        width = int(re.search(r"\d+", row.name)[0])
        emul = self.setting.lmul if "ei" in row.name else self.setting.lmul * width / self.setting.sew
        fits = [nf for nf in range(8) if (nf + 1) * max(emul, 1) <= 8]
        return self.rng.choice(fits) if fits and self.rng.random() < 0.95 else self.rng.randrange(8)

    def load_indexes(self, row: Instruction, values: dict[str, int], base: int) -> None:
        width = int(re.search(r"\d+", row.name)[0])
        count = max(1, int(self.setting.lmul * width / self.setting.sew))
        count = min(count, 8)
        values["vs2"] = self.rng.randrange(0, 32, count) if self.rng.random() < 0.9 else values["vs2"]
        pointer = self.scratch(base)
        self.out.address(pointer, self.indexes[width])
        if self.setting.wild:  # a trap before may have left vstart where it was
            self.out.emit("csrrwi", rd=0, uimm5=0, imm=0x008)
        self.out.emit(f"vl{count}re8.v", vd=values["vs2"] - values["vs2"] % count, rs1=pointer)

    def start_late(self, row: Instruction) -> None:
        """Now and then: an element other than the first to begin with."""
        if self.setting.wild and row.extension.startswith(("v", "zv")) and self.rng.random() < 0.15:
            late = self.rng.choice([1, 2, 3, 7, 31, self.rng.randrange(32)])
            self.out.emit("csrrwi", rd=0, uimm5=late, imm=0x008)

    # --- control flow ----------------------------------------------------------------------------

    def jump(self, row: Instruction) -> int:
        """A jump or branch over one instruction that leaves a mark if it executes."""
        values = self.any_values(row)
        mark = self.scratch()
        if row.name == "jalr":
            values["rs1"] = base = self.scratch()
            low = self.rng.getrandbits(1)  # the target's lowest bit is ignored
            self.out.address(base, self.out.pc + 16 + low - sign_extend(row, values["imm"]))
        else:
            values["imm"] = 8
            if "rs2" in values and self.rng.random() < 0.3:
                values["rs2"] = values["rs1"]
        at = self.place(row, values)
        self.out.emit("addi", rd=mark, rs1=mark, imm=1)
        return at

    def compressed(self, row: Instruction) -> int:
        values = self.any_values(row)
        expands = row.expands or ""
        if "imm(" in expands:
            base = values["rs1_p"] if "rs1_p" in values else 2
            self.out.address(base, self.target_in_buffer(8) - values["imm"])
        if not re.match(r"(jal|jalr|beq|bne) ", expands):
            return self.place(row, values)
        mark = self.scratch()
        if "c_rs1" in values:
            values["c_rs1"] = self.scratch()
            self.out.address(values["c_rs1"], self.out.pc + 8 + 2 + 4)
        values["imm"] = 6
        at = self.place(row, values)
        self.out.emit("addi", rd=mark, rs1=mark, imm=1)
        return at

    # --- registers with meaning ------------------------------------------------------------------

    def csr(self, row: Instruction) -> int:
        values = self.any_values(row)
        choice = self.rng.random()
        source = "rs1" if "rs1" in values else "uimm5"
        if choice < 0.06:
            values["imm"] = self.rng.choice(ABSENT_CSRS)
        elif choice < 0.35 and not row.name.startswith("csrrw"):
            values["imm"] = self.rng.choice(READABLE_CSRS)
            values[source] = 0
        else:
            values["imm"] = self.rng.choice(WRITABLE_CSRS)
            if source == "rs1" and self.rng.random() < 0.7:  # mostly a rounding mode that exists
                values["rs1"] = self.scratch()
                self.out.constant(values["rs1"], self.rng.choice([0, 1, 2, 3, 4, 0x1F, 0x60, 0x85]))
        return self.place(row, values)

    def configuration(self, row: Instruction) -> int:
        values = self.any_values(row)
        sew, lmul = self.rng.randrange(4), self.rng.choice([0, 1, 2, 3, 5, 6, 7])
        vtype = sew << 3 | lmul | self.rng.randrange(4) << 6
        if self.rng.random() < 0.1:
            vtype = self.rng.getrandbits(9)
        if "rs2" in values:
            values["rs2"] = self.scratch()
            self.out.constant(values["rs2"], vtype)
        values["imm"] = vtype & immediate_bits(row)
        if "rs1" in values and self.rng.random() < 0.6:
            values["rs1"] = self.scratch(values.get("rs2", 0))
            self.out.constant(values["rs1"], self.rng.choice([0, 1, self.rng.randrange(64), 2047, -1]))
        return self.place(row, values)
