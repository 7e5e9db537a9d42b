// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Values and tensors, with the storage that they view.
#include "sw/formats/gguf_builder.h"

#include <cstring>
#include <utility>

namespace areia::sw {
namespace {

template <typename T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

}  // namespace

GgufBuilder::GgufBuilder(std::string origin, std::vector<std::shared_ptr<const MappedFile>> files)
    : storage_(std::make_shared<GgufStorage>()) {
  gguf_.origin_ = std::move(origin);
  gguf_.files_ = std::move(files);
  gguf_.storage_ = storage_;
  gguf_.version_ = 3;
}

std::string_view GgufBuilder::keep(std::string_view text) { return storage_->texts.emplace_back(text); }

std::span<const std::byte> GgufBuilder::keep(std::vector<std::byte> bytes) {
  return storage_->bytes.emplace_back(std::move(bytes));
}

void GgufBuilder::set(std::string_view key, std::uint64_t value) { gguf_.metadata_[keep(key)] = value; }
void GgufBuilder::set(std::string_view key, double value) { gguf_.metadata_[keep(key)] = value; }
void GgufBuilder::set(std::string_view key, bool value) { gguf_.metadata_[keep(key)] = value; }
void GgufBuilder::set(std::string_view key, std::string_view value) {
  gguf_.metadata_[keep(key)] = keep(value);
}

void GgufBuilder::set(std::string_view key, const std::vector<std::string>& values) {
  GgufArray array{.element = GgufValueType::kString, .count = values.size(), .numbers = {}, .strings = {}};
  array.strings.reserve(values.size());
  for (const std::string& value : values) array.strings.push_back(keep(value));
  gguf_.metadata_[keep(key)] = std::move(array);
}

void GgufBuilder::set_numbers(std::string_view key, GgufValueType type, std::uint64_t count,
                              std::vector<std::byte> bytes) {
  gguf_.metadata_[keep(key)] =
      GgufArray{.element = type, .count = count, .numbers = keep(std::move(bytes)), .strings = {}};
}

void GgufBuilder::set(std::string_view key, const std::vector<float>& values) {
  set_numbers(key, GgufValueType::kFloat32, values.size(), bytes_of(values));
}
void GgufBuilder::set(std::string_view key, const std::vector<std::int32_t>& values) {
  set_numbers(key, GgufValueType::kInt32, values.size(), bytes_of(values));
}
void GgufBuilder::set(std::string_view key, const std::vector<bool>& values) {
  std::vector<std::byte> bytes;
  bytes.reserve(values.size());
  for (const bool value : values) bytes.push_back(value ? std::byte{1} : std::byte{0});
  set_numbers(key, GgufValueType::kBool, values.size(), std::move(bytes));
}
void GgufBuilder::set_bytes(std::string_view key, std::vector<std::byte> values) {
  const std::uint64_t count = values.size();
  set_numbers(key, GgufValueType::kUint8, count, std::move(values));
}

bool GgufBuilder::has(std::string_view key) const { return gguf_.find(key) != nullptr; }

GgufTensor& GgufBuilder::append(std::string_view name, num::Format format, std::uint64_t rows,
                                std::uint64_t columns) {
  GgufTensor tensor;
  tensor.name = keep(name);
  tensor.type = find_ggml_type(format);
  tensor.dimensions = {columns};
  if (rows != 1) tensor.dimensions.push_back(rows);
  gguf_.tensor_index_[tensor.name] = gguf_.tensors_.size();
  gguf_.tensors_.push_back(std::move(tensor));
  return gguf_.tensors_.back();
}

void GgufBuilder::add(std::string_view name, num::Format format, std::uint64_t rows, std::uint64_t columns,
                      std::span<const std::byte> bytes) {
  append(name, format, rows, columns).bytes = bytes;
}
void GgufBuilder::add(std::string_view name, num::Format format, std::uint64_t rows, std::uint64_t columns,
                      std::shared_ptr<const TensorSource> source) {
  append(name, format, rows, columns).source = std::move(source);
}
void GgufBuilder::add(std::string_view name, std::uint64_t rows, const std::vector<float>& values) {
  const std::uint64_t columns = rows == 0 ? 0 : values.size() / rows;
  add(name, num::Format::kFp32, rows, columns, keep(bytes_of(values)));
}

Gguf GgufBuilder::finish() { return std::move(gguf_); }

}  // namespace areia::sw
