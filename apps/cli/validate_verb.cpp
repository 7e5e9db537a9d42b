// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia validate`: predicted beside measured, for every published row.
#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "apps/cli/verbs.h"
#include "perf/validate.h"

namespace areia::apps {
namespace {

struct ValidateOptions {
  std::vector<std::string> files;
  std::string family, chip;
  bool rows = false;
};

using Group = std::vector<const perf::Answer*>;

void print_summary(const std::string& title, const std::map<std::string, Group>& groups) {
  fmt::print("{:<44} {:>6} {:>7} {:>7} {:>7} | {:>6} {:>7} {:>7} {:>7} | {:>7}\n", title, "held", "mean",
             "median", "p90", "fitted", "mean", "median", "p90", "zero");
  for (const auto& [name, answers] : groups) {
    std::vector<double> held, fitted, zero;
    for (const perf::Answer* answer : answers) {
      (answer->row->held_out ? held : fitted).push_back(answer->calibrated_error());
      zero.push_back(answer->zero_shot_error());
    }
    const auto h = perf::summarise(held), f = perf::summarise(fitted), z = perf::summarise(zero);
    fmt::print(
        "{:<44} {:>6} {:>6.1f}% {:>6.1f}% {:>6.1f}% | {:>6} {:>6.1f}% {:>6.1f}% {:>6.1f}% | {:>6.1f}%\n",
        name, h.rows, 100 * h.mean, 100 * h.median, 100 * h.p90, f.rows, 100 * f.mean, 100 * f.median,
        100 * f.p90, 100 * z.mean);
  }
  fmt::print("\n");
}

void print_rows(const std::vector<perf::Answer>& answers) {
  fmt::print(
      "file,line,family,chip,hardware,chips,model_or_op,batch,input_len,output_len,precision,metric,held_out,"
      "measured,zero_shot,calibrated\n");
  for (const perf::Answer& a : answers) {
    const perf::Measurement& r = *a.row;
    fmt::print("{},{},{},{},\"{}\",{},\"{}\",{},{},{},{},{},{},{},{:.6g},{:.6g}\n", r.file, r.line, a.family,
               a.chip, r.hardware, r.chips, r.model_or_op, r.batch, r.input_length, r.output_length,
               r.precision, r.metric, r.held_out ? 1 : 0, r.value, a.zero_shot, a.calibrated);
  }
}

Result<std::vector<perf::Measurement>> rows_of(const ValidateOptions& options) {
  if (options.files.empty()) return perf::load_all_measurements();
  std::vector<perf::Measurement> all;
  for (const std::string& file : options.files) {
    auto rows = perf::load_measurements(file);
    if (!rows.ok()) return rows.error();
    all.insert(all.end(), rows->begin(), rows->end());
  }
  return all;
}

int validate(const ValidateOptions& options) {
  const auto library = perf::load_library();
  if (!library.ok()) return report(library.error());
  const auto rows = rows_of(options);
  if (!rows.ok()) return report(rows.error());
  std::vector<perf::Answer> answers = perf::answer_all(*rows, *library);
  std::erase_if(answers, [&](const perf::Answer& a) {
    return (!options.family.empty() && a.family != options.family) ||
           (!options.chip.empty() && a.chip != options.chip);
  });
  if (options.rows) {
    print_rows(answers);
    return 0;
  }
  std::map<std::string, Group> families, hardware, sources;
  for (const perf::Answer& answer : answers) {
    families[answer.family].push_back(&answer);
    hardware[fmt::format("{}, {}, {}", answer.family, answer.chip, name_of(answer.precision))].push_back(
        &answer);
    sources[fmt::format("{}, {}, {}", answer.row->file, answer.family, answer.row->metric)].push_back(
        &answer);
  }
  print_summary("family", families);
  print_summary("family, chip, format", hardware);
  print_summary("file, family, metric", sources);
  fmt::print("{} of {} rows answered\n", answers.size(), rows->size());
  return 0;
}

}  // namespace

void add_validate_verb(CLI::App& app, int& status) {
  const auto options = std::make_shared<ValidateOptions>();
  CLI::App* verb = app.add_subcommand("validate", "Set predictions beside published measurements");
  verb->add_option("files", options->files,
                   "CSV files of measurements; those that come with areia if none is given");
  verb->add_option("--family", options->family,
                   "Only this family: gemm, attention, collective, serving, ...");
  verb->add_option("--chip", options->chip, "Only this chip");
  verb->add_flag("--rows", options->rows, "Every row as CSV");
  verb->callback([options, &status] { status = validate(*options); });
}

}  // namespace areia::apps
