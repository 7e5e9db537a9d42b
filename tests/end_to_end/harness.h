// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the end-to-end tests share: models, chips, answers, and the comparison with the reference decoder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "apps/cli/answer.h"
#include "sw/formats/tiny_model.h"

namespace areia::tests {

inline const std::filesystem::path kSharedModels = AREIA_SOURCE_DIR "/../shared/models";

/// A tiny model with the bytes that it views.
struct OwnedModel {
  std::vector<std::byte> bytes;
  sw::Model model;
};
OwnedModel tiny(const sw::TinyModel& parameters);

/// A preset with overrides in TOML, as in "[hart]\nvlen_bits = 256".
ChipDescription chip_with(const std::string& base, const std::string& overrides);

/// A greedy answer with a trace of all logits, without stop tokens.
apps::PromptAnswer greedy(const sw::Model& model, const ChipDescription& chip, const std::string& prompt,
                          std::uint32_t tokens, std::uint32_t chunk_rows = 256);

/// The largest difference between the answer's logits and the reference decoder's, which is fed the same
/// tokens; also checks that each token is the largest of its logits, the lowest id among equals.
double reference_distance(const sw::Model& model, const std::string& prompt,
                          const apps::PromptAnswer& answer);

}  // namespace areia::tests
