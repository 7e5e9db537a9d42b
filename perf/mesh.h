// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Operators on our own tile chips in closed form: cycles from a chip's description and from how the kernels
// (sw/kernels) cut the work. The few constants are of the kernels, the same on every chip, and were fitted to
// what the timed level says (perf/own/timed.csv): an architect's own description needs none.
#pragma once

#include "perf/operators.h"
#include "spec/chip/chip.h"

namespace areia::perf::mesh {

OperatorTime time_of(const Gemm& gemm, const ChipDescription& chip);
OperatorTime time_of(const Attention& attention, const ChipDescription& chip);
OperatorTime time_of(const Elementwise& elementwise, const ChipDescription& chip);

}  // namespace areia::perf::mesh
