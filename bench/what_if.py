#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""The figures of docs/what-if.md: the same work on areia-1 and on chips that differ from it in one thing.

Two layers of the shape of Llama 3 8B in Q8_0, random weights: prefill of a prompt, then tokens one by one.

    bench/what_if.py BUILD_FOLDER [--model FILE.gguf] [--prompt-tokens 256]
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CHIPS = {
    "areia-1": "",
    "twice the DRAM bandwidth": "[dram]\nbytes_per_second = 6.5536e12\nchannels = 128\n",
    "and links twice as wide": "[dram]\nbytes_per_second = 6.5536e12\nchannels = 128\n[noc]\nlink_bytes = 512\n"
                               "[scratchpad]\nnetwork_bytes = 512\n",
    "vectors of 512 bits": "[hart]\nvlen_bits = 512\nvector_lane_bits = 512\nvector_port_bytes = 64\n",
    "half the scratchpad": "[scratchpad]\nbytes = \"1 MiB\"\n",
    "arrays of 32x32": "[tensor]\nrows = 32\ncolumns = 32\n",
    "32x32, twice the tiles each way": "[tensor]\nrows = 32\ncolumns = 32\n[mesh]\ncolumns = 16\nrows = 16\n"
                                       "[scratchpad]\nbytes = \"512 KiB\"\n",
}


def measure(build: pathlib.Path, model: pathlib.Path, prompt: str, chip: pathlib.Path) -> dict:
    command = [build / "areia", "profile", model, "-p", prompt, "-n", "3", "--ignore-eos", "--chip", chip, "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def row(name: str, answer: dict, first: dict) -> str:
    cells = [f"| {name}"]
    for phase, tokens in (("prefill", None), ("decode", 2)):
        now, before = answer[phase], first[phase]
        cells.append(f"{now['cycles']:,}")
        cells.append(f"{before['cycles'] / now['cycles']:.2f}x")
        cells.append(f"{1e3 * now['joules'] / (tokens or 1):.1f}")
        wait = sum(now["total"]["hart_cycles"][state] for state in ("wait for data or tiles",)) / now["cycles"]
        cells.append(f"{100 * wait:.0f} %")
    return " | ".join(cells) + " |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--model", type=pathlib.Path)
    parser.add_argument("--prompt-tokens", type=int, default=256)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model = arguments.model or pathlib.Path(folder) / "llama8b.gguf"
        if not arguments.model:
            subprocess.run([sys.executable, HERE / "make_llama_shape.py", model, "--shape", "llama8b", "--type", "Q8_0"],
                           check=True)
        prompt = "a" * (arguments.prompt_tokens - 2)
        print("| chip | prefill, cycles | faster | mJ | waits | decode of 2, cycles | faster | mJ a token | waits |")
        print("| --- | --: | --: | --: | --: | --: | --: | --: | --: |")
        first = None
        for name, overrides in CHIPS.items():
            chip = pathlib.Path(folder) / "chip.toml"
            chip.write_text(f'base = "areia-1"\nname = "what-if"\n{overrides}')
            answer = measure(arguments.build, model, prompt, chip)
            first = first or answer
            print(row(name, answer, first), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
