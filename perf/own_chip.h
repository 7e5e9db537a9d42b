// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// An own chip, as the closed form sees it: the data sheet that follows from its description.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spec/accelerator/accelerator.h"
#include "spec/chip/chip.h"

namespace areia::perf {

/// Peaks are arrays x rate x clock; every number's source is the description. What a description does not say
/// (die, price, network) is absent.
Accelerator accelerator_of(const ChipDescription& chip);

/// Loads whatever a user may call a chip: a rival or an own chip by name, the TOML file of either by path.
Result<Accelerator> load_any_chip(const std::string& name_or_path);
/// The presets, and the chips of perf/own that lie between them, which the closed form is held against.
Result<std::vector<Accelerator>> load_own_chips();
/// The own chip that the kernels' constants never saw: its errors are those that own chips state.
inline constexpr std::string_view kUnfittedOwnChip = "areia-wide";
/// The names that load_any_chip knows: own chips first.
std::vector<std::string> any_chip_names();

}  // namespace areia::perf
