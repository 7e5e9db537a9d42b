// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia compare`: one workload on many kinds of chips.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "apps/cli/verbs.h"
#include "apps/page/page.h"
#include "apps/predict/comparison.h"
#include "perf/own_chip.h"

namespace areia::apps {
namespace {

struct CompareOptions {
  WorkloadOptions workload;
  std::vector<std::string> chips = {"all"};
  std::vector<std::uint32_t> counts;
  std::string html;
  bool json = false, csv = false, markdown = false;
};

Result<void> compare_chips(const CompareOptions& options) {
  const auto basis = load_basis();
  if (!basis.ok()) return basis.error();
  Workload workload;
  AREIA_RETURN_IF_ERROR(read_workload(options.workload, workload));
  const bool all = options.chips == std::vector<std::string>{"all"};
  const auto rows = compare(all ? perf::any_chip_names() : options.chips, options.counts, workload, *basis,
                            options.workload.zero_shot);
  if (!rows.ok()) return rows.error();
  if (!options.html.empty()) {
    const auto page = comparison_page(*rows, workload);
    if (!page.ok()) return page.error();
    AREIA_RETURN_IF_ERROR(write_report(options.html, *page));
  }
  fmt::print("{}", options.json       ? comparison_json(*rows, workload).dump() + '\n'
                   : options.csv      ? comparison_csv(*rows)
                   : options.markdown ? comparison_markdown(*rows, workload)
                                      : comparison_text(*rows, workload));
  return {};
}

}  // namespace

void add_compare_verb(CLI::App& app, int& status) {
  const auto options = std::make_shared<CompareOptions>();
  CLI::App* verb =
      app.add_subcommand("compare", "One model on many kinds of chips: speed, energy, cost, with errors");
  add_workload_options(verb, &options->workload);
  verb->add_option("--chips", options->chips, "Names and files, with commas between them; or all")
      ->delimiter(',')
      ->option_text("a,b,...|all")
      ->capture_default_str();
  verb->add_option("--count", options->counts,
                   "How many of each, several numbers with commas; without it, as few as hold the model, or "
                   "up to eight times "
                   "as many where each then does more")
      ->delimiter(',')
      ->check(CLI::Range(1u, perf::kMostChips))
      ->option_text("N,...");
  CLI::Option* json = verb->add_flag("--json", options->json, "One JSON object on stdout");
  CLI::Option* csv = verb->add_flag("--csv", options->csv, "CSV on stdout")->excludes(json);
  verb->add_flag("--markdown", options->markdown, "The table of a document")->excludes(json)->excludes(csv);
  verb->add_option("--html", options->html, "Write a page with charts, complete in itself")
      ->option_text("FILE");
  verb->footer(
      "Examples\n"
      "  areia compare llama-3-70b --precision fp8 --max-tpot 50\n"
      "  areia compare gpt-oss-120b --chips areia-1,h100-sxm,mi300x,tpu-v6e --count 4,8 --html chips.html\n"
      "  areia compare llama-3-8b --chips all --csv > chips.csv");
  verb->callback([options, &status] {
    const auto done = compare_chips(*options);
    if (!done.ok()) status = report(done.error());
  });
}

}  // namespace areia::apps
