// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// From a model file to its graph. One file an architecture (architecture_NAME.cpp) and a line in the table
// of architecture.cpp.
#pragma once

#include "base/result.h"
#include "sw/formats/gguf.h"
#include "sw/graph/graph.h"

namespace areia::sw {

/// The graph of the file's model, with its weights as views of the file: `gguf` must outlive it.
/// Fails for an unknown architecture, tensors that are missing, of odd shape or type, and for tensors or
/// hyperparameters that would change the answer in a way that is not supported yet.
Result<Graph> load_graph(const Gguf& gguf);

/// The Llama architecture: RMSNorm, grouped-query attention with RoPE, SwiGLU.
Result<Graph> load_llama(const Gguf& gguf);

/// Takes tensors from a file one by one, and knows which are left.
class TensorTaker {
 public:
  explicit TensorTaker(const Gguf& gguf) : gguf_(gguf) {}

  bool has(const std::string& name) const { return gguf_.find_tensor(name) != nullptr; }
  /// Adds the tensor of that name to the graph. The first failure is kept, later calls give kNone.
  WeightId take(Graph& graph, const std::string& name);
  /// As take(), for a vector of fp32 (norms are computed in it).
  WeightId take_vector(Graph& graph, const std::string& name);
  /// The first failure, or an error for a tensor that nobody took.
  Result<void> finish() const;

 private:
  const Gguf& gguf_;
  std::unordered_map<std::string_view, bool> taken_;
  std::optional<Error> error_;
};

}  // namespace areia::sw
