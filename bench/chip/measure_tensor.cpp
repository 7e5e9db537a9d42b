// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The tensor engine's closed forms: its rate, its fill and drain, the accumulators' port, the banks.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/chip/measure.h"
#include "spec/num/format.h"

namespace areia::bench {
namespace {

using num::Format;

struct Pair {
  const char* name;
  Format a, b;
  double rate;
};

std::uint64_t divide_up(std::uint64_t value, std::uint64_t divisor) {
  return (value + divisor - 1) / divisor;
}

/// How many words the busiest bank gives, of one word each of `rows` rows that begin at a multiple of 4 KiB.
std::uint64_t words_of_a_bank(const ChipDescription& chip, std::uint64_t rows, std::uint64_t stride_words) {
  const std::uint64_t banks = chip.scratchpad.banks;
  std::vector<std::uint64_t> words(banks);
  for (std::uint64_t row = 0; row < rows; ++row) {
    const std::uint64_t word = row * stride_words;
    ++words[(word + word / banks) % banks];
  }
  return *std::max_element(words.begin(), words.end());
}

/// Bytes from row to row of an operand: the least at which rows spread evenly over the banks.
std::uint64_t spread_stride(const ChipDescription& chip, std::uint64_t row_bytes) {
  const std::uint64_t word = chip.scratchpad.bank_bytes;
  const std::uint64_t rows = std::max(chip.tensor.rows, chip.tensor.columns);
  const std::uint64_t even = divide_up(rows, chip.scratchpad.banks);
  std::uint64_t words = divide_up(row_bytes, word);
  while (words_of_a_bank(chip, rows, words) > even) ++words;
  return words * word;
}

/// The largest power of two of elements whose rows of A and B take at most half of the scratchpad.
std::uint64_t large_k(const ChipDescription& chip, const Pair& pair) {
  std::uint64_t k = 4096;
  const auto bytes = [&](Format format, std::uint64_t rows) {
    return rows * (num::row_bytes(format, k) + 2 * chip.scratchpad.bank_bytes);
  };
  while (k > 64 &&
         bytes(pair.a, chip.tensor.rows) + bytes(pair.b, chip.tensor.columns) > chip.scratchpad.bytes / 2)
    k /= 2;
  return k;
}

Request multiply_request(const ChipDescription& chip, const Pair& pair, std::uint64_t k,
                         std::uint64_t commands, TensorMode mode = kMultiply) {
  const Format memory = pair.a == Format::kInt8 ? Format::kInt32 : Format::kFp32;
  const std::uint64_t row = std::max(num::row_bytes(pair.a, k), num::row_bytes(pair.b, k));
  return {mode, {num::format_operand(pair.a, pair.b, memory), k, spread_stride(chip, row), commands}};
}

/// Cycles from the issue of the first of bf16 commands that follow each other to the completion of the last.
/// The operands enter at the rate of the array, or as the banks give them: in turns of a word of every row.
double closed_form(const ChipDescription& chip, std::uint64_t k, double commands) {
  const auto& t = chip.tensor;
  const auto& s = chip.scratchpad;
  const std::uint64_t turn = divide_up(t.rows, s.banks) + divide_up(t.columns, s.banks);
  const double banks = static_cast<double>(divide_up(k * 2, s.bank_bytes) * turn);
  const double feed = std::max(std::ceil(static_cast<double>(k) / t.float_rate), banks);
  return t.command_cycles + commands * feed + (t.rows - 1) + (t.columns - 1) + t.multiply_cycles;
}

/// The first command issues a cycle after the clock was read; tfence issues in the cycle of the completion,
/// and the clock is read a cycle later.
constexpr double kIssues = 2;

void add_rates(const ChipDescription& chip, std::vector<Measurement>& all) {
  const auto& t = chip.tensor;
  const Pair pairs[] = {{"bf16", Format::kBf16, Format::kBf16, t.float_rate},
                        {"fp8", Format::kFp8E4M3, Format::kFp8E4M3, t.float_rate},
                        {"fp32", Format::kFp32, Format::kFp32, t.fp32_rate},
                        {"int8", Format::kInt8, Format::kInt8, t.integer_rate},
                        {"Q8_0", Format::kBlockInt8, Format::kBlockInt8, t.integer_rate},
                        {"Q8_0 x Q4_0", Format::kBlockInt8, Format::kBlockInt4, t.integer_rate},
                        {"Q8_0 x MXFP4", Format::kBlockInt8, Format::kMxFp4, t.integer_rate}};
  for (const Pair& pair : pairs) {
    const std::uint64_t k = large_k(chip, pair), commands = 16 * 1024 / k * 2;
    const double macs = static_cast<double>(commands * k) * t.rows * t.columns;
    all.push_back(rate_of(fmt::format("tmma {}, K = {}", pair.name, k), "tensor", "MAC/cycle",
                          multiply_request(chip, pair, k, commands), macs, t.rows * t.columns * pair.rate,
                          0.99));
  }
}

void add_short(const ChipDescription& chip, std::vector<Measurement>& all) {
  const Pair bf16{"bf16", Format::kBf16, Format::kBf16, chip.tensor.float_rate};
  for (const std::uint64_t k : {1, 32, 256}) {
    all.push_back(cycles_of(fmt::format("one tmma bf16, K = {}", k), "tensor",
                            multiply_request(chip, bf16, k, 1), kIssues + closed_form(chip, k, 1)));
  }
  all.push_back(cycles_of("32 tmma bf16, K = 64", "tensor", multiply_request(chip, bf16, 64, 32),
                          kIssues + closed_form(chip, 64, 32)));
}

/// Rows a power of two of words apart, so that all lie in one bank, or in as few as the scratchpad has room
/// for, which is the bound. B is A, to fit.
void add_conflict(const ChipDescription& chip, std::vector<Measurement>& all) {
  const std::uint64_t word = chip.scratchpad.bank_bytes, k = 64;
  const std::uint64_t rows = std::max(chip.tensor.rows, chip.tensor.columns);
  std::uint64_t banks = 1, stride = std::uint64_t{chip.scratchpad.banks} * chip.scratchpad.banks * word;
  for (; rows * stride > chip.scratchpad.bytes * 3 / 4; stride /= 2) banks *= 2;
  const Pair bf16{"bf16", Format::kBf16, Format::kBf16, chip.tensor.float_rate};
  Request request = multiply_request(chip, bf16, k, 16);
  request.value[2] = stride;
  request.value[4] = 1;
  const double bytes = 16.0 * static_cast<double>((chip.tensor.rows + chip.tensor.columns) * k) * 2;
  const std::string where = banks == 1 ? "one bank" : fmt::format("{} banks", banks);
  all.push_back(rate_of(fmt::format("tmma bf16, all rows in {}", where), "tensor", "B/cycle", request, bytes,
                        static_cast<double>(banks * word), 0.95));
}

void add_port(const ChipDescription& chip, std::vector<Measurement>& all) {
  const auto& t = chip.tensor;
  const Pair bf16{"bf16", Format::kBf16, Format::kBf16, t.float_rate};
  const std::uint64_t commands = 16;
  const double cycles =
      static_cast<double>(t.rows * divide_up(std::uint64_t{t.columns} * 4, t.accumulator_bytes));
  all.push_back(cycles_of("16 tstore fp32", "tensor", multiply_request(chip, bf16, 64, commands, kStore),
                          kIssues + commands * cycles + t.command_cycles));
  all.push_back(cycles_of("16 tload fp32", "tensor", multiply_request(chip, bf16, 64, commands, kLoad),
                          kIssues + commands * cycles + t.command_cycles));
}

void add_overlap(const ChipDescription& chip, std::vector<Measurement>& all) {
  const auto& t = chip.tensor;
  const Pair bf16{"bf16", Format::kBf16, Format::kBf16, t.float_rate};
  const std::uint64_t k = std::min<std::uint64_t>(512, large_k(chip, bf16)), commands = 32;
  const double macs = static_cast<double>(commands * k) * t.rows * t.columns;
  all.push_back(rate_of(fmt::format("tmma bf16, K = {}, each set stored while the other fills", k), "tensor",
                        "MAC/cycle", multiply_request(chip, bf16, k, commands, kMultiplyAndStore), macs,
                        t.rows * t.columns * t.float_rate, 0.97));
  // All the time but for one copy's, lest the hart wait for DMA when the tensor engine needs it.
  Request request = multiply_request(chip, bf16, k, commands, kMultiplyAndCopy);
  const double copy_cycles = kCopyBytes / (chip.scratchpad.network_bytes / 2.0);
  request.value[5] = static_cast<std::uint64_t>(static_cast<double>(k) / t.float_rate / copy_cycles) - 1;
  all.push_back(rate_of(fmt::format("tmma bf16, K = {}, while DMA copies", k), "tensor", "MAC/cycle", request,
                        macs, t.rows * t.columns * t.float_rate, 0.97));
}

}  // namespace

std::vector<Measurement> tensor_measurements(const ChipDescription& chip) {
  std::vector<Measurement> all;
  add_rates(chip, all);
  add_short(chip, all);
  add_conflict(chip, all);
  add_port(chip, all);
  add_overlap(chip, all);
  return all;
}

}  // namespace areia::bench
