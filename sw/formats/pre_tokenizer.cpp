// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Splitting by PCRE2. A family's patterns see what llama.cpp shows them (github.com/ggml-org/llama.cpp,
// src/unicode.cpp): where they name categories, one stand-in for all characters of a category beyond ASCII;
// else the characters, with one stand-in for all white space beyond ASCII. So no property tables of the
// library take part, and ids do not depend on its version. A file's own patterns see the text itself.
#define PCRE2_CODE_UNIT_WIDTH 32
#include "sw/formats/pre_tokenizer.h"

#include <fmt/format.h>
#include <pcre2.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "sw/formats/pre_tokenizer_families.h"
#include "sw/formats/pre_tokenizer_unicode.h"
#include "sw/formats/utf8.h"

namespace areia::sw {
namespace {

constexpr std::size_t kMaxOwnPatterns = 16, kMaxOwnPatternSize = 4096;
constexpr std::size_t kMaxCompileBlock = std::size_t{1} << 20;
constexpr std::uint32_t kOwnMatchLimit = 50'000, kHeapLimitKib = 64 << 10;
constexpr std::size_t kJitStackBytes = 32 << 10, kMaxJitStackBytes = 8 << 20;

// Stand-ins; of white space it is a vertical tab, which is in \s and nothing else.
constexpr char32_t kSpaceStandIn = 0x0b, kOther = 0xd0, kNumber = 0xd1, kLetter = 0xd2, kPunctuation = 0xd3,
                   kMark = 0xd4, kSymbol = 0xd5, kHanLetter = 0xd6;

struct Category {
  std::string_view name, members;  ///< as in a pattern; as within brackets
};
constexpr Category kCategories[] = {
    {"\\p{N}", "0-9\\x{d1}"}, {"\\p{L}", "A-Za-z\\x{d2}"},
    {"\\p{Lx}", "\\x{d2}"},   {"\\p{P}", "!-#%-*,-/:;?@\\[-\\]_{}\\x{d3}"},
    {"\\p{M}", "\\x{d4}"},    {"\\p{S}", "$+<->^`|~\\x{d5}"},
    {"\\p{Han}", "\\x{d6}"},
};

const Category* category_at(std::string_view pattern) {
  for (const Category& category : kCategories) {
    if (pattern.starts_with(category.name)) return &category;
  }
  return nullptr;
}

bool names_categories(std::string_view pattern) { return pattern.find("\\p{") != std::string_view::npos; }

/// The pattern with the members of its categories in place of their names.
std::string spell_out(std::string_view pattern) {
  std::string spelt;
  bool bracket = false;
  while (!pattern.empty()) {
    std::size_t size = pattern[0] == '\\' ? 2 : 1;
    if (const Category* category = category_at(pattern)) {
      spelt += bracket ? std::string(category->members) : fmt::format("[{}]", category->members);
      size = category->name.size();
    } else {
      if (pattern[0] == '[') bracket = true;
      if (pattern[0] == ']') bracket = false;
      spelt += pattern.substr(0, size);
    }
    pattern.remove_prefix(size);
  }
  return spelt;
}

/// Blocks of Chinese characters as llama.cpp has them.
bool is_han(char32_t point) {
  constexpr std::pair<char32_t, char32_t> kBlocks[] = {{0x3400, 0x4dbf},   {0x4e00, 0x9fff},
                                                       {0xf900, 0xfaff},   {0x20000, 0x2a6df},
                                                       {0x2a700, 0x2ebef}, {0x2f800, 0x2fa1f}};
  return std::any_of(std::begin(kBlocks), std::end(kBlocks),
                     [&](const auto& block) { return point >= block.first && point <= block.second; });
}

char32_t stand_in(char32_t point, bool han) {
  if (point < 0x80) return point;
  switch (character_class(point)) {
    case CharacterClass::kSpace:
      return kSpaceStandIn;
    case CharacterClass::kNumber:
      return kNumber;
    case CharacterClass::kLetter:
      return han && is_han(point) ? kHanLetter : kLetter;
    case CharacterClass::kMark:
      return kMark;
    case CharacterClass::kPunctuation:
      return kPunctuation;
    case CharacterClass::kSymbol:
      return kSymbol;
    case CharacterClass::kOther:
      break;
  }
  return kOther;
}

/// Keeps a hostile pattern from compiling to gigabytes.
void* allocate_little(std::size_t bytes, void*) {
  return bytes <= kMaxCompileBlock ? std::malloc(bytes) : nullptr;
}
void release(void* block, void*) { std::free(block); }

template <auto kFree>
struct Freer {
  void operator()(auto* thing) const { kFree(thing); }
};
template <class T, auto kFree>
using Owned = std::unique_ptr<T, Freer<kFree>>;

using Code = Owned<pcre2_code, &pcre2_code_free>;

Result<Code> compile(std::string_view pattern, std::uint32_t options) {
  static pcre2_general_context* const memory =
      pcre2_general_context_create(allocate_little, release, nullptr);
  const Owned<pcre2_compile_context, &pcre2_compile_context_free> context(
      pcre2_compile_context_create(memory));
  const std::u32string points = code_points_of(pattern);
  int error = 0;
  PCRE2_SIZE at = 0;
  Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(points.data()), points.size(),
                          options | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C, &error, &at,
                          context.get()));
  if (!code) {
    PCRE2_UCHAR message[256] = {};
    pcre2_get_error_message(error, message, std::size(message));
    std::string text;
    for (std::size_t i = 0; message[i] != 0; ++i) append_utf8(text, message[i]);
    return bad_input(fmt::format("character {}: {}", at, text));
  }
  pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);  // where the host cannot, matching interprets
  return code;
}

}  // namespace

/// One pattern, or what stands for one.
class PreTokenizer::Step {
 public:
  /// What the pattern is shown.
  enum class View { kCategories, kCategoriesAndHan, kCharacters, kText };

  enum class Action { kMatch, kGroupDigits, kCutThousands };

  Step(View view, Code code) : view_(view), code_(std::move(code)) {}
  explicit Step(Action action) : action_(action) {}
  View view() const { return view_; }
  Action action() const { return action_; }
  const pcre2_code* code() const { return code_.get(); }

 private:
  View view_ = View::kCategories;
  Action action_ = Action::kMatch;
  Code code_;
};

Result<void> PreTokenizer::add(std::string_view pattern, bool own) {
  using View = Step::View;
  if (!own && (pattern == kDigitGroups || pattern == kThousands)) {
    using Action = Step::Action;
    const Action action = pattern == kThousands ? Action::kCutThousands : Action::kGroupDigits;
    steps_.push_back(std::make_shared<const Step>(action));
    return {};
  }
  View view = View::kText;
  if (!own) {
    const bool han = pattern.find("\\p{Han}") != std::string_view::npos;
    view = han ? View::kCategoriesAndHan : names_categories(pattern) ? View::kCategories : View::kCharacters;
  }
  const bool spelt = view == View::kCategories || view == View::kCategoriesAndHan;
  auto code = compile(spelt ? spell_out(pattern) : std::string(pattern), own ? PCRE2_UTF | PCRE2_UCP : 0);
  if (!code) return code.error();
  steps_.push_back(std::make_shared<const Step>(view, std::move(*code)));
  return {};
}

Result<PreTokenizer> PreTokenizer::by_name(std::string_view name) {
  std::string known;
  for (const PreTokenizerFamily& family : pre_tokenizer_families()) {
    for (const std::string_view candidate : family.names) {
      known += fmt::format("{}{}", known.empty() ? "" : ", ", candidate);
      if (candidate != name) continue;
      PreTokenizer made;
      made.rules_ = family.rules;
      for (const std::string_view pattern : family.patterns) {
        AREIA_RETURN_IF_ERROR(made.add(pattern, false));
      }
      return made;
    }
  }
  return bad_input(
      fmt::format("pre-tokenizer '{}' is not supported; supported are {}", name.substr(0, 40), known));
}

namespace {

const PreTokenizerFamily* family_of(std::span<const std::string_view> patterns) {
  for (const PreTokenizerFamily& family : pre_tokenizer_families()) {
    if (std::ranges::equal(family.patterns, patterns) || std::ranges::equal(family.published, patterns)) {
      return patterns.empty() ? nullptr : &family;
    }
  }
  return nullptr;
}

}  // namespace

Result<PreTokenizer> PreTokenizer::from_patterns(std::span<const std::string_view> patterns) {
  if (patterns.size() > kMaxOwnPatterns) {
    return bad_input(
        fmt::format("{} pre-tokenizer patterns: at most {} are possible", patterns.size(), kMaxOwnPatterns));
  }
  if (const PreTokenizerFamily* family = family_of(patterns)) {
    auto known = by_name(family->names[0]);
    if (known) known->rules_ = {};
    return known;
  }
  PreTokenizer made;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (patterns[i].size() > kMaxOwnPatternSize) {
      return bad_input(fmt::format("pre-tokenizer pattern {} has {} bytes: at most {} are possible", i,
                                   patterns[i].size(), kMaxOwnPatternSize));
    }
    const auto added = made.add(patterns[i], true);
    if (!added) return bad_input(fmt::format("pre-tokenizer pattern {}, {}", i, added.error().message));
  }
  return made;
}

/// One text on its way through the steps.
class PreTokenizer::Splitter {
  using View = Step::View;

 public:
  explicit Splitter(std::u32string_view text) : text_(text), sizes_{static_cast<std::uint32_t>(text.size())} {
    pcre2_jit_stack_assign(context_.get(), nullptr, stack_.get());
    pcre2_set_heap_limit(context_.get(), kHeapLimitKib);
  }

  void apply(const Step& step) {
    const std::u32string& shown = show(step.view());
    pcre2_set_match_limit(context_.get(), step.view() == View::kText ? kOwnMatchLimit : 10'000'000);
    std::vector<std::uint32_t> pieces = std::exchange(sizes_, {});
    std::size_t at = 0;
    for (const std::uint32_t size : pieces) {
      const auto piece = std::u32string_view(shown).substr(at, size);
      switch (step.action()) {
        case Step::Action::kMatch:
          cut(step.code(), piece);
          break;
        case Step::Action::kGroupDigits:
          group_digits(piece);
          break;
        case Step::Action::kCutThousands:
          cut_thousands(piece);
      }
      at += size;
    }
  }

  std::vector<std::uint32_t> sizes() && { return std::move(sizes_); }

 private:
  /// The text as a pattern of this view sees it; made once.
  const std::u32string& show(View view) {
    std::optional<std::u32string>& shown = shown_[static_cast<std::size_t>(view)];
    if (shown) return *shown;
    shown.emplace(text_);
    for (char32_t& point : *shown) {
      switch (view) {
        case View::kCategories:
        case View::kCategoriesAndHan:
          point = stand_in(point, view == View::kCategoriesAndHan);
          break;
        case View::kCharacters:
          if (point >= 0x80 && character_class(point) == CharacterClass::kSpace) point = kSpaceStandIn;
          break;
        case View::kText:
          if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;  // no UTF, for PCRE2
      }
    }
    return *shown;
  }

  /// Matches become words, and so does what is between them. An empty match cuts where it is.
  void cut(const pcre2_code* code, std::u32string_view piece) {
    std::size_t done = 0, at = 0;
    std::uint32_t options = 0;
    while (at <= piece.size()) {
      const auto match = find(code, piece, at, options);
      if (!match) {
        if (options == 0) break;
        options = 0;  // after an empty match, no other one there: on from the next character
        ++at;
        continue;
      }
      add(match->first - done);
      add(match->second - match->first);
      done = at = match->second;
      options = match->first == match->second ? PCRE2_NOTEMPTY_ATSTART | PCRE2_ANCHORED : 0;
    }
    add(piece.size() - done);
  }

  std::optional<std::pair<std::size_t, std::size_t>> find(const pcre2_code* code, std::u32string_view piece,
                                                          std::size_t at, std::uint32_t options) {
    const auto run = [&](std::uint32_t more) {
      return pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(piece.data()), piece.size(), at,
                         options | more | PCRE2_NO_UTF_CHECK, match_.get(), context_.get());
    };
    int count = run(0);
    if (count == PCRE2_ERROR_JIT_STACKLIMIT) count = run(PCRE2_NO_JIT);
    if (count < 0) return {};  // no match, or an own pattern beyond its limits: the rest stays whole
    const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(match_.get());
    if (bounds[0] < at || bounds[1] < bounds[0]) return {};  // \K in a look-around
    return std::pair(bounds[0], bounds[1]);
  }

  static bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
  static bool is_number(char32_t c) { return is_digit(c) || c == kNumber; }

  /// Where the run of what `is` takes, from `at` on, ends.
  static std::size_t end_of_run(std::u32string_view piece, std::size_t at, bool (*is)(char32_t)) {
    while (at < piece.size() && is(piece[at])) ++at;
    return at;
  }

  void group_digits(std::u32string_view piece) {
    std::size_t done = 0;
    for (std::size_t at = 0; at < piece.size(); ++at) {
      const std::size_t end = end_of_run(piece, at, is_number);
      if (end == at) continue;
      for (std::size_t next = at + 1 + (end - at - 1) % 3; next <= end; next += 3) {
        add(next - done);
        done = next;
      }
      at = end;
    }
    add(piece.size() - done);
  }

  void cut_thousands(std::u32string_view piece) {
    std::size_t done = 0;
    for (std::size_t at = 0; at < piece.size(); ++at) {
      const std::size_t end = end_of_run(piece, at, is_digit);
      for (std::size_t next = at + (end - at) % 3; next < end; next += 3) {
        add(next - done);
        done = next;
      }
      at = end;
    }
    add(piece.size() - done);
  }

  void add(std::size_t size) {
    if (size > 0) sizes_.push_back(static_cast<std::uint32_t>(size));
  }

  std::u32string_view text_;
  std::vector<std::uint32_t> sizes_;
  std::optional<std::u32string> shown_[4];
  Owned<pcre2_match_data, &pcre2_match_data_free> match_{pcre2_match_data_create(1, nullptr)};
  Owned<pcre2_match_context, &pcre2_match_context_free> context_{pcre2_match_context_create(nullptr)};
  Owned<pcre2_jit_stack, &pcre2_jit_stack_free> stack_{
      pcre2_jit_stack_create(kJitStackBytes, kMaxJitStackBytes, nullptr)};
};

std::vector<std::uint32_t> PreTokenizer::split(std::u32string_view text) const {
  Splitter splitter(text);
  for (const auto& step : steps_) splitter.apply(*step);
  return std::move(splitter).sizes();
}

}  // namespace areia::sw
