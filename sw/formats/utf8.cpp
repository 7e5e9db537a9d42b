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

char32_t decode_utf8_leniently(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t size = utf8_sequence_bytes(text[at]);
  if (lead < 0x80) return text[at++];
  const bool begins = lead >= 0xc0 && lead < 0xf8 && size <= text.size() - at;
  char32_t point = lead & (0xffu >> (size + 1));
  bool continues = begins;
  for (std::size_t i = 1; continues && i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    continues = (byte & 0xc0) == 0x80;
    point = point << 6 | (byte & 0x3fu);
  }
  const bool valid = continues && point <= 0x10ffff;
  at += valid ? size : 1;
  return valid ? point : 0xfffd;
}

std::u32string code_points_of(std::string_view text) {
  std::u32string points;
  points.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) points += decode_utf8_leniently(text, at);
  return points;
}

void append_utf8(std::string& text, char32_t point) {
  const auto continuation = [&](unsigned shift) {
    text += static_cast<char>(0x80 | (point >> shift & 0x3f));
  };
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xc0 | point >> 6);
  } else if (point < 0x10000) {
    text += static_cast<char>(0xe0 | point >> 12);
    continuation(6);
  } else {
    text += static_cast<char>(0xf0 | point >> 18);
    continuation(12);
    continuation(6);
  }
  if (point >= 0x80) continuation(0);
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
