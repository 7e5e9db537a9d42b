// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Answers every published row and writes the errors that predictions state (perf/uncertainty.h). The build
// runs it, so that they are those of this very model.
//   write_errors errors.csv
#include <cstdio>
#include <fstream>

#include "base/data_files.h"
#include "perf/own_chip.h"
#include "perf/uncertainty.h"
#include "perf/whole_requests.h"

int main(int argc, char** argv) {
  using namespace areia::perf;
  const auto fail = [](const std::string& why) {
    std::fprintf(stderr, "write_errors: %s\n", why.c_str());
    return 1;
  };
  if (argc != 2) return fail("give the file to write");
  const auto library = load_library();
  if (!library.ok()) return fail(library.error().message);
  const auto rows = load_all_measurements();
  if (!rows.ok()) return fail(rows.error().message);
  std::vector<Answer> answers = answer_all(*rows, *library);
  const WholeRequests whole = whole_requests(answers);
  answers.insert(answers.end(), whole.answers.begin(), whole.answers.end());
  auto clocked = load_measurements(areia::find_data_file("perf/own/timed.csv"));
  if (!clocked.ok()) return fail(clocked.error().message);
  // The rule of the split is one for published rows. Of own chips, constants were fitted to all but one.
  std::erase_if(*clocked, [](const Measurement& row) { return row.hardware != kUnfittedOwnChip; });
  for (Measurement& row : *clocked) row.held_out = true;
  const std::vector<Answer> own = answer_all(*clocked, *library);
  answers.insert(answers.end(), own.begin(), own.end());
  std::ofstream file(argv[1], std::ios::binary);
  file << to_csv(error_table(answers, *library));
  file.close();
  return file ? 0 : fail(std::string(argv[1]) + " cannot be written");
}
