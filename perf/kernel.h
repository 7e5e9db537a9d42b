// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What all kernels of a class of devices have in common, beside the constants of a device: few numbers, each
// with its reason.
#pragma once

#include <algorithm>
#include <cmath>

namespace areia::perf::kernel {

/// Arithmetic and traffic overlap, but not wholly: two times join as the 4-norm (19% more than the longer
/// one where both are equal).
inline double overlapped(double a, double b) {
  const double a2 = a * a, b2 = b * b;
  return std::sqrt(std::sqrt(a2 * a2 + b2 * b2));
}

/// What each step of a kernel's main loop fetches ahead overlaps better: as the 8-norm (9% more where both
/// are equal; from samples of bf16 products of aiconfigurator's database on six chips).
inline double fetched_ahead(double a, double b) {
  const double a2 = a * a, b2 = b * b;
  return std::sqrt(overlapped(a2, b2));
}

/// Arithmetic for each byte that the shared cache brings at which a core's matrix units are just kept busy:
/// a 128 x 128 tile of 16-bit operands. So it is on NVIDIA's chips from Ampere to Blackwell (64 FLOP a byte:
/// 4,096 FLOP and 64 bytes a clock on Hopper), and libraries' largest common tile.
inline constexpr double kFlopsPerCacheByte = 64;

/// Share of the shared cache that one product's operands can count on; the rest holds what else is under way.
inline constexpr double kUsableCache = 0.7;

/// Share of the cores that must stream for DRAM to reach its bandwidth.
inline constexpr double kStreamingCores = 0.5;

/// Share of the shared cache's bandwidth that streams of keys and values sustain.
inline constexpr double kCacheEfficiency = 0.5;

/// Exponentials of one core in a clock: 16 special-function results on NVIDIA's cores from 7.0 on (CUDA
/// programming guide, throughput of native arithmetic instructions) and on AMD's (a quarter of 64 lanes).
inline constexpr double kExponentials = 16;

/// Matrix units of up to so many FLOP a clock and core (16-bit operands) are fed by warps from registers:
/// Ampere, Ada, RTX Blackwell, Xe and CDNA have 1,024 or 2,048. Hopper's and later ones of data centres, with
/// 4,096 and more, read shared memory by themselves, so that warps overlap them with softmax and epilogues.
inline constexpr double kFedByRegisters = 3000;
/// From so many FLOP a clock and core on matrix units have memory of their own for results: Hopper's have
/// 4,096, data centres' Blackwell's 8,192.
inline constexpr double kHoldsSums = 6000;

/// fp32 operations of one core of a GPU in a clock: 128 lanes, multiply and add.
inline constexpr double kVectorOperations = 256;
/// Clock of the cores where the data sheet tells nothing of it.
inline constexpr double kUsualClock = 1.7e9;

}  // namespace areia::perf::kernel
