# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
#
# The two commands, for a fresh Debian 12. With an own build tree use CMake directly.
#   make run [MODEL=file.gguf | folder | smollm2] [PROMPT="..."] [TOKENS=n] [CHIP=areia-1]
#   make test
# And: make compare, which predicts Llama 3 70B and gpt-oss 120B on every chip, and writes README's table.
BUILD  ?= build
PROMPT ?=
TOKENS ?= 128
CHIP   ?= areia-1
SANITIZERS := address,undefined

.PHONY: run test areia compare tests fuzz sanitize check format bench calibrate clean

run: areia
	@tools/run.sh $(BUILD) "$(MODEL)" "$(PROMPT)" $(TOKENS) $(CHIP)

areia:
	@tools/setup run
	@cmake -S . -B $(BUILD) -G Ninja $(if $(wildcard $(BUILD)/CMakeCache.txt),,-DAREIA_TESTS=OFF) >/dev/null
	@ninja -C $(BUILD) --quiet areia

compare: areia
	@python3 tools/predict_tables.py $(BUILD)

# Everything but the slow sweeps: unit tests, conformance, end to end, conventions, and the parsers'
# mutation tests and the recorded cycles under sanitizers.
test: tests sanitize check
	ctest --test-dir $(BUILD) --output-on-failure -j 2 -LE slow

tests:
	@tools/setup test
	@cmake -S . -B $(BUILD) -G Ninja -DAREIA_TESTS=ON >/dev/null
	@ninja -C $(BUILD) --quiet

# The constants of perf/calibration, fitted anew to the calibration rows of perf/measurements.
calibrate:
	@tools/setup run
	@cmake -S . -B $(BUILD) -G Ninja $(if $(wildcard $(BUILD)/CMakeCache.txt),,-DAREIA_TESTS=OFF) >/dev/null
	@ninja -C $(BUILD) --quiet calibrate

# Parsers of outside input, and the clock against its recorded cycles, under AddressSanitizer and
# UndefinedBehaviorSanitizer: label `fuzz`.
sanitize:
	@tools/setup test
	@cmake -S . -B $(BUILD)/sanitize -G Ninja -DAREIA_TESTS=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo \
	  -DAREIA_SANITIZE=$(SANITIZERS) >/dev/null
	@ninja -C $(BUILD)/sanitize --quiet fuzz_tests
	ctest --test-dir $(BUILD)/sanitize --output-on-failure -j 2 -L fuzz

check:
	@tools/setup test
	@tools/check.sh $(BUILD)

format:
	git ls-files '*.h' '*.cpp' | xargs clang-format-19 -i

bench:
	@tools/setup bench
	@cmake -S . -B $(BUILD) -G Ninja -DAREIA_BENCH=ON >/dev/null
	@ninja -C $(BUILD) --quiet
	bench/all.sh $(BUILD)

clean:
	rm -rf $(BUILD)
