// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows that time one operator on one chip.
#include <string>

#include "perf/operators.h"
#include "perf/questions/units.h"
#include "perf/validate.h"

namespace areia::perf {
namespace {

Question gemm_question(const Measurement& row, const Accelerator& chip, Precision precision) {
  Gemm gemm = {.m = number_after(row.model_or_op, "M", row.batch),
               .n = number_after(row.model_or_op, "N", row.output_length),
               .k = number_after(row.model_or_op, "K", row.input_length)};
  gemm.activation = gemm.weight = gemm.compute = precision;
  gemm.output = Precision::kBf16;
  return {"gemm", &chip, precision, [gemm, row](const Device& device) {
            const OperatorTime time = time_of(gemm, device);
            return in_unit_of(row, time.seconds, time.flops);
          }};
}

}  // namespace

std::optional<Question> read_operator(const Measurement& row, const Library& library) {
  const Accelerator* chip = library.accelerator(row.hardware);
  const auto precision = published_precision(row.precision);
  if (chip == nullptr || !precision || row.phase != "op") return std::nullopt;
  if (row.model_or_op.starts_with("gemm ")) return gemm_question(row, *chip, *precision);
  return std::nullopt;
}

}  // namespace areia::perf
