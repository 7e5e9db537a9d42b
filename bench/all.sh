#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
#
# Prints every figure that the README states.
#   bench/all.sh BUILD_FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
build="$(realpath "${1:-build}")"

echo "== the hart beside Spike and QEMU"
python3 bench/hart.py "$build" --spike "$(command -v "$build/oracles/bin/spike" || echo spike)"
echo "== mma beside the host's own peak"
"$build/bin/bench_mma" --benchmark_min_time=0.2
echo "== areia run beside llama.cpp"
python3 bench/run.py "$build"
echo "== loading a model of a gigabyte"
python3 bench/load.py "$build"
echo "== the clock beside no clock"
python3 bench/timed.py "$build"
echo "== each unit beside its closed form"
"$build/bin/bench_chip" --chip areia-1
echo "== kernels beside the chip's limits"
"$build/bin/bench_kernels" areia-1
echo "== a layer of Llama 3 8B, 512 tokens, whole"
python3 bench/prefill_layer.py "$build"
echo "== predictions beside GenZ"
python3 bench/predict_speed.py "$build"
