#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Generates everything that is derived from the instruction tables.

  generate.py --output FOLDER   opcodes.inc, encodings.inc, csrs.inc, decode_table.inc, xareia_intrinsics.h
  generate.py --docs            docs/isa.md, to standard output
"""

import argparse
import pathlib
import sys

from generator import decode_table, docs, intrinsics, opcodes, tables

HERE = pathlib.Path(__file__).resolve().parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=pathlib.Path, help="folder for the C++ that the build needs")
    parser.add_argument("--docs", action="store_true", help="print the documentation page")
    options = parser.parse_args()
    try:
        loaded = tables.load(HERE)
    except tables.TableError as error:
        print(f"spec/isa: {error}", file=sys.stderr)
        return 1
    if options.output:
        options.output.mkdir(parents=True, exist_ok=True)
        write(options.output / "opcodes.inc", opcodes.opcodes(loaded))
        write(options.output / "encodings.inc", opcodes.encodings(loaded))
        write(options.output / "csrs.inc", opcodes.csrs(loaded))
        write(options.output / "decode_table.inc", decode_table.emit(loaded))
        write(options.output / "xareia_intrinsics.h", intrinsics.emit(loaded))
    if options.docs:
        sys.stdout.write(docs.emit(loaded))
    return 0


def write(path: pathlib.Path, text: str) -> None:
    """Writes `text` unless the file holds it already, so that nothing is rebuilt without need."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
