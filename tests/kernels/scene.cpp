// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/scene.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "apps/cli/answer.h"
#include "sim/chip.h"
#include "spec/abi/launch.h"
#include "spec/abi/memory_map.h"
#include "spec/num/element.h"

namespace areia::tests {
namespace {

constexpr std::uint64_t kAlignment = 64;

std::uint64_t round_up(std::uint64_t value, std::uint64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

template <typename T>
T value_or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(result).value();
}

void check(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().message);
}

/// The stack's lowest bytes, which no program may need: below lies the heap.
constexpr std::uint64_t kStackGuard = 4096;

void check_stacks(Device& device) {
  const ChipDescription& chip = device.chip();
  const std::uint64_t bottom = chip.scratchpad.bytes - abi::kLaunchBlockBytes - abi::kStackBytes;
  for (std::uint32_t tile = 0; tile < chip.tile_count(); ++tile) {
    std::vector<std::byte> guard(kStackGuard);
    check(device.read(abi::tile_address(tile, bottom), guard));
    EXPECT_TRUE(std::ranges::all_of(guard, [](std::byte byte) { return byte == std::byte{0}; }))
        << chip.name << ": tile " << tile << " has used its whole stack";
  }
}

std::uint16_t bits16(num::Format format, float value) {
  return format == num::Format::kFp16 ? num::fp32_to_fp16(value) : num::fp32_to_bf16(value);
}

}  // namespace

Scene::Scene() { dram_.reserve(1 << 20); }

std::uint64_t Scene::take(std::uint64_t bytes) {
  const std::uint64_t offset = round_up(dram_.size(), kAlignment);
  dram_.resize(offset + bytes);
  return abi::kDramBase + offset;
}

template <typename T>
T* Scene::at(std::uint64_t address) {
  return reinterpret_cast<T*>(dram_.data() + (address - abi::kDramBase));
}

abi::TensorRef Scene::matrix(std::uint32_t rows, std::uint32_t columns, num::Format format,
                             std::uint64_t alignment) {
  if (dram_.empty()) take(sizeof(abi::PlanHeader));  // the header is at the beginning
  abi::TensorRef ref;
  ref.row_stride = round_up(num::row_bytes(format, columns), alignment);
  ref.address = take(ref.row_stride * rows);
  ref.rows = rows;
  ref.columns = columns;
  ref.format = format;
  return ref;
}

abi::TensorRef Scene::weight(std::uint32_t rows, std::uint32_t columns, num::Format format) {
  return matrix(rows, columns, format, 1);
}

abi::TensorRef Scene::activation(std::uint32_t rows, std::uint32_t columns, num::Format format) {
  return matrix(rows, columns, format, kAlignment);
}

std::span<std::uint8_t> Scene::row(const abi::TensorRef& matrix, std::uint32_t index) {
  return {at<std::uint8_t>(matrix.address + index * matrix.row_stride),
          num::row_bytes(matrix.format, matrix.columns)};
}

std::span<const std::uint8_t> Scene::row(const abi::TensorRef& matrix, std::uint32_t index) const {
  return const_cast<Scene*>(this)->row(matrix, index);
}

void Scene::set(const abi::TensorRef& matrix, std::span<const float> values) {
  for (std::uint32_t r = 0; r < matrix.rows; ++r) {
    std::uint8_t* to = row(matrix, r).data();
    for (std::uint32_t c = 0; c < matrix.columns; ++c) {
      const float value = values[std::size_t{r} * matrix.columns + c];
      const std::uint16_t half = bits16(matrix.format, value);
      if (matrix.format == num::Format::kFp32) {
        std::memcpy(to + c * sizeof value, &value, sizeof value);
      } else {
        std::memcpy(to + c * sizeof half, &half, sizeof half);
      }
    }
  }
}

/// Sets the scale and the minimum (or the sum) of a block.
static void randomise_scales(num::Format format, std::uint8_t* block, float scale, float minimum) {
  const std::uint16_t halves[] = {num::fp32_to_fp16(scale), num::fp32_to_fp16(minimum)};
  if (format == num::Format::kSuperInt8) {
    std::memcpy(block, &scale, sizeof scale);
  } else if (num::has_e8m0_scale(format)) {
    *block = static_cast<std::uint8_t>(num::fp32_bits(scale) >> 23);
  } else {
    const std::size_t offset = format == num::Format::kSuperInt6 ? num::unit_bytes(format) - 2 : 0;
    std::memcpy(block + offset, halves, num::has_minimum(format) || num::has_sum(format) ? 4 : 2);
  }
}

void Scene::randomise(const abi::TensorRef& matrix, float scale) {
  std::normal_distribution<float> normal(0, scale);
  if (!num::is_block(matrix.format)) {
    Values values(std::size_t{matrix.rows} * matrix.columns);
    for (float& value : values) value = normal(random_);
    return set(matrix, values);
  }
  for (std::uint32_t r = 0; r < matrix.rows; ++r) {
    const auto bytes = row(matrix, r);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    for (std::size_t block = 0; block < bytes.size(); block += num::unit_bytes(matrix.format)) {
      randomise_scales(matrix.format, &bytes[block], normal(random_) / 100, normal(random_) / 100);
    }
  }
}

Values Scene::get(const abi::TensorRef& matrix) const {
  Values values;
  for (std::uint32_t r = 0; r < matrix.rows; ++r) {
    const std::uint8_t* bytes = row(matrix, r).data();
    for (std::uint32_t c = 0; c < matrix.columns; ++c) {
      const float value = num::element(matrix.format, bytes, c);
      if (!num::is_block(matrix.format)) {
        values.push_back(value);
        continue;
      }
      const std::uint32_t block = c / num::scale_block_elements(matrix.format);
      const float scaled = value * num::block_scale(matrix.format, bytes, block);
      values.push_back(scaled + num::block_minimum(matrix.format, bytes, block));
    }
  }
  return values;
}

void Scene::write_head() {
  if (std::ranges::none_of(ops, [](const abi::Op& op) { return op.kind == abi::OpKind::kSample; })) {
    abi::Op sample;
    sample.kind = abi::OpKind::kSample;
    sample.flags = abi::kLastRowOnly;
    sample.input = activation(1, 2);
    ops.push_back(sample);
  }
  plan.prompt_tokens = static_cast<std::uint32_t>(tokens.size());
  if (plan.max_new_tokens == 0) plan.max_new_tokens = 1;
  if (plan.context == 0) plan.context = plan.prompt_tokens + plan.max_new_tokens + 1;
  if (plan.chunk_rows == 0) plan.chunk_rows = plan.prompt_tokens;
  plan.op_count = static_cast<std::uint32_t>(ops.size());
  rope.size = static_cast<std::uint32_t>(2 * rope_inverse_frequency.size());
  plan.ops = take(ops.size() * sizeof(abi::Op));
  plan.tokens = take(plan.context * sizeof(std::uint32_t));
  plan.status = take(sizeof(abi::PlanStatus));
  plan.ropes = take(sizeof rope);
  plan.rope_count = 1;
  rope.factors = take(rope_inverse_frequency.size() * sizeof(float));
  rope.table = take(std::uint64_t{plan.context} * rope.size * sizeof(float));
  for (abi::Op& op : ops) {
    if (op.kind == abi::OpKind::kRopeStore && op.rope_size != 0) op.rope = rope.table;
  }
  std::ranges::copy(ops, at<abi::Op>(plan.ops));
  std::ranges::copy(tokens, at<std::uint32_t>(plan.tokens));
  *at<abi::RopeTable>(plan.ropes) = rope;
  std::ranges::copy(rope_inverse_frequency, at<float>(rope.factors));
  *at<abi::PlanHeader>(abi::kDramBase) = plan;
}

void Scene::read_results() {
  status = *at<abi::PlanStatus>(plan.status);
  const auto* first = at<std::uint32_t>(plan.tokens) + plan.prompt_tokens;
  generated.assign(first, first + std::min(status.generated, plan.context - plan.prompt_tokens));
  const auto* table = at<float>(rope.table);
  rope_table.assign(table, table + std::size_t{plan.context} * rope.size);
}

void Scene::run(const ChipDescription& chip, bool timed) {
  write_head();
  const auto device = value_or_throw(sim::Chip::create(chip, {.threads = 1, .timed = timed}));
  const auto kernels = value_or_throw(apps::load_kernels());
  check(device->write(abi::kDramBase, std::as_bytes(std::span(dram_))));
  check(device->launch(kernels.image, abi::kDramBase));
  RunStatus end;
  do {
    end = device->run();
    doorbells += end.doorbell;
    if (end.fault) {
      throw std::runtime_error(chip.name + ": tile " + std::to_string(end.fault->tile) + " in " +
                               kernels.symbol(end.fault->pc) + ": " + end.fault->cause);
    }
  } while (end.reason == RunStatus::Reason::kDoorbell);
  check(device->read(abi::kDramBase, std::as_writable_bytes(std::span(dram_))));
  counters = device->counters();
  time = device->time_report();
  check_stacks(*device);
  read_results();
}

std::vector<ChipDescription> assorted_chips() {
  const char* const overrides[] = {
      "name = 'edge'\nbase = 'areia-edge'\n[dram]\nbytes = '64 MiB'",
      "name = 'lab'\nbase = 'areia-lab'\n[dram]\nbytes = '64 MiB'",
      "name = 'seven'\nbase = 'areia-lab'\n[mesh]\ncolumns = 7\n[hart]\nvlen_bits = 1024\n"
      "[tensor]\nrows = 8\ncolumns = 8\naccumulator_sets = 1\n[dma]\nchannels = 1\nqueue_depth = 1\n"
      "[dram]\nbytes = '64 MiB'",
      "name = 'broad'\nbase = 'areia-lab'\n[mesh]\ncolumns = 3\nrows = 2\n[hart]\nvlen_bits = 4096\n"
      "[tensor]\nrows = 128\ncolumns = 64\n[dram]\nbytes = '64 MiB'",
      "name = 'cramped'\nbase = 'areia-lab'\n[scratchpad]\nbytes = '128 KiB'\n"
      "[tensor]\nrows = 256\ncolumns = 256\n[dram]\nbytes = '64 MiB'",
      "name = 'single'\nbase = 'areia-lab'\n[mesh]\ncolumns = 2\n[hart]\nvlen_bits = 512\n"
      "[tensor]\nrows = 1\ncolumns = 1\n[dram]\nbytes = '64 MiB'"};
  std::vector<ChipDescription> chips;
  for (const char* toml : overrides) chips.push_back(value_or_throw(parse_chip(toml, "test.toml")));
  return chips;
}

Values same_on_every_chip(const std::function<Scene()>& make,
                          const std::function<Values(const Scene&)>& result) {
  Values first;
  for (const ChipDescription& chip : assorted_chips()) {
    Scene scene = make();
    scene.run(chip);
    const Values values = result(scene);
    if (first.empty()) first = values;
    EXPECT_EQ(values.size(), first.size());
    EXPECT_EQ(std::memcmp(values.data(), first.data(), values.size() * sizeof(float)), 0) << chip.name;
  }
  return first;
}

std::vector<std::uint8_t> super_quantised(std::span<const float> values) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t begin = 0; begin < values.size(); begin += num::kSuperElements) {
    const auto block = values.subspan(begin, num::kSuperElements);
    float largest = 0;
    for (const float x : block) largest = std::fabs(x) > std::fabs(largest) ? x : largest;
    const float inverse = largest != 0 ? -127.0f / largest : 0, scale = largest != 0 ? 1 / inverse : 0;
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(num::fp32_bits(scale) >> 8 * i));
    for (const float x : block) {
      const float rounded = std::min(std::nearbyint(x * inverse), 127.0f);
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::int8_t>(rounded)));
    }
  }
  return bytes;
}

std::vector<std::uint8_t> quantised(std::span<const float> values) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t begin = 0; begin < values.size(); begin += num::kBlockElements) {
    const auto block = values.subspan(begin, num::kBlockElements);
    float largest = 0;
    for (const float x : block) largest = std::max(largest, std::fabs(x));
    const std::uint16_t scale = num::fp32_to_fp16(largest / 127.0f);
    bytes.push_back(static_cast<std::uint8_t>(scale));
    bytes.push_back(static_cast<std::uint8_t>(scale >> 8));
    const float inverse = largest != 0 ? 127.0f / largest : 0;
    for (const float x : block) {
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::int8_t>(std::nearbyint(x * inverse))));
    }
  }
  return bytes;
}

double relative_distance(std::span<const float> a, std::span<const double> b, double floor) {
  double distance = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    const double difference = std::fabs(static_cast<double>(a[i]) - b[i]) / std::max(std::fabs(b[i]), floor);
    distance = std::max(distance, std::isnan(difference) ? HUGE_VAL : difference);
  }
  return distance;
}

}  // namespace areia::tests
