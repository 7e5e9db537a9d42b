# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Emits docs/isa.md."""

from .tables import Tables


def emit(tables: Tables) -> str:
    return ""
