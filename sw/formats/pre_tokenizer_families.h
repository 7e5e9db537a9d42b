// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The table of pre-tokenizer families: what tokenizer.ggml.pre names.
#pragma once

#include <span>
#include <string_view>

#include "sw/formats/pre_tokenizer.h"

namespace areia::sw {

// What stands for a pattern where none would do its work in linear time.
/// Groups digits of every script by threes from the right; text before a first group stays with it.
inline constexpr std::string_view kDigitGroups = "digit groups";
/// The pattern `(?=(\d{3})+(?!\d))`: cuts before every group of three ASCII digits from the right.
inline constexpr std::string_view kThousands = "thousands";

/// Patterns are regular expressions over characters, applied one after the other. `\p{N}`, `\p{L}`, `\p{M}`,
/// `\p{P}` and `\p{S}` are the general categories; `\p{Lx}` are letters beyond ASCII, `\p{Han}` (which takes
/// its characters out of \p{L} and \p{Lx}) Chinese ones; `\s` is white space, `\d` an ASCII digit.
struct PreTokenizerFamily {
  std::span<const std::string_view> names;
  std::span<const std::string_view> patterns;
  PreTokenizerRules rules;
  /// As the models' tokenizer.json has the patterns, where llama.cpp takes others for them.
  std::span<const std::string_view> published = {};
};

std::span<const PreTokenizerFamily> pre_tokenizer_families();

}  // namespace areia::sw
