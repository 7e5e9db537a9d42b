// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads shapes of language models from perf/models/*.toml.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/data_files.h"
#include "base/nearest_name.h"
#include "base/text_file.h"
#include "base/toml.h"
#include "perf/language_model.h"

namespace areia::perf {
namespace {

struct CountField {
  std::string_view key;
  std::uint32_t LanguageModel::* member;
  std::uint32_t least, most;
  bool required = false;
};
constexpr CountField kCounts[] = {
    {"layers", &LanguageModel::layers, 1, 10000, true},
    {"hidden", &LanguageModel::hidden, 1, 1 << 20, true},
    {"vocabulary", &LanguageModel::vocabulary, 1, 1 << 24, true},
    {"max_positions", &LanguageModel::max_positions, 0, 1 << 30},
    {"heads", &LanguageModel::heads, 1, 1 << 16, true},
    {"kv_heads", &LanguageModel::kv_heads, 1, 1 << 16, true},
    {"head_size", &LanguageModel::head_size, 1, 1 << 16, true},
    {"window", &LanguageModel::window, 0, 1 << 30},
    {"full_head_size", &LanguageModel::full_head_size, 0, 1 << 16},
    {"full_kv_heads", &LanguageModel::full_kv_heads, 0, 1 << 16},
    {"sparse_positions", &LanguageModel::sparse_positions, 0, 1 << 30},
    {"indexer_heads", &LanguageModel::indexer_heads, 0, 1 << 16},
    {"indexer_head_size", &LanguageModel::indexer_head_size, 0, 1 << 16},
    {"linear_key_heads", &LanguageModel::linear_key_heads, 0, 1 << 16},
    {"linear_value_heads", &LanguageModel::linear_value_heads, 0, 1 << 16},
    {"linear_head_size", &LanguageModel::linear_head_size, 0, 1 << 16},
    {"latent_size", &LanguageModel::latent_size, 0, 1 << 20},
    {"latent_rope_size", &LanguageModel::latent_rope_size, 0, 1 << 20},
    {"query_latent_size", &LanguageModel::query_latent_size, 0, 1 << 20},
    {"value_size", &LanguageModel::value_size, 0, 1 << 16},
    {"feed_forward", &LanguageModel::feed_forward, 0, 1 << 24},
    {"experts", &LanguageModel::experts, 0, 1 << 16},
    {"experts_used", &LanguageModel::experts_used, 0, 1 << 16},
    {"expert_feed_forward", &LanguageModel::expert_feed_forward, 0, 1 << 24},
    {"shared_experts", &LanguageModel::shared_experts, 0, 1 << 16},
    {"dense_layers", &LanguageModel::dense_layers, 0, 10000},
};
struct ShareField {
  std::string_view key;
  double LanguageModel::* member;
};
constexpr ShareField kShares[] = {{"windowed_share", &LanguageModel::windowed_share},
                                  {"linear_share", &LanguageModel::linear_share}};
struct FlagField {
  std::string_view key;
  bool LanguageModel::* member;
};
constexpr FlagField kFlags[] = {{"tied_embeddings", &LanguageModel::tied_embeddings},
                                {"learned_positions", &LanguageModel::learned_positions},
                                {"layer_norm", &LanguageModel::layer_norm},
                                {"post_norms", &LanguageModel::post_norms},
                                {"query_key_norms", &LanguageModel::query_key_norms},
                                {"parallel_block", &LanguageModel::parallel_block},
                                {"gated_attention", &LanguageModel::gated_attention},
                                {"gated", &LanguageModel::gated}};
struct TextField {
  std::string_view key;
  std::string LanguageModel::* member;
};
constexpr TextField kTexts[] = {
    {"name", &LanguageModel::name}, {"label", &LanguageModel::label}, {"source", &LanguageModel::source}};
struct PrecisionField {
  std::string_view key;
  Precision LanguageModel::* member;
};
constexpr PrecisionField kFormats[] = {{"native", &LanguageModel::native},
                                       {"expert_native", &LanguageModel::expert_native}};

template <typename Fields>
auto* find_field(const Fields& fields, std::string_view key) {
  const auto found = std::ranges::find_if(fields, [&](const auto& field) { return field.key == key; });
  return found == std::end(fields) ? nullptr : &*found;
}

class Reader {
 public:
  explicit Reader(std::string origin) : origin_(std::move(origin)) {}

  Result<LanguageModel> read(const toml::table& document) {
    for (const auto& [key, node] : document) {
      set(std::string(key.str()), node);
      if (offence_) return *offence_;
    }
    for (const auto& field : kCounts) {
      if (field.required && model_.*field.member == 0) {
        return bad_input(fmt::format("{}: {} is missing; every model has it", origin_, field.key));
      }
    }
    if (model_.name.empty()) return bad_input(origin_ + ": name is missing; every model has one");
    if (model_.label.empty()) model_.label = model_.name;
    AREIA_RETURN_IF_ERROR(check_language_model(model_, origin_));
    return std::move(model_);
  }

 private:
  void offend(const toml::node& node, const std::string& why) {
    offence_ = bad_input(fmt::format("{}:{}: {}", origin_, node.source().begin.line, why));
  }

  void set(const std::string& key, const toml::node& node) {
    if (const auto* count = find_field(kCounts, key)) {
      const auto value = node.value<std::int64_t>();
      if (!value || *value < count->least || *value > count->most) {
        return offend(node,
                      fmt::format("{} must be a whole number from {} to {}", key, count->least, count->most));
      }
      model_.*count->member = static_cast<std::uint32_t>(*value);
    } else if (const auto* share = find_field(kShares, key)) {
      const auto value = node.value<double>();
      if (!value || !(*value >= 0 && *value <= 1)) return offend(node, key + " must be a number from 0 to 1");
      model_.*share->member = *value;
    } else if (const auto* flag = find_field(kFlags, key)) {
      const auto value = node.value<bool>();
      if (!value) return offend(node, key + " must be true or false");
      model_.*flag->member = *value;
    } else if (const auto* text = find_field(kTexts, key)) {
      const auto value = node.value<std::string>();
      if (!value) return offend(node, key + " must be text");
      model_.*text->member = *value;
    } else if (const auto* format = find_field(kFormats, key)) {
      const auto precision = precision_of(node.value_or(std::string()));
      if (!precision) return offend(node, key + " must be the name of a format, such as bf16, fp8 or fp4");
      model_.*format->member = *precision;
    } else if (key == "aliases") {
      aliases(node);
    } else {
      unknown(key, node);
    }
  }

  void aliases(const toml::node& node) {
    if (const toml::array* list = node.as_array()) {
      for (const auto& item : *list) model_.aliases.push_back(item.value_or(std::string()));
    }
    if (node.as_array() == nullptr || std::ranges::count(model_.aliases, "") > 0) {
      offend(node, "aliases must be an array of texts");
    }
  }

  void unknown(const std::string& key, const toml::node& node) {
    std::vector<std::string> names = {"aliases"};
    const auto add = [&](const auto& fields) {
      for (const auto& field : fields) names.emplace_back(field.key);
    };
    add(kCounts), add(kShares), add(kFlags), add(kTexts), add(kFormats);
    offend(node, fmt::format("unknown key '{}'{}", printable(key), did_you_mean(key, names)));
  }

  std::string origin_;
  LanguageModel model_;
  std::optional<Error> offence_;
};

}  // namespace

Result<void> check_language_model(const LanguageModel& m, const std::string& origin) {
  for (const auto& [key, member, least, most, required] : kCounts) {
    if (m.*member > most || (required && m.*member < least)) {
      return bad_input(
          fmt::format("{}: {} is {}; it must be from {} to {}", origin, key, m.*member, least, most));
    }
  }
  const auto wrong = [&](std::string_view why) { return bad_input(fmt::format("{}: {}", origin, why)); };
  if (m.heads % m.kv_heads != 0) return wrong("heads must be a multiple of kv_heads");
  if (m.experts == 0 && m.feed_forward == 0)
    return wrong("feed_forward is missing; a model without experts has it");
  if (m.experts != 0 && (m.expert_feed_forward == 0 || m.experts_used == 0)) {
    return wrong("a model with experts has experts_used and expert_feed_forward");
  }
  if (m.latent_rope_size > m.head_size || (m.latent_rope_size > 0) != (m.latent_size > 0)) {
    return wrong("latent attention has latent_size and latent_rope_size, the latter at most head_size");
  }
  if (m.linear_share > 0 &&
      (m.linear_key_heads == 0 || m.linear_value_heads == 0 || m.linear_head_size == 0)) {
    return wrong("linear layers have linear_key_heads, linear_value_heads and linear_head_size");
  }
  if (m.windowed_share > 0 && m.window == 0) return wrong("windowed layers have a window");
  if (m.sparse_positions > 0 && (m.indexer_heads == 0 || m.indexer_head_size == 0)) {
    return wrong("sparse attention has indexer_heads and indexer_head_size");
  }
  if (m.experts_used > m.experts) return wrong("experts_used must be at most experts");
  if (m.dense_layers > m.layers) return wrong("dense_layers must be at most layers");
  if (m.dense_layers > 0 && m.feed_forward == 0) return wrong("dense layers have a feed_forward");
  return {};
}

Result<LanguageModel> parse_language_model(std::string_view toml, const std::string& origin) {
  const auto table = parse_toml(toml, origin);
  if (!table.ok()) return table.error();
  return Reader(origin).read(*table);
}

Result<LanguageModel> load_language_model(const std::string& name_or_path) {
  std::filesystem::path path = name_or_path;
  if (name_or_path.find('/') == std::string::npos && !name_or_path.ends_with(".toml")) {
    path = find_data_file("perf/models/" + name_or_path + ".toml");
    if (path.empty()) {
      const auto names = language_model_names();
      return bad_input(fmt::format(
          "no language model named '{}'{}{} (areia model list --shapes shows all {}); or give a GGUF file, a "
          "folder or a config.json",
          printable(name_or_path), did_you_mean(name_or_path, names), near_names(name_or_path, names),
          names.size()));
    }
  }
  auto text = read_text_file(path, "the shape of a language model");
  if (!text.ok()) return text.error();
  return parse_language_model(*text, path.string());
}

std::vector<std::string> language_model_names() {
  std::set<std::string> names;
  for (const auto& folder : data_folders()) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "perf/models", error)) {
      if (entry.path().extension() == ".toml") names.insert(entry.path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace areia::perf
