// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What a prediction runs on: a data sheet and the constants that say how much of it software reaches. A
// device is zero-shot (the constants of its class) or calibrated (constants fitted to published measurements
// of it, perf/calibration/devices.toml, at most five a format).
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "spec/accelerator/accelerator.h"

namespace areia::perf {

/// The five constants of a device and number format.
struct Constants {
  double matrix_efficiency = 0.8;  ///< of the matrix units' peak, sustained by a large product; 0 to 1
  double memory_efficiency = 0.8;  ///< of the memory's bandwidth, sustained by a long stream; 0 to 1
  double launch_seconds = 5e-6;    ///< from one kernel's start to the next's, if neither does anything
  double fill_seconds = 2e-6;      ///< a kernel's first operands in and last results out
  double link_efficiency = 0.8;    ///< of the links' bandwidth, sustained by a large collective; 0 to 1
};
inline constexpr std::size_t kConstantCount = 5;
/// The constants' keys in files, in the order of the struct.
inline constexpr std::array<std::string_view, kConstantCount> kConstantNames = {
    "matrix_efficiency", "memory_efficiency", "launch_seconds", "fill_seconds", "link_efficiency"};
inline constexpr std::array<double Constants::*, kConstantCount> kConstantMembers = {
    &Constants::matrix_efficiency, &Constants::memory_efficiency, &Constants::launch_seconds,
    &Constants::fill_seconds, &Constants::link_efficiency};

/// Constants of classes and of measured devices.
struct Calibration {
  struct Entry {
    std::string device;  ///< an accelerator's name
    Precision precision;
    Constants constants;         ///< link_efficiency is 0 where the entry has none: that of the class
    bool training_only = false;  ///< from devices_training.toml
  };
  /// What links.toml says of a device, for every format.
  struct Links {
    std::string device;
    double efficiency = 0;
    /// How chips that meet through the host are in each other's way: what each of n sustains falls with
    /// (2/n)^sharing. Of the host that was measured, not of the chip; 0 where chips have links of their own.
    double host_sharing = 0;
  };
  /// What is known of some of a class: `constants` that are NaN stay those of the class.
  struct Refinement {
    AcceleratorClass kind;
    std::optional<Precision> precision;  ///< of this format alone
    std::string vendor;                  ///< of this maker alone, as data sheets write it; "": of all
    Constants constants;
  };
  std::array<Constants, 4> classes;  ///< by AcceleratorClass
  std::vector<Refinement> refinements;
  std::vector<Entry> devices;
  std::vector<Links> links;

  /// Those fitted to this device and format, if it was measured.
  const Constants* find(std::string_view device, Precision precision) const;
  const Links* find_links(std::string_view device) const;
};
/// perf/calibration/classes.toml, devices.toml, devices_training.toml (devices of which only training was
/// measured: read after, and overruled by, devices.toml) and links.toml of the data folder. Errors name file,
/// line and key.
Result<Calibration> load_calibration();
Result<Calibration> parse_calibration(std::string_view classes, std::string_view devices,
                                      std::string_view training = "", std::string_view links = "");

/// An accelerator with its constants: cheap to copy, refers to both.
class Device {
 public:
  /// Zero-shot: the constants of its class for every format.
  Device(const Accelerator& chip, const Calibration& calibration, bool calibrated = true);

  const Accelerator& chip() const { return *chip_; }
  bool calibrated(Precision precision) const { return measured_[static_cast<std::size_t>(precision)]; }
  const Constants& constants(Precision precision) const {
    return constants_[static_cast<std::size_t>(precision)];
  }
  /// Tries constants out, as the fitter does.
  void set_constants(Precision precision, const Constants& constants) {
    constants_[static_cast<std::size_t>(precision)] = constants;
  }

  /// Peak of the matrix units in FLOP/s for operands of this format. Where the data sheet has none, the
  /// format that the chip would compute in instead (fp8 in bf16, fp16 as bf16, fp4 in fp8 ...); 0 if nothing
  /// serves.
  double matrix_peak(Precision precision) const { return peaks_[static_cast<std::size_t>(precision)]; }
  double vector_peak() const { return vector_peak_; }     ///< FLOP/s, fp32
  double memory_bandwidth() const { return bandwidth_; }  ///< bytes per second
  double cores() const { return cores_; }                 ///< that share a product; at least 1
  double host_sharing() const { return host_sharing_; }   ///< Calibration::Links::host_sharing
  double clock() const { return clock_; }                 ///< of the cores, Hz
  /// FLOP of a core in a clock with 16-bit operands.
  double flops_per_clock() const { return matrix_peak(Precision::kBf16) / (cores_ * clock_); }
  /// Special-function results of one core in a clock; what GPUs have where the data sheet has none.
  double exponentials() const { return exponentials_; }
  /// Whether the matrix units of a GPU take operands from registers, through warps that then cannot do else
  /// (perf/kernel.h).
  bool fed_by_registers() const { return fed_by_registers_; }
  /// Whether a GPU's have memory of their own for results (perf/kernel.h).
  bool holds_sums() const { return holds_sums_; }
  double cache_bytes() const { return cache_bytes_; }  ///< shared by all cores; 0 if there is none
  /// Bytes per second from the shared cache to all cores; what keeps the matrix units busy (perf/kernel.h)
  /// where the data sheet has none.
  double cache_bandwidth() const { return cache_bandwidth_; }
  double array_rows() const { return array_rows_; }  ///< of a systolic array; 0 if unknown
  double array_columns() const { return array_columns_; }
  double arrays() const { return arrays_; }

 private:
  void read_sheet();
  void refine(const Calibration& calibration);
  void calibrate(const Calibration& calibration);
  /// The constants fitted to this format, or to another that runs on the same units; null if there are none.
  const Constants* measured_as(Precision precision, const Calibration& calibration) const;

  const Accelerator* chip_;
  std::array<Constants, kPrecisionCount> constants_;
  std::array<bool, kPrecisionCount> measured_{};
  std::array<double, kPrecisionCount> peaks_{};
  double vector_peak_ = 0, bandwidth_ = 0, cores_ = 1, clock_ = 0, exponentials_ = 0, host_sharing_ = 0;
  bool fed_by_registers_ = false, holds_sums_ = false;
  double cache_bytes_ = 0, cache_bandwidth_ = 0;
  double array_rows_ = 0, array_columns_ = 0, arrays_ = 0;
};

}  // namespace areia::perf
