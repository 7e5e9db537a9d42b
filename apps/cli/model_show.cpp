// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Gathers facts from the graph and the file, and asks the compiler what fits where.
#include "apps/cli/model_show.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "apps/cli/model_path.h"
#include "spec/chip/chip.h"
#include "sw/compiler/compiler.h"
#include "sw/formats/ggml_type.h"
#include "sw/runtime/model.h"

namespace areia::apps {
namespace {

using Json = nlohmann::ordered_json;

struct TypeCount {
  std::uint64_t tensors = 0, bytes = 0;
};

/// What the sheet says.
struct ModelSheet {
  std::string path, name, architecture, tokenizer;
  std::uint64_t parameters = 0, bytes = 0, cache_bytes_per_token = 0;
  std::uint32_t layers = 0, embedding = 0, heads = 0, kv_heads = 0, head_size = 0, experts = 0,
                experts_used = 0;
  std::uint32_t vocabulary = 0, context = 0;
  bool has_template = false;
  std::map<std::string, TypeCount> types;
};

void add_node(ModelSheet& sheet, const sw::Node& node) {
  if (node.kind == sw::NodeKind::kRoute) {
    sheet.experts = node.experts.experts;
    sheet.experts_used = node.experts.used;
  }
  if (node.kind != sw::NodeKind::kAttention) return;
  ++sheet.layers;
  sheet.heads = node.attention.heads;
  sheet.kv_heads = node.attention.kv_heads;
  sheet.head_size = node.attention.head_size;
  constexpr std::uint64_t kKeyAndValue = 2, kHalf = 2;
  sheet.cache_bytes_per_token += kKeyAndValue * kHalf * sheet.kv_heads * sheet.head_size;
}

ModelSheet sheet_of(const std::string& path, const sw::Model& model) {
  ModelSheet sheet;
  sheet.path = path;
  sheet.name = model.graph.facts.name;
  sheet.architecture = model.graph.facts.architecture;
  sheet.tokenizer = std::string(*model.file.text("tokenizer.ggml.model"));
  sheet.vocabulary = model.graph.facts.vocabulary;
  sheet.context = model.graph.facts.context_length;
  sheet.embedding = model.graph.columns(model.graph.nodes().front().output);
  sheet.has_template = model.file.find("tokenizer.chat_template") != nullptr;
  for (const sw::Node& node : model.graph.nodes()) add_node(sheet, node);
  for (const sw::GgufTensor& tensor : model.file.tensors()) {
    const std::uint64_t elements = tensor.rows() * tensor.columns();
    const std::uint64_t bytes = elements / tensor.type->block_elements * tensor.type->block_bytes;
    TypeCount& count = sheet.types[std::string(tensor.type->name)];
    ++count.tensors;
    count.bytes += bytes;
    sheet.parameters += elements;
    sheet.bytes += bytes;
  }
  return sheet;
}

/// How a model fits a chip.
struct Fit {
  std::string chip;
  std::uint64_t dram = 0;
  std::uint32_t context = 0;  ///< the most that fits; 0: not even a few tokens
};

/// The largest context of which the compiler makes a plan.
Fit fit_on(const sw::Model& model, const std::string& name, const ChipDescription& chip) {
  Fit fit{name, chip.dram.bytes, 0};
  sw::CompileRequest request;
  request.prompt = {0};
  request.max_new_tokens = model.graph.facts.context_length;
  request.chunk_rows = 1;
  if (const auto plan = sw::compile(model.graph, chip, request)) fit.context = plan->context;
  return fit;
}

Result<std::vector<Fit>> fits_of(const sw::Model& model) {
  std::vector<Fit> fits;
  for (const std::string& name : chip_presets()) {
    const auto chip = load_chip(name);
    if (!chip) return chip.error();
    fits.push_back(fit_on(model, name, *chip));
  }
  return fits;
}

std::string human_bytes(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes >= 1u << 30) return fmt::format("{:.2f} GiB", value / (1u << 30));
  if (bytes >= 1u << 20) return fmt::format("{:.1f} MiB", value / (1u << 20));
  return fmt::format("{:.1f} KiB", value / 1024);
}

void print_sheet(const ModelSheet& sheet, const std::vector<Fit>& fits) {
  fmt::print("{}\n  architecture   {}, {:.1f} million parameters\n", sheet.name, sheet.architecture,
             static_cast<double>(sheet.parameters) / 1e6);
  fmt::print("  layers         {}, embedding {}, {} heads of {} ({} for keys and values)\n", sheet.layers,
             sheet.embedding, sheet.heads, sheet.head_size, sheet.kv_heads);
  if (sheet.experts != 0)
    fmt::print("  experts        {}, {} of them for a token\n", sheet.experts, sheet.experts_used);
  fmt::print("  vocabulary     {} tokens ({}), {}\n", sheet.vocabulary, sheet.tokenizer,
             sheet.has_template ? "with a chat template" : "no chat template");
  fmt::print("  context        {} tokens\n", sheet.context);
  for (const auto& [type, count] : sheet.types) {
    fmt::print("  {:<14} {} tensors, {}\n", type, count.tensors, human_bytes(count.bytes));
  }
  fmt::print("  in DRAM        {} of weights, {} of KV cache for each 1,000 tokens\n",
             human_bytes(sheet.bytes), human_bytes(1000 * sheet.cache_bytes_per_token));
  for (const Fit& fit : fits) {
    const std::string how = fit.context == 0 ? std::string("does not fit")
                            : fit.context == sheet.context
                                ? std::string("fits with its whole context")
                                : fmt::format("fits with a context of {}", fit.context);
    fmt::print("  on {:<11} {} ({} of DRAM)\n", fit.chip, how, human_bytes(fit.dram));
  }
}

void print_json(const ModelSheet& sheet, const std::vector<Fit>& fits) {
  Json json = {{"model", sheet.path},
               {"name", sheet.name},
               {"architecture", sheet.architecture},
               {"parameters", sheet.parameters},
               {"layers", sheet.layers},
               {"embedding", sheet.embedding},
               {"heads", sheet.heads},
               {"kv_heads", sheet.kv_heads},
               {"head_size", sheet.head_size},
               {"experts", sheet.experts},
               {"experts_used", sheet.experts_used},
               {"vocabulary", sheet.vocabulary},
               {"tokenizer", sheet.tokenizer},
               {"chat_template", sheet.has_template},
               {"context", sheet.context},
               {"weight_bytes", sheet.bytes},
               {"cache_bytes_per_token", sheet.cache_bytes_per_token}};
  json["types"] = Json::object();
  for (const auto& [type, count] : sheet.types)
    json["types"][type] = {{"tensors", count.tensors}, {"bytes", count.bytes}};
  json["chips"] = Json::object();
  for (const Fit& fit : fits)
    json["chips"][fit.chip] = {
        {"dram_bytes", fit.dram}, {"fits", fit.context != 0}, {"context", fit.context}};
  fmt::print("{}\n", json.dump());
}

}  // namespace

Result<void> show_model(const std::string& named, bool json) {
  const auto path = find_model(named);
  if (!path) return path.error();
  const auto model = sw::Model::open(*path);
  if (!model) return model.error();
  const auto fits = fits_of(*model);
  if (!fits) return fits.error();
  const ModelSheet sheet = sheet_of(*path, *model);
  json ? print_json(sheet, *fits) : print_sheet(sheet, *fits);
  return {};
}

}  // namespace areia::apps
