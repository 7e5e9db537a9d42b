// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia exec`: runs a bare-metal RISC-V program on one tile.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/cli/verbs.h"
#include "apps/execution.h"
#include "spec/chip/chip.h"

namespace areia::apps {
namespace {

struct ExecOptions {
  std::string program;
  std::vector<std::string> arguments;
  std::string chip = "areia-1";
  std::uint64_t max_instructions = UINT64_MAX;
  bool json = false;
};

/// The program's console: stdin, and stdout; stderr where stdout is for JSON.
HtifConsole host_console(bool json) {
  std::FILE* out = json ? stderr : stdout;
  return {.write =
              [out](std::string_view text) {
                std::fwrite(text.data(), 1, text.size(), out);
                std::fflush(out);
              },
          .read =
              [](std::size_t limit) {
                std::string text(limit, '\0');
                const ssize_t got = ::read(STDIN_FILENO, text.data(), limit);
                text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
                return text;
              }};
}

std::string to_json(const ExecOptions& options, const std::string& chip, const Execution& execution,
                    double seconds) {
  const ChipCounters& counters = execution.counters;
  nlohmann::ordered_json json = {{"program", options.program},
                                 {"chip", chip},
                                 {"exit_code", nullptr},
                                 {"instructions",
                                  {{"scalar", counters.scalar_instructions},
                                   {"vector", counters.vector_instructions},
                                   {"tensor", counters.tensor_instructions},
                                   {"movement", counters.movement_instructions}}},
                                 {"host_seconds", seconds},
                                 {"error", nullptr}};
  if (execution.exit_code) json["exit_code"] = *execution.exit_code;
  if (execution.failure) json["error"] = *execution.failure;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// A process has only 8 bits for its exit status; what does not fit must not become success.
int status_of(std::uint64_t exit_code) { return exit_code <= 255 ? static_cast<int>(exit_code) : 255; }

int exec(const ExecOptions& options) {
  const auto chip = load_chip(options.chip);
  if (!chip.ok()) return report(chip.error());
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::string> arguments = {options.program};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  const auto execution = execute_program(*chip, options.program, arguments, host_console(options.json),
                                         options.max_instructions);
  if (!execution.ok()) return report(execution.error());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  if (options.json) fmt::print("{}\n", to_json(options, chip->name, *execution, seconds.count()));
  if (execution->failure) return report(work_failed(*execution->failure));
  return status_of(*execution->exit_code);
}

}  // namespace

void add_exec_verb(CLI::App& app, int& status) {
  const auto options = std::make_shared<ExecOptions>();
  CLI::App* verb = app.add_subcommand("exec", "Run a bare-metal RISC-V program (ELF) on one tile");
  verb->add_option("program", options->program, "ELF file, linked at 0x80000000 (DRAM) as for Spike")
      ->required();
  verb->add_option("--chip", options->chip, "Name or TOML file of the chip")->capture_default_str();
  verb->add_option("--max-instructions", options->max_instructions, "Give up after so many (exit status 1)")
      ->check(CLI::PositiveNumber);
  verb->add_flag("--json", options->json, "One JSON object on stdout; the program's output goes to stderr");
  verb->prefix_command();  // what follows the program is the program's
  verb->footer(
      "The program talks to the host by HTIF (tohost, fromhost: console, exit), as under Spike, or ends "
      "with\n"
      "Areia's halt instruction. It starts with a0 = its launch block (spec/abi/launch.h) and mhartid 0; "
      "all\n"
      "other tiles stay halted. Its exit code becomes areia's; a fault gives 1, a bad file 2. Arguments "
      "after\n"
      "the program are its own: main gets them by HTIF's call getmainvars.\n"
      "  areia exec --json rv64ui-p-add\n"
      "  areia exec --chip areia-lab hello.elf one two");
  verb->callback([options, verb, &status] {
    options->arguments = verb->remaining();
    status = exec(*options);
  });
}

}  // namespace areia::apps
