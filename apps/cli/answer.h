// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Answering a prompt: where software meets the simulated chip. Used by `areia run` and by the end-to-end
// tests.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "spec/chip/chip.h"
#include "sw/compiler/compiler.h"
#include "sw/runtime/model.h"
#include "sw/runtime/session.h"

namespace areia::apps {

struct PromptAnswer {
  sw::Answer answer;
  std::vector<float> logits;  ///< [step][vocabulary], if the request asks for a trace
  std::uint32_t context = 0;  ///< positions that the plan kept
  double load_seconds = 0;    ///< host seconds to compile the plan and to copy it and the weights
};

/// Simulates the chip at the functional level and lets it answer. `threads` 0: as many as the host has.
Result<PromptAnswer> answer_prompt(const sw::Model& model, const ChipDescription& chip,
                                   const sw::CompileRequest& request, unsigned threads,
                                   const std::function<void(std::uint32_t token)>& on_token = {});

/// The kernels of the data folder, ready to launch.
Result<sw::KernelProgram> load_kernels();

}  // namespace areia::apps
