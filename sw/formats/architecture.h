// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// From a model file to its graph. One file an architecture (architecture_NAME.cpp) and a line in the table
// of architecture.cpp; what architectures share is in decoder_parts.h.
#pragma once

#include "base/result.h"
#include "sw/formats/gguf.h"
#include "sw/graph/graph.h"

namespace areia::sw {

/// The graph of the file's model, with its weights as views of the file: `gguf` must outlive it.
/// Fails for an unknown architecture, tensors that are missing, of odd shape or type, and for tensors or
/// hyperparameters that would change the answer in a way that is not supported yet.
Result<Graph> load_graph(const Gguf& gguf);

/// Names of the architectures that load_graph knows, as files name them: "llama, gpt2, ...".
std::string known_architectures();

/// Llama 2 and 3, TinyLlama, SmolLM2, Mistral; with experts Mixtral.
Result<Graph> load_llama(const Gguf& gguf);
/// GPT-2: LayerNorm, learned positions, biases, GELU.
Result<Graph> load_gpt2(const Gguf& gguf);
/// Qwen 2 and 2.5: Llama with biases of query, key and value.
Result<Graph> load_qwen2(const Gguf& gguf);
/// Qwen 3: norms of each head's query and key.
Result<Graph> load_qwen3(const Gguf& gguf);
/// Qwen 3 with experts.
Result<Graph> load_qwen3_experts(const Gguf& gguf);
/// Gemma 3 (text): sliding and full attention, GeGLU, norms after attention and feed-forward too.
Result<Graph> load_gemma3(const Gguf& gguf);
/// gpt-oss: experts in MXFP4, attention sinks, every other layer with a sliding window.
Result<Graph> load_gpt_oss(const Gguf& gguf);

}  // namespace areia::sw
