#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""`areia predict`, `areia compare` and `areia validate` from outside: JSON, tables, pages, errors.

    predict_test.py AREIA [Predict | Compare | Validate]
"""

import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import screenshot  # noqa: E402: it is found by the line above

AREIA = sys.argv[1]
ERROR = {"median", "p90", "rows", "relatives", "extrapolated", "beyond"}
SERVING = {"model", "chip", "chips", "constants", "formats", "parallelism", "tried", "requests", "input", "output",
           "time_to_first_token", "time_per_token", "end_to_end", "tokens_per_second", "joules_per_token", "memory",
           "dollars_per_million_tokens", "host_seconds_per_step", "stall_seconds_per_step", "prefill", "decode"}
HEADER = "source,hardware,chips,model_or_op,phase,batch,input_len,output_len,precision,metric,value,unit\n"
PRODUCT = "me,NVIDIA H100 SXM,1,gemm M=4096 N=4096 K=4096,op,4096,4096,4096,bf16,latency,0.25,ms\n"


def areia(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([AREIA, *arguments], capture_output=True, timeout=120, text=True)


class Verbs(unittest.TestCase):
    def output(self, *arguments: str) -> str:
        result = areia(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr, "")
        return result.stdout

    def json(self, *arguments: str) -> dict:
        return json.loads(self.output(*arguments, "--json"))

    def fails(self, words: list[str], *arguments: str) -> None:
        """Exit status 2, nothing on stdout, and a message of at most two lines with all of `words`."""
        result = areia(*arguments)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertLessEqual(len(result.stderr.strip().splitlines()), 2, result.stderr)

    def draws(self, page: pathlib.Path, canvases: int) -> str:
        """The page's document after its scripts ran; it stands alone and no script of it fails."""
        text = page.read_text(encoding="utf-8")
        for outside in ["src=\"http", "href=\"http", "@import"]:
            self.assertNotIn(outside, text)
        for mark in ["/*DATA*/", "/*CHART*/", "/*STYLE*/", "/*SCRIPT*/"]:
            self.assertNotIn(mark, text)
        if screenshot.browser() is None:
            self.skipTest("no Chromium: tools/setup test installs it")
        document, errors = screenshot.rendered(page)
        self.assertEqual(errors, [])
        self.assertGreaterEqual(document.count("<canvas"), canvases)
        return document


class Predict(Verbs):
    def test_json_is_one_object_with_every_field(self):
        answer = self.json("predict", "llama-3-70b", "--chip", "h100-sxm", "--tensor", "8", "--precision", "fp8",
                           "--batch", "16")
        self.assertEqual(answer.keys(), SERVING)
        self.assertEqual((answer["model"], answer["chip"], answer["chips"]), ("llama-3-70b", "h100-sxm", 8))
        self.assertEqual(answer["formats"]["weight"], "fp8")
        for name in ["time_to_first_token", "time_per_token", "end_to_end", "tokens_per_second"]:
            self.assertGreater(answer[name]["value"], 0)
            self.assertEqual(answer[name]["error"].keys(), ERROR)
        for name in ["prefill", "decode"]:
            operators = answer[name]["operators"]
            self.assertGreater(len(operators), 8)
            self.assertAlmostEqual(sum(op["share"] for op in operators), 1, delta=0.2)
            for op in operators:
                self.assertIn(op["bound"], ["compute", "memory", "links", "overhead"])
                self.assertGreaterEqual(op["roofline"], 0)
                self.assertLessEqual(op["roofline"], 1 + 1e-9)
                self.assertEqual(op["error"].keys(), ERROR)

    def test_a_request_is_its_first_token_and_the_others(self):
        answer = self.json("predict", "llama-3-8b", "--chip", "h100-sxm", "--batch", "4", "--output", "101")
        first, each = answer["time_to_first_token"]["value"], answer["time_per_token"]["value"]
        self.assertAlmostEqual(answer["end_to_end"]["value"], first + 100 * each, delta=1e-6 * first)

    def test_weights_are_halved_by_narrower_formats_and_spread_over_chips(self):
        def weights(*arguments):
            return self.json("predict", "llama-3-70b", "--chip", "mi300x", "--batch", "1", *arguments)["memory"]["weights"]
        whole = weights("--tensor", "1")
        self.assertAlmostEqual(whole, 141.1e9, delta=1e9)  # 70.6 billion parameters of two bytes
        self.assertAlmostEqual(weights("--tensor", "8"), whole / 8, delta=1e-3 * whole)
        self.assertAlmostEqual(weights("--tensor", "1", "--precision", "fp8"), whole / 2, delta=0.05 * whole)

    def test_own_chips_are_predicted_like_bought_ones(self):
        own = self.json("predict", "llama-3-8b", "--chip", "areia-1", "--batch", "1")
        self.assertEqual(own["chip"], "areia-1")
        self.assertIsNone(own["dollars_per_million_tokens"]["bought"])
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as chip:
            chip.write('base = "areia-1"\nname = "wide"\n[dram]\nbytes_per_second = 6.56e12\n')
            chip.flush()
            wide = self.json("predict", "llama-3-8b", "--chip", chip.name, "--batch", "1")
        self.assertEqual(wide["chip"], "wide")
        self.assertLess(wide["time_per_token"]["value"], 0.7 * own["time_per_token"]["value"])

    def test_the_best_plan_is_no_worse_than_a_given_one(self):
        run = ["predict", "llama-3-70b", "--chip", "h100-sxm", "--batch", "32"]
        best = self.json(*run, "--chips", "8", "--parallel", "best")
        given = self.json(*run, "--tensor", "8")
        self.assertGreater(best["tried"], 1)
        self.assertGreaterEqual(best["tokens_per_second"]["value"], given["tokens_per_second"]["value"])
        limited = self.json(*run[:-1], "best", "--chips", "8", "--max-tpot", "20", "--max-ttft", "2000")
        self.assertLessEqual(limited["time_per_token"]["value"], 0.020)
        self.assertLessEqual(limited["time_to_first_token"]["value"], 2)

    def test_text_says_what_where_and_how_sure(self):
        text = self.output("predict", "gpt-oss-120b", "--chip", "areia-1", "--tensor", "4", "--batch", "64")
        for word in ["gpt-oss", "areia-1", "tensor 4", "time to first token", "output tokens a second", "memory",
                     "bound by", "of roofline", "experts", "zero-shot"]:
            self.assertIn(word, text)

    def test_training(self):
        run = ["predict", "gpt-3-175b", "--chip", "a100-80-sxm", "--train", "--global-batch", "1536", "--input", "2048"]
        given = self.json(*run, "--tensor", "8", "--pipeline", "8", "--data", "16", "--recompute", "full")
        best = self.json(*run, "--chips", "1024")
        for step in [given, best]:
            self.assertEqual(step["chips"], 1024)
            self.assertAlmostEqual(sum(step["seconds"].values()), step["step_seconds"]["value"],
                                   delta=1e-6 * step["step_seconds"]["value"])
            self.assertGreater(step["mfu"], 0.1)
            self.assertLess(step["mfu"], 1)
            self.assertEqual(step["step_seconds"]["error"].keys(), ERROR)
            self.assertAlmostEqual(step["joules_per_step"], step["wall_watts"] * step["step_seconds"]["value"], delta=1)
            self.assertGreater(step["wall_watts"], 1024 * 200)
            self.assertLess(step["wall_watts"], 1024 * 1000)
        text = self.output(*run, "--chips", "1024")
        for words in ["MFU", "J   a step", "W on average at the wall"]:
            self.assertIn(words, text)

    def test_the_same_question_gives_the_same_answer(self):
        run = ["predict", "mixtral-8x7b", "--chip", "h200-sxm", "--chips", "4", "--json"]
        self.assertEqual(self.output(*run), self.output(*run))

    def test_help_has_examples_that_run(self):
        for verb in ["predict", "compare", "validate"]:
            text = self.output(verb, "--help")
            self.assertIn("Examples", text)
            self.assertIn(f"  areia {verb} ", text)

    def test_what_cannot_be(self):
        run = ["predict", "llama-3-70b", "--chip", "h100-sxm"]
        self.fails(["llama-3-70b", "did you mean"], "predict", "llama-3-70bb", "--chip", "h100-sxm")
        self.fails(["h100-sxm", "did you mean"], "predict", "llama-3-70b", "--chip", "h100-sx")
        self.fails(["near it: h100-nvl, h100-pcie, h100-sxm", "areia chip list"], "predict", "llama-3-70b", "--chip", "h10")
        self.fails(["near it", "areia model list --shapes"], "predict", "llama-3-7", "--chip", "h100-sxm")
        self.assertIn("llama-3-70b", self.output("model", "list", "--shapes"))
        self.fails(["--precision", "fp8"], *run, "--precision", "fp9")
        self.fails(["--batch", "best"], *run, "--batch", "many")
        self.fails(["--batch"], *run, "--batch", "-1")
        self.fails(["--batch"], *run, "--batch", "1e300")
        self.fails(["--input"], *run, "--input", "0")
        self.fails(["--input"], *run, "--input", "nan")
        self.fails(["--chips"], *run, "--chips", "0")
        self.fails(["--stack", "vllm"], *run, "--stack", "vlllm")
        self.fails(["64 heads", "tensor = 3"], *run, "--tensor", "3")
        self.fails(["layers", "pipeline"], *run, "--pipeline", "100")
        self.fails(["no experts"], *run, "--tensor", "4", "--expert", "2")
        self.fails(["--chips"], *run, "--tensor", "4", "--chips", "8")
        self.fails(["--parallel"], *run, "--tensor", "4", "--parallel", "best")
        self.fails(["does not fit", "--chips 2"], *run, "--chips", "1")
        self.fails(["nearest"], *run, "--chips", "4", "--max-tpot", "0.001")
        self.fails(["--global-batch"], *run, "--train", "--chips", "64")
        self.fails(["--chips"], *run, "--train", "--global-batch", "64")
        self.fails(["fit"], "predict", "gpt-3-175b", "--chip", "h100-sxm", "--train", "--chips", "2", "--global-batch", "8")

    def test_impossible_chips(self):
        for text, words in [('name = "x"\n[matrix]\nbf16 = [1e30, "s"]\n', ["matrix.bf16", "allowed"]),
                            ('name = "x"\n# \u00b5m\n', [":2: a character beyond ASCII"]),
                            ('base = "areia-1"\nname = "x"\n# \u00b5m\n', [":3: a character beyond ASCII"]),
                            ('name = "x"\n[matrix]\nbf17 = [1e12, "s"]\n', ["bf17", "did you mean"]),
                            ('name = "x"\n[matrix]\nbf16 = [1e12, "s"]\n', ["memory bandwidth"]),
                            ('name = "x"\n[memory]\nbandwidth = [1e12, "s"]\n', ["peak"]),
                            ('base = "areia-1"\nname = "x"\n[mesh]\nrows = 0\n', ["rows"]),
                            ('base = "areia-1"\nname = "x"\n[mesh]\nrowz = 2\n', ["rowz", "rows"]),
                            ("nonsense", ["1"])]:
            with tempfile.NamedTemporaryFile("w", suffix=".toml") as chip:
                chip.write(text)
                chip.flush()
                self.fails(words, "predict", "llama-3-8b", "--chip", chip.name)
        self.fails(["/nowhere.toml"], "predict", "llama-3-8b", "--chip", "/nowhere.toml")
        self.fails(["no links"], "predict", "llama-3-8b", "--chip", "areia-edge", "--chips", "4")


class Compare(Verbs):
    RUN = ["compare", "llama-3-70b", "--precision", "fp8", "--batch", "32", "--chips", "areia-1,h100-sxm,mi300x,areia-lab"]

    def test_rows_come_fastest_first_and_say_why_not(self):
        chips = self.json(*self.RUN)["chips"]
        served = [chip for chip in chips if chip["why_not"] is None]
        self.assertEqual({chip["chip"] for chip in served}, {"areia-1", "h100-sxm", "mi300x"})
        rates = [chip["tokens_per_second"]["value"] / chip["chips"] for chip in served]
        self.assertEqual(rates, sorted(rates, reverse=True))
        self.assertEqual(chips[-1]["chip"], "areia-lab")
        self.assertIn("do not hold", chips[-1]["why_not"])

    def test_csv_and_json_and_text_say_the_same(self):
        chips = self.json(*self.RUN)["chips"]
        lines = list(csv.DictReader(io.StringIO(self.output(*self.RUN, "--csv"))))
        self.assertEqual([line["chip"] for line in lines], [chip["chip"] for chip in chips])
        for line, chip in zip(lines, chips):
            self.assertNotIn(None, line)
            if chip["why_not"] is None:
                self.assertAlmostEqual(float(line["tokens_per_second"]), chip["tokens_per_second"]["value"],
                                       delta=1e-5 * chip["tokens_per_second"]["value"])
        text = self.output(*self.RUN)
        self.assertEqual([line.split()[0] for line in text.splitlines()[2:6]], [chip["chip"] for chip in chips])
        self.assertEqual(self.output(*self.RUN, "--markdown").count("\n"), 5)

    def test_it_agrees_with_predict(self):
        row = self.json("compare", "llama-3-8b", "--chips", "h100-sxm", "--count", "2", "--batch", "8")["chips"][0]
        alone = self.json("predict", "llama-3-8b", "--chip", "h100-sxm", "--chips", "2", "--batch", "8")
        for field in SERVING - {"prefill", "decode"}:
            self.assertEqual(row[field], alone[field], field)

    def test_every_chip_there_is(self):
        answer = self.json("compare", "llama-3-8b", "--count", "1,8", "--batch", "8")
        known = {path.stem for path in (pathlib.Path(AREIA).parent / "share/areia/rivals").glob("*.toml")}
        self.assertLessEqual(known | {"areia-1"}, {chip["chip"] for chip in answer["chips"]})
        self.assertGreater(sum(chip["why_not"] is None for chip in answer["chips"]), 30)

    def test_a_browser_draws_the_page_without_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder, "chips.html")
            self.output(*self.RUN, "--html", str(page))
            document = self.draws(page, 2)
            self.assertIn("Llama 3 70B on 3 kinds of chips", document)

    def test_what_cannot_be(self):
        self.fails(["h100-sxm", "did you mean"], "compare", "llama-3-8b", "--chips", "h100-sxn")
        self.fails(["--count"], "compare", "llama-3-8b", "--count", "0")
        self.fails(["--csv"], "compare", "llama-3-8b", "--json", "--csv")
        self.fails(["/nowhere/x"], "compare", "llama-3-8b", "--chips", "h100-sxm", "--html", "/nowhere/x")


class Validate(Verbs):
    def file(self, text: str) -> str:
        file = tempfile.NamedTemporaryFile("w", suffix=".csv")
        self.addCleanup(file.close)
        file.write(text)
        file.flush()
        return file.name

    def test_all_rows(self):
        answer = self.json("validate")
        self.assertGreater(answer["rows"], 20000)
        self.assertGreater(answer["answered"], 10000)
        self.assertEqual(answer["answered"] + sum(answer["unanswered"].values()), answer["rows"])
        for title, lines in answer["errors"].items():
            if title == "family, what is measured":
                continue  # whole requests are made of two rows each
            held = sum(line["held_out"]["rows"] for line in lines)
            fitted = sum(line["calibration"]["rows"] for line in lines)
            self.assertEqual(held + fitted, answer["answered"])
        families = {line["name"] for line in answer["errors"]["family"]}
        self.assertLessEqual({"gemm", "attention", "collective", "serving", "training"}, families)
        self.assertGreater(len(answer["mlperf_order"]["chips"]), 4)

    def test_own_rows(self):
        rows = self.file(HEADER + PRODUCT + PRODUCT.replace("NVIDIA H100 SXM", "Unheard Of 9"))
        answer = self.json("validate", rows)
        self.assertEqual((answer["rows"], answer["answered"]), (2, 1))
        self.assertEqual(sum(answer["unanswered"].values()), 1)
        lines = list(csv.DictReader(io.StringIO(self.output("validate", rows, "--rows"))))
        self.assertEqual([line["chip"] for line in lines], ["h100-sxm"])
        line = answer["errors"]["family"][0]
        summary = line["held_out"] if line["held_out"]["rows"] else line["calibration"]
        self.assertAlmostEqual(summary["median"], abs(float(lines[0]["calibrated"]) - 0.25) / 0.25, places=4)

    def test_whole_requests_are_made_of_both_their_times(self):
        run = "me serves,NVIDIA H100 SXM,1,Llama-3-8B TP=1 PP=1,serve,4,512,101,bf16,"
        rows = self.file(HEADER + run + "silicon_ttft_ms,50,ms\n" + run + "silicon_tpot_ms,8,ms\n")
        first, further = csv.DictReader(io.StringIO(self.output("validate", rows, "--rows")))
        predicted = (float(first["calibrated"]) + 100 * float(further["calibrated"])) / 1000
        lines = self.json("validate", rows)["errors"]["family, what is measured"]
        line = next(line for line in lines if line["name"] == "serving, end to end")
        summary = line["held_out"] if line["held_out"]["rows"] else line["calibration"]
        self.assertEqual(summary["rows"], 1)
        self.assertAlmostEqual(summary["median"], abs(predicted - 0.85) / 0.85, places=4)

    def test_one_family_of_one_chip(self):
        lines = list(csv.DictReader(io.StringIO(
            self.output("validate", "--family", "gemm", "--chip", "h100-sxm", "--rows"))))
        self.assertGreater(len(lines), 100)
        self.assertEqual({(line["family"], line["chip"]) for line in lines}, {("gemm", "h100-sxm")})

    def test_predictions_state_the_errors_that_validate_finds(self):
        stated = self.json("predict", "llama-3-8b", "--chip", "h100-sxm", "--precision", "bf16", "--batch", "8")
        gemm = next(op for op in stated["prefill"]["operators"] if op["family"] == "gemm")["error"]
        lines = self.json("validate")["errors"]["family, chip, format"]
        line = next(line for line in lines if line["name"] == "gemm, h100-sxm, bf16")
        self.assertEqual(gemm["rows"], line["held_out"]["rows"])
        self.assertAlmostEqual(gemm["median"], line["held_out"]["median"], delta=1e-4)

    def test_a_browser_draws_the_page_without_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder, "errors.html")
            self.output("validate", "--html", str(page), "--json")
            self.assertIn("gemm", self.draws(page, 2))

    def test_what_cannot_be(self):
        self.fails(["/nowhere.csv"], "validate", "/nowhere.csv")
        self.fails([":1:", "hardware"], "validate", self.file("source,chips\nx,1\n"))
        self.fails([":3:", "value"], "validate", self.file(HEADER + PRODUCT + PRODUCT.replace("0.25", "fast")))
        self.fails([":2:", "cells"], "validate", self.file(HEADER + "a,b\n"))
        self.fails(["--family", "did you mean", "gemm"], "validate", "--family", "gem")
        self.fails(["--chip"], "validate", "--chip", "h101")
        self.fails(["regular file"], "validate", "/dev/zero")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=1)
