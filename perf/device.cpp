// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Joins a data sheet with its constants.
#include "perf/device.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <span>

#include "perf/kernel.h"

namespace areia::perf {
namespace {

/// The formats that a product of `precision` may be computed in, best first: those that hold its operands.
std::span<const Precision> carriers(Precision precision) {
  using P = Precision;
  static constexpr P kFp32[] = {P::kFp32, P::kTf32};
  static constexpr P kTf32[] = {P::kTf32, P::kFp32};
  static constexpr P kFp16[] = {P::kFp16, P::kBf16, P::kTf32, P::kFp32};
  static constexpr P kBf16[] = {P::kBf16, P::kFp16, P::kTf32, P::kFp32};
  static constexpr P kFp8[] = {P::kFp8, P::kBfp8, P::kBf16, P::kFp16, P::kFp32};
  static constexpr P kInt8[] = {P::kInt8, P::kBf16, P::kFp16, P::kFp32};
  static constexpr P kBfp8[] = {P::kBfp8, P::kFp8, P::kBf16, P::kFp16, P::kFp32};
  static constexpr P kFp6[] = {P::kFp6, P::kFp8, P::kBf16, P::kFp16, P::kFp32};
  static constexpr P kFp4[] = {P::kFp4, P::kFp6, P::kFp8, P::kBf16, P::kFp16, P::kFp32};
  static constexpr P kInt4[] = {P::kInt4, P::kInt8, P::kBf16, P::kFp16, P::kFp32};
  static constexpr std::span<const P> kAll[] = {kFp32, kTf32, kFp16, kBf16, kFp8,
                                                kInt8, kBfp8, kFp6,  kFp4,  kInt4};
  return kAll[static_cast<std::size_t>(precision)];
}

/// Peak of a core for bf16, FLOP/s, where no data sheet says how many cores a chip has: 8,192 FLOP a clock,
/// as those of 2024 to 2026 have (B200, MI355X).
constexpr double kUsualCorePeak = 8192 * 1.9e9;

}  // namespace

const Constants* Calibration::find(std::string_view device, Precision precision) const {
  for (const Entry& entry : devices) {
    if (entry.device == device && entry.precision == precision) return &entry.constants;
  }
  return nullptr;
}

const Calibration::Links* Calibration::find_links(std::string_view device) const {
  for (const Links& entry : links) {
    if (entry.device == device) return &entry;
  }
  return nullptr;
}

void Device::read_sheet() {
  const auto value_or = [](const Known& fact, double otherwise) { return fact ? fact->value : otherwise; };
  for (std::size_t i = 0; i < kPrecisionCount; ++i) {
    for (const Precision carrier : carriers(static_cast<Precision>(i))) {
      if (const Known& peak = chip_->peak(carrier)) {
        peaks_[i] = peak->value;
        break;
      }
    }
  }
  // Where only narrower peaks are published: a unit for 8 bits takes 16 at half the rate.
  for (const Precision wide : {Precision::kBf16, Precision::kFp16}) {
    double& peak = peaks_[static_cast<std::size_t>(wide)];
    if (peak == 0) peak = matrix_peak(Precision::kFp8) / 2;
  }
  vector_peak_ = value_or(chip_->vector_peak, 0);
  bandwidth_ = value_or(chip_->memory_bandwidth, 0);
  cores_ = value_or(chip_->cores, std::max(1.0, matrix_peak(Precision::kBf16) / kUsualCorePeak));
  clock_ = value_or(chip_->clock_hz,
                    chip_->kind == AcceleratorClass::kGpu && chip_->vector_peak && chip_->cores
                        ? std::clamp(vector_peak_ / cores_ / kernel::kVectorOperations, 0.5e9, 4e9)
                        : kernel::kUsualClock);
  const bool gpu = chip_->kind == AcceleratorClass::kGpu;
  fed_by_registers_ = gpu && flops_per_clock() < kernel::kFedByRegisters;
  holds_sums_ = gpu && flops_per_clock() >= kernel::kHoldsSums;
  exponentials_ = value_or(chip_->exponentials, kernel::kExponentials);
  cache_bytes_ = value_or(chip_->cache_bytes, 0);
  cache_bandwidth_ = value_or(chip_->cache_bandwidth, std::max(bandwidth_, matrix_peak(Precision::kBf16) /
                                                                               kernel::kFlopsPerCacheByte));
  if (chip_->array_rows && chip_->array_columns && chip_->arrays) {
    array_rows_ = chip_->array_rows->value;
    array_columns_ = chip_->array_columns->value;
    arrays_ = chip_->arrays->value;
  }
}

Device::Device(const Accelerator& chip, const Calibration& calibration, bool calibrated) : chip_(&chip) {
  constants_.fill(calibration.classes[static_cast<std::size_t>(chip.kind)]);
  read_sheet();
  refine(calibration);
  if (!calibrated) return;
  calibrate(calibration);
  if (const auto* links = calibration.find_links(chip.name)) {
    for (Constants& constants : constants_) constants.link_efficiency = links->efficiency;
    host_sharing_ = links->host_sharing;
  }
}

void Device::refine(const Calibration& calibration) {
  for (const Calibration::Refinement& refinement : calibration.refinements) {
    if (refinement.kind != chip_->kind || (!refinement.vendor.empty() && refinement.vendor != chip_->vendor))
      continue;
    for (std::size_t i = 0; i < kPrecisionCount; ++i) {
      if (refinement.precision && *refinement.precision != static_cast<Precision>(i)) continue;
      for (const auto member : kConstantMembers) {
        if (!std::isnan(refinement.constants.*member)) constants_[i].*member = refinement.constants.*member;
      }
    }
  }
}

const Constants* Device::measured_as(Precision precision, const Calibration& calibration) const {
  if (const Constants* own = calibration.find(chip_->name, precision)) return own;
  for (std::size_t i = 0; i < kPrecisionCount; ++i) {
    const auto other = static_cast<Precision>(i);
    // Formats of equal peak run on the same units.
    if (matrix_peak(other) != matrix_peak(precision)) continue;
    if (const Constants* same = calibration.find(chip_->name, other)) return same;
  }
  return nullptr;
}

void Device::calibrate(const Calibration& calibration) {
  using P = Precision;
  const Constants* any = nullptr;
  for (const P precision : {P::kBf16, P::kFp16, P::kFp8, P::kBfp8, P::kInt8, P::kFp4, P::kTf32, P::kFp32}) {
    if (any == nullptr) any = calibration.find(chip_->name, precision);
  }
  if (any == nullptr) return;
  for (std::size_t i = 0; i < kPrecisionCount; ++i) {
    const auto precision = static_cast<P>(i);
    const Constants* measured = measured_as(precision, calibration);
    const Constants of_class = constants_[i];
    constants_[i] = measured != nullptr ? *measured : *any;
    // Memory and launches know no format; the matrix units do.
    if (measured == nullptr) constants_[i].matrix_efficiency = of_class.matrix_efficiency;
    if (constants_[i].link_efficiency == 0) constants_[i].link_efficiency = of_class.link_efficiency;
    measured_[i] = measured != nullptr;
  }
}

}  // namespace areia::perf
