// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Session: a compiled plan on a device. It copies plan and weights to the chip, launches the kernels, and
// hands out tokens as the chip makes them. It computes nothing: the chip does all arithmetic of the model.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "spec/abi/device.h"
#include "sw/compiler/compiler.h"

namespace areia::sw {

/// The kernels as the chip takes them, and a way to name their addresses in errors.
struct KernelProgram {
  ProgramImage image;
  /// "function+0x12" for a pc; "" if no symbol covers it. May be empty.
  std::function<std::string(std::uint64_t pc)> symbol;
};

/// Why an answer ended; codes of abi::PlanStatus::finished.
enum class FinishReason : std::uint8_t { kStopToken = 1, kTokenLimit = 2, kContextFull = 3 };

struct Answer {
  std::vector<std::uint32_t> tokens;  ///< the new ones; a stop token, if it ended the answer, is the last
  FinishReason finish = FinishReason::kTokenLimit;
  /// Host seconds: to the first token, and from there to the end.
  double prefill_seconds = 0, decode_seconds = 0;
  ChipCounters counters;  ///< of the whole answer
  /// Of a chip with a clock: up to the first token, and to the end.
  std::optional<TimeReport> prefill_time, whole_time;
};

/// Told which bytes of a weight have been copied and are not needed again.
using CopiedFunction = std::function<void(std::span<const std::byte>)>;

/// Copies a plan's weights to the device, piece by piece. They serve every plan of the same graph and chip.
Result<void> upload_weights(Device& device, const CompiledPlan& plan, const CopiedFunction& copied = {});

class Session {
 public:
  /// Copies the plan, without its weights, to the device. `device` must outlive the session.
  static Result<Session> load(Device& device, CompiledPlan plan, KernelProgram program);

  /// Runs the plan to its end. `on_token` is called for every token as soon as the chip has made it.
  /// A chip that faults or gets stuck is an error (kWorkFailed) naming tile, pc, symbol and cause.
  Result<Answer> run(const std::function<void(std::uint32_t token)>& on_token);

  /// Runs a plan of Task::kScore to its end; returns the natural logarithm of the probability of each token
  /// of the prompt after the first: one less than there are tokens.
  Result<std::vector<float>> score();

  /// Logits of the steps done so far, [step][vocabulary]. Only for plans compiled with trace_logits.
  Result<std::vector<float>> read_logits(std::uint32_t steps);

 private:
  Session(Device& device, CompiledPlan plan, KernelProgram program);
  Result<abi::PlanStatus> read_status();
  Result<void> collect_tokens(const abi::PlanStatus& status, Answer& answer,
                              const std::function<void(std::uint32_t token)>& on_token);
  Error fault_error(const ChipFault& fault) const;

  Device* device_;
  CompiledPlan plan_;
  KernelProgram program_;
};

}  // namespace areia::sw
