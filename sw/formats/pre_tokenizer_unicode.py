#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
#
# Writes pre_tokenizer_unicode.cpp beside itself: the classes of code points that pre-tokenizer patterns tell
# apart, of Unicode 15.1 (the version that llama.cpp's ids are of, so never the host's or a library's own).
# Run by hand, with the PyPI package unicodedata2==15.1.0.
import pathlib

import unicodedata2

VERSION = "15.1.0"
# As enum class CharacterClass (pre_tokenizer_unicode.h) counts.
OTHER, SPACE, NUMBER, LETTER, MARK, PUNCTUATION, SYMBOL = range(7)
MAJOR = {"N": NUMBER, "L": LETTER, "M": MARK, "P": PUNCTUATION, "S": SYMBOL, "Z": SPACE, "C": OTHER}
# White space (UCD: PropList.txt) that is no separator by category.
CONTROL_SPACES = {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85}

HEAD = """// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Classes of code points, of Unicode {version}. Written by pre_tokenizer_unicode.py: do not edit.
#include "sw/formats/pre_tokenizer_unicode.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace areia::sw {{
namespace {{

/// First code point of a range << 3 | class, ascending.
// clang-format off
constexpr std::uint32_t kRanges[] = {{
{rows}
}};
// clang-format on

constexpr std::size_t kLowCount = 0x20000;  // planes 0 and 1, where nearly all text is: looked up directly

CharacterClass search(char32_t point) {{
  const auto after = std::upper_bound(std::begin(kRanges), std::end(kRanges), (point << 3) | 7u);
  return static_cast<CharacterClass>(*std::prev(after) & 7u);
}}

std::vector<CharacterClass> low_classes() {{
  std::vector<CharacterClass> classes(kLowCount);
  for (std::size_t i = 0; i < std::size(kRanges) && kRanges[i] >> 3 < kLowCount; ++i) {{
    const bool last = i + 1 == std::size(kRanges);
    const std::size_t end = last ? kLowCount : std::min<std::size_t>(kRanges[i + 1] >> 3, kLowCount);
    const auto kind = static_cast<CharacterClass>(kRanges[i] & 7u);
    std::fill(classes.begin() + (kRanges[i] >> 3), classes.begin() + static_cast<std::ptrdiff_t>(end), kind);
  }}
  return classes;
}}

}}  // namespace

CharacterClass character_class(char32_t point) {{
  static const std::vector<CharacterClass> low = low_classes();
  if (point < kLowCount) return low[point];
  return point > 0x10ffff ? CharacterClass::kOther : search(point);
}}

}}  // namespace areia::sw
"""


def class_of(point):
    if point in CONTROL_SPACES:
        return SPACE
    return MAJOR[unicodedata2.category(chr(point))[0]]


def main():
    assert unicodedata2.unidata_version == VERSION
    ranges = []
    for point in range(0x110000):
        kind = class_of(point)
        if not ranges or ranges[-1][1] != kind:
            ranges.append((point, kind))
    words = [f"0x{first << 3 | kind:06x}," for first, kind in ranges]
    rows = "\n".join("    " + " ".join(words[i : i + 11]) for i in range(0, len(words), 11))
    path = pathlib.Path(__file__).with_suffix(".cpp")
    path.write_text(HEAD.format(version=VERSION, rows=rows))


if __name__ == "__main__":
    main()
