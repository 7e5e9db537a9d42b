// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of operators on a chip: scenes of two of them, of which the second is measured.
#include "bench/own_rows.h"

#include <fmt/format.h>

namespace areia::bench {
namespace {

std::string row(const ChipDescription& chip, const std::string& what, const std::string& lengths,
                const std::string& format, double cycles) {
  return fmt::format("areia timed,{},1,{},op,{},{},latency,{:.6g},us,bench/own_chip.cpp", chip.name, what,
                     lengths, format, cycles / chip.clock_hz * 1e6);
}

}  // namespace

std::string product_row(const ChipDescription& chip, const Product& p, num::Format format) {
  tests::Scene scene;
  scene.tokens.assign(p.rows, 0);
  for (int i = 0; i < 2; ++i) scene.ops.push_back(product_op(scene, p, format));
  const double cycles = cycles_of(scene, chip, 1);
  return row(chip, fmt::format("gemm M={} N={} K={}", p.rows, p.columns, p.depth),
             fmt::format("{},{},{}", p.rows, p.depth, p.columns), num::is_block(format) ? "int8" : "bf16",
             cycles);
}

std::string attention_row(const ChipDescription& chip, const AttentionShape& shape) {
  tests::Scene scene = attention_scene(shape);
  const double cycles = cycles_of(scene, chip, 1);
  return row(
      chip,
      fmt::format("attention {} heads={} kv_heads={} head_dim={} kv_dtype=fp16",
                  shape.rows == 1 ? "decode" : "prefill", shape.heads, shape.kv_heads, shape.head_size),
      fmt::format("1,{},{}", shape.context, shape.rows), "fp16", cycles);
}

}  // namespace areia::bench
