#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""`areia run` from outside: JSON, streams, exit statuses and messages.

    cli_test.py AREIA TINY_MODEL.gguf

TINY_MODEL.gguf is written by tests/end_to_end/write_tiny_model.cpp. Runs under CTest.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

AREIA, MODEL = sys.argv[1], sys.argv[2]
FIELDS = {"model", "chip", "fidelity", "prompt_tokens", "tokens", "text", "prefill", "decode", "instructions",
          "dram_bytes", "noc_bytes", "host_seconds"}


def areia(*arguments: str, cwd: str | None = None) -> subprocess.CompletedProcess:
    return subprocess.run([AREIA, "run", *arguments], capture_output=True, timeout=120, cwd=cwd)


class Answers(unittest.TestCase):
    def test_json_is_one_object_with_every_field(self):
        result = areia(MODEL, "-p", "abc", "-n", "8", "--chip", "areia-lab", "--json", "--fidelity", "functional")
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)
        self.assertLessEqual(FIELDS, answer.keys())
        self.assertEqual(answer["chip"], "areia-lab")
        self.assertEqual(answer["fidelity"], "functional")
        self.assertEqual(answer["prompt_tokens"][0], 1)
        self.assertEqual(len(answer["tokens"]), 8)
        for phase in ["prefill", "decode"]:
            for clocked in ["cycles", "seconds", "tokens_per_second", "joules"]:
                self.assertIsNone(answer[phase][clocked])
        self.assertEqual(answer["prefill"]["tokens"], len(answer["prompt_tokens"]))
        self.assertEqual(answer["decode"]["tokens"], 8)
        for kind in ["scalar", "vector", "tensor"]:
            self.assertGreater(answer["instructions"][kind], 0)
        self.assertGreater(answer["dram_bytes"], 0)

    def test_the_clock_is_there_unless_asked_otherwise_and_changes_no_token(self):
        arguments = [MODEL, "-p", "abc", "-n", "8", "--chip", "areia-lab", "--json"]
        timed = json.loads(areia(*arguments).stdout)
        functional = json.loads(areia(*arguments, "--fidelity", "functional").stdout)
        self.assertEqual(timed["fidelity"], "timed")
        for same in ["tokens", "text", "instructions", "dram_bytes", "noc_bytes"]:
            self.assertEqual(timed[same], functional[same])
        for phase in ["prefill", "decode"]:
            self.assertGreater(timed[phase]["cycles"], 0)
            self.assertAlmostEqual(timed[phase]["seconds"], timed[phase]["cycles"] / 5e8)
            self.assertGreater(timed[phase]["tokens_per_second"], 0)
            self.assertGreater(timed[phase]["joules"], 0)

    def test_text_goes_to_stdout_and_the_summary_to_stderr(self):
        arguments = [MODEL, "-p", "abc", "-n", "8", "--chip", "areia-lab"]
        text = json.loads(areia(*arguments, "--json").stdout)["text"]
        result = areia(*arguments)
        self.assertEqual(result.stdout.decode(), text + "\n")
        for word in ["areia-lab", "scalar", "vector", "tensor", "DRAM", "tokens/s"]:
            self.assertIn(word, result.stderr.decode())

    def test_runs_from_any_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            result = areia(str(pathlib.Path(MODEL).resolve()), "-p", "abc", "-n", "2", cwd=folder)
            self.assertEqual(result.returncode, 0, result.stderr)

    def test_the_same_seed_gives_the_same_text(self):
        arguments = [MODEL, "-p", "abc", "-n", "16", "--chip", "areia-lab", "--temperature", "1.2", "--top-k", "40",
                     "--top-p", "0.95", "--json"]
        tokens = [json.loads(areia(*arguments, "--seed", seed).stdout)["tokens"] for seed in ["7", "7", "8"]]
        self.assertEqual(tokens[0], tokens[1])
        self.assertNotEqual(tokens[0], tokens[2])


class Errors(unittest.TestCase):
    def fails(self, words: list[str], *arguments: str) -> None:
        """Exit status 2, nothing on stdout, and a message of at most two lines with all of `words`."""
        result = areia(*arguments)
        message = result.stderr.decode()
        self.assertEqual(result.returncode, 2, message)
        self.assertEqual(result.stdout, b"")
        for word in words:
            self.assertIn(word, message)
        self.assertLessEqual(len(message.strip().splitlines()), 2, message)

    def test_usage(self):
        self.fails(["--prompt"], MODEL)
        self.fails(["--tokens"], MODEL, "-p", "x", "-n", "0")
        self.fails(["--top-p"], MODEL, "-p", "x", "--top-p", "2")
        self.fails(["--temperature"], MODEL, "-p", "x", "--temperature", "nan")
        self.fails(["--prompt"], MODEL, "--fidelity", "timed")
        self.fails(["exact", "functional"], MODEL, "-p", "x", "--fidelity", "exact")

    def test_files(self):
        self.fails(["no/such.gguf", "No such file"], "no/such.gguf", "-p", "x")
        self.fails(["config.json"], "/", "-p", "x")  # a folder is a model's, or none
        self.fails(["not a regular file"], "/dev/zero", "-p", "x")
        self.fails(["not a GGUF file"], AREIA, "-p", "x")
        self.fails(["areia-9"], MODEL, "-p", "x", "--chip", "areia-9")
        with tempfile.NamedTemporaryFile(suffix=".gguf") as cut:
            cut.write(pathlib.Path(MODEL).read_bytes()[:5000])
            cut.flush()
            self.fails([cut.name, "truncated"], cut.name, "-p", "x")

    def test_context_and_memory(self):
        self.fails(["--context", "128"], MODEL, "-p", "x", "--context", "1000")
        self.fails(["tokens", "shorten"], MODEL, "-p", "x" * 500)
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as chip:
            chip.write('name = "poor"\nbase = "areia-lab"\n[dram]\nbytes = "1 MiB"\n')
            chip.flush()
            result = areia(MODEL, "-p", "x", "--chip", chip.name)
            self.assertEqual(result.returncode, 0, result.stderr)  # a tiny model fits even there


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
