// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Groups errors, and writes them for people and programs.
#include "apps/predict/validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "apps/page/page.h"
#include "perf/uncertainty.h"

namespace areia::apps {
namespace {

using Json = nlohmann::ordered_json;
using NameOf = std::function<std::string(const perf::Answer&)>;

ErrorSection section(std::string title, const std::vector<perf::Answer>& answers, const NameOf& name_of) {
  struct Errors {
    std::vector<double> held_out, zero_shot, calibration;
  };
  std::map<std::string, Errors> groups;
  for (const perf::Answer& answer : answers) {
    Errors& errors = groups[name_of(answer)];
    if (answer.row->held_out) {
      errors.held_out.push_back(answer.calibrated_error());
      errors.zero_shot.push_back(answer.zero_shot_error());
    } else {
      errors.calibration.push_back(answer.calibrated_error());
    }
  }
  ErrorSection found = {std::move(title), {}};
  for (auto& [name, errors] : groups) {
    found.lines.push_back({name, perf::summarise(std::move(errors.held_out)),
                           perf::summarise(std::move(errors.zero_shot)),
                           perf::summarise(std::move(errors.calibration))});
  }
  return found;
}

/// Three columns, or blanks where there are no rows.
std::string three(const perf::ErrorSummary& errors) {
  if (errors.rows == 0) return fmt::format("{:>7} {:>7} {:>7}", "", "", "");
  return fmt::format("{:>6.1f}% {:>6.1f}% {:>6.1f}%", 100 * errors.mean, 100 * errors.median,
                     100 * errors.p90);
}

std::string section_text(const ErrorSection& section) {
  std::string text = fmt::format(
      "{:<46} {:>6} {:>7} {:>7} {:>7} | {:>7} {:>7} {:>7} | {:>6} {:>7} {:>7} {:>7}\n", section.title, "rows",
      "mean", "median", "p90", "mean", "median", "p90", "rows", "mean", "median", "p90");
  for (const ErrorLine& line : section.lines) {
    text +=
        fmt::format("{:<46} {:>6} {} | {} | {:>6} {}\n", line.name, line.held_out.rows, three(line.held_out),
                    three(line.zero_shot), line.calibration.rows, three(line.calibration));
  }
  return text + '\n';
}

Json summary_json(const perf::ErrorSummary& errors) {
  if (errors.rows == 0) return {{"rows", 0}, {"mean", nullptr}, {"median", nullptr}, {"p90", nullptr}};
  return {{"rows", errors.rows}, {"mean", errors.mean}, {"median", errors.median}, {"p90", errors.p90}};
}

Json order_json(const Validation& v) {
  Json chips = Json::array();
  for (const perf::ChipRate& chip : v.order)
    chips.push_back({{"chip", chip.chip}, {"measured", chip.measured}, {"predicted", chip.calibrated}});
  return {{"spearman", v.spearman}, {"spearman_zero_shot", v.zero_shot_spearman}, {"chips", chips}};
}

/// How far predictions put the chips in the order that was measured.
void rank(Validation& v) {
  std::ranges::sort(v.order, std::greater<>(), &perf::ChipRate::measured);
  std::vector<double> measured, calibrated, zero_shot;
  for (const perf::ChipRate& chip : v.order) {
    measured.push_back(chip.measured);
    calibrated.push_back(chip.calibrated);
    zero_shot.push_back(chip.zero_shot);
  }
  v.spearman = perf::rank_correlation(measured, calibrated);
  v.zero_shot_spearman = perf::rank_correlation(measured, zero_shot);
}

/// Points of the scatter: [measured, predicted, chip, held out], by family.
Json points_json(const std::vector<perf::Answer>& answers) {
  std::map<std::string, Json> families;
  std::map<std::string, std::size_t> places;
  Json chips = Json::array();
  for (const perf::Answer& answer : answers) {
    const auto [place, is_new] = places.try_emplace(answer.chip, places.size());
    if (is_new) chips.push_back(answer.chip);
    const auto short_number = [](double value) { return Json::parse(fmt::format("{:.4g}", value)); };
    families[answer.family].push_back({short_number(answer.row->value), short_number(answer.calibrated),
                                       place->second, answer.row->held_out ? 1 : 0});
  }
  return {{"chips", chips}, {"families", families}};
}

}  // namespace

Validation validation_of(std::vector<perf::Answer> answers, std::size_t rows,
                         std::map<std::string, std::size_t> unanswered) {
  Validation v;
  v.rows = rows;
  v.unanswered = std::move(unanswered);
  v.whole = perf::whole_requests(answers);
  std::vector<perf::Answer> with_whole = answers;
  with_whole.insert(with_whole.end(), v.whole.answers.begin(), v.whole.answers.end());
  v.sections = {section("family", answers, [](const perf::Answer& a) { return a.family; }),
                section("family, what is measured", with_whole,
                        [](const perf::Answer& a) {
                          return fmt::format("{}, {}", a.family, perf::quantity_of(*a.row));
                        }),
                section("family, chip, format", answers,
                        [](const perf::Answer& a) {
                          return fmt::format("{}, {}, {}", a.family, a.chip, name_of(a.precision));
                        }),
                section("file, phase, metric", answers, [](const perf::Answer& a) {
                  return fmt::format("{}, {}, {}", a.row->file, a.row->phase, a.row->metric);
                })};
  v.order = perf::rates_on_llama_2_70b_offline(answers);
  rank(v);
  v.answers = std::move(answers);
  return v;
}

std::string validation_text(const Validation& v) {
  std::string text = fmt::format("{:<46} {:^30} | {:^23} | {:^30}\n", "|predicted - measured| / measured",
                                 "held-out rows, calibrated", "the same, zero-shot", "calibration rows");
  for (const ErrorSection& section : v.sections) text += section_text(section);
  if (v.order.size() > 1) {
    text += fmt::format(
        "order of {} chips by tokens a second, MLPerf Llama 2 70B offline: Spearman {:.3f} calibrated, "
        "{:.3f} "
        "zero-shot\n\n",
        v.order.size(), v.spearman, v.zero_shot_spearman);
  }
  text += fmt::format("{} of {} rows answered\n", v.answers.size(), v.rows);
  for (const auto& [why, count] : v.unanswered) text += fmt::format("  {:>6} not: {}\n", count, why);
  return text;
}

Json validation_json(const Validation& v) {
  Json sections = Json::object();
  for (const ErrorSection& section : v.sections) {
    Json lines = Json::array();
    for (const ErrorLine& line : section.lines) {
      lines.push_back({{"name", line.name},
                       {"held_out", summary_json(line.held_out)},
                       {"zero_shot", summary_json(line.zero_shot)},
                       {"calibration", summary_json(line.calibration)}});
    }
    sections[section.title] = std::move(lines);
  }
  return {{"rows", v.rows},
          {"answered", v.answers.size()},
          {"unanswered", v.unanswered},
          {"errors", sections},
          {"mlperf_order", order_json(v)}};
}

Result<std::string> validation_page(const Validation& v) {
  Json data = validation_json(v);
  data["points"] = points_json(v.answers);
  return chart_page("page/validation.html", data);
}

std::string validation_rows(const Validation& v) {
  std::string text =
      "file,line,family,chip,hardware,chips,model_or_op,batch,input_len,output_len,precision,metric,held_out,"
      "measured,zero_shot,calibrated\n";
  for (const perf::Answer& a : v.answers) {
    const perf::Measurement& r = *a.row;
    text += fmt::format("{},{},{},{},\"{}\",{},\"{}\",{},{},{},{},{},{},{},{:.6g},{:.6g}\n", r.file, r.line,
                        a.family, a.chip, r.hardware, r.chips, r.model_or_op, r.batch, r.input_length,
                        r.output_length, r.precision, r.metric, r.held_out ? 1 : 0, r.value, a.zero_shot,
                        a.calibrated);
  }
  return text;
}

}  // namespace areia::apps
