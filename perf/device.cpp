// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Joins a data sheet with its constants.
#include "perf/device.h"

#include <initializer_list>
#include <span>

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

Device::Device(const Accelerator& chip, const Calibration& calibration, bool calibrated) : chip_(&chip) {
  constants_.fill(calibration.classes[static_cast<std::size_t>(chip.kind)]);
  for (std::size_t i = 0; i < kPrecisionCount; ++i) {
    const auto precision = static_cast<Precision>(i);
    const Constants* measured = calibrated ? calibration.find(chip.name, precision) : nullptr;
    if (measured != nullptr) {
      constants_[i] = *measured;
      measured_[i] = true;
    }
    for (const Precision carrier : carriers(precision)) {
      if (const Known& peak = chip.peak(carrier)) {
        peaks_[i] = peak->value;
        break;
      }
    }
  }
  if (const auto* links = calibrated ? calibration.find_links(chip.name) : nullptr) {
    for (Constants& constants : constants_) constants.link_efficiency = links->efficiency;
    host_sharing_ = links->host_sharing;
  }
  if (chip.vector_peak) vector_peak_ = chip.vector_peak->value;
  if (chip.memory_bandwidth) bandwidth_ = chip.memory_bandwidth->value;
  if (chip.cores) cores_ = chip.cores->value;
}

}  // namespace areia::perf
