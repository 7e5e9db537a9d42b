# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Compares what two machines made of a program, finds the instruction at fault and shows it."""

import dataclasses
import pathlib

from . import layout
from .layout import State, Trap
from .machines import Machine, Outcome, RunFailed
from .program import Block, Generator, Program, Tested


@dataclasses.dataclass
class Mismatch:
    block: int
    text: str


def differences(one: State, two: State) -> list[str]:
    """What differs, one line each: where, the first machine's bits, the second's."""
    lines = []
    for n in range(32):
        if one.x[n] != two.x[n]:
            lines.append(f"x{n}: {one.x[n]:016x} / {two.x[n]:016x}")
        if one.f[n] != two.f[n]:
            lines.append(f"f{n}: {one.f[n]:016x} / {two.f[n]:016x}")
    lines += [f"{name}: {one.csrs[name]:#x} / {two.csrs[name]:#x}"
              for name in layout.CSR_NAMES if one.csrs[name] != two.csrs[name]]
    lines += [f"v{n}: {one.v[n][::-1].hex()} / {two.v[n][::-1].hex()}" for n in range(32) if one.v[n] != two.v[n]]
    changed = [i for i in range(len(one.memory)) if one.memory[i] != two.memory[i]]
    if changed:
        first, last = changed[0], changed[-1] + 1
        last = min(last, first + 32)
        lines.append(f"memory at {layout.BUFFER + first:#x}, {len(changed)} bytes from there: "
                     f"{one.memory[first:last].hex()} / {two.memory[first:last].hex()}")
    return lines


def mismatching_blocks(program: Program, one: Outcome, two: Outcome) -> list[int]:
    """Blocks whose states or traps differ."""
    found = {n for n in range(len(program.blocks)) if one.states[n] != two.states[n]}
    return sorted(found | trap_differences(program, one.traps, two.traps))


def trap_differences(program: Program, one: list[Trap], two: list[Trap]) -> set[int]:
    of_one = {trap.pc: (trap.cause, trap.value) for trap in one}
    of_two = {trap.pc: (trap.cause, trap.value) for trap in two}
    return {program.block_at(pc) for pc in set(of_one) | set(of_two) if of_one.get(pc) != of_two.get(pc)}


def describe(program: Program, item: Tested) -> str:
    bits = program.word(item)
    fields = ", ".join(f"{f.name} {f.add + (bits >> f.low & ((1 << f.width) - 1))}" for f in item.row.fields)
    setting = item.setting
    return (f"{item.row.name} ({bits:#0{2 + 2 * item.size}x}: {fields}) in a block that began with SEW {setting.sew}, "
            f"LMUL {setting.lmul:g}, vl {setting.vl}")


def inputs(program: Program, item: Tested, before: State) -> list[str]:
    """The values of the registers that the instruction names, before it."""
    bits = program.word(item)
    lines = [f"fcsr {before.csrs['fcsr']:#x}, vcsr {before.csrs['vcsr']:#x}, vl {before.csrs['vl']}, "
             f"vtype {before.csrs['vtype']:#x}"]
    for field in item.row.fields:
        number = field.add + (bits >> field.low & ((1 << field.width) - 1))
        if field.register == "v":
            lines.append(f"{field.name} = v{number}: {before.v[number][::-1].hex()}")
        elif field.register:
            file = before.x if field.register == "x" else before.f
            lines.append(f"{field.name} = {field.register}{number}: {file[number]:016x}")
    if any(field.name == "vm" for field in item.row.fields) and not bits >> 25 & 1:
        lines.append(f"mask v0: {before.v[0][::-1].hex()}")
    return lines


def trap_lines(one: Outcome, two: Outcome) -> list[str]:
    """Traps that only one of two runs had."""
    of_one, of_two = ({(t.pc, t.cause, t.value) for t in outcome.traps} for outcome in (one, two))
    return [f"a trap of one alone at {pc:#x}, cause {cause}, value {value:#x}"
            for pc, cause, value in sorted(of_one ^ of_two)]


class Explainer:
    """Runs prefixes of a block on both machines to find the first instruction after which they differ."""

    def __init__(self, generator: Generator, one: Machine, two: Machine, folder: pathlib.Path) -> None:
        self.generator = generator
        self.one, self.two = one, two
        self.folder = folder

    def explain(self, block: Block, dropped: set[int]) -> tuple[str, str]:
        """The row at fault and the story; `dropped` are indexes of instructions left out of the block."""
        program = self.generator.build([block], prefixes=True)
        program = program.without([item for item in program.tested if item.index in dropped])
        try:
            one, two = self.one.run(program, self.folder), self.two.run(program, self.folder)
        except RunFailed as error:
            return "?", f"while looking for the instruction: {error}"
        bad = mismatching_blocks(program, one, two)
        if not bad:
            return "?", "    the block alone gives equal states: an effect of blocks before it, or of where it lies"
        if bad[0] == 0:
            return "?", ("    an instruction that only prepares operands: "
                         + "; ".join(differences(one.states[0], two.states[0])[:5] + trap_lines(one, two)[:5]))
        item = [item for item in program.tested if item.block == bad[0]][-1]
        lines = [describe(program, item), "before:"]
        lines += ["  " + line for line in inputs(program, item, one.states[bad[0] - 1])]
        lines.append(f"after, {self.one.name} / {self.two.name}:")
        lines += ["  " + line for line in differences(one.states[bad[0]], two.states[bad[0]])[:8]]
        for machine, outcome in ((self.one, one), (self.two, two)):
            for trap in outcome.traps:
                if trap.pc == item.address:
                    lines.append(f"  {machine.name} traps: cause {trap.cause}, value {trap.value:#x}")
        return item.row.name, "\n".join("    " + line for line in lines)
