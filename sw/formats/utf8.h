// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// UTF-8, as far as tokenizers need it: lengths of sequences, and text that arrives in pieces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace areia::sw {

/// Bytes of the sequence that `lead` announces: 1 to 4; 1 for a continuation byte.
std::size_t utf8_sequence_bytes(char lead);

/// The character at `at` (inside `text`), which moves behind it, read as llama.cpp reads text: overlong forms
/// and surrogates count as what they spell; a byte that begins no sequence gives U+FFFD (one a byte). Values
/// beyond U+10FFFF, on which llama.cpp gives up, are such bytes too.
char32_t decode_utf8_leniently(std::string_view text, std::size_t& at);
/// All of a text, read so.
std::u32string code_points_of(std::string_view text);
/// Appends a character up to U+10FFFF; surrogates are written like any other.
void append_utf8(std::string& text, char32_t point);

/// Puts together text whose pieces may end inside a character (RFC 3629). What comes out is always valid
/// UTF-8: a sequence that cannot become valid gives one U+FFFD for its longest valid beginning.
class Utf8Joiner {
 public:
  /// Takes more bytes; returns the text that is complete.
  std::string push(std::string_view bytes);
  /// The end: a character that never became complete gives U+FFFD.
  std::string finish();

 private:
  std::string pending_;
};

}  // namespace areia::sw
