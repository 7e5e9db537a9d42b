// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 sequences. Well-formed ones are those of table 3-7 of the Unicode standard.
#include "sw/formats/utf8.h"

namespace areia::sw {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

/// Bytes of a well-formed sequence by its lead; 0 where no sequence begins with it.
std::size_t well_formed_bytes(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

/// Whether `byte` may stand at `index` (1 to 3) of a sequence: the first continuation byte is narrower for
/// some leads, so that no overlong form, surrogate or value beyond U+10FFFF passes.
bool may_continue(unsigned char lead, std::size_t index, unsigned char byte) {
  unsigned char low = 0x80, high = 0xbf;
  if (index == 1 && lead == 0xe0) low = 0xa0;
  if (index == 1 && lead == 0xed) high = 0x9f;
  if (index == 1 && lead == 0xf0) low = 0x90;
  if (index == 1 && lead == 0xf4) high = 0x8f;
  return byte >= low && byte <= high;
}

}  // namespace

std::size_t utf8_sequence_bytes(char lead) {
  constexpr unsigned char kByHighNibble[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4};
  return kByHighNibble[static_cast<unsigned char>(lead) >> 4];
}

std::string Utf8Joiner::push(std::string_view bytes) {
  std::string text = std::move(pending_);
  text += bytes;
  pending_.clear();
  std::string complete;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t need = well_formed_bytes(lead);
    std::size_t have = 1;
    while (have < need && at + have < text.size() &&
           may_continue(lead, have, static_cast<unsigned char>(text[at + have]))) {
      ++have;
    }
    if (have < need && at + have == text.size()) {
      pending_ = text.substr(at);
      break;
    }
    complete += have == need ? std::string_view(text).substr(at, have) : kReplacement;
    at += have;
  }
  return complete;
}

std::string Utf8Joiner::finish() {
  const bool broken = !pending_.empty();
  pending_.clear();
  return broken ? std::string(kReplacement) : std::string();
}

}  // namespace areia::sw
