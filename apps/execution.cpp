// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Loads, launches, and serves the program's requests as they come.
#include "apps/execution.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/chip.h"
#include "spec/abi/memory_map.h"
#include "sw/formats/elf.h"
#include "sw/runtime/fault_text.h"

namespace areia::apps {
namespace {

/// Between looks at variables that the chip cannot watch, or at answers not yet taken.
constexpr std::uint64_t kSlice = 10'000;
/// A request written as two 32-bit halves is complete after so many more instructions.
constexpr std::uint64_t kSettling = 4;

class Run {
 public:
  Run(sim::Chip& chip, const sw::Elf& program, std::uint64_t limit)
      : chip_(chip), program_(program), left_(limit) {}

  /// Runs on until something happens that the host must look at. False once the program can go on no more.
  bool advance(std::uint64_t slice) {
    const std::uint64_t before = total();
    const RunStatus status = chip_.run(std::min(slice, left_));
    const std::uint64_t executed = total() - before;
    left_ -= std::min(executed, left_);
    switch (status.reason) {
      case RunStatus::Reason::kFault:
        execution_.failure = sw::fault_text(*status.fault, program_.describe(status.fault->pc));
        return false;
      case RunStatus::Reason::kFinished:
        execution_.exit_code = chip_.exit_code(0);
        return false;
      default:
        break;
    }
    watched_ = status.reason == RunStatus::Reason::kWatch;
    if (left_ != 0 || watched_) return true;
    execution_.failure =
        "stopped: the program has executed as many instructions as --max-instructions allows";
    return false;
  }
  bool watched() const { return watched_; }

  Execution finish() {
    execution_.counters = chip_.counters();
    return std::move(execution_);
  }
  void exit(std::uint64_t code) {
    execution_.exit_code = code;
    execution_.failure.reset();
  }
  void fail(std::string why) { execution_.failure = std::move(why); }

 private:
  std::uint64_t total() const {
    const ChipCounters c = chip_.counters();
    return c.scalar_instructions + c.vector_instructions + c.tensor_instructions + c.movement_instructions;
  }

  sim::Chip& chip_;
  const sw::Elf& program_;
  std::uint64_t left_;
  bool watched_ = false;
  Execution execution_;
};

/// Without HTIF a program ends by halt, by a fault, or not at all.
Execution run_alone(Run run) {
  while (run.advance(UINT64_MAX)) {
  }
  return run.finish();
}

Execution run_with_htif(Run run, Htif& htif, bool watches) {
  for (bool goes_on = true; goes_on;) {
    goes_on = run.advance(watches && !htif.waiting() ? UINT64_MAX : kSlice);
    if (goes_on && run.watched() && htif.half_written()) goes_on = run.advance(kSettling);
    if (const auto served = htif.poll(); !served.ok()) {
      run.fail(served.error().message);
      break;
    }
    if (htif.exit_code()) {
      run.exit(*htif.exit_code());
      break;
    }
  }
  return run.finish();
}

}  // namespace

Result<Execution> execute_program(const ChipDescription& description, const std::string& path,
                                  const std::vector<std::string>& arguments, HtifConsole console,
                                  std::uint64_t max_instructions) {
  const auto program = sw::Elf::load(path);
  if (!program.ok()) return program.error();
  auto created = sim::Chip::create(description, {.threads = 1});
  if (!created.ok()) return created.error();
  sim::Chip& chip = **created;
  const auto tohost = program->symbol("tohost"), fromhost = program->symbol("fromhost");
  const bool watches = tohost && *tohost - abi::kDramBase < description.dram.bytes;
  if (watches) chip.watch(*tohost, sizeof(std::uint64_t));
  if (const auto launched = chip.launch_one(program->image(), 0); !launched.ok()) {
    return Error{launched.error().kind, path + ": " + launched.error().message};
  }
  Run run(chip, *program, max_instructions);
  if (!tohost) return run_alone(std::move(run));
  Htif htif(chip, *tohost, fromhost.value_or(0), arguments, std::move(console));
  return run_with_htif(std::move(run), htif, watches);
}

}  // namespace areia::apps
