# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Generates a test program: blocks of a few instructions, each between loading a state and saving one."""

import bisect
import dataclasses
import random
import re
import struct

from . import layout, values
from .encoder import Assembler, Instruction, isa_tables
from .operands import INDEX_BYTES, Operands, VectorSetting

BLOCK_INSTRUCTIONS = 10
LMULS = {5: 1 / 8, 6: 1 / 4, 7: 1 / 2, 0: 1, 1: 2, 2: 4, 3: 8}
POOL_BYTES = 16384
# Not generated, and why.
LEFT_OUT = {
    "mret": "needs machine mode; the runtime's trap handler executes it after every trap",
    "wfi": "waits for interrupts, which no machine here raises",
}
ALWAYS_TRAP = ("ecall", "ebreak", "c.ebreak", "illegal")


@dataclasses.dataclass
class Tested:
    """One instruction under test."""

    row: Instruction
    address: int
    block: int
    index: int  # within the block
    setting: VectorSetting

    @property
    def size(self) -> int:
        return self.row.width // 8


@dataclasses.dataclass
class Block:
    """What generated a block, enough to make it again with fewer instructions."""

    rows: list[Instruction]
    seed: int
    sews: list[int]


@dataclasses.dataclass
class Program:
    layout: layout.StateLayout
    code: bytearray
    data: bytes
    blocks: list[Block]
    tested: list[Tested]
    starts: list[int]  # address of every block

    def block_at(self, address: int) -> int:
        """The block that holds an address; 0 for the runtime's."""
        return max(0, bisect.bisect_right(self.starts, address) - 1)

    def word(self, item: Tested) -> int:
        """The encoding of a tested instruction."""
        at = item.address - layout.TESTS
        return int.from_bytes(self.code[at:at + item.size], "little")

    def without(self, dropped: list[Tested]) -> "Program":
        """The same program with a few tested instructions made no-operations."""
        code = bytearray(self.code)
        for item in dropped:
            at = item.address - layout.TESTS
            code[at:at + item.size] = b"\x13\0\0\0" if item.size == 4 else b"\x01\0"
        return dataclasses.replace(self, code=code)


def allowed_sews(row: Instruction) -> list[int]:
    """Element widths at which a row is legal (others trap, which is tested too, but seldom)."""
    name = row.name
    if name.startswith(("vzext", "vsext")):
        return {"2": [16, 32, 64], "4": [32, 64], "8": [64]}[name[-1]]
    if "bf16" in name:
        return [16]
    if name.startswith(("vfwcvt.f.x", "vfncvt.x", "vfncvt.rtz")):
        return [8, 16, 32]
    if name.startswith(("vfw", "vfn")) and not name.startswith(("vfnm", "vfneg")):
        return [16, 32]
    if name.startswith(("vf", "vmf")):
        return [16, 32, 64]
    if name.startswith("vw") or name.startswith("vn") and not name.startswith("vnms"):
        return [8, 16, 32]
    return [8, 16, 32, 64]


def plan_blocks(rng: random.Random, rows: list[Instruction], count: int) -> list[Block]:
    """Deals `count` instances of every row into blocks of related instructions."""
    decks: dict[tuple[str, int], list[Instruction]] = {}
    for row in rows:
        for _ in range(count):
            theme = theme_of(row)
            sews = allowed_sews(row) if theme == "vector" else [8, 16, 32, 64]
            decks.setdefault((theme, rng.choice(sews)), []).append(row)
    blocks = []
    for (_, sew), deck in decks.items():
        rng.shuffle(deck)
        for start in range(0, len(deck), BLOCK_INSTRUCTIONS):
            blocks.append(Block(deck[start:start + BLOCK_INSTRUCTIONS], rng.getrandbits(32), [sew]))
    rng.shuffle(blocks)
    return blocks


def theme_of(row: Instruction) -> str:
    if row.name.startswith("vset"):
        return "configuration"
    if row.extension.startswith(("v", "zv")):
        return "vector"
    if row.extension in ("f", "d", "zfh", "zfbfmin", "zicsr"):
        return "float"
    return "scalar"


class Generator:
    """Makes programs; `wild` ones only bare machines can run (see VectorSetting)."""

    def __init__(self, tables: isa_tables.Tables, vlen: int, seed: int, wild: bool = False) -> None:
        self.tables = tables
        self.wild = wild
        self.layout = layout.StateLayout(vlen // 8)
        self.seed = seed

    def testable_rows(self) -> list[Instruction]:
        rows = self.tables.instructions + self.tables.compressed
        return [row for row in rows if row.extension != "xareia" and row.name not in LEFT_OUT]

    def generate(self, count: int, only: str | None = None) -> Program:
        """A program in which every row (whose name matches `only`, a regular expression) occurs `count` times."""
        rows = self.testable_rows() + (self.near_misses(40) if self.wild else [])
        rows = [row for row in rows if only is None or re.match(only, row.name)]
        return self.build(plan_blocks(random.Random(self.seed), rows, count))

    def near_misses(self, count: int) -> list[Instruction]:
        """Encodings that are no instruction: rows with a bit flipped, as rows without operands."""
        rng = random.Random(self.seed)
        rows = self.tables.instructions + self.tables.compressed
        found: list[Instruction] = []
        while len(found) < count:
            near = rng.choice(rows)
            bits = (near.match | rng.getrandbits(near.width) & ~near.mask) ^ 1 << rng.randrange(near.width)
            width = 32 if bits & 3 == 3 else 16
            known = any(bits & row.mask == row.match for row in rows if row.width == width)
            if width == near.width and not known and bits & 0x1F != 0x1F:
                found.append(dataclasses.replace(near, name=f"illegal{len(found)}", extension="none", operands="",
                                                 expands=None, match=bits, mask=(1 << width) - 1, fields=[],
                                                 nonzero_mask=0, specialises=None))
        return found

    def build(self, blocks: list[Block], prefixes: bool = False) -> Program:
        """Lays out `blocks`; with `prefixes`, of a single block every prefix as a block of its own."""
        if prefixes:
            block = blocks[0]
            blocks = [dataclasses.replace(block, rows=block.rows[:n]) for n in range(len(block.rows) + 1)]
        data, indexes, states_at = self.shared_data()
        out = Assembler(self.tables, layout.TESTS)
        tested: list[Tested] = []
        starts: list[int] = []
        for number, block in enumerate(blocks):
            rng = random.Random(block.seed)
            setting = self.vector_setting(rng, block.sews[0])
            state_at = states_at + number * self.layout.memory
            data += self.state(rng, setting)
            pair = rng.randrange(2)
            starts.append(out.pc)
            self.prologue(out, state_at, pair)
            operands = Operands(rng, out, setting, indexes)
            for index, row in enumerate(block.rows):
                tested.append(Tested(row, operands.emit(row), number, index, setting))
                out.pad_to(layout.SLOT_BYTES)
            self.epilogue(out, layout.OUTPUT + number * self.layout.size, pair)
        out.call(1, layout.FINISH)
        ends = (layout.TESTS + len(out.code), layout.DATA + len(data),
                layout.OUTPUT + len(blocks) * self.layout.size + 4096)
        if any(end > limit for end, limit in zip(ends, (layout.DATA, layout.BUFFER, layout.MEMORY_END))):
            raise ValueError("too many blocks for one program: ask for fewer instances and more programs")
        return Program(self.layout, out.code, bytes(data), blocks, tested, starts)

    # --- pieces ----------------------------------------------------------------------------------

    def shared_data(self) -> tuple[bytearray, dict[int, int], int]:
        """Memory contents to choose from and index vectors; their addresses and where states begin."""
        rng = random.Random(self.seed)
        data = bytearray()
        for width in (8, 16, 32, 64):
            data += values.vector_bytes(rng, POOL_BYTES // 4, width)
        indexes = {}
        for width, limit in INDEX_BYTES.items():
            indexes[width] = layout.DATA + len(data)
            for _ in range(8 * self.layout.vlenb * 8 // width):
                data += (rng.randrange(0, limit, 8)).to_bytes(width // 8, "little")
        return data, indexes, layout.DATA + len(data)

    def vector_setting(self, rng: random.Random, sew: int) -> VectorSetting:
        code = rng.choice([code for code, lmul in LMULS.items() if sew <= lmul * 64])
        vtype = {8: 0, 16: 1, 32: 2, 64: 3}[sew] << 3 | code | rng.randrange(4) << 6
        vlmax = int(self.layout.vlenb * 8 * LMULS[code] / sew)
        vl = rng.choice([vlmax, vlmax, rng.randrange(vlmax + 1), rng.randrange(vlmax + 1), 1, 0])
        return VectorSetting(sew, LMULS[code], vtype, min(vl, vlmax), self.layout.vlenb, self.wild)

    def state(self, rng: random.Random, setting: VectorSetting) -> bytes:
        """Registers at a block's start, as runtime.S loads them."""
        out = b"".join(values.integer(rng, 64).to_bytes(8, "little") for _ in range(32))
        out += b"".join(values.register_f(rng).to_bytes(8, "little") for _ in range(32))
        modes = 8 if self.wild and rng.random() < 0.2 else 5
        fcsr = rng.randrange(modes) << 5 | rng.choice([0, rng.randrange(32)])
        source = layout.DATA + rng.randrange(0, POOL_BYTES - self.layout.buffer_bytes, 8)
        out += struct.pack("<8Q", fcsr, rng.randrange(8), setting.vl, setting.vtype, 0, source, 0, 0)
        return out + values.vector_bytes(rng, 32 * self.layout.vlenb, setting.sew)

    def prologue(self, out: Assembler, state: int, pair: int) -> None:
        pointer, link = layout.REGISTER_PAIRS[pair]
        out.address(pointer, state)
        out.call(link, layout.LOAD[pair])
        out.emit("ld", rd=link, rs1=pointer, imm=layout.X + 8 * link)
        out.emit("ld", rd=pointer, rs1=pointer, imm=layout.X + 8 * pointer)
        out.pad_to(layout.SLOT_BYTES)

    def epilogue(self, out: Assembler, state: int, pair: int) -> None:
        pointer, link = layout.REGISTER_PAIRS[pair]
        out.address(pointer, state)
        out.emit("sd", rs1=pointer, rs2=link, imm=layout.X + 8 * link)
        out.call(link, layout.SAVE[pair])
        out.pad_to(layout.SLOT_BYTES)
