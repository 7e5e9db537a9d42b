// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Scans a Jinja program: text, {# comments #}, and blocks with quoted strings in them. Every byte is looked
// at once.
#include "sw/formats/jinja_literals.h"

#include <algorithm>

namespace areia::sw {
namespace {

char unescaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    default:
      return c;
  }
}

/// The literal whose opening quote is at `offset`; its end is npos if it never ends.
JinjaLiteral read_literal(std::string_view program, std::size_t offset) {
  JinjaLiteral literal{"", offset, std::string_view::npos};
  for (std::size_t at = offset + 1; at < program.size(); ++at) {
    if (program[at] == program[offset]) {
      literal.end = at + 1;
      break;
    }
    const bool escape = program[at] == '\\' && at + 1 < program.size();
    if (escape) ++at;
    literal.text += escape ? unescaped(program[at]) : program[at];
  }
  return literal;
}

/// Calls `on_literal` for each literal from `at`, inside a block, to the block's end, which it returns.
template <typename OnLiteral>
std::size_t scan_block(std::string_view program, std::size_t at, OnLiteral on_literal) {
  while (at < program.size()) {
    if (program[at] == '\'' || program[at] == '"') {
      JinjaLiteral literal = read_literal(program, at);
      if (literal.end == std::string_view::npos) return program.size();
      at = literal.end;
      on_literal(std::move(literal));
      continue;
    }
    const std::string_view two = program.substr(at, 2);
    if (two == "%}" || two == "}}") return at;
    ++at;
  }
  return program.size();
}

}  // namespace

std::vector<JinjaLiteral> jinja_literals(std::string_view program) {
  std::vector<JinjaLiteral> literals;
  std::size_t at = 0;
  while ((at = program.find('{', at)) != std::string_view::npos) {
    const std::string_view two = program.substr(at, 2);
    if (two == "{#") {
      at = std::min(program.find("#}", at), program.size());
    } else if (two == "{{" || two == "{%") {
      at = scan_block(program, at + 2, [&](JinjaLiteral literal) { literals.push_back(std::move(literal)); });
    } else {
      ++at;
    }
  }
  return literals;
}

std::size_t jinja_block_end(std::string_view program, std::size_t from) {
  return scan_block(program, from, [](const JinjaLiteral&) {});
}

}  // namespace areia::sw
