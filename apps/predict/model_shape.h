// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The shape of any model that somebody may name or have at hand.
#pragma once

#include <string>

#include "base/result.h"
#include "perf/language_model.h"
#include "sw/formats/gguf.h"

namespace areia::apps {

/// The shape that a GGUF file's metadata and tensors have, of any architecture that keeps to GGUF's names
/// (llama.cpp's gguf-py/gguf/constants.py). Its formats are those nearest to the mean bytes of an element of
/// the file's matrices. Errors name the file and the key.
Result<perf::LanguageModel> shape_of_gguf(const sw::Gguf& gguf);

/// The shape of what is named: a known shape by any of its names; else a file (TOML, config.json, GGUF) or a
/// folder of the Hugging Face hub by path; else a model of the catalogue or the cache. Bad input, with what
/// there is, if it is none of these.
Result<perf::LanguageModel> language_model_of(const std::string& name_or_path);

}  // namespace areia::apps
