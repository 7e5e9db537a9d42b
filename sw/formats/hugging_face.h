// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Models as Hugging Face folders: config.json, tokenizer.json, tokenizer_config.json, safetensors. A folder
// is read as the GGUF file that the usual converter would make of it (docs/decisions/0006-one-model-file.md).
#pragma once

#include <filesystem>

#include "base/result.h"
#include "sw/formats/gguf.h"

namespace areia::sw {

/// Whether a path is such a folder, or its model.safetensors or index.
bool is_hugging_face(const std::filesystem::path& path);

/// Reads the folder (or the one that the named file is in). Weights stay views of the mapped files; those
/// that GGUF has in another order are made slice by slice when they are asked for.
Result<Gguf> load_hugging_face(const std::filesystem::path& path);

/// Names of the architectures that load_hugging_face knows: "LlamaForCausalLM, ...".
std::string known_hugging_face_architectures();

}  // namespace areia::sw
