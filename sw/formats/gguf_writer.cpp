// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes GGUF v3: header, metadata, tensor table, data aligned to 32 bytes.
#include "sw/formats/gguf_writer.h"

#include <cstring>

#include "sw/formats/gguf.h"

namespace areia::sw {
namespace {

constexpr std::size_t kAlignment = 32;  // GGUF's default

void append(std::vector<std::byte>& out, const void* data, std::size_t size) {
  const std::size_t at = out.size();
  out.resize(at + size);
  if (size != 0) std::memcpy(out.data() + at, data, size);
}

template <typename T>
void put(std::vector<std::byte>& out, const T& value) {
  append(out, &value, sizeof(T));
}

void put_text(std::vector<std::byte>& out, std::string_view text) {
  put(out, std::uint64_t{text.size()});
  append(out, text.data(), text.size());
}

void pad(std::vector<std::byte>& out) { out.resize((out.size() + kAlignment - 1) / kAlignment * kAlignment); }

template <typename T>
void put_array(std::vector<std::byte>& out, GgufValueType element, std::span<const T> values) {
  put(out, element);
  put(out, std::uint64_t{values.size()});
  for (const T& value : values) put(out, value);
}

}  // namespace

void GgufWriter::begin_value(std::string_view key, std::uint32_t type) {
  put_text(metadata_, key);
  put(metadata_, type);
  ++metadata_count_;
}

void GgufWriter::add_uint32(std::string_view key, std::uint32_t value) {
  begin_value(key, static_cast<std::uint32_t>(GgufValueType::kUint32));
  put(metadata_, value);
}

void GgufWriter::add_float32(std::string_view key, float value) {
  begin_value(key, static_cast<std::uint32_t>(GgufValueType::kFloat32));
  put(metadata_, value);
}

void GgufWriter::add_bool(std::string_view key, bool value) {
  begin_value(key, static_cast<std::uint32_t>(GgufValueType::kBool));
  put(metadata_, static_cast<std::uint8_t>(value));
}

void GgufWriter::add_text(std::string_view key, std::string_view value) {
  begin_value(key, static_cast<std::uint32_t>(GgufValueType::kString));
  put_text(metadata_, value);
}

void GgufWriter::add_texts(std::string_view key, std::span<const std::string> values) {
  begin_value(key, static_cast<std::uint32_t>(GgufValueType::kArray));
  put(metadata_, GgufValueType::kString);
  put(metadata_, std::uint64_t{values.size()});
  for (const std::string& value : values) put_text(metadata_, value);
}

void GgufWriter::add_floats(std::string_view key, std::span<const float> values) {
  begin_value(key, static_cast<std::uint32_t>(GgufValueType::kArray));
  put_array(metadata_, GgufValueType::kFloat32, values);
}

void GgufWriter::add_integers(std::string_view key, std::span<const std::int32_t> values) {
  begin_value(key, static_cast<std::uint32_t>(GgufValueType::kArray));
  put_array(metadata_, GgufValueType::kInt32, values);
}

void GgufWriter::add_bytes(std::string_view key, std::span<const std::byte> values) {
  begin_value(key, static_cast<std::uint32_t>(GgufValueType::kArray));
  put_array(metadata_, GgufValueType::kUint8, values);
}

void GgufWriter::add_tensor(std::string_view name, num::Format format, std::uint64_t rows,
                            std::uint64_t columns, std::span<const std::byte> bytes) {
  const GgmlType* type = find_ggml_type(format);
  if (type == nullptr) return;  // GGUF has no such type: the tensor stays out
  put_text(table_, name);
  put(table_, std::uint32_t{rows == 0 ? 1u : 2u});
  put(table_, columns);
  if (rows != 0) put(table_, rows);
  put(table_, type->code);
  pad(data_);
  put(table_, std::uint64_t{data_.size()});
  append(data_, bytes.data(), bytes.size());
  ++tensor_count_;
}

std::vector<std::byte> GgufWriter::finish() const {
  std::vector<std::byte> file;
  put(file, std::uint32_t{0x46554747});  // "GGUF"
  put(file, std::uint32_t{3});
  put(file, tensor_count_);
  put(file, metadata_count_);
  append(file, metadata_.data(), metadata_.size());
  append(file, table_.data(), table_.size());
  pad(file);
  append(file, data_.data(), data_.size());
  return file;
}

}  // namespace areia::sw
