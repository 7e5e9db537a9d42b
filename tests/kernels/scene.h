// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Scene: a handmade plan of a few operators, with its matrices, run by the real kernels on a simulated chip.
// Tests fill matrices, run the same scene on several chips, and compare what comes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "spec/abi/device.h"
#include "spec/abi/plan.h"
#include "spec/chip/chip.h"

namespace areia::tests {

/// Matrices as tests see them: row after row, without padding.
using Values = std::vector<float>;

class Scene {
 public:
  Scene();

  /// Room for a matrix in DRAM, zero at first. Rows lie as the plan has them: weights dense, all else at
  /// multiples of 64 bytes.
  abi::TensorRef weight(std::uint32_t rows, std::uint32_t columns, num::Format format = num::Format::kFp32);
  abi::TensorRef activation(std::uint32_t rows, std::uint32_t columns,
                            num::Format format = num::Format::kFp32);

  /// Fills a matrix with values of about `scale`; blocks get random bits and scales of about scale / 100.
  void randomise(const abi::TensorRef& matrix, float scale = 1);
  /// Sets all elements; fp16 and bf16 matrices must be given values that they can hold.
  void set(const abi::TensorRef& matrix, std::span<const float> values);
  /// All elements, block formats with their scales.
  Values get(const abi::TensorRef& matrix) const;
  /// A row's bytes as they lie in DRAM.
  std::span<const std::uint8_t> row(const abi::TensorRef& matrix, std::uint32_t index) const;
  std::span<std::uint8_t> row(const abi::TensorRef& matrix, std::uint32_t index);

  /// The plan's header: tests change what they care about. prompt_tokens is also the rows of the first chunk
  /// unless chunk_rows says less.
  abi::PlanHeader plan;
  std::vector<std::uint32_t> tokens = {0};    ///< the prompt
  std::vector<float> rope_inverse_frequency;  ///< factors of the one table, which every kRopeStore uses
  abi::RopeTable rope;                        ///< its magnitude and ratio; run() sets the rest
  /// The operators; one that samples the first of two logits is added when none does.
  std::vector<abi::Op> ops;

  /// Runs the plan to its end on `chip`, functional unless `timed`. Throws std::runtime_error where the chip
  /// faults.
  void run(const ChipDescription& chip, bool timed = false);

  // After run():
  abi::PlanStatus status;
  std::vector<std::uint32_t> generated;
  Values rope_table;
  std::uint64_t doorbells = 0;  ///< posts that the host saw
  ChipCounters counters;
  std::optional<TimeReport> time;  ///< of a timed run

 private:
  abi::TensorRef matrix(std::uint32_t rows, std::uint32_t columns, num::Format format,
                        std::uint64_t alignment);
  std::uint64_t take(std::uint64_t bytes);
  void write_head();
  void read_results();
  template <typename T>
  T* at(std::uint64_t address);

  std::vector<std::uint8_t> dram_;
  std::mt19937 random_{20260101};
};

/// Chips that have little in common: one tile and many, short and long vectors, arrays from 1x1 to 256x256,
/// the smallest scratchpad, one DMA channel.
std::vector<ChipDescription> assorted_chips();

/// Runs the scene that `make` builds on every chip of assorted_chips(). `result` takes out what is to be the
/// same bits on all of them; returns it.
Values same_on_every_chip(const std::function<Scene()>& make,
                          const std::function<Values(const Scene&)>& result);

/// What GGUF's reference on x86 makes of `count` floats (a multiple of 32), as Q8_0 bytes: scale = largest /
/// 127 as fp16, elements x * (127 / largest) to nearest even.
std::vector<std::uint8_t> quantised(std::span<const float> values);
/// The same as kSuperInt8 (a multiple of 256): inverse = -127 / the first value of the largest magnitude,
/// elements x * inverse to nearest even, scale 1 / inverse as fp32.
std::vector<std::uint8_t> super_quantised(std::span<const float> values);

/// The largest |a - b| / max(|b|, floor).
double relative_distance(std::span<const float> a, std::span<const double> b, double floor);

}  // namespace areia::tests
