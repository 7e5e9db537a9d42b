// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// tmma on the host's SIMD: bit-identical to mma_reference() on every host.
#pragma once

#include "sim/tensor/command.h"

namespace areia::sim {

/// Adds A * B^T to the accumulators by the fastest path that this host has. The rounding mode must be to
/// nearest even, subnormals kept.
void mma(const Mma& mma);

}  // namespace areia::sim
