// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Answering prompts and scoring texts: where software meets the simulated chip. Used by `areia run`, `areia
// eval` and the end-to-end tests.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "apps/devices.h"
#include "base/result.h"
#include "spec/abi/device.h"
#include "spec/chip/chip.h"
#include "sw/compiler/compiler.h"
#include "sw/runtime/model.h"
#include "sw/runtime/session.h"

namespace areia::apps {

struct PromptAnswer {
  sw::Answer answer;
  std::vector<float> logits;                ///< [step][vocabulary], if the request asks for a trace
  std::uint32_t context = 0;                ///< positions that the plan kept
  std::vector<sw::OperatorInfo> operators;  ///< of the plan
  double load_seconds =
      0;  ///< host seconds to compile the plan and to copy it and, the first time, the weights
};

/// A chip that answers with one model: the weights are copied to it once, for all prompts.
class Responder {
 public:
  /// A device as `options` say, of the functional level by default. `model` must outlive
  /// the responder.
  static Result<Responder> create(const sw::Model& model, const ChipDescription& chip,
                                  const DeviceOptions& options);

  /// Lets the chip answer; `on_token` hears of every token as the chip makes it.
  Result<PromptAnswer> answer(const sw::CompileRequest& request,
                              const std::function<void(std::uint32_t token)>& on_token = {});
  /// From now on `trace`, which must outlive the responder or be replaced, hears of what a chip with a clock
  /// does.
  void set_trace(TraceSink* trace) { device_->set_trace(trace); }
  /// The natural logarithm of the probability of each token after the first, given those before it.
  Result<std::vector<float>> score(const std::vector<std::uint32_t>& tokens);

 private:
  Responder(const sw::Model& model, const ChipDescription& chip, std::unique_ptr<Device> device,
            sw::KernelProgram kernels);
  Result<sw::CompiledPlan> compile(const sw::CompileRequest& request) const;
  Result<sw::Session> load(sw::CompiledPlan plan);

  const sw::Model* model_;
  ChipDescription chip_;
  std::unique_ptr<Device> device_;
  sw::KernelProgram kernels_;
  bool has_weights_ = false;  ///< the device holds them
};

/// One answer of a responder made for it.
Result<PromptAnswer> answer_prompt(const sw::Model& model, const ChipDescription& chip,
                                   const sw::CompileRequest& request, unsigned threads,
                                   const std::function<void(std::uint32_t token)>& on_token = {});

/// The kernels of the data folder, ready to launch.
Result<sw::KernelProgram> load_kernels();

}  // namespace areia::apps
