#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of a page of `areia profile`, by headless Chromium.

    screenshot.py PAGE.html PICTURE.png [--dark] [--width 1280] [--height 1800]

Exit status 1, and what the browser says, if a script of the page fails or never ends; a page says that it is
ready by data-ready="true" on its body.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SCRIPT_ERROR = re.compile(r"CONSOLE.*(Uncaught|Error|Refused)")


def browser() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def chromium(page: pathlib.Path, *arguments: str) -> tuple[str, list[str]]:
    """Its output, and the errors of the page's scripts."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # root has none
    with tempfile.TemporaryDirectory() as profile:
        result = subprocess.run(
            [browser(), "--headless=new", *sandbox, "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
             "--enable-logging=stderr", "--virtual-time-budget=5000", f"--user-data-dir={profile}", *arguments,
             page.resolve().as_uri()],
            capture_output=True, timeout=240)
    errors = [line for line in result.stderr.decode(errors="replace").splitlines() if SCRIPT_ERROR.search(line)]
    return result.stdout.decode(errors="replace"), errors


def rendered(page: pathlib.Path) -> tuple[str, list[str]]:
    """The page's document after its scripts ran, and their errors."""
    document, errors = chromium(page, "--dump-dom")
    if 'data-ready="true"' not in document:
        errors.append(f"{page}: its scripts did not come to their end")
    return document, errors


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("picture", type=pathlib.Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=1800)
    options = parser.parse_args()
    if browser() is None:
        print("screenshot: no Chromium here: install the package chromium", file=sys.stderr)
        return 2
    _, errors = rendered(options.page)
    dark = ["--blink-settings=preferredColorScheme=0"] if options.dark else []
    _, more = chromium(options.page, f"--screenshot={options.picture.resolve()}",
                       f"--window-size={options.width},{options.height}", *dark)
    print("\n".join(errors + more), file=sys.stderr, end="")
    return 1 if errors or more or not options.picture.is_file() else 0


if __name__ == "__main__":
    sys.exit(main())
