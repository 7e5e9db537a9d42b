#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Host speed of the timed level beside the functional one: whole processes, on the same model, prompt and chip.

Prints host seconds a decode token of both, their ratio, events and simulated cycles per host second. The tokens must be
the same. The levels take turns; each figure is the best of the repetitions.

    bench/timed.py BUILD_FOLDER [--repeat 3]
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROMPT, TOKENS = "Once upon a time", 5


def run(build: pathlib.Path, model: pathlib.Path, verb: str, *options: str) -> dict:
    command = [build / "areia", verb, model, "-p", PROMPT, "-n", str(TOKENS), "--ignore-eos", "--json", *options]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def measure(build: pathlib.Path, name: str, model: pathlib.Path, chip: str, repeat: int) -> None:
    best = {}
    for _ in range(repeat):  # in turns: what else the host does hits both
        for level in ["functional", "timed"]:
            answer = run(build, model, "run", "--chip", chip, "--fidelity", level)
            if level not in best or answer["host"]["decode_seconds"] < best[level]["host"]["decode_seconds"]:
                best[level] = answer
    functional, timed = best["functional"], best["timed"]
    if timed["tokens"] != functional["tokens"]:
        sys.exit(f"{name} on {chip}: the clock changes tokens")
    steps = len(timed["tokens"]) - 1
    profile = run(build, model, "profile", "--chip", chip)
    seconds = timed["host"]["prefill_seconds"] + timed["host"]["decode_seconds"]
    cycles = timed["prefill"]["cycles"] + timed["decode"]["cycles"]
    each = [answer["host"]["decode_seconds"] / steps for answer in (functional, timed)]
    print(f"{name:<28} {chip:<10} {each[0] * 1e3:>11.1f} {each[1] * 1e3:>11.1f} {each[1] / each[0]:>7.1f}x"
          f" {profile['events'] / seconds / 1e6:>10.1f} {cycles / seconds / 1e6:>10.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    print(f"{'':<28} {'':<10} {'functional':>11} {'timed':>11} {'':>8} {'M events':>10} {'M cycles':>10}")
    print(f"{'model':<28} {'chip':<10} {'ms/token':>11} {'ms/token':>11} {'ratio':>8} {'/ host s':>10} {'/ host s':>10}")
    with tempfile.TemporaryDirectory() as folder:
        default = arguments.build / "share/areia/models/default.gguf"
        for kind in ["Q8_0", "F32"]:
            model = pathlib.Path(folder) / f"llama110m-{kind}.gguf"
            subprocess.run([sys.executable, HERE / "make_llama_shape.py", model, "--shape", "llama110m", "--type", kind],
                           check=True)
            measure(arguments.build, f"110M Llama shape, {kind}", model, "areia-1", arguments.repeat)
        for chip in ["areia-1", "areia-lab"]:
            measure(arguments.build, "the default model", default, chip, arguments.repeat)
    return 0


if __name__ == "__main__":
    sys.exit(main())
