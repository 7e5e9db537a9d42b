// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The SIMD kernels of tmma.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/tensor/command.h"

namespace areia::sim {

/// Does what mma_reference() does, to the bit, if this host has a kernel for it; false if not. k > 0.
bool mma_simd(const Mma& mma);

/// The targets (Highway's numbers) compiled in that this host can run; tests try each.
std::vector<std::int64_t> mma_simd_targets();

}  // namespace areia::sim
