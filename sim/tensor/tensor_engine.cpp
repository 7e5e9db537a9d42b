// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Configuration, checks and accumulators of the tensor engine; the mathematics of tmma is in
// mma_reference.cpp, its fast form in mma_simd.cpp.
#include "sim/tensor/tensor_engine.h"

#include <algorithm>
#include <cstring>

#include "sim/tensor/accumulator_format.h"
#include "sim/tensor/mma_reference.h"
#include "sim/tensor/mma_simd.h"
#include "sim/tensor/rounding_guard.h"
#include "spec/abi/memory_map.h"

namespace areia::sim {
namespace {

using Kind = TensorCommand::Kind;

/// `count` runs of `bytes` bytes, the first at `address`, each `stride` after the one before.
struct Region {
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  std::int64_t stride = 0;
  std::uint64_t count = 0;
};

/// The address of the first byte of `region` outside the scratchpad of `size` bytes, if there is one.
bool first_outside(const Region& region, std::uint64_t size, std::uint64_t* address) {
  if (region.count == 0 || region.bytes == 0) return false;
  const std::uint64_t offset = region.address - abi::kScratchpadBase;
  std::uint64_t row = 0;
  if (offset <= size && region.bytes <= size - offset) {
    const bool up = region.stride >= 0;
    const std::uint64_t step =
        up ? static_cast<std::uint64_t>(region.stride) : 0 - static_cast<std::uint64_t>(region.stride);
    const std::uint64_t room = up ? size - region.bytes - offset : offset;
    if (step == 0 || region.count - 1 <= room / step) return false;
    row = room / step + 1;
  }
  const std::uint64_t begin = region.address + row * static_cast<std::uint64_t>(region.stride);
  const bool begins_inside = begin - abi::kScratchpadBase < size;
  *address = begins_inside ? abi::kScratchpadBase + size : begin;
  return true;
}

Region region_a(const TensorCommand& command) {
  const TensorConfiguration& c = command.configuration;
  return {command.first, num::row_bytes(c.a, c.k), c.a_stride, c.m};
}
Region region_b(const TensorCommand& command) {
  const TensorConfiguration& c = command.configuration;
  if (c.b_transposed) return {command.second, num::row_bytes(c.b, c.n), c.b_stride, c.k};
  return {command.second, num::row_bytes(c.b, c.k), c.b_stride, c.n};
}
Region region_memory(const TensorCommand& command) {
  const TensorConfiguration& c = command.configuration;
  return {command.first, num::row_bytes(c.memory, c.n), static_cast<std::int64_t>(command.second), c.m};
}

}  // namespace

TensorEngine::TensorEngine(std::uint32_t rows, std::uint32_t columns, std::uint32_t accumulator_sets,
                           std::span<std::uint8_t> scratchpad)
    : rows_(rows),
      columns_(columns),
      sets_(accumulator_sets),
      scratchpad_(scratchpad),
      accumulators_(hwy::AllocateAligned<std::uint32_t>(std::size_t{rows} * columns * accumulator_sets)) {
  reset();
}

void TensorEngine::reset() {
  configuration_ = {};
  used_rows_.assign(sets_, 0);
}

TensorOutcome TensorEngine::set_format(std::uint64_t rs1) {
  if (rs1 >> 25 != 0) return {TensorOutcome::Kind::kIllegal, 0};
  configuration_.a = static_cast<num::Format>(rs1 & 255);
  configuration_.b = static_cast<num::Format>(rs1 >> 8 & 255);
  configuration_.memory = static_cast<num::Format>(rs1 >> 16 & 255);
  configuration_.b_transposed = (rs1 >> 24 & 1) != 0;
  return {};
}

void TensorEngine::set_shape(std::uint64_t rs1, std::uint64_t rs2) {
  configuration_.m = static_cast<std::uint32_t>(rs1 & 0xffff);
  configuration_.n = static_cast<std::uint32_t>(rs1 >> 16 & 0xffff);
  configuration_.k = static_cast<std::uint32_t>(rs2);
}

void TensorEngine::set_stride(std::uint64_t rs1, std::uint64_t rs2) {
  configuration_.a_stride = static_cast<std::int64_t>(rs1);
  configuration_.b_stride = static_cast<std::int64_t>(rs2);
}

TensorCommand TensorEngine::command(Kind kind, std::uint32_t set, std::uint64_t rs1,
                                    std::uint64_t rs2) const {
  return {kind, static_cast<std::uint8_t>(set), rs1, rs2, configuration_};
}

bool TensorEngine::legal(const TensorCommand& command) const {
  const TensorConfiguration& c = command.configuration;
  if (command.set >= sets_) return false;
  if (command.kind == Kind::kClear) return true;
  if (c.m == 0 || c.m > rows_ || c.n == 0 || c.n > columns_) return false;
  if (command.kind != Kind::kMma) return is_accumulator_format(c.memory);
  const Arithmetic arithmetic = arithmetic_of(c.a, c.b);
  return arithmetic != Arithmetic::kNone && !(arithmetic == Arithmetic::kBlock && c.b_transposed);
}

TensorOutcome TensorEngine::check(const TensorCommand& command) const {
  if (!legal(command)) return {TensorOutcome::Kind::kIllegal, 0};
  const std::uint64_t size = scratchpad_.size();
  std::uint64_t address = 0;
  switch (command.kind) {
    case Kind::kClear:
      return {};
    case Kind::kMma:
      if (command.configuration.k == 0) return {};
      if (first_outside(region_a(command), size, &address) ||
          first_outside(region_b(command), size, &address)) {
        return {TensorOutcome::Kind::kLoadFault, address};
      }
      return {};
    case Kind::kLoad:
      if (first_outside(region_memory(command), size, &address))
        return {TensorOutcome::Kind::kLoadFault, address};
      return {};
    case Kind::kStore:
      if (first_outside(region_memory(command), size, &address))
        return {TensorOutcome::Kind::kStoreFault, address};
      return {};
  }
  return {TensorOutcome::Kind::kIllegal, 0};
}

void TensorEngine::execute(const TensorCommand& command) {
  const TensorConfiguration& c = command.configuration;
  switch (command.kind) {
    case Kind::kClear:
      used_rows_[command.set] = 0;
      return;
    case Kind::kLoad:
      return load(command);
    case Kind::kStore:
      return store(command);
    case Kind::kMma:
      macs_ += std::uint64_t{c.m} * c.n * c.k;
      if (c.k != 0) multiply(command);
      return;
  }
}

TensorOutcome TensorEngine::run(const TensorCommand& command) {
  const TensorOutcome outcome = check(command);
  if (outcome.done()) execute(command);
  return outcome;
}

std::span<std::uint32_t> TensorEngine::accumulators(std::uint32_t set, std::uint32_t rows) {
  const std::size_t words = std::size_t{rows_} * columns_;
  std::uint32_t* first = accumulators_.get() + set * words;
  if (used_rows_[set] < rows) {
    std::fill(first + std::size_t{used_rows_[set]} * columns_, first + std::size_t{rows} * columns_, 0u);
    used_rows_[set] = rows;
  }
  return {first, std::size_t{rows} * columns_};
}

std::uint8_t* TensorEngine::host(std::uint64_t address) const {
  return scratchpad_.data() + (address - abi::kScratchpadBase);
}

void TensorEngine::multiply(const TensorCommand& command) {
  const TensorConfiguration& c = command.configuration;
  const Mma mma{.a_format = c.a,
                .b_format = c.b,
                .b_transposed = c.b_transposed,
                .m = c.m,
                .n = c.n,
                .k = c.k,
                .a = host(command.first),
                .b = host(command.second),
                .a_stride = c.a_stride,
                .b_stride = c.b_stride,
                .c = accumulators(command.set, c.m).data(),
                .c_stride = columns_};
  const RoundingGuard guard;  // all else here is integer arithmetic
  if (!mma_simd(mma)) mma_reference(mma);
}

void TensorEngine::load(const TensorCommand& command) {
  const TensorConfiguration& c = command.configuration;
  const std::uint8_t* memory = host(command.first);
  std::uint32_t* row = accumulators(command.set, c.m).data();
  for (std::uint32_t m = 0; m < c.m; ++m, row += columns_) {
    load_accumulators(c.memory,
                      memory + static_cast<std::int64_t>(m) * static_cast<std::int64_t>(command.second), row,
                      c.n);
  }
}

void TensorEngine::store(const TensorCommand& command) {
  const TensorConfiguration& c = command.configuration;
  std::uint8_t* memory = host(command.first);
  const std::uint32_t* row = accumulators(command.set, c.m).data();
  for (std::uint32_t m = 0; m < c.m; ++m, row += columns_) {
    store_accumulators(c.memory, row,
                       memory + static_cast<std::int64_t>(m) * static_cast<std::int64_t>(command.second),
                       c.n);
  }
}

}  // namespace areia::sim
