// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia validate`: predicted beside measured, for every published row.
#include <fmt/format.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "apps/cli/verbs.h"
#include "apps/page/page.h"
#include "apps/predict/validation.h"
#include "base/nearest_name.h"
#include "base/text_file.h"
#include "perf/validate.h"

namespace areia::apps {
namespace {

struct ValidateOptions {
  std::vector<std::string> files;
  std::string family, chip, html;
  bool rows = false, json = false;
};

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

/// Leaves only the family and chip that were asked for.
Result<void> select(const ValidateOptions& options, const perf::Library& library,
                    std::vector<perf::Answer>& answers) {
  if (!options.family.empty()) {
    const auto wanted = [&](const perf::Answer& a) { return a.family == options.family; };
    std::set<std::string> known;
    for (const perf::Answer& answer : answers) known.insert(answer.family);
    const std::vector<std::string> names(known.begin(), known.end());
    if (!known.contains(options.family)) {
      return bad_input(fmt::format("--family: no row of '{}'{}; there are: {}", printable(options.family),
                                   did_you_mean(options.family, names), fmt::join(names, ", ")));
    }
    std::erase_if(answers, std::not_fn(wanted));
  }
  if (!options.chip.empty()) {
    const Accelerator* chip = library.accelerator(options.chip);
    if (chip == nullptr) {
      return bad_input(fmt::format("--chip: no accelerator named '{}'{}", printable(options.chip),
                                   did_you_mean(options.chip, accelerator_names())));
    }
    std::erase_if(answers, [&](const perf::Answer& a) { return a.chip != chip->name; });
  }
  return {};
}

Result<void> validate(const ValidateOptions& options) {
  const auto library = perf::load_library();
  if (!library.ok()) return library.error();
  const auto rows = rows_of(options);
  if (!rows.ok()) return rows.error();
  if (isatty(STDERR_FILENO) == 1) fmt::print(stderr, "answering {} rows\r", rows->size());
  std::map<std::string, std::size_t> unanswered;
  std::vector<perf::Answer> answers = perf::answer_all(*rows, *library, &unanswered);
  AREIA_RETURN_IF_ERROR(select(options, *library, answers));
  const Validation validation = validation_of(std::move(answers), rows->size(), std::move(unanswered));
  if (!options.html.empty()) {
    const auto page = validation_page(validation);
    if (!page.ok()) return page.error();
    AREIA_RETURN_IF_ERROR(write_report(options.html, *page));
  }
  if (options.rows) {
    fmt::print("{}", validation_rows(validation));
  } else if (options.json) {
    fmt::print("{}\n", validation_json(validation).dump());
  } else {
    fmt::print("{}", validation_text(validation));
  }
  return {};
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
  verb->add_flag("--rows", options->rows, "Every answered row as CSV, and nothing else on stdout");
  verb->add_flag("--json", options->json, "One JSON object on stdout");
  verb->add_option("--html", options->html, "Write a page with the scatter of predicted beside measured")
      ->option_text("FILE");
  verb->footer(
      "Examples\n"
      "  areia validate                                       errors by family, chip, format and source\n"
      "  areia validate --family gemm --chip h100-sxm --rows  every product on one chip\n"
      "  areia validate mine.csv --html errors.html           your own measurements, in the same columns");
  verb->callback([options, &status] {
    const auto done = validate(*options);
    if (!done.ok()) status = report(done.error());
  });
}

}  // namespace areia::apps
