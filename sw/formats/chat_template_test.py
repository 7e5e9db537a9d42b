#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Renders the conversations of chat_template_test.json with its templates, by Jinja, and writes the results into it.

    chat_template_test.py chat_template_test.json

Needs the Python package jinja2. The settings are those of Hugging Face's transformers. The templates are our own,
with the markers and the output of the published ones that they are named after.
"""

import datetime
import json
import pathlib
import sys

import jinja2
import jinja2.sandbox

DATE = datetime.date(2026, 11, 5)


def raise_exception(message: str) -> None:
    raise jinja2.exceptions.TemplateError(message)


def main() -> None:
    path = pathlib.Path(sys.argv[1])
    data = json.loads(path.read_text())
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.globals["raise_exception"] = raise_exception
    environment.globals["strftime_now"] = DATE.strftime
    data["date"] = DATE.isoformat()
    for entry in data["templates"]:
        template = environment.from_string(entry["template"])
        entry["rendered"] = []
        for messages in data["conversations"]:
            try:
                text = template.render(messages=messages, bos_token=entry["bos"], eos_token=entry["eos"],
                                       add_generation_prompt=True)
            except jinja2.exceptions.TemplateError:
                text = None
            entry["rendered"].append(text)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
