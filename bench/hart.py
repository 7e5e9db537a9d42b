#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""The hart beside Spike and QEMU: three bare-metal programs, whole processes, in one run.

    bench/hart.py [BUILD_FOLDER] [--spike PROGRAM] [--qemu PROGRAM] [--vlen 256] [--seconds 1]

Each program (bench/guest/) is built with clang-19 in two lengths; a rate is the difference in work over the
difference in processor time (user and system) of the two runs, so start-up drops out and guests need no clock.
The length is raised until the difference lasts --seconds. All simulators execute the same instructions, as many
as areia counts, and must end with the same exit code. A simulator that is missing is left out, and said so.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
GUEST = ROOT / "bench" / "guest"
FLAGS = ["--target=riscv64-unknown-elf", "-march=rv64gcv_zba_zbb_zbs", "-mabi=lp64d", "-mcmodel=medany", "-O2",
         "-ffreestanding", "-fno-math-errno", "-fno-vectorize", "-fno-slp-vectorize", "-nostdlib", "-static",
         "-fuse-ld=lld-19"]
GEMM_FLOP = 2 * 128**3
# Program, what a rate counts, first length, the least ratio to Spike (issue 2).
PROGRAMS = [("integer", "MIPS", 20, 1.5), ("floating_point", "MIPS", 20, 6), ("gemm_vector", "GFLOP/s", 4, 80)]


class Bench:
    def __init__(self, options: argparse.Namespace, folder: pathlib.Path):
        self.seconds = options.seconds
        self.folder = folder
        chip = folder / "chip.toml"
        chip.write_text(f'base = "areia-lab"\nname = "bench"\n[hart]\nvlen_bits = {options.vlen}\n')
        areia = options.build / "areia"
        self.simulators = {"areia": [areia, "exec", "--chip", chip, "--json"]}
        isa = f"--isa=rv64gcv_zba_zbb_zbs_zvl{options.vlen}b"
        if options.spike:
            self.simulators["spike"] = [options.spike, isa]
        if options.qemu:
            cpu = f"rv64,v=true,vlen={options.vlen},zba=true,zbb=true,zbs=true"
            self.simulators["qemu"] = [options.qemu, "-cpu", cpu]

    def build(self, program: str, repeat: int, linux: bool) -> pathlib.Path:
        """The ELF of a program of that length, bare-metal or for qemu's user mode."""
        path = self.folder / f"{program}-{repeat}{'-linux' if linux else ''}.elf"
        if not path.exists():
            place = ["-DLINUX", "-Wl,--image-base=0x10000"] if linux else ["-Wl,--image-base=0x80000000"]
            subprocess.run(["clang-19", *FLAGS, *place, f"-DREPEAT={repeat}", GUEST / "start.S",
                            GUEST / f"{program}.c", "-o", path], check=True)
        return path

    def run(self, simulator: str, program: str, repeat: int) -> tuple[float, int, int]:
        """Processor seconds, exit code, instructions (areia only, else 0)."""
        elf = self.build(program, repeat, simulator == "qemu")
        before = os.times()
        result = subprocess.run([*self.simulators[simulator], elf], capture_output=True, text=True)
        after = os.times()
        seconds = after.children_user - before.children_user + after.children_system - before.children_system
        instructions = 0
        if simulator == "areia":
            try:
                instructions = sum(json.loads(result.stdout)["instructions"].values())
            except (json.JSONDecodeError, KeyError):
                sys.exit(f"areia exec failed on {program}: {result.stderr.strip()}")
        return seconds, result.returncode, instructions

    def measure(self, simulator: str, program: str, first: int) -> tuple[int, float, int]:
        """Repetitions between the two lengths, processor seconds between them, exit code of the shorter."""
        short, code, _ = self.run(simulator, program, first)
        repeat = first * 4
        while True:
            seconds = self.run(simulator, program, repeat)[0] - short
            if seconds >= self.seconds or repeat > first << 20:
                return repeat - first, seconds, code
            repeat *= 4 if seconds < self.seconds / 8 else 2

    def instructions_each(self, program: str, first: int) -> float:
        """Instructions of one repetition."""
        counts = [self.run("areia", program, repeat)[2] for repeat in (first, first * 2)]
        return (counts[1] - counts[0]) / first


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path, nargs="?", default=ROOT / "build")
    parser.add_argument("--spike", default=shutil.which("spike"), help="Spike's program (default: on the PATH)")
    parser.add_argument("--qemu", default=shutil.which("qemu-riscv64"), help="likewise")
    parser.add_argument("--vlen", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    for name in ("spike", "qemu"):
        if not getattr(options, name):
            print(f"{name} is not installed: its column is left out", file=sys.stderr)
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, pathlib.Path(folder))
        print(f"{'program':16}{'unit':>9}" + "".join(f"{name:>12}" for name in bench.simulators) + "   areia/spike")
        for program, unit, first, target in PROGRAMS:
            work = GEMM_FLOP / 1e9 if unit == "GFLOP/s" else bench.instructions_each(program, first) / 1e6
            rates, codes = {}, set()
            for simulator in bench.simulators:
                repeats, seconds, code = bench.measure(simulator, program, first)
                rates[simulator] = work * repeats / seconds
                codes.add(code)
            if len(codes) != 1:
                sys.exit(f"{program}: the simulators disagree on the result: exit codes {sorted(codes)}")
            ratio = rates["areia"] / rates["spike"] if "spike" in rates else 0
            missed |= "spike" in rates and ratio < target
            verdict = f"{ratio:10.1f}x (aim {target}x)" if "spike" in rates else ""
            print(f"{program:16}{unit:>9}" + "".join(f"{rate:12.3f}" for rate in rates.values()) + "  " + verdict,
                  flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
