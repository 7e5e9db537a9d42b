#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Checks the conventions that a machine can check: licence lines, file length, names, stray marks.

Exit status 1 and one line per offence. What is generated is not under the rule.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CODE = {".h", ".cpp", ".py", ".sh", ".S", ".ld", ".cmake"}
MAX_LINES = 800
LOWER_SNAKE = re.compile(r"^[a-z0-9_.\-]+(\.S)?$")
MARK = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))")


def tracked_files() -> list[pathlib.Path]:
    """Every file of the checkout that git knows, or would add."""
    output = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in output.split("\0") if name and (ROOT / name).is_file()]


def check(file: pathlib.Path) -> list[str]:
    path = file.relative_to(ROOT).as_posix()
    if file.suffix not in CODE:
        return []
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    found = []
    head = "\n".join(lines[:4])
    if "SPDX-FileCopyrightText" not in head or "SPDX-License-Identifier: Apache-2.0" not in head:
        found.append(f"{path}: needs the two SPDX lines at its top")
    if len(lines) > MAX_LINES:
        found.append(f"{path}: {len(lines)} lines, the limit is {MAX_LINES}: cut it along a seam")
    if not LOWER_SNAKE.match(file.name):
        found.append(f"{path}: file names are lower_snake")
    if file != pathlib.Path(__file__).resolve():
        for number, line in enumerate(lines, 1):
            if MARK.search(line):
                found.append(f"{path}:{number}: a mark without an issue number, as in TODO(#12)")
    if file.suffix == ".h" and "#pragma once" not in text:
        found.append(f"{path}: needs #pragma once")
    return found


if __name__ == "__main__":
    offences = [line for file in tracked_files() for line in check(file)]
    print("\n".join(offences) if offences else "conventions: kept")
    sys.exit(1 if offences else 0)
