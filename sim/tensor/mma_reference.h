// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The mathematics of tmma, slow and obvious: what every fast path must equal bit for bit.
#pragma once

#include "sim/tensor/command.h"

namespace areia::sim {

/// Adds A * B^T to the accumulators, element by element. Works for every allowed pair of formats; the
/// rounding mode must be to nearest even.
void mma_reference(const Mma& mma);

}  // namespace areia::sim
