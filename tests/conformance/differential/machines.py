# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Builds a generated program and runs it: on areia and Spike (bare metal), on QEMU (Linux user mode)."""

import dataclasses
import os
import pathlib
import shutil
import struct
import subprocess

from . import layout
from .layout import State, Trap
from .program import Program

HERE = pathlib.Path(__file__).resolve().parent
ISA = "rv64gcv_zicsr_zifencei_zicntr_zba_zbb_zbs_zfh_zvfh_zfbfmin_zvfbfmin_zvfbfwma"
TIME_LIMIT_SECONDS = 600


# Every part at the address that layout.py promises.
LINKER_SCRIPT = f"""
ENTRY(_start)
SECTIONS {{
  . = {layout.RUNTIME:#x};
  .text : {{ *(.text.start) *(.text) }}
  . = ALIGN(4096);
  .tohost : {{ *(.tohost) }}
  .data : {{ *(.data) }}
  .bss : {{ *(.bss) }}
  . = {layout.TESTS:#x};
  .tests : {{ *(.tests) }}
  . = {layout.DATA:#x};
  .states : {{ *(.states) }}
  . = {layout.BUFFER:#x};
  .buffer (NOLOAD) : {{ *(.buffer) }}
  . = {layout.OUTPUT:#x};
  .output (NOLOAD) : {{ *(.output) }}
}}
"""


class RunFailed(Exception):
    """A machine did not run a program to its end; the message has its last words."""


@dataclasses.dataclass
class Outcome:
    traps: list[Trap]
    states: list[State]


def find(name: str) -> str | None:
    """Path of a program: from the search path or from where tools/setup puts oracles."""
    oracles = pathlib.Path(os.environ.get("AREIA_ORACLES", HERE.parents[2] / "build/oracles"))
    return shutil.which(name) or shutil.which(name, path=str(oracles / "bin"))


def build(program: Program, folder: pathlib.Path, htif: bool) -> pathlib.Path:
    """Assembles and links the runtime around the program's code and data; returns the ELF file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tests.bin").write_bytes(program.code)
    (folder / "data.bin").write_bytes(program.data)
    macros = program.layout.macros()
    macros["OUTPUT_BYTES"] = max(8, len(program.blocks) * program.layout.size)
    macros["HTIF"] = int(htif)
    elf = folder / ("htif.elf" if htif else "linux.elf")
    command = ["clang-19", "--target=riscv64-unknown-elf", "-march=rv64gcv", "-mabi=lp64d", "-nostdlib", "-static",
               "-fuse-ld=lld", "-x", "assembler-with-cpp", str(HERE / "runtime.S"), "-I", str(folder), "-o", str(elf)]
    command += [f"-D{name}={value}" for name, value in macros.items()]
    (folder / "program.ld").write_text(LINKER_SCRIPT)
    command += ["-Wl,-T," + str(folder / "program.ld"), "-Wl,--no-relax"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise RunFailed(f"clang-19: {done.stderr[-2000:]}")
    return elf


@dataclasses.dataclass
class Machine:
    name: str
    htif: bool
    command: list[str]  # the ELF file's path comes last

    def run(self, program: Program, folder: pathlib.Path) -> Outcome:
        elf = build(program, folder, self.htif)
        output = folder / f"{self.name}.out"
        with output.open("wb") as sink:
            done = subprocess.run(self.command + [str(elf)], stdout=sink, stderr=subprocess.PIPE,
                                  timeout=TIME_LIMIT_SECONDS)
        raw = output.read_bytes()
        if done.returncode:
            last = "".join(f"; a trap at {pc:#x}, cause {cause}" for pc, cause in last_traps(raw))
            raise RunFailed(f"{self.name} ended with {done.returncode}: {done.stderr.decode()[-1000:]}{last}")
        return parse(program, raw, self.name)


def last_traps(raw: bytes) -> list[tuple[int, int]]:
    """Address and cause of the last traps of a run that went wild, if it says."""
    whole = raw[8:8 + (len(raw) - 8) // 24 * 24] if len(raw) > 8 else b""
    return [struct.unpack_from("<2Q", whole, len(whole) - 24 * i) for i in range(min(3, len(whole) // 24), 0, -1)]


def parse(program: Program, raw: bytes, name: str) -> Outcome:
    size = program.layout.size
    count = struct.unpack_from("<Q", raw)[0] if len(raw) >= 8 else 0
    states_at = 8 + 24 * count
    if len(raw) < states_at + size * len(program.blocks):
        raise RunFailed(f"{name} wrote {len(raw)} bytes, {states_at + size * len(program.blocks)} expected")
    traps = [Trap(*struct.unpack_from("<3Q", raw, 8 + 24 * i)) for i in range(count)]
    states = [layout.parse_state(program.layout, raw[states_at + i * size:states_at + (i + 1) * size])
              for i in range(len(program.blocks))]
    return Outcome(traps, states)


def qemu(vlen: int) -> Machine | None:
    path = find("qemu-riscv64") if vlen <= 1024 else None  # more QEMU 7.2 cannot do
    options = f"rv64,v=true,vlen={vlen},elen=64,vext_spec=v1.0,Zfh=true,zba=true,zbb=true,zbs=true"
    return Machine("qemu", False, [path, "-cpu", options]) if path else None


def spike(vlen: int) -> Machine | None:
    path = find("spike")
    memory = f"-m{layout.RUNTIME:#x}:{layout.MEMORY_END - layout.RUNTIME:#x}"
    return Machine("spike", True, [path, f"--isa={ISA}_zvl{vlen}b_zicclsm", "--priv=m", memory]) if path else None


def areia(vlen: int, folder: pathlib.Path, program: str | None) -> Machine | None:
    if not program or not pathlib.Path(program).exists():
        return None
    chip = folder / f"vlen{vlen}.toml"
    folder.mkdir(parents=True, exist_ok=True)
    chip.write_text(f'base = "areia-lab"\nname = "conformance-{vlen}"\n[hart]\nvlen_bits = {vlen}\n'
                    f"[dram]\nbytes = {layout.MEMORY_END - layout.RUNTIME}\n")
    return Machine("areia", True, [program, "exec", "--chip", str(chip)])


def find_all(vlen: int, folder: pathlib.Path, areia_program: str | None, without: list[str]) -> dict[str, Machine]:
    """The machines that this host has, by name."""
    candidates = {"areia": areia(vlen, folder, areia_program), "spike": spike(vlen), "qemu": qemu(vlen)}
    return {name: machine for name, machine in candidates.items() if machine and name not in without}
