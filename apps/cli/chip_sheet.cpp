// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes chip sheets.
#include "apps/cli/chip_sheet.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "spec/chip/fields.h"

namespace areia::apps {
std::string scaled(double value) {
  constexpr const char* kPrefixes[] = {"", "k", "M", "G", "T", "P", "E"};
  std::size_t prefix = 0;
  while (value >= 1000 && prefix + 1 < std::size(kPrefixes)) {
    value /= 1000;
    ++prefix;
  }
  return fmt::format("{:.3g} {}", value, kPrefixes[prefix]);
}

ChipPeaks chip_peaks(const ChipDescription& chip) {
  ChipPeaks peaks;
  peaks.bf16_flops = 2.0 * chip.tensor.rows * chip.tensor.columns * chip.tile_count() * chip.clock_hz;
  peaks.int8_ops = 2 * peaks.bf16_flops;
  peaks.bf16_per_byte = peaks.bf16_flops / chip.dram.bytes_per_second;
  peaks.scratchpad_bytes = chip.scratchpad.bytes * chip.tile_count();
  return peaks;
}

std::string chip_sheet(const ChipDescription& chip) {
  const ChipPeaks peaks = chip_peaks(chip);
  std::string sheet = fmt::format("{}: {}\n\n", chip.name, chip.summary);
  const auto line = [&](std::string_view what, const std::string& text) {
    sheet += fmt::format("  {:<11} {}\n", what, text);
  };
  line("clock", fmt::format("{}Hz, {} nm", scaled(chip.clock_hz), chip.process_nm));
  line("mesh", fmt::format("{} x {} = {} tiles", chip.mesh.columns, chip.mesh.rows, chip.tile_count()));
  line("hart", fmt::format("RV64GCV, one a tile, VLEN {}", chip.hart.vlen_bits));
  line("scratchpad", fmt::format("{} a tile in {} banks, {} in all", size_text(chip.scratchpad.bytes),
                                 chip.scratchpad.banks, size_text(peaks.scratchpad_bytes)));
  line("tensor",
       fmt::format("{} x {} processing elements, {} sets of accumulators, queue of {}", chip.tensor.rows,
                   chip.tensor.columns, chip.tensor.accumulator_sets, chip.tensor.queue_depth));
  line("dma", fmt::format("{} channels, {} descriptors each", chip.dma.channels, chip.dma.queue_depth));
  line("dram", fmt::format("{} {}, {} channels, {}B/s", size_text(chip.dram.bytes), chip.dram.kind,
                           chip.dram.channels, scaled(chip.dram.bytes_per_second)));
  line("links", chip.links.count == 0 ? "none"
                                      : fmt::format("{} of {}B/s each way", chip.links.count,
                                                    scaled(chip.links.bytes_per_second)));
  sheet += '\n';
  line("peak", fmt::format("{}FLOP/s bf16 and fp16, {}OP/s int8, dense", scaled(peaks.bf16_flops),
                           scaled(peaks.int8_ops)));
  line("balance", fmt::format("{:.0f} bf16 operations for each byte of DRAM", peaks.bf16_per_byte));
  sheet.pop_back();
  return sheet;
}

std::string chip_json(const ChipDescription& chip) {
  ChipDescription copy = chip;  // slots are not const
  nlohmann::ordered_json json;
  for (const auto& field : chip_fields()) {
    auto& object = field.table.empty() ? json : json[std::string(field.table)];
    std::visit([&](const auto* value) { object[std::string(field.key)] = *value; }, field.slot(copy));
  }
  const ChipPeaks peaks = chip_peaks(chip);
  json["peak"] = {{"bf16_flops", peaks.bf16_flops},
                  {"int8_ops", peaks.int8_ops},
                  {"bf16_operations_per_dram_byte", peaks.bf16_per_byte},
                  {"scratchpad_bytes", peaks.scratchpad_bytes}};
  return json.dump();
}

}  // namespace areia::apps
