# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""The differential test: generated programs on areia, QEMU and Spike, states compared after every block."""
