#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
#
# Records perf/own/timed.csv anew: operators and layers on six chips under the clock. About five minutes on two cores.
#   bench/own_rows.sh [BUILD]
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
echo "source,hardware,chips,model_or_op,phase,batch,input_len,output_len,precision,metric,value,unit,url" > "$rows"
for chip in areia-1 areia-edge areia-lab perf/own/areia-mid.toml perf/own/areia-fast-dram.toml \
  perf/own/areia-wide.toml; do
  "$build/bin/bench_own_chip" "$chip" >> "$rows"
  python3 bench/own_layers.py "$build/areia" "$chip" >> "$rows"
done
cp "$rows" perf/own/timed.csv
