// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What pre-tokenizer patterns know of a character. An own table, since the ids of a text must not depend on
// the Unicode version of the host's libraries.
#pragma once

#include <cstdint>

namespace areia::sw {

/// The major general category (Unicode 15.1), but white space first, whatever its category.
enum class CharacterClass : std::uint8_t {
  kOther,        ///< controls, unassigned, private use, surrogates
  kSpace,        ///< property White_Space
  kNumber,       ///< N
  kLetter,       ///< L
  kMark,         ///< M
  kPunctuation,  ///< P
  kSymbol,       ///< S
};

/// Of any value; beyond U+10FFFF it is kOther.
CharacterClass character_class(char32_t point);

}  // namespace areia::sw
