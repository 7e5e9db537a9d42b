# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Where a test program keeps things, and the shape of a saved state. runtime.S gets these as macros."""

import dataclasses
import struct

RUNTIME = 0x8000_0000
TESTS = 0x8040_0000
DATA = 0x8100_0000
BUFFER = 0x8400_0000  # the memory that tested loads and stores touch
OUTPUT = 0x8410_0000
MEMORY_END = 0x9000_0000  # of the bare machines: accesses beyond trap
SLOT_BYTES = 64  # one tested instruction and what prepares its operands

# Entries of the runtime, at fixed places: save and load exist twice, for two pairs of registers (pointer to
# the state, return address), so that every register gets its turn as an operand.
FINISH = RUNTIME + 8
REGISTER_PAIRS = [(31, 30), (5, 6)]
SAVE = [RUNTIME + 16, RUNTIME + 32]
LOAD = [RUNTIME + 24, RUNTIME + 40]

X, F, CSRS, SOURCE, V = 0, 256, 512, 552, 576
CSR_NAMES = ["fcsr", "vcsr", "vl", "vtype", "vstart"]
MAX_TRAPS = 65536


@dataclasses.dataclass(frozen=True)
class StateLayout:
    vlenb: int  # VLEN in bytes

    @property
    def buffer_bytes(self) -> int:
        """Room for eight registers behind VECTOR_BASE (operands.py) and some more."""
        return max(4096, 2048 + 8 * self.vlenb + 1024)

    @property
    def memory(self) -> int:
        return V + 32 * self.vlenb

    @property
    def size(self) -> int:
        return self.memory + self.buffer_bytes

    def macros(self) -> dict[str, int]:
        """What runtime.S needs to know."""
        names = dict(TESTS=TESTS, DATA=DATA, BUFFER=BUFFER, OUTPUT=OUTPUT, BUFFER_BYTES=self.buffer_bytes,
                     MAX_TRAPS=MAX_TRAPS, STATE_X=X, STATE_F=F, STATE_CSRS=CSRS, STATE_SOURCE=SOURCE,
                     STATE_V=V, STATE_MEMORY=self.memory, VLENB=self.vlenb)
        return names


@dataclasses.dataclass
class Trap:
    pc: int
    cause: int
    value: int


@dataclasses.dataclass
class State:
    """A saved state, taken apart."""

    x: list[int]
    f: list[int]
    csrs: dict[str, int]
    v: list[bytes]
    memory: bytes


def parse_state(layout: StateLayout, raw: bytes) -> State:
    x = list(struct.unpack_from("<32Q", raw, X))
    f = list(struct.unpack_from("<32Q", raw, F))
    csrs = dict(zip(CSR_NAMES, struct.unpack_from("<5Q", raw, CSRS)))
    v = [raw[V + i * layout.vlenb:V + (i + 1) * layout.vlenb] for i in range(32)]
    return State(x, f, csrs, v, raw[layout.memory:layout.size])
