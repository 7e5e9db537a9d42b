// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Sums up errors by what rows have in common; writes and reads the sums.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <tuple>

#include "base/data_files.h"
#include "base/text_file.h"
#include "perf/uncertainty.h"

namespace areia::perf {
namespace {

/// Rows of one group, while it grows.
struct Gathered {
  std::vector<double> calibrated, zero_shot;
  std::array<MeasuredRange, kSituationNames.size()> ranges;

  void add(const Answer& answer, const Situation& situation) {
    calibrated.push_back(answer.calibrated_error());
    zero_shot.push_back(answer.zero_shot_error());
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      const double value = situation.*kSituationMembers[i];
      if (value <= 0) continue;
      ranges[i].least = std::min(ranges[i].least, value);
      ranges[i].most = std::max(ranges[i].most, value);
    }
  }
};

Situation situation_of(const Measurement& row, const Library& library) {
  const LanguageModel* model = library.model(row.model_or_op);
  return {row.batch, row.input_length, row.output_length, row.chips,
          model != nullptr ? model->parameters() : 0};
}

constexpr std::array<std::string_view, 10> kSummaryColumns = {
    "family", "quantity", "chip", "format", "rows", "median", "p90", "mean", "zero_median", "zero_p90"};

std::string header() {
  std::string text = fmt::format("{}", fmt::join(kSummaryColumns, ","));
  for (const std::string_view name : kSituationNames) text += fmt::format(",least_{0},most_{0}", name);
  return text;
}

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(',', at), line.size());
    cells.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return cells;
}

bool read_number(std::string_view text, double& value) {
  return std::from_chars(text.data(), text.data() + text.size(), value).ptr == text.data() + text.size();
}

/// Reads one line; false if it is none.
bool read_group(const std::vector<std::string_view>& cells, ErrorGroup& group) {
  constexpr std::size_t kTexts = 4;
  if (cells.size() != kSummaryColumns.size() + 2 * kSituationNames.size()) return false;
  group.family = cells[0], group.quantity = cells[1], group.chip = cells[2], group.format = cells[3];
  double rows = 0;
  double* const numbers[] = {&rows,
                             &group.calibrated.median,
                             &group.calibrated.p90,
                             &group.calibrated.mean,
                             &group.zero_shot.median,
                             &group.zero_shot.p90};
  for (std::size_t i = 0; i < std::size(numbers); ++i) {
    if (!read_number(cells[kTexts + i], *numbers[i])) return false;
  }
  group.calibrated.rows = group.zero_shot.rows = static_cast<std::size_t>(rows);
  for (std::size_t i = 0; i < group.ranges.size(); ++i) {
    MeasuredRange& range = group.ranges[i];
    if (!read_number(cells[kSummaryColumns.size() + 2 * i], range.least) ||
        !read_number(cells[kSummaryColumns.size() + 2 * i + 1], range.most)) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string_view quantity_of(const Measurement& row) {
  const auto has = [&](std::string_view part) { return row.metric.find(part) != std::string::npos; };
  if (row.phase == "op" || row.phase == "collective") return "time";
  if (has("energy") || has("power")) return "energy";
  if (has("end_to_end")) return "end to end";
  if (row.phase == "train") return "step time";
  if (has("ttft") || row.phase == "prefill") return "time to first token";
  if (has("tpot") || has("per_user") || (row.phase == "decode" && has("latency"))) return "time per token";
  if (has("latency")) return "end to end";
  return "throughput";
}

ErrorTable error_table(std::span<const Answer> answers, const Library& library) {
  std::map<std::tuple<std::string, std::string, std::string, std::string>, Gathered> gathered;
  for (const Answer& answer : answers) {
    if (!answer.row->held_out) continue;
    const Situation situation = situation_of(*answer.row, library);
    const std::string quantity(quantity_of(*answer.row)), format(name_of(answer.precision));
    if (library.accelerator(answer.chip) == nullptr) {  // what the clock said: of own designs only
      gathered[{answer.family, quantity, std::string(kOwnDesigns), "any"}].add(answer, situation);
      continue;
    }
    const Accelerator* chip = library.accelerator(answer.chip);
    const std::string kind = chip != nullptr ? fmt::format("class {}", name_of(chip->kind)) : "any";
    gathered[{answer.family, quantity, answer.chip, format}].add(answer, situation);
    gathered[{answer.family, quantity, answer.chip, "any"}].add(answer, situation);
    if (kind != "any") gathered[{answer.family, quantity, kind, "any"}].add(answer, situation);
    gathered[{answer.family, quantity, "any", "any"}].add(answer, situation);
  }
  ErrorTable table;
  for (auto& [key, rows] : gathered) {
    ErrorGroup group;
    std::tie(group.family, group.quantity, group.chip, group.format) = key;
    group.calibrated = summarise(std::move(rows.calibrated));
    group.zero_shot = summarise(std::move(rows.zero_shot));
    group.ranges = rows.ranges;
    table.groups.push_back(std::move(group));
  }
  return table;
}

std::string to_csv(const ErrorTable& table) {
  std::string text = header() + '\n';
  for (const ErrorGroup& g : table.groups) {
    text += fmt::format("{},{},{},{},{},{:.4f},{:.4f},{:.4f},{:.4f},{:.4f}", g.family, g.quantity, g.chip,
                        g.format, g.calibrated.rows, g.calibrated.median, g.calibrated.p90, g.calibrated.mean,
                        g.zero_shot.median, g.zero_shot.p90);
    for (const MeasuredRange& range : g.ranges)
      text += fmt::format(",{:.6g},{:.6g}", range.known() ? range.least : 0, range.most);
    text += '\n';
  }
  return text;
}

Result<ErrorTable> parse_error_table(std::string_view csv, const std::string& origin) {
  ErrorTable table;
  int number = 0;
  for (std::size_t at = 0; at < csv.size(); ++number) {
    const std::size_t end = std::min(csv.find('\n', at), csv.size());
    const std::string_view line = csv.substr(at, end - at);
    at = end + 1;
    if (number == 0) {
      if (line != header()) return bad_input(origin + ":1: not a table of errors; the build makes it");
      continue;
    }
    ErrorGroup group;
    if (!read_group(cells_of(line), group))
      return bad_input(fmt::format("{}:{}: not a line of a table of errors", origin, number + 1));
    table.groups.push_back(std::move(group));
  }
  return table;
}

Result<ErrorTable> load_error_table() {
  const auto path = find_data_file("perf/calibration/errors.csv");
  auto text = read_text_file(path, "the errors of predictions");
  if (!text.ok()) return text.error();
  return parse_error_table(*text, path.string());
}

}  // namespace areia::perf
