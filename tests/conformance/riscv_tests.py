#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the public riscv-tests, built by whoever has them, under `areia exec`.

    riscv_tests.py --areia build/areia [FOLDER]

FOLDER (default: $RISCV_TESTS) holds the ELF files of the `p` environment under their usual names, such as
rv64ui-p-add. Exit status 0 if all pass, 1 if one fails or hangs, 77 (skipped) without a folder.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

FAMILIES = re.compile(r"rv64(u(i|m|a|f|d|c|zfh|zba|zbb|zbs)|mi)-p-\w[\w\-]*$")
# What the chip does not have; these cannot pass anywhere without it.
ABSENT = {
    "rv64mi-p-breakpoint": "debug triggers",
    "rv64mi-p-pmpaddr": "physical memory protection",
}


def run(areia: pathlib.Path, test: pathlib.Path, seconds: float) -> str:
    """What went wrong, or nothing."""
    try:
        result = subprocess.run([areia, "exec", test], capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return f"still runs after {seconds:g} s"
    if result.returncode == 0:
        return ""
    return result.stderr.strip() or f"case {result.returncode} fails"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--areia", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=float, default=30, help="limit for each test")
    parser.add_argument("folder", nargs="?", default=os.environ.get("RISCV_TESTS"))
    options = parser.parse_args()
    if not options.folder:
        print("skipped: set RISCV_TESTS to a folder of riscv-tests' ELF files (environment p)")
        return 77
    tests = sorted(path for path in pathlib.Path(options.folder).iterdir() if FAMILIES.fullmatch(path.name))
    failed = 0
    for test in tests:
        if test.name in ABSENT:
            print(f"{test.name}: left out, the chip has no {ABSENT[test.name]}")
        elif problem := run(options.areia, test, options.seconds):
            failed += 1
            print(f"{test.name}: FAILED: {problem}")
    left_out = sum(test.name in ABSENT for test in tests)
    print(f"{len(tests) - left_out} tests, {failed} failed, {left_out} left out")
    if not tests:
        print(f"{options.folder} holds no file named like rv64ui-p-add", file=sys.stderr)
    return 1 if failed or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
