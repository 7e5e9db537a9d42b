// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Operators of a model as serving simulators profile them.
#pragma once

#include <optional>

#include "perf/validate.h"

namespace areia::perf {

/// "meta-llama/Llama-2-7b-hf mlp_up_proj TP=2 n_embd=4096 n_head=32 ..." (Vidur) and
/// "meta-llama/Llama-3.1-8B gate_up_proj tp2" (LLMServingSim); batch is tokens, or sequences of attention.
std::optional<Question> read_profiled(const Measurement& row, const Library& library, const Accelerator& chip,
                                      Precision precision);

}  // namespace areia::perf
