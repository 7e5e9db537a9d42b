// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The rows of the chip description, and the checks that they ask for.
#include "spec/chip/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <concepts>

namespace areia {
namespace {

constexpr double kKi = 1024, kMi = 1024 * kKi, kGi = 1024 * kMi, kTi = 1024 * kGi;

#define AREIA_SLOT(member) [](ChipDescription& c) -> FieldSlot { return &c.member; }

constexpr std::array kFields = {
    Field{"", "name", AREIA_SLOT(name), 1, 64, FieldRule::kName},
    Field{"", "summary", AREIA_SLOT(summary), 0, 200, FieldRule::kText},
    Field{"", "clock_hz", AREIA_SLOT(clock_hz), 1e6, 1e10, FieldRule::kAny, false, 1, "Hz"},
    Field{"", "process_nm", AREIA_SLOT(process_nm), 1, 1000, FieldRule::kAny, false, 1, "nm"},
    Field{"mesh", "columns", AREIA_SLOT(mesh.columns), 1, 64, FieldRule::kAny, false, 1, "tiles"},
    Field{"mesh", "rows", AREIA_SLOT(mesh.rows), 1, 64, FieldRule::kAny, false, 1, "tiles"},
    Field{"hart", "vlen_bits", AREIA_SLOT(hart.vlen_bits), 128, 4096, FieldRule::kPowerOfTwo, false, 1,
          "bits"},
    Field{"hart", "fetch_bytes", AREIA_SLOT(hart.fetch_bytes), 4, 64, FieldRule::kPowerOfTwo, false, 1,
          "bytes a cycle"},
    Field{"hart", "taken_branch_cycles", AREIA_SLOT(hart.taken_branch_cycles), 0, 16},
    Field{"hart", "load_cycles", AREIA_SLOT(hart.load_cycles), 1, 64},
    Field{"hart", "multiply_cycles", AREIA_SLOT(hart.multiply_cycles), 1, 64},
    Field{"hart", "divide_cycles", AREIA_SLOT(hart.divide_cycles), 1, 256},
    Field{"hart", "float_cycles", AREIA_SLOT(hart.float_cycles), 1, 64},
    Field{"hart", "float_divide_cycles", AREIA_SLOT(hart.float_divide_cycles), 1, 256},
    Field{"hart", "vector_lane_bits", AREIA_SLOT(hart.vector_lane_bits), 32, 4096, FieldRule::kPowerOfTwo,
          false, 1, "bits a cycle"},
    Field{"hart", "vector_cycles", AREIA_SLOT(hart.vector_cycles), 1, 64},
    Field{"hart", "vector_divide_bits", AREIA_SLOT(hart.vector_divide_bits), 1, 64, FieldRule::kAny, false, 1,
          "bits a cycle and lane"},
    Field{"hart", "vector_port_bytes", AREIA_SLOT(hart.vector_port_bytes), 4, 512, FieldRule::kPowerOfTwo,
          false, 1, "bytes a cycle"},
    Field{"scratchpad", "bytes", AREIA_SLOT(scratchpad.bytes), 128 * kKi, 256 * kMi, FieldRule::kMultiple,
          true, 4096, "bytes a tile"},
    Field{"scratchpad", "banks", AREIA_SLOT(scratchpad.banks), 1, 256, FieldRule::kPowerOfTwo},
    Field{"scratchpad", "bank_bytes", AREIA_SLOT(scratchpad.bank_bytes), 4, 64, FieldRule::kPowerOfTwo, false,
          1, "bytes a cycle"},
    Field{"scratchpad", "network_bytes", AREIA_SLOT(scratchpad.network_bytes), 4, 1024, FieldRule::kAny,
          false, 1, "bytes a cycle"},
    Field{"tensor", "rows", AREIA_SLOT(tensor.rows), 1, 256, FieldRule::kAny, false, 1,
          "processing elements"},
    Field{"tensor", "columns", AREIA_SLOT(tensor.columns), 1, 256, FieldRule::kAny, false, 1,
          "processing elements"},
    Field{"tensor", "accumulator_sets", AREIA_SLOT(tensor.accumulator_sets), 1, 32},
    Field{"tensor", "queue_depth", AREIA_SLOT(tensor.queue_depth), 1, 1024, FieldRule::kAny, false, 1,
          "commands"},
    Field{"tensor", "fp32_rate", AREIA_SLOT(tensor.fp32_rate), 0.0625, 16, FieldRule::kAny, false, 1,
          "elements of K a cycle"},
    Field{"tensor", "float_rate", AREIA_SLOT(tensor.float_rate), 0.0625, 16, FieldRule::kAny, false, 1,
          "elements of K a cycle"},
    Field{"tensor", "integer_rate", AREIA_SLOT(tensor.integer_rate), 0.0625, 16, FieldRule::kAny, false, 1,
          "elements of K a cycle"},
    Field{"tensor", "command_cycles", AREIA_SLOT(tensor.command_cycles), 0, 64},
    Field{"tensor", "multiply_cycles", AREIA_SLOT(tensor.multiply_cycles), 1, 64},
    Field{"tensor", "accumulator_bytes", AREIA_SLOT(tensor.accumulator_bytes), 4, 1024, FieldRule::kAny,
          false, 1, "bytes a cycle"},
    Field{"dma", "channels", AREIA_SLOT(dma.channels), 1, 32},
    Field{"dma", "queue_depth", AREIA_SLOT(dma.queue_depth), 1, 1024, FieldRule::kAny, false, 1,
          "descriptors a channel"},
    Field{"dma", "descriptor_cycles", AREIA_SLOT(dma.descriptor_cycles), 1, 1024},
    Field{"dma", "request_bytes", AREIA_SLOT(dma.request_bytes), 64, 4096, FieldRule::kPowerOfTwo, false, 1,
          "bytes"},
    Field{"dma", "outstanding", AREIA_SLOT(dma.outstanding), 1, 4096, FieldRule::kAny, false, 1,
          "requests a tile"},
    Field{"noc", "link_bytes", AREIA_SLOT(noc.link_bytes), 4, 1024, FieldRule::kAny, false, 1,
          "bytes a cycle, each way"},
    Field{"noc", "hop_cycles", AREIA_SLOT(noc.hop_cycles), 1, 64},
    Field{"noc", "interface_cycles", AREIA_SLOT(noc.interface_cycles), 0, 64},
    Field{"dram", "kind", AREIA_SLOT(dram.kind), 1, 32, FieldRule::kText},
    Field{"dram", "bytes", AREIA_SLOT(dram.bytes), kMi, 8 * kTi, FieldRule::kMultiple, true, 1 << 20,
          "bytes"},
    Field{"dram", "channels", AREIA_SLOT(dram.channels), 1, 1024},
    Field{"dram", "interleave_bytes", AREIA_SLOT(dram.interleave_bytes), 64, kMi, FieldRule::kPowerOfTwo,
          true, 1, "bytes"},
    Field{"dram", "bytes_per_second", AREIA_SLOT(dram.bytes_per_second), 1e6, 1e15, FieldRule::kAny, false, 1,
          "all channels together"},
    Field{"dram", "queue_depth", AREIA_SLOT(dram.queue_depth), 1, 256, FieldRule::kAny, false, 1,
          "requests a channel"},
    Field{"power", "tdp_watts", AREIA_SLOT(power.tdp_watts), 0.01, 1e5, FieldRule::kAny, false, 1, "W"},
    Field{"links", "count", AREIA_SLOT(links.count), 0, 64},
    Field{"links", "bytes_per_second", AREIA_SLOT(links.bytes_per_second), 0, 1e14, FieldRule::kAny, false, 1,
          "each link, each way"},
};

#undef AREIA_SLOT

struct SizeUnit {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr std::array kSizeUnits = {SizeUnit{"TiB", 1ull << 40}, SizeUnit{"GiB", 1ull << 30},
                                   SizeUnit{"MiB", 1ull << 20}, SizeUnit{"KiB", 1ull << 10}};

bool is_name(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}
bool is_line(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool keeps_rule(const Field& field, const std::string& text) {
  const auto length = static_cast<double>(text.size());
  if (length < field.least || length > field.most) return false;
  return field.rule == FieldRule::kName ? is_name(text) : is_line(text);
}
// Written so that a NaN keeps no rule.
bool in_range(const Field& field, double value) { return value >= field.least && value <= field.most; }
bool keeps_rule(const Field& field, double value) { return in_range(field, value); }
bool keeps_rule(const Field& field, std::unsigned_integral auto value) {
  if (!in_range(field, static_cast<double>(value))) return false;
  if (field.rule == FieldRule::kPowerOfTwo) return std::has_single_bit(value);
  return value % field.multiple == 0;
}

std::string shown(const std::string& text) { return is_line(text) ? '"' + text.substr(0, 80) + '"' : "text"; }
std::string shown(double value) { return fmt::format("{}", value); }
std::string shown(std::unsigned_integral auto value) { return fmt::format("{}", value); }

}  // namespace

std::span<const Field> chip_fields() { return kFields; }

std::string Field::full_name() const {
  return table.empty() ? std::string(key) : fmt::format("{}.{}", table, key);
}

std::string Field::allowed() const {
  const auto number = [this](double value) {
    return is_size ? size_text(static_cast<std::uint64_t>(value)) : fmt::format("{:g}", value);
  };
  switch (rule) {
    case FieldRule::kName:
      return fmt::format("{} to {} lower-case letters, digits and '-'", least, most);
    case FieldRule::kText:
      return fmt::format("{} to {} printable ASCII characters", least, most);
    case FieldRule::kPowerOfTwo:
      return fmt::format("a power of two, {} to {}", number(least), number(most));
    case FieldRule::kMultiple:
      return fmt::format("a multiple of {}, {} to {}", size_text(multiple), number(least), number(most));
    case FieldRule::kAny:
      return fmt::format("{} to {}", number(least), number(most));
  }
  return {};
}

std::optional<std::string> field_offence(const Field& field, ChipDescription& chip) {
  return std::visit(
      [&](auto* value) -> std::optional<std::string> {
        if (keeps_rule(field, *value)) return std::nullopt;
        return fmt::format("is {}; allowed: {}", shown(*value), field.allowed());
      },
      field.slot(chip));
}

std::string size_text(std::uint64_t bytes) {
  for (const auto& unit : kSizeUnits) {
    if (bytes != 0 && bytes % unit.bytes == 0) return fmt::format("{} {}", bytes / unit.bytes, unit.name);
  }
  return fmt::format("{}", bytes);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc()) return std::nullopt;
  std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  if (rest.empty() || rest == "B") return count;
  for (const auto& unit : kSizeUnits) {
    if (rest == unit.name)
      return count <= UINT64_MAX / unit.bytes ? std::optional(count * unit.bytes) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace areia
