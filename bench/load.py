#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""How long `areia run` takes to load a large model, beside reading its file, and how much memory it takes.

    bench/load.py BUILD_FOLDER [--layers N] [--repeats N]

Writes a Llama-shaped Q8_0 model of about 1 GB into the build folder first. "cold" begins without the file in the
host's page cache. Peak resident memory is that of the whole process, 64 scratchpads of areia-1 included.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


def drop_cache(path: pathlib.Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def read_seconds(path: pathlib.Path) -> float:
    begin = time.perf_counter()
    with open(path, "rb", buffering=0) as file:
        buffer = bytearray(1 << 20)
        while file.readinto(buffer):
            pass
    return time.perf_counter() - begin


def run(areia: str, path: pathlib.Path) -> tuple[float, int]:
    """(seconds until the chip has the model, peak resident bytes)."""
    child = subprocess.Popen([areia, "run", str(path), "-p", "a", "-n", "1", "--json",
                              "--fidelity", "functional"], stdout=subprocess.PIPE)
    answer = json.loads(child.stdout.read())
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit("areia failed")
    return answer["host"]["load_seconds"], usage.ru_maxrss * 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--layers", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    path = options.build / "bench" / "llama-1g-Q8_0.gguf"
    if not path.exists():
        subprocess.run([sys.executable, HERE / "make_llama_shape.py", path, "--type", "Q8_0", "--layers",
                        str(options.layers)], check=True)
    size = path.stat().st_size
    areia = str(options.build / "areia")
    for state in ("cold", "warm"):
        reads, loads, peaks = [], [], []
        for _ in range(options.repeats):
            if state == "cold":
                drop_cache(path)
            reads.append(read_seconds(path))
            if state == "cold":
                drop_cache(path)
            seconds, peak = run(areia, path)
            loads.append(seconds)
            peaks.append(peak)
        print(f"{state}: file of {size / 1e9:.2f} GB; read in {min(reads):.2f} s, loaded in {min(loads):.2f} s: "
              f"{min(loads) / min(reads):.1f}x; peak memory {max(peaks) / 1e9:.2f} GB: {max(peaks) / size:.2f}x")


if __name__ == "__main__":
    main()
