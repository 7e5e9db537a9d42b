// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Loading, launching, waiting for the doorbell, reading tokens.
#include "sw/runtime/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "sw/runtime/fault_text.h"

namespace areia::sw {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

template <typename T>
std::span<std::byte> bytes_of(T& value) {
  return std::as_writable_bytes(std::span(&value, 1));
}

/// Bytes at a time: the file's pages may leave memory as soon as the chip has them.
constexpr std::uint64_t kSlice = 4 << 20;

}  // namespace

Result<void> upload_weights(Device& device, const CompiledPlan& plan, const CopiedFunction& copied) {
  std::vector<std::byte> made;
  for (const Upload& upload : plan.weights) {
    for (std::uint64_t offset = 0; offset < upload.size; offset += kSlice) {
      const std::uint64_t size = std::min(kSlice, upload.size - offset);
      std::span<const std::byte> slice;
      if (upload.source) {
        made.resize(size);
        upload.source->read(offset, made);
        slice = made;
      } else {
        slice = upload.bytes.subspan(offset, size);
      }
      AREIA_RETURN_IF_ERROR(device.write(upload.address + offset, slice));
      if (copied && !upload.source) copied(slice);
    }
  }
  return {};
}

Session::Session(Device& device, CompiledPlan plan, KernelProgram program)
    : device_(&device), plan_(std::move(plan)), program_(std::move(program)) {}

Result<Session> Session::load(Device& device, CompiledPlan plan, KernelProgram program) {
  AREIA_RETURN_IF_ERROR(device.write(plan.address, plan.head));
  return Session(device, std::move(plan), std::move(program));
}

Result<Answer> Session::run(const std::function<void(std::uint32_t token)>& on_token) {
  device_->reset_counters();
  AREIA_RETURN_IF_ERROR(device_->launch(program_.image, plan_.address));
  Answer answer;
  const auto begin = Clock::now();
  auto first_token = begin;
  while (true) {
    const RunStatus reason = device_->run();
    if (reason.reason == RunStatus::Reason::kFault && reason.fault) return fault_error(*reason.fault);
    const auto status = read_status();
    if (!status) return status.error();
    if (answer.tokens.empty()) {
      first_token = Clock::now();
      answer.prefill_time = device_->time_report();
    }
    AREIA_RETURN_IF_ERROR(collect_tokens(*status, answer, on_token));
    if (reason.reason == RunStatus::Reason::kDoorbell) continue;
    if (status->finished < 1 || status->finished > 3) {
      return work_failed(
          "the kernels ended before the answer was finished: please report this as a bug of areia");
    }
    answer.finish = static_cast<FinishReason>(status->finished);
    break;
  }
  answer.prefill_seconds = std::chrono::duration<double>(first_token - begin).count();
  answer.decode_seconds = seconds_since(first_token);
  answer.counters = device_->counters();
  answer.whole_time = device_->time_report();
  return answer;
}

Result<abi::PlanStatus> Session::read_status() {
  abi::PlanStatus status;
  AREIA_RETURN_IF_ERROR(device_->read(plan_.status_address, bytes_of(status)));
  const std::uint64_t room = plan_.context - plan_.prompt_tokens;
  if (status.generated > room || status.generated > plan_.max_new_tokens) {
    return work_failed(
        fmt::format("the chip reports {} new tokens where only {} are possible: please report this "
                    "as a bug of areia",
                    status.generated, std::min<std::uint64_t>(room, plan_.max_new_tokens)));
  }
  return status;
}

Result<void> Session::collect_tokens(const abi::PlanStatus& status, Answer& answer,
                                     const std::function<void(std::uint32_t token)>& on_token) {
  while (answer.tokens.size() < status.generated) {
    std::uint32_t token = 0;
    const std::uint64_t index = plan_.prompt_tokens + answer.tokens.size();
    AREIA_RETURN_IF_ERROR(device_->read(plan_.tokens_address + index * sizeof token, bytes_of(token)));
    if (token >= plan_.vocabulary) {
      return work_failed(
          fmt::format("the chip picked token {} of a vocabulary of {}: please report this as a bug "
                      "of areia",
                      token, plan_.vocabulary));
    }
    answer.tokens.push_back(token);
    if (on_token) on_token(token);
  }
  return {};
}

Result<std::vector<float>> Session::score() {
  if (plan_.scores_address == 0) return work_failed("the plan was compiled to answer, not to score");
  device_->reset_counters();
  AREIA_RETURN_IF_ERROR(device_->launch(program_.image, plan_.address));
  const RunStatus status = device_->run();
  if (status.reason == RunStatus::Reason::kFault && status.fault) return fault_error(*status.fault);
  if (status.reason != RunStatus::Reason::kFinished) {
    return work_failed("the kernels did not end by themselves: please report this as a bug of areia");
  }
  std::vector<float> scores(plan_.prompt_tokens - 1);
  AREIA_RETURN_IF_ERROR(device_->read(plan_.scores_address, std::as_writable_bytes(std::span(scores))));
  return scores;
}

Result<std::vector<float>> Session::read_logits(std::uint32_t steps) {
  if (plan_.logits_address == 0) return work_failed("the plan was compiled without a trace of its logits");
  std::vector<float> logits(std::size_t{steps} * plan_.vocabulary);
  AREIA_RETURN_IF_ERROR(device_->read(plan_.logits_address, std::as_writable_bytes(std::span(logits))));
  return logits;
}

Error Session::fault_error(const ChipFault& fault) const {
  return work_failed(fault_text(fault, program_.symbol ? program_.symbol(fault.pc) : std::string()));
}

}  // namespace areia::sw
