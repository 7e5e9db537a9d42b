// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What a program tells of its work. Plain C++ without library dependencies: device code includes this header
// too.
#pragma once

#include <cstdint>

namespace areia {

/// What a program wrote to the CSR `marker` (0x800) last: kernels write 1 + the operator's index in the plan,
/// and 0 between operators. kMarkerBarrier is set while the operator's barrier is waited for.
using Marker = std::uint32_t;
inline constexpr Marker kMarkerBarrier = 0x8000'0000;

}  // namespace areia
