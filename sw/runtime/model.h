// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Model: a model file with all that is needed to answer a prompt: weights, graph and tokenizer.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "sw/formats/gguf.h"
#include "sw/formats/tokenizer.h"
#include "sw/graph/graph.h"

namespace areia::sw {

struct Model {
  Gguf file;
  Graph graph;  ///< views `file`
  Tokenizer tokenizer;

  static Result<Model> open(const std::filesystem::path& path);
  /// From bytes that the caller keeps alive; `origin` names them in errors.
  static Result<Model> parse(std::span<const std::byte> bytes, std::string origin);
};

}  // namespace areia::sw
