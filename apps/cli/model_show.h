// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A model for people and for programs: what it is, what it is made of, and on which chips it runs.
#pragma once

#include <string>

#include "base/result.h"

namespace areia::apps {

/// `areia model show`: prints the sheet, or one JSON object.
Result<void> show_model(const std::string& named, bool json);

}  // namespace areia::apps
