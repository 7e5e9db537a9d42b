// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The data sheet of another maker's accelerator for people and for programs, each fact with its source.
#pragma once

#include <string>

#include "spec/accelerator/accelerator.h"

namespace areia::apps {

/// One line: "989 TFLOP/s bf16, 80 GB, 3.35 TB/s"; what is not published is left out.
std::string rival_summary(const Accelerator& chip);

/// A table of facts, guesses marked, and the list of sources that its numbers in brackets mean.
std::string rival_sheet(const Accelerator& chip);

/// One object: names, and "facts" by key, each {value, unit, source, guess}.
std::string rival_json(const Accelerator& chip);

}  // namespace areia::apps
