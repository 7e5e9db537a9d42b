#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""What the clock says of whole layers of Llama on a chip, as rows of measurements (perf/measurements/README.md).

The second layer of models with random weights in Q8_0, as the compiler and the runtime bring them to the chip;
prefill of a prompt, and the mean of the decode steps after it. Beside bench_own_chip, which times operators.

    bench/own_layers.py AREIA CHIP [--operators FILE]
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import make_llama_shape  # noqa: E402

# Width, heads, key-value heads, feed-forward: SmolLM2 135M and Llama's 110M (llama2.c), TinyLlama 1.1B (their
# configurations), and two between.
SHAPES = [(576, 9, 3, 1536), (768, 12, 12, 2048), (1024, 16, 8, 2816), (1536, 12, 4, 4096), (2048, 32, 4, 5632)]
PROMPTS = (24, 120)
TOKENS = 4
LAYER = "blk.1."


def profile(areia: str, chip: str, model: pathlib.Path, prompt: int) -> dict:
    command = [areia, "profile", str(model), "-p", "a" * prompt, "-n", str(TOKENS), "--ignore-eos", "--chip", chip,
               "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def rows(answer: dict, shape: tuple[int, int, int, int], hertz: float) -> list[tuple[str, int, int, float, list]]:
    """(phase, positions that the last one sees, new positions of a step, microseconds of a step, operators)."""
    found, seen = [], 0
    for phase in ("prefill", "decode"):
        operators = [each for each in answer[phase]["operators"] if each["name"].startswith(LAYER)]
        products = next(each["macs"] for each in operators if each["name"] == LAYER + "attn_q")
        count = round(products / shape[0] ** 2)
        steps = 1 if phase == "prefill" else count
        context = count if phase == "prefill" else seen + (count + 1) // 2
        seen = count if phase == "prefill" else seen
        micros = sum(each["cycles"] for each in operators) / steps / hertz * 1e6
        found.append((phase, context, count // steps, micros, operators))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("areia")
    parser.add_argument("chip", help="name or description file")
    parser.add_argument("--operators", type=pathlib.Path, help="write each operator's cycles there as JSON lines")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for shape in SHAPES:
            width, heads, kv_heads, feed_forward = shape
            model = pathlib.Path(folder) / "model.gguf"
            make_llama_shape.write(model, "Q8_0", {"layers": 2, "width": width, "heads": heads, "kv_heads": kv_heads,
                                                   "feed_forward": feed_forward, "vocabulary": 512}, 1)
            for prompt in PROMPTS:
                answer = profile(arguments.areia, arguments.chip, model, prompt)
                hertz = answer["prefill"]["cycles"] / answer["prefill"]["seconds"]
                for phase, context, count, micros, operators in rows(answer, shape, hertz):
                    print(f"areia timed,{answer['chip']},1,layer width={width} heads={heads} kv_heads={kv_heads} "
                          f"feed_forward={feed_forward},{phase},1,{context},{count},int8,latency,{micros:.6g},us,"
                          "bench/own_layers.py", flush=True)
                    if arguments.operators:
                        with arguments.operators.open("a") as file:
                            file.write(json.dumps([answer["chip"], shape, phase, context, count, operators]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
