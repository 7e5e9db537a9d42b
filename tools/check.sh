#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
#
# The static checks of `make check`: layers, conventions, format, generated docs, clang-tidy.
#   tools/check.sh BUILD_FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
build="${1:-build}"

python3 tools/layers.py
python3 tools/conventions.py

git ls-files '*.h' '*.cpp' | xargs clang-format-19 --dry-run --Werror
echo "format: kept"

python3 spec/isa/generate.py --docs | cmp - docs/isa.md || {
  echo "docs/isa.md is not what spec/isa generates: run spec/isa/generate.py --docs > docs/isa.md" >&2
  exit 1
}
echo "generated docs: current"

# Where generated headers are missing there is nothing to tidy against.
if [[ -f "$build/compile_commands.json" ]]; then
  # clang is not GCC: it knows neither all of GCC's warnings nor all that -march=native may mean.
  mkdir -p "$build/tidy"
  sed -E 's/-march=native|-Wno-restrict//g' "$build/compile_commands.json" > "$build/tidy/compile_commands.json"
  git ls-files 'base/*.cpp' 'spec/*.cpp' 'perf/*.cpp' 'sw/formats/*.cpp' 'sw/graph/*.cpp' 'sw/compiler/*.cpp' \
    'sw/runtime/*.cpp' 'apps/*.cpp' | grep -v _test.cpp |
    xargs -P 2 -n 4 clang-tidy-19 -p "$build/tidy" --quiet --warnings-as-errors='*' 2>/dev/null
  echo "clang-tidy: clean"
fi
