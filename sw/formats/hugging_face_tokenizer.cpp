// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// tokenizer.json and its companions to GGUF's vocabulary keys.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <system_error>
#include <utility>

#include "sw/formats/hugging_face_parts.h"
#include "sw/formats/mapped_file.h"

namespace areia::sw::hugging_face {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

// tokenizer.ggml.token_type
constexpr std::int32_t kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6;
constexpr std::uint64_t kMostTokens = 1u << 24;
/// GPT-2's pattern, which a ByteLevel pre-tokenizer stands for (tokenizers, pre_tokenizers/byte_level.rs).
constexpr const char* kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// A member, or null.
const json& member(const json& object, const char* key) {
  static const json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}
std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : ""; }

/// The members of a Sequence, or the thing itself.
std::vector<json> sequence(const json& thing, const char* members) {
  if (thing.is_null()) return {};
  const json& parts = member(thing, members);
  if (text_of(member(thing, "type")) == "Sequence" && parts.is_array()) return {parts.begin(), parts.end()};
  return {thing};
}

/// A literal as a regular expression.
std::string escaped(const std::string& text) {
  std::string pattern;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

bool is_byte_token(const std::string& text) {
  return text.size() == 6 && text.starts_with("<0x") && text.ends_with(">");
}

class TokenizerReader {
 public:
  TokenizerReader(GgufBuilder& builder, const fs::path& folder, const json& tokenizer, const json& settings,
                  const Config& config, std::uint64_t rows)
      : builder_(builder),
        origin_((folder / "tokenizer.json").string()),
        tokenizer_(tokenizer),
        settings_(settings),
        config_(config),
        rows_(rows) {}

  Result<void> run() {
    const json& model = member(tokenizer_, "model");
    const std::string type = text_of(member(model, "type"));
    AREIA_RETURN_IF_ERROR(type == "Unigram" ? read_unigram(model) : read_vocabulary(model));
    AREIA_RETURN_IF_ERROR(read_added());
    AREIA_RETURN_IF_ERROR(pad());
    if (type == "Unigram") {
      builder_.set("tokenizer.ggml.model", std::string_view("t5"));
      read_charsmap();
    } else if (is_byte_level()) {
      builder_.set("tokenizer.ggml.model", std::string_view("gpt2"));
      AREIA_RETURN_IF_ERROR(read_merges(model, false));
      AREIA_RETURN_IF_ERROR(read_patterns());
      builder_.set("areia.pre_tokenizer.ignore_merges", member(model, "ignore_merges") == true);
    } else {
      builder_.set("tokenizer.ggml.model", std::string_view("llama"));
      AREIA_RETURN_IF_ERROR(read_merges(model, true));
      mark_bytes();
    }
    builder_.set("tokenizer.ggml.tokens", texts_);
    builder_.set("tokenizer.ggml.token_type", kinds_);
    if (type == "Unigram" || !is_byte_level()) builder_.set("tokenizer.ggml.scores", scores_);
    read_roles();
    return {};
  }

 private:
  Error wrong(const std::string& what) const { return bad_input(fmt::format("{}: {}", origin_, what)); }

  Result<void> place(const std::string& text, std::uint64_t id, std::int32_t kind) {
    if (id >= kMostTokens) return wrong(fmt::format("token '{}' has the id {}", text.substr(0, 40), id));
    if (id >= texts_.size()) {
      texts_.resize(id + 1);
      kinds_.resize(id + 1, kUnused);
      scores_.resize(id + 1, -1e6f);
    }
    texts_[id] = text;
    kinds_[id] = kind;
    ids_[text] = id;
    return {};
  }

  Result<void> read_vocabulary(const json& model) {
    const json& vocabulary = member(model, "vocab");
    const std::string type = text_of(member(model, "type"));
    if ((!type.empty() && type != "BPE") || !vocabulary.is_object() || vocabulary.empty())
      return wrong(fmt::format("a tokenizer of type '{}' is not supported; supported are BPE and Unigram",
                               type.substr(0, 40)));
    for (const auto& [text, id] : vocabulary.items()) {
      if (!id.is_number_unsigned()) return wrong("model.vocab must map tokens to ids");
      AREIA_RETURN_IF_ERROR(place(text, id.get<std::uint64_t>(), kNormal));
    }
    unknown_ = text_of(member(model, "unk_token"));
    if (const auto found = ids_.find(unknown_); found != ids_.end()) kinds_[found->second] = kUnknown;
    return {};
  }

  Result<void> read_unigram(const json& model) {
    const json& vocabulary = member(model, "vocab");
    if (!vocabulary.is_array() || vocabulary.empty()) return wrong("model.vocab must be a list");
    std::uint64_t id = 0;
    for (const json& entry : vocabulary) {
      const bool pair = entry.is_array() && entry.size() == 2 && entry[0].is_string() && entry[1].is_number();
      if (!pair) return wrong("model.vocab must be made of tokens and their scores");
      AREIA_RETURN_IF_ERROR(place(entry[0].get<std::string>(), id, kNormal));
      scores_[id++] = static_cast<float>(entry[1].get<double>());
    }
    const json& unknown = member(model, "unk_id");
    if (unknown.is_number_unsigned() && unknown.get<std::uint64_t>() < texts_.size()) {
      unknown_ = texts_[unknown.get<std::uint64_t>()];
      kinds_[unknown.get<std::uint64_t>()] = kUnknown;
    }
    return {};
  }

  Result<void> read_added() {
    const json& added = member(tokenizer_, "added_tokens");
    if (!added.is_array()) return {};
    for (const json& token : added) {
      const json &id = member(token, "id"), &content = member(token, "content");
      if (!id.is_number_unsigned() || !content.is_string())
        return wrong("added_tokens must have id and content");
      const auto text = content.get<std::string>();
      const bool special = member(token, "special") == true;
      const std::int32_t kind = text == unknown_ ? kUnknown : special ? kControl : kUserDefined;
      AREIA_RETURN_IF_ERROR(place(text, id.get<std::uint64_t>(), kind));
    }
    return {};
  }

  /// The embedding may have more rows than there are tokens, and ids may be missing: nothing becomes them.
  Result<void> pad() {
    if (rows_ < texts_.size() && rows_ != 0) {
      return wrong(fmt::format("there are {} tokens, the embedding has {} rows: they do not belong together",
                               texts_.size(), rows_));
    }
    if (rows_ > kMostTokens) return wrong("the embedding has more rows than any vocabulary");
    texts_.resize(std::max<std::size_t>(texts_.size(), rows_));
    kinds_.resize(texts_.size(), kUnused);
    scores_.resize(texts_.size(), -1e6f);
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (texts_[i].empty()) texts_[i] = fmt::format("[PAD{}]", i);
    }
    return {};
  }

  bool is_byte_level() const {
    for (const json& part : sequence(member(tokenizer_, "pre_tokenizer"), "pretokenizers")) {
      if (text_of(member(part, "type")) == "ByteLevel") return true;
    }
    return text_of(member(member(tokenizer_, "decoder"), "type")) == "ByteLevel";
  }

  /// Merges as GGUF's texts; or, where scores order a vocabulary's merges, as scores of what they make.
  Result<void> read_merges(const json& model, bool as_scores) {
    const json& merges = member(model, "merges");
    if (!merges.is_array()) return wrong("model.merges must be a list");
    std::vector<std::string> texts;
    for (const json& merge : merges) {
      std::string left, right;
      if (merge.is_array() && merge.size() == 2) {
        left = text_of(merge[0]);
        right = text_of(merge[1]);
      } else if (merge.is_string()) {
        const auto text = merge.get<std::string>();
        const std::size_t space = text.find(' ', 1);
        if (space == std::string::npos) return wrong("model.merges must be pairs");
        left = text.substr(0, space);
        right = text.substr(space + 1);
      }
      if (left.empty() || right.empty()) return wrong("model.merges must be pairs");
      if (!as_scores) {
        texts.push_back(left.append(" ").append(right));
      } else if (const auto made = ids_.find(left + right);
                 made != ids_.end() && scores_[made->second] <= -1e6f) {
        scores_[made->second] = -static_cast<float>(merge_count_++);
      }
    }
    if (!as_scores) builder_.set("tokenizer.ggml.merges", texts);
    return {};
  }

  void mark_bytes() {
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (kinds_[i] == kNormal && is_byte_token(texts_[i])) kinds_[i] = kByte;
    }
  }

  Result<void> read_patterns() {
    std::vector<std::string> patterns;
    for (const json& part : sequence(member(tokenizer_, "pre_tokenizer"), "pretokenizers")) {
      const std::string type = text_of(member(part, "type"));
      const json& pattern = member(part, "pattern");
      if (type == "Split" && pattern.is_object()) {
        const std::string regex = text_of(member(pattern, "Regex"));
        patterns.push_back(regex.empty() ? escaped(text_of(member(pattern, "String"))) : regex);
      } else if (type == "Digits") {
        patterns.emplace_back(member(part, "individual_digits") == true ? R"(\p{N})" : R"(\p{N}+)");
      } else if (type == "ByteLevel") {
        if (member(part, "use_regex") != false) patterns.emplace_back(kGpt2Pattern);
      } else {
        return wrong(fmt::format("a pre_tokenizer of type '{}' is not supported", type.substr(0, 40)));
      }
    }
    builder_.set("areia.pre_tokenizer.patterns", patterns);
    return {};
  }

  void read_charsmap() {
    for (const json& part : sequence(member(tokenizer_, "normalizer"), "normalizers")) {
      if (text_of(member(part, "type")) != "Precompiled") continue;
      builder_.set_bytes("tokenizer.ggml.precompiled_charsmap",
                         from_base64(text_of(member(part, "precompiled_charsmap"))));
    }
  }

  static std::vector<std::byte> from_base64(const std::string& text) {
    static constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::vector<std::byte> bytes;
    std::uint32_t bits = 0, count = 0;
    for (const char c : text) {
      const std::size_t digit = kDigits.find(c);
      if (digit == std::string_view::npos) break;
      bits = bits << 6 | static_cast<std::uint32_t>(digit);
      count += 6;
      if (count >= 8) bytes.push_back(static_cast<std::byte>(bits >> (count -= 8) & 0xff));
    }
    return bytes;
  }

  /// A special token by its name in tokenizer_config.json ("bos_token": a text, or an object with "content"),
  /// or by its id in config.json.
  std::optional<std::uint64_t> role(const std::string& name) const {
    const json& value = member(settings_, (name + "_token").c_str());
    const std::string text = value.is_object() ? text_of(member(value, "content")) : text_of(value);
    if (const auto found = ids_.find(text); !text.empty() && found != ids_.end()) return found->second;
    const std::string key = name + "_token_id";
    const json* list = config_.array(key.c_str());
    const json& id = list != nullptr && !list->empty() ? list->front() : member(config_json(), key.c_str());
    if (id.is_number_unsigned() && id.get<std::uint64_t>() < texts_.size()) return id.get<std::uint64_t>();
    return {};
  }
  const json& config_json() const { return config_.json(); }

  void read_roles() {
    const auto bos = role("bos"), eos = role("eos"), padding = role("pad");
    if (bos) builder_.set("tokenizer.ggml.bos_token_id", *bos);
    if (eos) builder_.set("tokenizer.ggml.eos_token_id", *eos);
    if (padding) builder_.set("tokenizer.ggml.padding_token_id", *padding);
    if (const auto unknown = ids_.find(unknown_); !unknown_.empty() && unknown != ids_.end())
      builder_.set("tokenizer.ggml.unknown_token_id", unknown->second);
    builder_.set("tokenizer.ggml.add_bos_token", bos && begins_with(*bos));
    builder_.set("tokenizer.ggml.add_eos_token", member(settings_, "add_eos_token") == true);
    builder_.set("tokenizer.ggml.add_space_prefix", adds_space());
  }

  /// Whether texts begin with that token: as the post-processor does, or as the settings say.
  bool begins_with(std::uint64_t bos) const {
    for (const json& part : sequence(member(tokenizer_, "post_processor"), "processors")) {
      const json& single = member(part, "single");
      if (!single.is_array() || single.empty()) continue;
      const std::string first = text_of(member(member(single.front(), "SpecialToken"), "id"));
      if (!first.empty()) return first == texts_[bos];
      return false;
    }
    return member(settings_, "add_bos_token") == true;
  }

  bool adds_space() const {
    for (const json& part : sequence(member(tokenizer_, "normalizer"), "normalizers")) {
      if (text_of(member(part, "type")) == "Prepend") return true;
    }
    for (const json& part : sequence(member(tokenizer_, "pre_tokenizer"), "pretokenizers")) {
      if (text_of(member(part, "type")) != "Metaspace") continue;
      const std::string scheme = text_of(member(part, "prepend_scheme"));
      return scheme.empty() ? member(part, "add_prefix_space") != false : scheme != "never";
    }
    return false;
  }

  GgufBuilder& builder_;
  std::string origin_;
  const json &tokenizer_, &settings_;
  const Config& config_;
  std::uint64_t rows_;
  std::vector<std::string> texts_;
  std::vector<std::int32_t> kinds_;
  std::vector<float> scores_;
  std::map<std::string, std::uint64_t> ids_;
  std::string unknown_;
  std::uint64_t merge_count_ = 0;
};

/// tokenizer_config.json's template: a text, or a list of named ones, of which "default" counts; or a file.
void add_template(GgufBuilder& builder, const fs::path& folder, const json& settings) {
  std::error_code error;
  const fs::path file = folder / "chat_template.jinja";
  if (fs::exists(file, error)) {
    if (const auto mapped = MappedFile::open(file)) {
      const auto bytes = mapped->bytes();
      builder.set("tokenizer.chat_template",
                  std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
      return;
    }
  }
  const json& value = member(settings, "chat_template");
  std::string text = text_of(value);
  if (value.is_array()) {
    for (const json& entry : value) {
      if (text_of(member(entry, "name")) == "default") text = text_of(member(entry, "template"));
    }
  }
  if (!text.empty()) builder.set("tokenizer.chat_template", std::string_view(text));
}

}  // namespace

Result<void> add_tokenizer(GgufBuilder& builder, const fs::path& folder, const Config& config,
                           std::uint64_t rows) {
  const auto tokenizer = read_json(folder / "tokenizer.json");
  if (!tokenizer) return tokenizer.error();
  json settings = json::object();
  std::error_code error;
  if (fs::exists(folder / "tokenizer_config.json", error)) {
    auto read = read_json(folder / "tokenizer_config.json");
    if (!read) return read.error();
    settings = std::move(*read);
  }
  AREIA_RETURN_IF_ERROR(TokenizerReader(builder, folder, *tokenizer, settings, config, rows).run());
  add_template(builder, folder, settings);
  return {};
}

}  // namespace areia::sw::hugging_face
