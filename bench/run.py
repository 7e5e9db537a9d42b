#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""`areia run` beside llama.cpp: the same file, host and threads; tokens a second, and the ratios.

    bench/run.py [BUILD_FOLDER] [--threads 2] [--only NAME] [--node-modules FOLDER]

Models: stories260K (from ../shared/models, where that is) on areia-lab and areia-1; a 135M-parameter Llama shape
with random weights (bench/make_llama_shape.py) in F32 and Q8_0, and the real models of `areia model get` that are
here, on areia-1. llama.cpp is the npm package
node-llama-cpp, looked for in --node-modules, $NODE_MODULES, then ./node_modules; where it is missing the
table says so. Every rate is measured in this run.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "models"


@dataclasses.dataclass
class Case:
    name: str
    model: pathlib.Path
    chip: str
    prompt: str
    tokens: int
    target: str = ""


def cases(build: pathlib.Path) -> list[Case]:
    """What is measured; the 135M files are written where they are not there yet."""
    found = []
    stories = "Once upon a time there was a little girl named Lily. " * 4
    for chip, target in [("areia-lab", "decode >= 100 tokens/s"), ("areia-1", "decode >= 20 tokens/s")]:
        found.append(Case("stories260K-f32", SHARED / "stories260K-f32.gguf", chip, stories, 128, target))
    for kind in ["F32", "Q8_0"]:
        path = build / "bench" / f"llama-135m-{kind}.gguf"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run([sys.executable, ROOT / "bench" / "make_llama_shape.py", path, "--type", kind], check=True)
        found.append(Case(f"llama-135m-{kind}", path, "areia-1", "abcdefghij" * 12 + "abcdef", 16,
                          "within 10x of llama.cpp"))
    text = "The history of computing begins with people who counted on their fingers and then with stones. " * 12
    for name in ["smollm2", "gemma3-270m"]:
        if path := cached(build, name):
            found.append(Case(name, path, "areia-1", text, 64, "within 5x of llama.cpp"))
    return [case for case in found if case.model.exists()]


def cached(build: pathlib.Path, name: str) -> pathlib.Path | None:
    """A real model, where `areia model get` has brought it."""
    listed = json.loads(subprocess.run([build / "areia", "model", "list", "--json"], capture_output=True,
                                       check=True).stdout)["models"]
    if not any(model["name"] == name and model["here"] for model in listed):
        return None
    got = subprocess.run([build / "areia", "model", "get", name], capture_output=True, text=True, check=True)
    return pathlib.Path(got.stdout.strip())


def run_areia(build: pathlib.Path, case: Case, threads: int) -> dict:
    command = [build / "areia", "run", case.model, "--fidelity", "functional", "-p", case.prompt, "-n", str(case.tokens), "--chip", case.chip,
               "--threads", str(threads), "--ignore-eos", "--json"]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{case.name} on {case.chip}: areia failed: {result.stderr.strip()}")
    return json.loads(result.stdout)


def run_llama_cpp(node_modules: pathlib.Path | None, case: Case, threads: int, prompt: list[int]) -> dict | None:
    if node_modules is None:
        return None
    script = ROOT / "bench" / "llama_cpp.mjs"
    command = ["node", script, node_modules, case.model, str(case.tokens), str(threads), json.dumps(prompt)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        print(f"llama.cpp failed on {case.model}: {result.stderr.strip()[:500]}", file=sys.stderr)
        return None
    answer = json.loads(result.stdout)
    steps = max(len(answer["tokens"]) - 1, 0)
    return {"prefill": len(prompt) / answer["prefill_seconds"], "decode": steps / answer["decode_seconds"],
            "tokens": answer["tokens"]}


def find_node_modules(given: str | None) -> pathlib.Path | None:
    if shutil.which("node") is None:
        return None
    for place in [given, os.environ.get("NODE_MODULES"), "node_modules"]:
        if place and (pathlib.Path(place) / "node-llama-cpp").is_dir():
            return pathlib.Path(place).resolve()
    return None


def measure(case: Case, build: pathlib.Path, threads: int, node_modules: pathlib.Path | None) -> str:
    areia = run_areia(build, case, threads)
    llama = run_llama_cpp(node_modules, case, threads, areia["prompt_tokens"])
    cells = [case.name, case.chip]
    for phase in ["prefill", "decode"]:
        own = areia["host"][f"{phase}_tokens_per_second"]
        cells.append(f"{own:.1f}")
        cells += [f"{llama[phase]:.1f}", f"{llama[phase] / own:.1f}x"] if llama else ["-", "-"]
    same = 0
    if llama:
        same = next((i for i, (a, b) in enumerate(zip(areia["tokens"], llama["tokens"])) if a != b),
                    min(len(areia["tokens"]), len(llama["tokens"])))
    cells += [f"{same} of {case.tokens}" if llama else "-", case.target]
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", default=str(ROOT / "build"), type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--only", default="", help="only cases whose name holds this")
    parser.add_argument("--node-modules", help="folder with node-llama-cpp")
    arguments = parser.parse_args()
    node_modules = find_node_modules(arguments.node_modules)
    print(f"`areia run` beside llama.cpp, {arguments.threads} threads, tokens per second of host time; "
          "ratio = llama.cpp / areia\n")
    if node_modules is None:
        print("llama.cpp is not here: npm install node-llama-cpp, then --node-modules FOLDER/node_modules\n")
    print("| model | chip | prefill | llama.cpp | ratio | decode | llama.cpp | ratio | same tokens | target |")
    print("| --- | --- | --: | --: | --: | --: | --: | --: | --: | --- |")
    for case in cases(arguments.build.resolve()):
        if arguments.only in case.name:
            print(measure(case, arguments.build.resolve(), arguments.threads, node_modules), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
