// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The table of architectures, and what they share.
#include "sw/formats/architecture.h"

#include <fmt/format.h>

namespace areia::sw {
namespace {

struct Architecture {
  std::string_view name;
  Result<Graph> (*load)(const Gguf&);
};
constexpr Architecture kArchitectures[] = {
    {"llama", load_llama},
};

}  // namespace

Result<Graph> load_graph(const Gguf& gguf) {
  const auto name = gguf.text("general.architecture");
  if (!name) return name.error();
  for (const Architecture& architecture : kArchitectures) {
    if (architecture.name != *name) continue;
    auto graph = architecture.load(gguf);
    if (!graph) return graph;
    const auto checked = graph->check();
    if (!checked) return bad_input(fmt::format("{}: {}", gguf.origin(), checked.error().message));
    return graph;
  }
  return bad_input(fmt::format("{}: architecture '{}' is not supported yet; supported is 'llama'",
                               gguf.origin(), name->substr(0, 40)));
}

WeightId TensorTaker::take(Graph& graph, const std::string& name) {
  if (error_) return kNone;
  const GgufTensor* tensor = gguf_.find_tensor(name);
  if (tensor == nullptr) {
    error_ = bad_input(
        fmt::format("{}: tensor '{}' is missing: the file is not a whole model", gguf_.origin(), name));
  } else if (!tensor->type->format) {
    error_ = bad_input(
        fmt::format("{}: type {} of tensor '{}' is not supported yet; supported are F32, F16, BF16, "
                    "Q8_0 and Q4_0: quantise the model again to one of them",
                    gguf_.origin(), tensor->type->name, name));
  } else if (tensor->dimensions.size() > 2) {
    error_ = bad_input(fmt::format("{}: tensor '{}' has {} dimensions, the model needs at most 2",
                                   gguf_.origin(), name, tensor->dimensions.size()));
  }
  if (error_) return kNone;
  taken_[tensor->name] = true;
  return graph.add_weight({name, *tensor->type->format, static_cast<std::uint32_t>(tensor->rows()),
                           static_cast<std::uint32_t>(tensor->columns()), tensor->bytes});
}

WeightId TensorTaker::take_vector(Graph& graph, const std::string& name) {
  const WeightId id = take(graph, name);
  if (id == kNone) return kNone;
  const Weight& weight = graph.weights()[id];
  if (weight.rows != 1 || weight.format != num::Format::kFp32) {
    error_ = bad_input(fmt::format("{}: tensor '{}' must be a vector of type F32", gguf_.origin(), name));
    return kNone;
  }
  return id;
}

Result<void> TensorTaker::finish() const {
  if (error_) return *error_;
  for (const GgufTensor& tensor : gguf_.tensors()) {
    if (!taken_.contains(tensor.name)) {
      return bad_input(
          fmt::format("{}: tensor '{}' is not supported yet: the answer would be wrong without it",
                      gguf_.origin(), tensor.name.substr(0, 80)));
    }
  }
  return {};
}

}  // namespace areia::sw
