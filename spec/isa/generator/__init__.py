# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""The parts of spec/isa/generate.py: tables (load and check) and one small emitter per output."""
