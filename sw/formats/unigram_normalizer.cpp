// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Normalisation for unigram vocabularies.
#include "sw/formats/unigram_normalizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "sw/formats/tokenizer_sentence_piece.h"
#include "sw/formats/utf8.h"

namespace areia::sw {
namespace {

constexpr std::string_view kKey = "tokenizer.ggml.precompiled_charsmap";
constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

// A unit of the double array.
std::uint32_t base_of(std::uint32_t unit) { return unit >> 10 << ((unit & 1u << 9) >> 6); }
std::uint32_t label_of(std::uint32_t unit) { return unit & (1u << 31 | 0xff); }
bool has_value(std::uint32_t unit) { return (unit >> 8 & 1) != 0; }
std::uint32_t value_of(std::uint32_t unit) { return unit & ~(1u << 31); }

Error bad_map(const Gguf& gguf, std::string_view what) {
  return bad_input(
      fmt::format("{}: {} {}: the table of replaced characters is damaged", gguf.origin(), kKey, what));
}

}  // namespace

Result<CharacterMap> CharacterMap::from_gguf(const Gguf& gguf) {
  CharacterMap map;
  const GgufValue* value = gguf.find(kKey);
  if (value == nullptr) return map;
  const auto* array = std::get_if<GgufArray>(value);
  const bool bytes =
      array != nullptr && (array->element == GgufValueType::kUint8 || array->element == GgufValueType::kInt8);
  if (!bytes) return bad_map(gguf, "is no array of bytes");
  const auto all = array->numbers;
  std::uint32_t size = 0;
  if (all.size() < sizeof size) return bad_map(gguf, "is too short");
  std::memcpy(&size, all.data(), sizeof size);
  if (size >= all.size() - sizeof size) return bad_map(gguf, "says that it is longer than it is");
  map.units_.resize(size / sizeof(std::uint32_t));
  std::memcpy(map.units_.data(), all.data() + sizeof size, map.units_.size() * sizeof(std::uint32_t));
  const auto rest = all.subspan(sizeof size + size);
  map.replacements_.assign(reinterpret_cast<const char*>(rest.data()), rest.size());
  if (map.replacements_.back() != '\0' || map.leaves()) return bad_map(gguf, "points outside itself");
  return map;
}

/// Whether some text leads out of the units or the replacements.
bool CharacterMap::leaves() const {
  if (units_.empty()) return false;
  std::vector<bool> seen(units_.size());
  std::vector<std::uint32_t> open = {base_of(units_[0])};
  while (!open.empty()) {
    const std::uint32_t node = open.back();
    open.pop_back();
    if ((node | 0xff) >= units_.size()) return true;  // its children differ from it in the low byte
    if (seen[node]) continue;
    seen[node] = true;
    for (std::uint32_t byte = 1; byte < 256; ++byte) {
      const std::uint32_t unit = units_[node ^ byte];
      if (label_of(unit) != byte) continue;
      const std::uint32_t child = node ^ byte ^ base_of(unit);
      if (child >= units_.size()) return true;
      if (has_value(unit) && value_of(units_[child]) >= replacements_.size()) return true;
      open.push_back(child);
    }
  }
  return false;
}

std::pair<std::size_t, std::string_view> CharacterMap::longest(std::string_view text) const {
  std::pair<std::size_t, std::string_view> best{0, {}};
  if (units_.empty()) return best;
  std::uint32_t node = base_of(units_[0]);
  for (std::size_t i = 0; i < text.size() && text[i] != '\0'; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::uint32_t unit = units_[node ^ byte];
    if (label_of(unit) != byte) break;
    node ^= byte ^ base_of(unit);
    if (has_value(unit)) best = {i + 1, std::string_view(replacements_.c_str() + value_of(units_[node]))};
  }
  return best;
}

Result<UnigramNormalizer> UnigramNormalizer::from_gguf(const Gguf& gguf, const Vocabulary& vocabulary) {
  UnigramNormalizer normalizer;
  auto map = CharacterMap::from_gguf(gguf);
  if (!map) return map.error();
  normalizer.map_ = std::move(*map);
  const auto prefix = gguf.boolean("tokenizer.ggml.add_space_prefix", false);
  if (!prefix) return prefix.error();
  normalizer.add_space_prefix_ = *prefix;
  const auto remove = gguf.boolean("tokenizer.ggml.remove_extra_whitespaces", false);
  if (!remove) return remove.error();
  normalizer.remove_extra_spaces_ = *remove;
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    if (vocabulary.is(id, TokenAttribute::kUserDefined))
      normalizer.user_defined_.emplace_back(vocabulary.text(id));
  }
  std::sort(normalizer.user_defined_.begin(), normalizer.user_defined_.end());
  return normalizer;
}

/// The longest beginning of `text` that is the beginning of a user-defined token: as llama.cpp does it, not
/// only whole ones are spared.
std::size_t UnigramNormalizer::user_defined_bytes(std::string_view text) const {
  const auto shared = [&](const std::string& token) {
    const std::size_t size = std::min(token.size(), text.size());
    return static_cast<std::size_t>(
        std::mismatch(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size), token.begin()).first -
        text.begin());
  };
  const auto after = std::lower_bound(user_defined_.begin(), user_defined_.end(), text);
  std::size_t best = after == user_defined_.end() ? 0 : shared(*after);
  if (after != user_defined_.begin()) best = std::max(best, shared(*std::prev(after)));
  return best;
}

/// How much of the beginning of `text` is taken next, and what it becomes.
std::pair<std::size_t, std::string_view> UnigramNormalizer::next(std::string_view text) const {
  if (const std::size_t size = user_defined_bytes(text)) return {size, text.substr(0, size)};
  const auto replaced = map_.longest(text);
  if (replaced.first > 0) return replaced;
  std::size_t size = 0;
  const bool invalid = decode_utf8_leniently(text, size) == 0xfffd && size == 1;
  return {size, invalid ? kReplacement : text.substr(0, size)};
}

std::string UnigramNormalizer::normalize(std::string_view text) const {
  std::string normal;
  normal.reserve(text.size() * 2);
  bool prefixed = false, in_word = false;
  while (!text.empty()) {
    const auto [size, becomes] = next(text);
    for (const char c : becomes) {
      if (c == ' ') {
        in_word = false;
        if (!remove_extra_spaces_) normal += kSpaceMark;
        continue;
      }
      if (!in_word && ((add_space_prefix_ && !prefixed) || remove_extra_spaces_)) {
        normal += kSpaceMark;
        prefixed = true;
      }
      in_word = true;
      normal += c;
    }
    text.remove_prefix(size);
  }
  return normal;
}

}  // namespace areia::sw
