// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Chooses the kernel for a pair of formats.
#include "sim/tensor/mma_kernels.h"

#include "sim/tensor/mma_reference.h"

namespace areia::sim {

void mma(const Mma& mma) { mma_reference(mma); }

}  // namespace areia::sim
