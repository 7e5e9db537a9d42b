// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Open addressing with linear probing.
#include "sw/formats/tokenizer_text_table.h"

#include <bit>
#include <functional>

namespace areia::sw {
namespace {

std::uint32_t hash_of(std::string_view text) {
  const std::uint64_t hash = std::hash<std::string_view>()(text);
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

}  // namespace

TextTable::TextTable(std::size_t count, std::size_t bytes, Equals equals)
    : slots_(std::bit_ceil(count * 2 + 1)), equals_(equals) {
  texts_.reserve(bytes);
  ends_.reserve(count + 1);
}

std::size_t TextTable::slot_of(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].number != UINT32_MAX && (slots_[at].hash != hash || (*this)[slots_[at].number] != text)) {
    at = (at + 1) & mask;
  }
  return at;
}

std::uint32_t TextTable::add(std::string_view text) {
  const std::uint32_t hash = hash_of(text), number = size();
  Slot& slot = slots_[slot_of(text, hash)];
  texts_ += text;
  ends_.push_back(texts_.size());
  if (slot.number == UINT32_MAX || equals_ == Equals::kLast) slot = {hash, number};
  return number;
}

std::optional<std::uint32_t> TextTable::find(std::string_view text) const {
  const std::uint32_t number = slots_[slot_of(text, hash_of(text))].number;
  if (number == UINT32_MAX) return {};
  return number;
}

}  // namespace areia::sw
