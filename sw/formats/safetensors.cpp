// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads the header and checks what it promises.
#include "sw/formats/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/bounded_json.h"

namespace areia::sw {
namespace {

constexpr std::uint64_t kMostHeader = 100'000'000;  // the format's own limit
constexpr std::uint64_t kMostElements = std::uint64_t{1} << 48;
constexpr int kMostDepth = 16;

struct TypeName {
  const char* name;
  SafeType type;
  std::uint32_t bytes;
};
constexpr TypeName kTypes[] = {
    {"F32", SafeType::kF32, 4},   {"F16", SafeType::kF16, 2},       {"BF16", SafeType::kBf16, 2},
    {"U8", SafeType::kU8, 1},     {"I8", SafeType::kOther, 1},      {"BOOL", SafeType::kOther, 1},
    {"I64", SafeType::kOther, 8}, {"I32", SafeType::kOther, 4},     {"F64", SafeType::kOther, 8},
    {"I16", SafeType::kOther, 2}, {"U64", SafeType::kOther, 8},     {"U32", SafeType::kOther, 4},
    {"U16", SafeType::kOther, 2}, {"F8_E4M3", SafeType::kOther, 1}, {"F8_E5M2", SafeType::kOther, 1}};

/// One entry of the header; the error says what is wrong with it.
Result<SafeTensor> read_entry(const nlohmann::json& entry, std::span<const std::byte> data) {
  const auto dtype = entry.find("dtype"), shape = entry.find("shape"), offsets = entry.find("data_offsets");
  if (dtype == entry.end() || !dtype->is_string()) return bad_input("has no dtype");
  const auto known = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const TypeName& type) { return *dtype == type.name; });
  if (known == std::end(kTypes))
    return bad_input(fmt::format("has the unknown dtype {}", dtype->get<std::string>().substr(0, 40)));
  if (shape == entry.end() || !shape->is_array() || shape->size() > 8) return bad_input("has no shape");
  SafeTensor tensor;
  tensor.type = known->type;
  std::uint64_t elements = 1;
  for (const auto& size : *shape) {
    if (!size.is_number_unsigned()) return bad_input("has a shape that is not made of sizes");
    tensor.shape.push_back(size.get<std::uint64_t>());
    if (tensor.shape.back() != 0 && elements > kMostElements / tensor.shape.back())
      return bad_input("has more elements than any model needs");
    elements *= tensor.shape.back();
  }
  const bool pair = offsets != entry.end() && offsets->is_array() && offsets->size() == 2 &&
                    (*offsets)[0].is_number_unsigned() && (*offsets)[1].is_number_unsigned();
  if (!pair) return bad_input("has no data_offsets");
  const auto begin = (*offsets)[0].get<std::uint64_t>(), end = (*offsets)[1].get<std::uint64_t>();
  if (begin > end || end > data.size()) return bad_input("lies outside the file: it is truncated or damaged");
  if (end - begin != elements * known->bytes) return bad_input("has offsets that do not fit its shape");
  tensor.bytes = data.subspan(begin, end - begin);
  return tensor;
}

}  // namespace

std::uint64_t SafeTensor::rows() const {
  std::uint64_t rows = 1;
  for (std::size_t i = 0; i + 1 < shape.size(); ++i) rows *= shape[i];
  return rows;
}

std::uint32_t SafeTensor::element_bytes() const {
  switch (type) {
    case SafeType::kF32:
      return 4;
    case SafeType::kF16:
    case SafeType::kBf16:
      return 2;
    case SafeType::kU8:
      return 1;
    case SafeType::kOther:
      return 0;
  }
  return 0;
}

Result<void> SafeTensors::add(const std::filesystem::path& path) {
  auto file = MappedFile::open(path);
  if (!file) return file.error();
  files_.push_back(std::make_shared<const MappedFile>(std::move(*file)));
  return add(files_.back()->bytes(), path.string());
}

Result<void> SafeTensors::add(std::span<const std::byte> bytes, const std::string& origin) {
  const auto wrong = [&](const std::string& what) { return bad_input(fmt::format("{}: {}", origin, what)); };
  std::uint64_t header = 0;
  if (bytes.size() < sizeof header) return wrong("too short for a safetensors file");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header > kMostHeader || header > bytes.size() - sizeof header)
    return wrong("not a safetensors file, or a truncated one: its header does not fit");
  const char* begin = reinterpret_cast<const char*>(bytes.data()) + sizeof header;
  const auto json = parse_bounded_json({begin, header}, kMostDepth);
  if (!json) return wrong("not a safetensors file: its header is no JSON object");
  const auto data = bytes.subspan(sizeof header + header);
  std::vector<std::pair<const std::byte*, const std::byte*>> ranges;
  for (const auto& [name, entry] : json->items()) {
    if (name == "__metadata__") continue;
    auto tensor = entry.is_object() ? read_entry(entry, data) : Result<SafeTensor>(bad_input("is no object"));
    if (!tensor) return wrong(fmt::format("tensor '{}' {}", name.substr(0, 80), tensor.error().message));
    if (!tensor->bytes.empty())
      ranges.emplace_back(tensor->bytes.data(), tensor->bytes.data() + tensor->bytes.size());
    if (!tensors_.emplace(name, std::move(*tensor)).second)
      return wrong(fmt::format("tensor '{}' is there twice", name.substr(0, 80)));
  }
  std::sort(ranges.begin(), ranges.end());
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].first < ranges[i - 1].second) return wrong("tensors overlap: the file is damaged");
  }
  return {};
}

const SafeTensor* SafeTensors::find(const std::string& name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

}  // namespace areia::sw
