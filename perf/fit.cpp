// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Compass search for the constants of each device and format.
#include "perf/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace areia::perf {
namespace {

/// Those that operators depend on; links have a fitter of their own.
constexpr std::size_t kFitted = 4;
struct Range {
  double least, most;
};
constexpr std::array<Range, kFitted> kRanges = {{{0.2, 1}, {0.2, 1}, {5e-7, 1e-4}, {1e-6, 5e-6}}};
/// Steps of the search, as factors; each is tried until none helps.
constexpr std::array<double, 6> kSteps = {1.4, 1.15, 1.06, 1.025, 1.01, 1.004};

/// What devices differ by from their class, in logarithms: that is known of a device before its rows are
/// seen, and few or noisy rows must not outweigh it.
constexpr std::array<double, kFitted> kSpread = {0.3, 0.3, 1, 1};

/// The first two constants are efficiencies. An efficiency is fitted where at least so many rows move by more
/// than kFelt when it is multiplied by kProbe.
constexpr std::size_t kEfficiencies = 2, kMemory = 1, kTellingRows = 6;
constexpr double kProbe = 0.9, kFelt = 0.04;

/// Three significant digits, as the file has them.
double rounded(double value) {
  const double unit = std::pow(10, std::floor(std::log10(value)) - 2);
  return std::round(value / unit) * unit;
}

bool is_operator(const std::string& family) {
  return family == "gemm" || family == "attention" || family == "elementwise";
}

/// Whether enough rows depend on an efficiency for them to tell it.
bool is_told(const FitGroup& group, Device device, const Constants& constants, std::size_t index) {
  if (index >= kEfficiencies) return true;
  Constants changed = constants;
  changed.*kConstantMembers[index] *= kProbe;
  Device other = device;
  group.set_constants(device, constants);
  group.set_constants(other, changed);
  std::size_t rows = 0;
  for (const FitGroup::Row& row : group.rows) {
    const double before = row.question.answer(device), after = row.question.answer(other);
    if (std::abs(after - before) > kFelt * before) ++rows;
  }
  return rows >= kTellingRows;
}

class Search {
 public:
  Search(const FitGroup& group, const Device& device, const Constants& prior, const Constants& start)
      : group_(group), prior_(prior), device_(device), best_(start), error_(error_of(start)) {
    for (std::size_t i = 0; i < kFitted; ++i)
      free_[i] = (i != kMemory || group.tells_memory) && is_told(group_, device_, start, i);
  }

  Constants run() {
    for (const double step : kSteps) {
      while (improve(step)) {
      }
    }
    for (std::size_t i = 0; i < kFitted; ++i)
      best_.*kConstantMembers[i] = rounded(best_.*kConstantMembers[i]);
    return best_;
  }
  double error() const { return error_; }

 private:
  /// The error, times what the way from the start costs. Its logarithm is the negative one of a posterior,
  /// for a row: errors of rows and ways of constants are spread as Laplace's distribution, the former as far
  /// as they tell.
  double error_of(const Constants& constants) {
    group_.set_constants(device_, constants);
    double way = 0;
    for (std::size_t i = 0; i < kFitted; ++i)
      way += std::abs(std::log(constants.*kConstantMembers[i] / prior_.*kConstantMembers[i])) / kSpread[i];
    return fit_error(group_, device_) * std::exp(way / static_cast<double>(group_.rows.size()));
  }
  bool improve(double step) {
    bool better = false;
    for (std::size_t i = 0; i < kFitted; ++i) {
      if (!free_[i]) continue;
      for (const double factor : {step, 1 / step}) {
        Constants next = best_;
        double& value = next.*kConstantMembers[i];
        value = std::clamp(value * factor, kRanges[i].least, kRanges[i].most);
        const double error = error_of(next);
        if (error >= error_ * (1 - 1e-6)) continue;
        best_ = next;
        error_ = error;
        better = true;
        break;
      }
    }
    return better;
  }

  const FitGroup& group_;
  Constants prior_;
  std::array<bool, kFitted> free_{};
  Device device_;
  Constants best_;
  double error_;
};

}  // namespace

void FitGroup::set_constants(Device& device, const Constants& constants) const {
  device.set_constants(precision, constants);
  for (const Precision other : joined) device.set_constants(other, constants);
}

std::vector<FitGroup> fit_groups(std::span<const Measurement> rows, const Library& library,
                                 std::size_t least) {
  std::map<std::pair<std::string, Precision>, FitGroup> groups;
  for (const Measurement& row : rows) {
    if (row.held_out || row.value <= 0) continue;
    auto question = read_operator(row, library);
    if (!question || !is_operator(question->family)) continue;
    FitGroup& group = groups[{question->chip->name, question->precision}];
    group.chip = question->chip;
    group.precision = question->precision;
    group.rows.push_back({std::move(*question), row.value});
  }
  std::vector<FitGroup> list;
  for (auto& [key, group] : groups) {
    if (group.rows.size() >= least) list.push_back(std::move(group));
  }
  for (auto& [key, group] : groups) {
    if (group.rows.empty() || group.rows.size() >= least) continue;
    const auto wide = std::ranges::find(list, group.chip, &FitGroup::chip);
    if (wide == list.end()) continue;
    wide->joined.push_back(group.precision);
    std::ranges::move(group.rows, std::back_inserter(wide->rows));
  }
  return list;
}

double fit_error(const FitGroup& group, const Device& device) {
  struct Sum {
    double error = 0, rows = 0;
  };
  std::array<Sum, 3> sums;
  for (const FitGroup::Row& row : group.rows) {
    const std::string& family = row.question.family;
    Sum& sum = sums[family == "gemm" ? 0 : family == "attention" ? 1 : 2];
    sum.error += std::abs(row.question.answer(device) - row.measured) / row.measured;
    sum.rows += 1;
  }
  double error = 0, weight = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i].rows == 0) continue;
    const double share = i == 0 ? 2 : 1;
    error += share * sums[i].error / sums[i].rows;
    weight += share;
  }
  return weight > 0 ? error / weight : 0;
}

Constants fit(const FitGroup& group, Device device, const Constants& start) {
  // Compass search may stop in a valley: other starts have fast launches, short launches and long fills, or
  // launches by a slow host.
  Constants fast = start;
  fast.launch_seconds = std::min(start.launch_seconds, 2e-6);
  fast.fill_seconds = std::min(start.fill_seconds, 1e-6);
  Constants filling = fast;
  filling.fill_seconds = 3e-6;
  Constants hosted = start;
  hosted.launch_seconds = 10 * start.launch_seconds;
  Constants best = start;
  double least = std::numeric_limits<double>::infinity();
  for (const Constants& from : {start, fast, filling, hosted}) {
    Search search(group, device, start, from);
    const Constants found = search.run();
    if (search.error() >= least) continue;
    least = search.error();
    best = found;
  }
  return best;
}

Calibration fit_all(std::span<const Measurement> rows, const Library& library) {
  Calibration calibration;
  calibration.classes = library.calibration.classes;
  calibration.refinements = library.calibration.refinements;
  std::vector<FitGroup> groups = fit_groups(rows, library);
  std::ranges::stable_sort(groups, [](const FitGroup& a, const FitGroup& b) {
    return bytes_of(a.precision) > bytes_of(b.precision);
  });
  for (FitGroup& group : groups) {
    const auto wider = [&](const auto& entry) {
      return entry.device == group.chip->name && bytes_of(entry.precision) > bytes_of(group.precision);
    };
    group.tells_memory = std::ranges::none_of(calibration.devices, wider);
    const Device device(*group.chip, calibration);
    const Constants start = device.constants(group.precision);
    const Constants found = fit(group, device, start);
    calibration.devices.push_back({group.chip->name, group.precision, found});
    for (const Precision joined : group.joined)
      calibration.devices.push_back({group.chip->name, joined, found});
  }
  std::ranges::stable_sort(calibration.devices, [](const auto& a, const auto& b) {
    return std::pair(a.device, a.precision) < std::pair(b.device, b.precision);
  });
  return calibration;
}

std::string devices_toml(const Calibration& calibration) {
  std::string text =
      "# SPDX-FileCopyrightText: 2026 The Areia authors\n"
      "# SPDX-License-Identifier: Apache-2.0\n"
      "#\n"
      "# Constants fitted to the calibration rows of operators in perf/measurements, by device and number "
      "format: written by\n"
      "# `make calibrate`. Links have a file of their own.\n";
  for (const auto& entry : calibration.devices) {
    text += fmt::format("[{}.{}]\n", entry.device, name_of(entry.precision));
    for (std::size_t i = 0; i < kFitted; ++i)
      text += fmt::format("{} = {:.3g}\n", kConstantNames[i], entry.constants.*kConstantMembers[i]);
  }
  return text;
}

}  // namespace areia::perf
