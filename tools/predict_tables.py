#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of predictions into README.md and docs/predict.md, between their marks, and prints them.

    predict_tables.py BUILD_FOLDER [--check]

--check writes nothing; exit status 1 if a table is not what BUILD_FOLDER's areia says.
"""

import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# What README shows: the model, its options. Of the plans that give each user 20 tokens a second the one with the most
# tokens a second a chip.
MODELS = {"Llama 3 70B": ["llama-3-70b", "--precision", "fp8"], "gpt-oss 120B": ["gpt-oss-120b"]}
WORKLOAD = ["--input", "1024", "--output", "1024", "--max-tpot", "50"]


def areia(build: pathlib.Path, *arguments: str) -> dict:
    result = subprocess.run([build / "areia", *arguments, "--json"], check=True, capture_output=True)
    return json.loads(result.stdout)


def short(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def percent(error: dict) -> str:
    if error["median"] is None:
        return "?"
    others = "*" if "class" in error["relatives"] else ""
    return f"{100 * error['median']:.0f}%{others}{'!' if error['beyond'] else ''}"


def cells(chip: dict | None) -> list[str]:
    if chip is None or chip["why_not"] is not None:
        return ["", "", "", "", ""]
    joules = chip["joules_per_token"]
    return [str(chip["chips"]), short(chip["tokens_per_second"]["value"] / chip["chips"]),
            percent(chip["tokens_per_second"]["error"]), short(joules and joules["value"]),
            percent(joules["error"]) if joules else ""]


def chip_table(build: pathlib.Path) -> str:
    found = {name: {chip["chip"]: chip for chip in areia(build, "compare", *options, *WORKLOAD)["chips"]}
             for name, options in MODELS.items()}
    first = next(iter(found.values()))
    lines = ["| chip | " + " | ".join(f"{name}: chips | tokens/s a chip | error | J/token | error" for name in found) + " |",
             "| --- |" + " --: |" * (5 * len(found))]
    for chip in first:
        served = [chips[chip] for chips in found.values()]
        if all(one["why_not"] is not None for one in served):
            continue
        lines.append("| " + " | ".join([first[chip]["label"], *(cell for one in served for cell in cells(one))]) + " |")
    return "\n".join(lines)


def error_table(build: pathlib.Path) -> str:
    answer = areia(build, "validate")
    lines = ["| family, what is measured | held-out rows | mean | median | p90 | zero-shot: mean | median | p90 |",
             "| --- |" + " --: |" * 7]
    for line in answer["errors"]["family, what is measured"]:
        held, zero = line["held_out"], line["zero_shot"]
        if held["rows"] > 0:
            shares = [held["mean"], held["median"], held["p90"], zero["mean"], zero["median"], zero["p90"]]
            lines.append(f"| {line['name']} | {held['rows']:,} | " + " | ".join(f"{100 * share:.1f}%" for share in shares) + " |")
    order = answer["mlperf_order"]
    lines.append("")
    lines.append(f"{answer['answered']:,} of {answer['rows']:,} rows are answered. MLPerf's Llama 2 70B offline puts "
                 f"{len(order['chips'])} chips in the order that the predictions have with a Spearman coefficient of "
                 f"{order['spearman']:.3f} (zero-shot {order['spearman_zero_shot']:.3f}).")
    return "\n".join(lines)


def put(path: pathlib.Path, mark: str, table: str, check: bool) -> bool:
    """Replaces what stands between the mark and the next end; true if it stood there already."""
    text = path.read_text(encoding="utf-8")
    begin = text.index(f"<!-- {mark}: made by make compare -->")
    begin = text.index("\n", begin) + 1
    end = text.index("<!-- end -->", begin)
    new = text[:begin] + table + "\n" + text[end:]
    if not check:
        path.write_text(new, encoding="utf-8")
    return new == text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    chips, errors = chip_table(options.build), error_table(options.build)
    print(f"{chips}\n\n{errors}")
    same = [put(ROOT / "README.md", "chips", chips, options.check), put(ROOT / "docs/predict.md", "errors", errors, options.check)]
    return 1 if options.check and not all(same) else 0


if __name__ == "__main__":
    sys.exit(main())
