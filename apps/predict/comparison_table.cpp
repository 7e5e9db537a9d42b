// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A comparison as a table: for a terminal, a document, a spreadsheet.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "apps/predict/comparison.h"

namespace areia::apps {
namespace {

std::string three_digits(double value) {
  return value >= 100 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

template <typename T>
std::string or_empty(const std::optional<T>& value, const char* format = "{:.6g}") {
  return value ? fmt::format(fmt::runtime(format), *value) : "";
}

std::string short_or_empty(const std::optional<double>& value) { return value ? three_digits(*value) : ""; }

struct Prices {
  std::optional<double> rented, bought;
};
Prices prices_of(const ServingReport& report) {
  const double rate = report.tokens_per_second.value;
  return {dollars_per_million(report.price.rented, report.chips(), rate),
          dollars_per_million(report.price.bought, report.chips(), rate)};
}

/// "12%", with '*' for errors of other chips, without calibration, and '!' for extrapolation.
std::string short_error(const perf::Uncertainty& error) {
  if (error.rows == 0) return "?";
  const bool others = error.relatives.find("class") != std::string::npos;
  return fmt::format("{:.0f}%{}{}", 100 * error.median, others ? "*" : "", error.beyond.empty() ? "" : "!");
}

constexpr std::array<const char*, 11> kHead = {"chip",    "chips",        "tokens/s", "a chip",
                                               "TTFT ms", "TPOT ms",      "J/token",  "$/M rent",
                                               "$/M buy", "GB of a chip", "error"};

std::array<std::string, kHead.size()> cells_of(const ServingReport& report) {
  const Prices prices = prices_of(report);
  const perf::MemoryNeed& memory = report.choice.serving.memory;
  constexpr double kGigabyte = 1e9, kMilliseconds = 1e3;
  const auto joules = report.joules_per_token ? std::optional(report.joules_per_token->value) : std::nullopt;
  return {report.chip.name,
          fmt::format("{}", report.chips()),
          three_digits(report.tokens_per_second.value),
          three_digits(report.tokens_per_second.value / report.chips()),
          three_digits(kMilliseconds * report.ttft.value),
          three_digits(kMilliseconds * report.tpot.value),
          short_or_empty(joules),
          short_or_empty(prices.rented),
          short_or_empty(prices.bought),
          fmt::format("{:.0f}/{:.0f}", memory.total() / kGigabyte, memory.capacity / kGigabyte),
          short_error(report.tokens_per_second.error)};
}

std::string title(const Workload& workload) {
  return fmt::format("{}: {} + {} tokens a request", workload.model.label, workload.plan.input,
                     workload.plan.output);
}

/// A cell of a CSV file (RFC 4180).
std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

}  // namespace

std::string comparison_text(const std::vector<ComparisonRow>& rows, const Workload& workload) {
  constexpr std::array<int, kHead.size()> kWidths = {18, 6, 9, 8, 9, 8, 8, 9, 8, 13, 7};
  const auto line = [&](const auto& cells) {
    std::string text = fmt::format("{:<{}}", cells[0], kWidths[0]);
    for (std::size_t i = 1; i < cells.size(); ++i) text += fmt::format(" {:>{}}", cells[i], kWidths[i]);
    return text + '\n';
  };
  std::string text = title(workload) + '\n' + line(kHead);
  for (const ComparisonRow& row : rows) {
    if (row.report) text += line(cells_of(*row.report));
  }
  for (const ComparisonRow& row : rows) {
    if (!row.report) text += fmt::format("{:<{}} {}\n", row.chip, kWidths[0], row.why_not);
  }
  return text +
         fmt::format(
             "error: median of tokens a second on held-out measurements of the chip; *: of its class, "
             "zero-shot; !: beyond what was measured; ?: nothing like it was.\n"
             "$/M: dollars for a million tokens, rented, or bought and written off over {:.0f} years.\n",
             kYearsOfUse);
}

std::string comparison_markdown(const std::vector<ComparisonRow>& rows, const Workload& workload) {
  std::string text = fmt::format("| {} | {} |\n| --- | --: |", title(workload),
                                 fmt::join(kHead.begin() + 1, kHead.end(), " | "));
  text.pop_back();
  for (std::size_t i = 2; i < kHead.size(); ++i) text += "| --: ";
  text += "|\n";
  for (const ComparisonRow& row : rows) {
    if (!row.report) continue;
    auto cells = cells_of(*row.report);
    cells[0] = row.label;
    text += fmt::format("| {} |\n", fmt::join(cells, " | "));
  }
  return text;
}

std::string comparison_csv(const std::vector<ComparisonRow>& rows) {
  std::string text =
      "chip,label,chips,format,parallelism,requests,tokens_per_second,time_to_first_token_s,time_per_token_s,"
      "end_to_end_s,joules_per_token,usd_per_million_rented,usd_per_million_bought,weight_bytes,cache_bytes,"
      "memory_bytes,error_median,error_p90,error_rows,error_relatives,extrapolated,why_not\n";
  for (const ComparisonRow& row : rows) {
    text += quoted(row.chip) + ',' + quoted(row.label);
    if (!row.report) {
      constexpr std::size_t kEmpty = 20;
      text += std::string(kEmpty, ',') + quoted(row.why_not) + '\n';
      continue;
    }
    const ServingReport& report = *row.report;
    const Prices prices = prices_of(report);
    const perf::MemoryNeed& memory = report.choice.serving.memory;
    const perf::Uncertainty& error = report.tokens_per_second.error;
    const auto joules =
        report.joules_per_token ? std::optional(report.joules_per_token->value) : std::nullopt;
    text += fmt::format(
        ",{},{},{},{},{:.6g},{:.6g},{:.6g},{:.6g},{},{},{},{:.6g},{:.6g},{:.6g},{},{},{},{},{},\n",
        report.chips(), quoted(formats_text(report.choice.plan.formats)),
        quoted(parallelism_text(report.choice.plan.parallelism)), report.choice.plan.concurrency,
        report.tokens_per_second.value, report.ttft.value, report.tpot.value, report.end_to_end.value,
        or_empty(joules), or_empty(prices.rented), or_empty(prices.bought), memory.weights, memory.cache,
        memory.capacity, error.rows > 0 ? fmt::format("{:.4f}", error.median) : "",
        error.rows > 0 ? fmt::format("{:.4f}", error.p90) : "", error.rows, quoted(error.relatives),
        error.extrapolated() ? 1 : 0);
  }
  return text;
}

}  // namespace areia::apps
