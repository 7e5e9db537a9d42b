#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""The whole of a Llama 3 8B layer in a prompt of 512 tokens, operator by operator, beside the arrays' peak.

The second of two layers with random weights, as the compiler and the runtime bring them to the chip: norms,
products, rotation, attention, activation and residuals. MFU is the arithmetic of products and of causal attention
(2 operations for each multiply-add, positions not seen not counted) over the arrays' peak in the weights' format.
Cycles are simulated: the same on every host.

    bench/prefill_layer.py BUILD_FOLDER [--chip CHIP] [--tokens N]
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import make_llama_shape  # noqa: E402

LAYER = "blk.1."
SHAPE = make_llama_shape.SHAPES["llama8b"]
FORMATS = {"BF16": "bf16_flops", "Q8_0": "int8_ops"}


def operations(tokens: int) -> float:
    """Of a layer."""
    width, keys = SHAPE["width"], SHAPE["width"] // SHAPE["heads"] * SHAPE["kv_heads"]
    products = 2 * width * width + 2 * width * keys + 3 * width * SHAPE["feed_forward"]
    return 2.0 * tokens * products + 2.0 * 2 * width * tokens * (tokens + 1) / 2


def answer_of(*command: str) -> dict:
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--chip", default="areia-1", help="name or description file")
    parser.add_argument("--tokens", type=int, default=512, help="of the prompt, the one that begins a text included")
    arguments = parser.parse_args()
    areia = str(arguments.build / "areia")
    chip = answer_of(areia, "chip", "show", arguments.chip, "--json")
    with tempfile.TemporaryDirectory() as folder:
        for kind, peak in FORMATS.items():
            model = pathlib.Path(folder) / f"{kind}.gguf"
            make_llama_shape.write(model, kind, SHAPE, 1)
            # The vocabulary has no word of several letters: a token each, after the beginning and a space.
            answer = answer_of(areia, "profile", str(model), "-p", "a" * (arguments.tokens - 2), "-n", "1", "--chip",
                               arguments.chip, "--json")
            found = [each for each in answer["prefill"]["operators"] if each["name"].startswith(LAYER)]
            cycles = sum(each["cycles"] for each in found)
            least = operations(arguments.tokens) / chip["peak"][peak] * chip["clock_hz"]
            print(f"{chip['name']}, {kind}: a layer with {arguments.tokens} tokens takes {cycles:,.0f} cycles; "
                  f"the arrays alone {least:,.0f}: MFU {least / cycles:.3f}")
            for each in found:
                print(f"  {each['name'][len(LAYER):]:<14} {each['cycles']:>10,.0f} {each['cycles'] / cycles:>6.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
