// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Compiles a plan, makes a chip, runs the plan on it.
#include "apps/cli/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <span>
#include <utility>

#include "apps/devices.h"
#include "base/data_files.h"
#include "sw/formats/elf.h"

namespace areia::apps {
namespace {

constexpr const char* kKernels = "kernels.elf";
/// Of logits at a time, where every row of a chunk has them.
constexpr std::uint64_t kMostLogitBytes = 32 << 20;

}  // namespace

Result<sw::KernelProgram> load_kernels() {
  const auto path = find_data_file(kKernels);
  if (path.empty()) {
    return work_failed(fmt::format(
        "the kernels ({}) are not in the data folder: build areia again, or set AREIA_DATA", kKernels));
  }
  auto elf = sw::Elf::load(path);
  if (!elf) return work_failed(elf.error().message);
  auto program = std::make_shared<const sw::Elf>(std::move(*elf));
  return sw::KernelProgram{program->image(), [program](std::uint64_t pc) { return program->describe(pc); }};
}

Responder::Responder(const sw::Model& model, const ChipDescription& chip, std::unique_ptr<Device> device,
                     sw::KernelProgram kernels)
    : model_(&model), chip_(chip), device_(std::move(device)), kernels_(std::move(kernels)) {}

Result<Responder> Responder::create(const sw::Model& model, const ChipDescription& chip,
                                    const DeviceOptions& options) {
  auto kernels = load_kernels();
  if (!kernels) return kernels.error();
  auto device = make_device(chip, options);
  if (!device) return device.error();
  return Responder(model, chip, std::move(*device), std::move(*kernels));
}

Result<sw::CompiledPlan> Responder::compile(const sw::CompileRequest& request) const {
  auto plan = sw::compile(model_->graph, chip_, request);
  if (plan) return plan;
  return Error{plan.error().kind, fmt::format("{}: {}", model_->file.origin(), plan.error().message)};
}

Result<sw::Session> Responder::load(sw::CompiledPlan plan) {
  if (!has_weights_) {
    const auto copied = [&](std::span<const std::byte> bytes) { model_->file.release(bytes); };
    AREIA_RETURN_IF_ERROR(sw::upload_weights(*device_, plan, copied));
    has_weights_ = true;
  }
  return sw::Session::load(*device_, std::move(plan), kernels_);
}

Result<PromptAnswer> Responder::answer(const sw::CompileRequest& request,
                                       const std::function<void(std::uint32_t token)>& on_token) {
  const auto begin = std::chrono::steady_clock::now();
  auto plan = compile(request);
  if (!plan) return plan.error();
  PromptAnswer result;
  result.context = plan->context;
  result.operators = plan->operators;
  auto session = load(std::move(*plan));
  if (!session) return session.error();
  result.load_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  auto answer = session->run(on_token);
  if (!answer) return answer.error();
  result.answer = std::move(*answer);
  if (request.trace_logits) {
    auto logits = session->read_logits(static_cast<std::uint32_t>(result.answer.tokens.size()));
    if (!logits) return logits.error();
    result.logits = std::move(*logits);
  }
  return result;
}

Result<std::vector<float>> Responder::score(const std::vector<std::uint32_t>& tokens) {
  sw::CompileRequest request;
  request.task = sw::Task::kScore;
  request.prompt = tokens;
  // Every row has logits of its own: chunks shrink so that those of a large vocabulary stay small.
  const std::uint64_t row_bytes = std::uint64_t{model_->graph.facts.vocabulary} * sizeof(float);
  request.chunk_rows = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(kMostLogitBytes / row_bytes, 1, request.chunk_rows));
  auto plan = compile(request);
  if (!plan) return plan.error();
  auto session = load(std::move(*plan));
  if (!session) return session.error();
  return session->score();
}

Result<PromptAnswer> answer_prompt(const sw::Model& model, const ChipDescription& chip,
                                   const sw::CompileRequest& request, unsigned threads,
                                   const std::function<void(std::uint32_t token)>& on_token) {
  auto responder = Responder::create(model, chip, {.threads = threads});
  if (!responder) return responder.error();
  return responder->answer(request, on_token);
}

}  // namespace areia::apps
