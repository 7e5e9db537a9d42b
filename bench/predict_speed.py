#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Host time of predictions beside GenZ's, in one run: a prefill of GPT-3 175B on eight A100, a training configuration,
chips x workloads a minute on all cores.

GenZ (the Python package genz-llm) is installed into BUILD_FOLDER/genz; where it cannot be, a line says so.

    bench/predict_speed.py BUILD_FOLDER
"""

import json
import pathlib
import subprocess
import sys
import venv

GENZ_VERSION = "0.0.16"
GOALS = {"gpt3_pass_seconds": 50e-6, "training_seconds": 1e-3}
GENZ = """
import json, time, warnings
warnings.filterwarnings("ignore")
from GenZ import prefill_moddeling
def once():
    begin = time.perf_counter()
    prefill_moddeling(model="gpt-3", batch_size=8, input_tokens=2048, system_name="A100_80GB_GPU", bits="bf16", tensor_parallel=8)
    return time.perf_counter() - begin
once()
print(json.dumps(min(once() for _ in range(3))))
"""


def genz_seconds(build: pathlib.Path) -> float | None:
    """Seconds of GenZ for the same pass; None, and a line that says why, where it is not to be had."""
    folder = build / "genz"
    python = folder / "bin/python"
    try:
        if not (folder / "installed").exists():
            venv.create(folder, with_pip=True, clear=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", f"genz-llm=={GENZ_VERSION}"], check=True,
                           capture_output=True, text=True, timeout=1200)
            (folder / "installed").touch()
        result = subprocess.run([python, "-c", GENZ], check=True, capture_output=True, text=True, timeout=600)
    except (subprocess.SubprocessError, OSError) as error:
        lines = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        print(f"GenZ could not be timed here: {lines[-1] if lines else error}")
        return None
    return json.loads(result.stdout.strip().splitlines()[-1])


def main() -> int:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    areia = json.loads(subprocess.run([build / "bin/bench_predictions"], check=True, capture_output=True).stdout)
    genz = genz_seconds(build)
    layer = areia["gpt3_pass_seconds"]
    print(f"GPT-3 175B, prefill of 8 x 2,048 on 8 A100: {1e6 * layer:.1f} us (goal {1e6 * GOALS['gpt3_pass_seconds']:.0f} us)")
    if genz is not None:
        print(f"  GenZ {GENZ_VERSION}, the same pass: {genz:.3f} s, {genz / layer:,.0f} times as long")
    training = areia["training_seconds"]
    print(f"a training configuration: {1e6 * training:.1f} us (goal {1e6 * GOALS['training_seconds']:.0f} us)")
    print(f"chips x workloads: {areia['a_minute']:,.0f} a minute on all cores (goal 100,000); of "
          f"{areia['chips_times_workloads']:,} {areia['that_fit']:,} fit")
    return 0


if __name__ == "__main__":
    sys.exit(main())
