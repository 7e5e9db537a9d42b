// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// areia: the command line. Registers the verbs and turns errors into exit statuses.
#include <cstdio>

#include "apps/cli/verbs.h"

namespace areia::apps {

int report(const Error& error) {
  std::fprintf(stderr, "areia: %s\n", error.message.c_str());
  return error.kind == ErrorKind::kBadInput ? kBadInputStatus : kWorkFailedStatus;
}

namespace {

int run(int argc, char** argv) {
  int status = 0;
  CLI::App app("An open AI chip that you can run: a RISC-V accelerator for language models.");
  app.name("areia");
  app.footer(
      "Start with\n"
      "  areia run -p \"ROMEO:\"            the chip answers with the model that comes with areia\n"
      "  areia chip show areia-1          what the chip is\n"
      "Exit status: 0 success, 1 the work failed, 2 bad usage or input.");
  app.require_subcommand(1);
  add_run_verb(app, status);
  add_exec_verb(app, status);
  add_chip_verb(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "areia: %s\nareia: --help says more\n", error.what());
    return kBadInputStatus;
  }
  return status;
}

}  // namespace
}  // namespace areia::apps

int main(int argc, char** argv) { return areia::apps::run(argc, argv); }
