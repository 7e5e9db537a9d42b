#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Runs generated programs on areia, Spike and QEMU and compares the states after every block.

Every row of the tables in spec/isa is tested (but for those that LEFT_OUT in program.py lists). areia and
Spike must agree on everything, traps included, also on wild programs: accesses beyond the end of memory, vstart
other than 0, reserved encodings. QEMU 7.2 runs the same programs without the instructions that
trapped, those it does not know, and those of differential/known.toml, and must agree on the states. Without
--areia, Spike is held against QEMU.

Exit status: 0 all equal, 1 a mismatch or a row that never ran, 77 nothing to compare (tools missing).
"""

import argparse
import collections
import pathlib
import sys
import tempfile
import time
import tomllib

sys.dont_write_bytecode = True
from differential import encoder, machines, program, report  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--areia", help="path of the areia program")
    parser.add_argument("--without", action="append", default=[], choices=["spike", "qemu"],
                        help="leave this machine out")
    parser.add_argument("--seed", type=int, default=1, help="of the first program")
    parser.add_argument("--programs", type=int, default=1, help="how many, with seeds counting up")
    parser.add_argument("--instances", type=int, default=12, help="how often each row occurs in a program")
    parser.add_argument("--vlen", type=int, nargs="+", default=[256], help="vector lengths to test, in bits")
    parser.add_argument("--only", help="test only rows whose name begins with a match of this regular expression")
    parser.add_argument("--show", type=int, default=8, help="how many mismatches to explain")
    parser.add_argument("--keep", type=pathlib.Path, help="folder for the programs and outputs")
    return parser.parse_args()


class Coverage:
    """How often each row ran to its end, by comparison."""

    def __init__(self, known: list[dict]) -> None:
        self.not_for_qemu = UNKNOWN_TO_QEMU_ROWS | {row for entry in known for row in entry["rows"]
                                                    if not entry.keys() & {"sew", "csr"}}
        self.ran: dict[str, collections.Counter] = collections.defaultdict(collections.Counter)

    def add(self, comparison: str, tested: list[program.Tested], left_out: set[int]) -> None:
        for item in tested:
            self.ran[comparison][item.row.name] += item.address not in left_out

    def missing(self) -> list[str]:
        return [f"{name} never ran in {comparison}" for comparison, counter in self.ran.items()
                for name, count in counter.items() if count == 0 and not name.startswith(program.ALWAYS_TRAP)
                and not (comparison.endswith("qemu") and name in self.not_for_qemu)]


def unknown_to_qemu(item: program.Tested) -> bool:
    """Zvfh, Zvfbfmin, Zvfbfwma and Zfbfmin came after QEMU 7.2."""
    if item.row.name in UNKNOWN_TO_QEMU_ROWS:
        return True
    half = item.row.name.startswith(("vf", "vmf")) and item.setting.sew <= 16
    return half


UNKNOWN_TO_QEMU_ROWS = {"fcvt.s.bf16", "fcvt.bf16.s", "vfncvtbf16.f.f.w", "vfwcvtbf16.f.f.v", "vfwmaccbf16.vv",
                        "vfwmaccbf16.vf"}


def load_known() -> list[dict]:
    return tomllib.loads((HERE / "differential/known.toml").read_text(encoding="utf-8")).get("qemu", [])


def known_to_differ(original: program.Program, item: program.Tested, known: list[dict]) -> bool:
    csr = original.word(item) >> 20
    return any(item.row.name in entry["rows"] and item.setting.sew in entry.get("sew", [8, 16, 32, 64])
               and csr in entry.get("csr", [csr]) for entry in known)


class Comparison:
    """Two machines, one generator; counts and explains mismatches."""

    def __init__(self, options: argparse.Namespace, folder: pathlib.Path) -> None:
        self.options = options
        self.folder = folder
        self.mismatches = 0
        self.known = load_known()
        self.coverage = Coverage(self.known)

    def compare(self, generator: program.Generator, original: program.Program, left_out: list[program.Tested],
                one: machines.Machine, two: machines.Machine, title: str = "") -> machines.Outcome:
        """Runs the program without `left_out` on both and reports blocks that differ."""
        tested = original.without(left_out)
        first, second = one.run(tested, self.folder), two.run(tested, self.folder)
        bad = report.mismatching_blocks(tested, first, second)
        gone = {item.address for item in left_out} | {trap.pc for trap in first.traps}
        if not title:
            self.coverage.add(f"{one.name} against {two.name}", original.tested, gone)
        print(f"  {title}{one.name} against {two.name}: {len(tested.tested) - len(left_out)} instructions, "
              f"{len(first.traps)} traps, {len(bad)} of {len(tested.blocks)} blocks differ", flush=True)
        self.explain(report.Explainer(generator, one, two, self.folder), original, left_out, bad)
        self.mismatches += len(bad)
        return first

    def explain(self, explainer: report.Explainer, original: program.Program, left_out: list[program.Tested],
                bad: list[int]) -> None:
        culprits: collections.Counter = collections.Counter()
        for number in bad[:60]:
            dropped = {item.index for item in left_out if item.block == number}
            row, story = explainer.explain(original.blocks[number], dropped)
            culprits[row] += 1
            if sum(culprits.values()) <= self.options.show or culprits[row] == 1 and len(culprits) <= self.options.show:
                print(f"  block {number}:\n{story}", flush=True)
        if culprits:
            print("  at fault:", ", ".join(f"{row} ({count})" for row, count in culprits.most_common()))


def run_program(comparison: Comparison, tables, vlen: int, seed: int, found: dict[str, machines.Machine]) -> None:
    options = comparison.options
    generator = program.Generator(tables, vlen, seed)
    original = generator.generate(options.instances, options.only)
    reference = found.get("areia") or found["spike"]
    if "areia" in found and "spike" in found:
        outcome = comparison.compare(generator, original, [], found["areia"], found["spike"])
        wild = program.Generator(tables, vlen, seed, wild=True)
        comparison.compare(wild, wild.generate(max(1, options.instances // 3), options.only), [], found["areia"],
                           found["spike"], "wild: ")
    else:
        outcome = reference.run(original, comparison.folder)
    if "qemu" in found:
        trapped = {trap.pc for trap in outcome.traps}
        left_out = [item for item in original.tested if item.address in trapped or unknown_to_qemu(item)
                    or known_to_differ(original, item, comparison.known)]
        comparison.compare(generator, original, left_out, reference, found["qemu"])


def main() -> int:
    options = parse_arguments()
    if options.areia and not pathlib.Path(options.areia).exists():
        print(f"{options.areia} is not there: build areia first, or leave --areia out to hold Spike against QEMU")
        return 1
    tables = encoder.load_tables()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or pathlib.Path(temporary)
        comparison = Comparison(options, folder)
        started = time.monotonic()
        for vlen in options.vlen:
            found = machines.find_all(vlen, folder, options.areia, options.without)
            if len(found) < 2 or not set(found) & {"areia", "spike"} or not machines.find("clang-19"):
                print("skipped: needs clang-19 and two of areia, spike and qemu-riscv64 (run tools/setup test); "
                      f"found {', '.join(found) or 'none'}")
                return SKIPPED
            for seed in range(options.seed, options.seed + options.programs):
                print(f"VLEN {vlen}, seed {seed}", flush=True)
                try:
                    run_program(comparison, tables, vlen, seed, found)
                except machines.RunFailed as error:
                    print(f"  {error}")
                    comparison.mismatches += 1
        missing = comparison.coverage.missing()
        print("\n".join(missing + [f"{comparison.mismatches} mismatches, {len(missing)} rows without a run, "
                                   f"{time.monotonic() - started:.1f} s"]))
        return 1 if comparison.mismatches or missing else 0


if __name__ == "__main__":
    sys.exit(main())
