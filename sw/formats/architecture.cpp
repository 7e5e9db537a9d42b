// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The table of architectures.
#include "sw/formats/architecture.h"

#include <fmt/format.h>

namespace areia::sw {
namespace {

struct Architecture {
  std::string_view name;  ///< general.architecture
  Result<Graph> (*load)(const Gguf&);
};
constexpr Architecture kArchitectures[] = {
    {"llama", load_llama},
    {"gpt2", load_gpt2},
    {"qwen2", load_qwen2},
    {"qwen3", load_qwen3},
    {"qwen3moe", load_qwen3_experts},
    {"gemma3", load_gemma3},
    {"gpt-oss", load_gpt_oss},
};

}  // namespace

std::string known_architectures() {
  std::string names;
  for (const Architecture& architecture : kArchitectures) {
    if (!names.empty()) names += ", ";
    names += architecture.name;
  }
  return names;
}

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
  return bad_input(fmt::format("{}: architecture '{}' is not supported; supported are {}", gguf.origin(),
                               name->substr(0, 40), known_architectures()));
}

}  // namespace areia::sw
