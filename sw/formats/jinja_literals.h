// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The string literals of a Jinja program. (areia runs no Jinja; chat_styles.cpp says what these are for.)
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace areia::sw {

struct JinjaLiteral {
  std::string text;         ///< without quotes, escapes resolved
  std::size_t offset, end;  ///< from its opening quote to behind its closing one
};

/// The literals inside {{ }} and {% %}, in order; comments are skipped. An unterminated one ends the list.
std::vector<JinjaLiteral> jinja_literals(std::string_view program);

/// Where the block ends that `from` lies in (not inside a literal): the offset of its "%}" or "}}", or the
/// program's size.
std::size_t jinja_block_end(std::string_view program, std::size_t from);

}  // namespace areia::sw
