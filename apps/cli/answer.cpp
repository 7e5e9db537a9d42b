// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Compiles a plan, makes a chip, runs the plan on it.
#include "apps/cli/answer.h"

#include <fmt/format.h>

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

Result<PromptAnswer> answer_prompt(const sw::Model& model, const ChipDescription& chip,
                                   const sw::CompileRequest& request, unsigned threads,
                                   const std::function<void(std::uint32_t token)>& on_token) {
  const auto begin = std::chrono::steady_clock::now();
  auto plan = sw::compile(model.graph, chip, request);
  if (!plan) {
    return Error{plan.error().kind, fmt::format("{}: {}", model.file.origin(), plan.error().message)};
  }
  auto kernels = load_kernels();
  if (!kernels) return kernels.error();
  const auto device = make_device(chip, {.fidelity = "functional", .threads = threads});
  if (!device) return device.error();

  PromptAnswer result;
  result.context = plan->context;
  const auto copied = [&](std::span<const std::byte> bytes) { model.file.release(bytes); };
  if (const auto uploaded = sw::upload_weights(**device, *plan, copied); !uploaded) return uploaded.error();
  auto session = sw::Session::load(**device, std::move(*plan), std::move(*kernels));
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

}  // namespace areia::apps
