#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""`areia eval --perplexity` against llama.cpp's perplexities, and what it refuses.

    eval_test.py AREIA TINY_MODEL.gguf SHARED [Class.test ...]

SHARED is the folder with models/ and corpora/; what needs it is skipped where it is absent.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

AREIA, TINY, SHARED = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])


def areia(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([AREIA, "eval", *arguments], capture_output=True, text=True, timeout=600)


class Perplexity(unittest.TestCase):
    """llama.cpp's figures, with the distance that rounding may put between."""

    def expect(self, model: str, text: pathlib.Path, context: int, chip: str, reference: float, within: float):
        path = SHARED / "models" / model
        if not path.exists() or not text.exists():
            self.skipTest(f"{path} or {text} is not here")
        result = areia(str(path), "--perplexity", str(text), "--context", str(context), "--chip", chip,
                       "--threads", "1", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        measured = json.loads(result.stdout)["perplexity"]
        print(f"{model}: {measured:.4f}, llama.cpp {reference}", file=sys.stderr)
        self.assertLess(abs(measured / reference - 1), within)

    def stories(self, model: str, reference: float, within: float):
        self.expect(model, SHARED / "corpora/tinystories_120.txt", 512, "areia-edge", reference, within)

    def test_stories_f32(self):
        self.stories("stories260K-f32.gguf", 5.8678, 0.001)

    def test_stories_f16(self):
        self.stories("stories260K-f16.gguf", 5.8677, 0.001)

    def test_stories_q8_0(self):
        self.stories("stories260K-q8_0.gguf", 5.8811, 0.003)

    def test_stories_q4_0(self):
        self.stories("stories260K-q4_0-mixed.gguf", 6.5003, 0.01)

    def test_gpt2_characters(self):
        source = SHARED / "corpora/tinyshakespeare.txt"
        if not source.exists():
            self.skipTest(f"{source} is not here")
        text = source.read_text()
        with tempfile.TemporaryDirectory() as folder:
            last_tenth = pathlib.Path(folder, "last_tenth.txt")
            last_tenth.write_text(text[int(len(text) * 0.9):])
            self.expect("chargpt2-0.8M-f32.gguf", last_tenth, 64, "areia-lab", 6.8398, 0.001)


class Answers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, data: bytes) -> str:
        path = pathlib.Path(self.folder.name, f"text{len(list(pathlib.Path(self.folder.name).iterdir()))}.txt")
        path.write_bytes(data)
        return str(path)

    def test_json_has_every_field(self):
        result = areia(TINY, "--perplexity", self.file(b"abc " * 100), "--context", "16", "--chunks", "3",
                       "--chip", "areia-lab", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)
        self.assertEqual(answer["chunks"], 3)
        self.assertEqual(answer["tokens"], 3 * 7)
        self.assertGreater(answer["perplexity"], 1)
        self.assertGreater(answer["uncertainty"], 0)

    def test_the_same_on_any_chip_and_number_of_threads(self):
        text = self.file(b"abc def " * 40)
        answers = {areia(TINY, "--perplexity", text, "--context", "32", "--chip", chip, "--threads", threads).stdout
                   for chip in ("areia-lab", "areia-1") for threads in ("1", "2")}
        self.assertEqual(len(answers), 1, answers)

    def test_bad_input_is_status_2_and_one_line(self):
        good = ["--chip", "areia-lab", "--context", "16"]
        for arguments, word in [
            ([TINY, "--perplexity", self.folder.name + "/none", *good], "none"),
            ([TINY, "--perplexity", self.file(b""), *good], "empty"),
            ([TINY, "--perplexity", self.file(b"ab"), *good], "at least 32"),
            ([TINY, "--perplexity", self.file(b"\xff\xfe" * 100), *good], "UTF-8"),
            ([TINY, "--perplexity", self.file(b"abc" * 100), "--chip", "areia-lab", "--context", "3"], "context"),
            ([TINY, "--perplexity", self.file(b"abc" * 100), "--chip", "areia-lab", "--context", "9999"], "context"),
            (["nonesuch", "--perplexity", self.file(b"abc" * 100)], "nonesuch"),
            ([TINY], "--perplexity"),
        ]:
            result = areia(*arguments)
            self.assertEqual(result.returncode, 2, (arguments, result.stderr))
            self.assertIn(word, result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:], verbosity=2)
