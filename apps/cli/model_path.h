// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What a user may name as a model.
#pragma once

#include <string>

#include "base/result.h"

namespace areia::apps {

/// The path of a model file or folder: `named` itself, if it is one; else what `areia model get` keeps under
/// that name; the model that comes with areia if nothing is named. Bad input where there is none.
Result<std::string> find_model(const std::string& named);

}  // namespace areia::apps
