// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// One row per key of a chip description: the parser, the writer and the error messages all come from it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "spec/chip/chip.h"

namespace areia {

/// What a value must be beyond lying in its range.
enum class FieldRule : std::uint8_t {
  kAny,
  kPowerOfTwo,
  kMultiple,  ///< of Field::multiple
  kName,      ///< text: lower-case letters, digits and '-'
  kText,      ///< text: one printable line of ASCII
};

/// The member of a description that a key sets.
using FieldSlot = std::variant<std::string*, double*, std::uint32_t*, std::uint64_t*>;

struct Field {
  std::string_view table;  ///< "" for the keys at the top
  std::string_view key;
  FieldSlot (*slot)(ChipDescription&);
  double least = 0, most = 0;  ///< inclusive; of text: its length
  FieldRule rule = FieldRule::kAny;
  bool is_size = false;  ///< bytes: may be written "2 MiB"
  std::uint32_t multiple = 1;
  std::string_view unit = {};  ///< for the written comment and `chip show`

  std::string full_name() const;
  /// "a power of two, 128 to 4096".
  std::string allowed() const;
};

/// Every key, in the order in which descriptions are written.
std::span<const Field> chip_fields();

/// Why `chip` breaks the rule of `field`, as "is 100; allowed: ..."; nothing if it does not.
std::optional<std::string> field_offence(const Field& field, ChipDescription& chip);

/// "64 GiB" for multiples of a binary unit, else the plain number.
std::string size_text(std::uint64_t bytes);
/// The size that a text such as "64 GiB" means; nothing if it is none or does not fit.
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace areia
