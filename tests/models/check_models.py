#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""check_models.py FOLDER INDEX: are the models in the folder, to the bit, those that llama.cpp was asked about?"""
import hashlib
import json
import os
import sys

folder, index = sys.argv[1:]
with open(index, encoding="utf-8") as file:
    expected = {name: entry["sha256"] for name, entry in json.load(file)["models"].items()}
actual = {}
for entry in sorted(os.listdir(folder)):
    if entry.endswith(".gguf"):
        with open(os.path.join(folder, entry), "rb") as file:
            actual[entry.removesuffix(".gguf")] = hashlib.sha256(file.read()).hexdigest()
if actual != expected:
    different = sorted(name for name in actual | expected if actual.get(name) != expected.get(name))
    sys.exit(f"the reference is of other models: {', '.join(different)}; run make_reference.mjs")
