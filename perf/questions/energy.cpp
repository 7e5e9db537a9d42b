// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of the family 'energy'.
#include "perf/validate.h"

namespace areia::perf {

std::optional<Question> read_energy(const Measurement&, const Library&) { return std::nullopt; }

}  // namespace areia::perf
