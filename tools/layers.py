#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Checks that includes follow the layers: base <- spec <- {sim, sw} <- apps; sim and sw never meet.

Exit status 1 and one line per offence: file, what it includes, what its layer may include.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# A folder may include itself, and these. The longest matching prefix of a file's path decides.
MAY_INCLUDE = {
    "base": set(),
    "spec": {"base"},
    "sim": {"base", "spec"},
    "sim/event": {"base", "spec"},
    "sim/dram": {"base", "spec", "sim/event", "sim/noc"},
    "sim/noc": {"base", "spec", "sim/event"},
    "sim/hart": {"base", "spec"},
    "sim/vector": {"base", "spec", "sim/hart"},
    "sim/tensor": {"base", "spec", "sim/event"},
    "sw": {"base", "spec"},
    "sw/graph": {"base", "spec"},
    "sw/formats": {"base", "spec", "sw/graph"},
    "sw/compiler": {"base", "spec", "sw/graph", "sw/formats"},
    "sw/runtime": {"base", "spec", "sw/graph", "sw/formats", "sw/compiler"},
    "sw/kernels": {"spec"},
    "perf": {"base", "spec"},
    "apps": {"base", "spec", "sim", "perf", "sw"},
    "tests": {"base", "spec", "sim", "perf", "sw", "apps"},
    "bench": {"base", "spec", "sim", "perf", "sw", "apps", "tests"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def layer_of(path: str) -> str:
    """The longest key of MAY_INCLUDE that is a folder of `path`; "" if none."""
    keys = [k for k in MAY_INCLUDE if path == k or path.startswith(k + "/")]
    return max(keys, key=len, default="")


def allowed(source: str, target: str) -> bool:
    layer = layer_of(source)
    folders = MAY_INCLUDE[layer] | {layer}
    # sim's own wiring and apps see a whole layer; a finer folder sees only the folders it names.
    return any(target == f or target.startswith(f + "/") for f in folders)


def offences() -> list[str]:
    found = []
    for file in sorted(ROOT.rglob("*")):
        path = file.relative_to(ROOT).as_posix()
        if file.suffix not in {".h", ".cpp"} or not layer_of(path):
            continue
        for target in INCLUDE.findall(file.read_text(encoding="utf-8")):
            if "/" not in target:
                found.append(f'{path}: includes "{target}": write includes from the root')
            elif layer_of(target) and not allowed(path, target):
                folders = ", ".join(sorted(MAY_INCLUDE[layer_of(path)])) or "nothing"
                found.append(f'{path}: includes "{target}", but {layer_of(path)} may include only {folders}')
    return found


if __name__ == "__main__":
    lines = offences()
    print("\n".join(lines) if lines else "layers: every include points the right way")
    sys.exit(1 if lines else 0)
