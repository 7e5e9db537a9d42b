// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows that time one operator on one chip: "gemm M= N= K=", "attention decode heads= ...", "softmax M= N=",
// and the operators of a model as Vidur and LLMServingSim name them (perf/questions/profile.cpp).
#include <string>

#include "perf/operators.h"
#include "perf/questions/harness.h"
#include "perf/questions/profile.h"
#include "perf/questions/units.h"
#include "perf/validate.h"

namespace areia::perf {
namespace {

/// DeepSeek's fp8 has a scale for each 128 of the depth: partial sums leave the matrix units to be scaled, by
/// warps that also feed the units on some chips. Shares of the rate that are left (calibration rows of 8,192
/// rows of A). Units that multiply fp4 take scales themselves, where warps do not feed them.
constexpr double kBlockScaling = 0.9, kBlockScalingByWarps = 0.65;
double block_scaling(const Device& device) {
  if (device.fed_by_registers()) return kBlockScalingByWarps;
  return device.chip().peak(Precision::kFp4) ? 1 : kBlockScaling;
}

/// ROCm's row kernels beside CUDA's, per core and clock (MI210's softmax beside A100's).
constexpr double kRocmPace = 0.3;

OperatorTime product_time(const Gemm& gemm, const Harness& harness, bool block_scales, const Device& device) {
  Gemm timed = gemm;
  if (block_scales) timed.efficiency = block_scaling(device);
  timed.library = harness.product_library;
  timed.cached = cached_share(harness, operand_bytes(gemm), device.cache_bytes());
  OperatorTime time = time_of(timed, device);
  if (harness.rounding.pace > 0) {
    using Kind = Elementwise::Kind;
    const Elementwise rounding = {.kind = harness.rounding.by_rows ? Kind::kQuantise : Kind::kQuantiseBlocks,
                                  .rows = gemm.m,
                                  .columns = gemm.k,
                                  .pace = harness.rounding.pace};
    const OperatorTime once = time_of(rounding, device);
    time.seconds += once.seconds + (harness.rounding.kernels - 1) * once.overhead;
  }
  time.seconds += harness.small_kernels * device.constants(gemm.compute).launch_seconds;
  time.seconds = shown_seconds(harness, time.seconds, device.constants(gemm.compute).launch_seconds);
  return time;
}

std::optional<Question> gemm_question(const Measurement& row, const Accelerator& chip, Precision precision) {
  const std::string_view text = row.model_or_op;
  Gemm gemm = {.m = number_after(text, "M", number_after(text, "m", row.batch)),
               .n = number_after(text, "N", number_after(text, "n", row.output_length)),
               .k = number_after(text, "K", number_after(text, "k", row.input_length))};
  if (!(gemm.m > 0 && gemm.n > 0 && gemm.k > 0)) return std::nullopt;
  gemm.activation = gemm.weight = gemm.compute = precision;
  gemm.output = bytes_of(precision) < 2 ? Precision::kBf16 : precision;
  // Weights alone are narrow where the chip does not multiply the format.
  const bool only_weights = row.precision.find("_wo") != std::string::npos ||  // int8_wo, w4a16_awq
                            row.precision.find("a16") != std::string::npos;
  const bool widened = bytes_of(precision) < 2 && (only_weights || !chip.peak(precision));
  if (precision == Precision::kInt4 || widened) gemm.activation = Precision::kBf16;
  if (precision == Precision::kInt4 || only_weights) gemm.compute = Precision::kBf16;
  return Question{"gemm", &chip, gemm.compute, [gemm, row](const Device& device) {
                    const Harness harness = product_harness(row, gemm, device);
                    const OperatorTime time =
                        product_time(gemm, harness, row.precision == "fp8_block", device);
                    return in_unit_of(row, time.seconds, time.flops);
                  }};
}

/// vLLM's prefill on Intel's chips widens an fp8 cache element by element (calibration rows of Arc Pro B60).
constexpr double kWideningCache = 0.25;

/// Share of the cache that prefill finds its operands of the run before in.
constexpr double kCacheOfPrefill = 0.5;

/// How fast vLLM's kernel that stores keys and values is beside those that rotate and round rows.
constexpr double kPaceOfStoring = 1.2, kPaceOfRounding = 0.85;

/// What is done to queries, keys and values before.
double preparation_seconds(const Attention& attention, const Harness& harness, const Device& device) {
  using Preparation = Harness::Preparation;
  if (harness.preparation == Preparation::kNone) return 0;
  const double queries = harness.preparation == Preparation::kRotateStore ? attention.heads : 0;
  Elementwise work = {.kind = Elementwise::Kind::kCopy,
                      .rows = attention.batch * attention.queries,
                      .columns = (2 * attention.kv_heads + queries) * attention.head_size};
  if (harness.preparation == Preparation::kStoreByRow) {
    const bool rounds = bytes_of(attention.cache) < 2;
    work.kind = rounds ? Elementwise::Kind::kQuantise : Elementwise::Kind::kRope;
    work.pace = rounds ? kPaceOfRounding : kPaceOfStoring;
  }
  return time_of(work, device).seconds;
}

OperatorTime attention_time(const Attention& attention, const Harness& harness, const Device& device) {
  Attention timed = attention;
  timed.library = harness.attention_library;
  const bool decode = attention.queries == 1;
  if (harness.rounds_queries && !decode && device.chip().peak(attention.cache) && !device.fed_by_registers())
    timed.compute = attention.cache;
  if (device.chip().vendor == "Intel" && !decode && bytes_of(attention.cache) < bytes_of(attention.compute))
    timed.efficiency = kWideningCache;
  const double kept = cached_bytes(attention);
  if (decode) {
    if (harness.copies > 0 && harness.copies * kept <= device.cache_bytes()) timed.cached = 1;
  } else {
    const double bytes = kept + query_bytes(attention);
    timed.cached = cached_share(harness, bytes / kCacheOfPrefill, device.cache_bytes());
  }
  OperatorTime time = time_of(timed, device);
  time.seconds += preparation_seconds(attention, harness, device) +
                  harness.small_kernels * device.constants(timed.compute).launch_seconds;
  return time;
}

std::optional<Question> attention_question(const Measurement& row, const Accelerator& chip,
                                           Precision precision) {
  const std::string_view text = row.model_or_op;
  Attention attention;
  attention.batch = std::max(1.0, row.batch);
  attention.heads = number_after(text, "heads", 0);
  attention.kv_heads = number_after(text, "kv_heads", attention.heads);
  attention.head_size = attention.value_size = number_after(text, "head_dim", 128);
  attention.window = number_after(text, "window", number_after(text, "window_size", 0));
  attention.context = row.input_length + number_after(text, "prefix", 0);
  attention.queries = text.starts_with("attention decode") ? 1 : row.input_length;
  if (!(attention.heads > 0 && attention.kv_heads > 0 && attention.context > 0)) return std::nullopt;
  attention.compute = attention.cache = precision;
  if (const auto at = text.find("kv_dtype="); at != std::string_view::npos) {
    const std::string_view word = text.substr(at + 9);
    if (const auto cache = published_precision(word.substr(0, word.find(' ')))) attention.cache = *cache;
  }
  return Question{"attention", &chip, precision, [attention, row](const Device& device) {
                    const OperatorTime time =
                        attention_time(attention, attention_harness(row, attention, device), device);
                    return in_unit_of(row, time.seconds, time.flops);
                  }};
}

std::optional<Question> rows_question(const Measurement& row, const Accelerator& chip, Precision precision) {
  const std::string_view text = row.model_or_op;
  struct Kind {
    std::string_view name;
    Elementwise::Kind kind;
    OperatorFamily family;
  };
  constexpr Kind kKinds[] = {{"softmax ", Elementwise::Kind::kSoftmax, OperatorFamily::kSoftmax},
                             {"layernorm ", Elementwise::Kind::kLayerNorm, OperatorFamily::kNorm},
                             {"rmsnorm ", Elementwise::Kind::kRmsNorm, OperatorFamily::kNorm},
                             {"gelu ", Elementwise::Kind::kGelu, OperatorFamily::kActivation}};
  for (const Kind& known : kKinds) {
    if (!text.starts_with(known.name)) continue;
    Elementwise work = {.kind = known.kind,
                        .rows = number_after(text, "M", 1),
                        .columns = number_after(text, "N", row.output_length),
                        .precision = precision};
    if (!(work.rows > 0 && work.columns > 0)) return std::nullopt;
    if (chip.vendor == "AMD" && known.family != OperatorFamily::kActivation) work.pace = kRocmPace;
    return Question{"elementwise", &chip, precision, [work, row, known](const Device& device) {
                      const double seconds =
                          shown_seconds(harness_of(row, device, known.family), time_of(work, device).seconds,
                                        device.constants(work.precision).launch_seconds);
                      return in_unit_of(row, seconds, work.rows * work.columns);
                    }};
  }
  return std::nullopt;
}

/// Vidur's A100s are Azure's NC A100 v4: the PCIe form, in pairs ("A100 pairwise NVLink").
std::string measured_chip(const Measurement& row) {
  const bool vidur_a100 = row.source.starts_with("Vidur") && row.hardware == "NVIDIA A100-80GB";
  return vidur_a100 ? "a100-80-pcie" : row.hardware;
}

}  // namespace

std::optional<Question> read_operator(const Measurement& row, const Library& library) {
  const Accelerator* chip = library.accelerator(measured_chip(row));
  const auto precision = published_precision(row.precision);
  if (chip == nullptr || !precision || row.phase != "op") return std::nullopt;
  if (row.model_or_op.starts_with("gemm ") || row.model_or_op.starts_with("matmul "))
    return gemm_question(row, *chip, *precision);
  if (row.model_or_op.starts_with("attention ")) return attention_question(row, *chip, *precision);
  if (auto question = rows_question(row, *chip, *precision)) return question;
  return read_profiled(row, library, *chip, *precision);
}

}  // namespace areia::perf
