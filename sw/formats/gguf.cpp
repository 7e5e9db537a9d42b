// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Access to a parsed GGUF file; the parser is gguf_parser.cpp.
#include "sw/formats/gguf.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <utility>

namespace areia::sw {
namespace {

template <typename T>
std::vector<T> copy_numbers(const GgufArray& array) {
  std::vector<T> values(array.count);
  if (!values.empty()) std::memcpy(values.data(), array.numbers.data(), values.size() * sizeof(T));
  return values;
}

}  // namespace

std::uint64_t GgufTensor::rows() const {
  std::uint64_t rows = 1;  // the parser has checked that the product fits
  for (std::size_t i = 1; i < dimensions.size(); ++i) rows *= dimensions[i];
  return rows;
}

const GgufTensor* Gguf::find_tensor(std::string_view name) const {
  const auto found = tensor_index_.find(name);
  return found == tensor_index_.end() ? nullptr : &tensors_[found->second];
}

const GgufValue* Gguf::find(std::string_view key) const {
  const auto found = metadata_.find(key);
  return found == metadata_.end() ? nullptr : &found->second;
}

Error Gguf::wrong(std::string_view key, std::string_view what) const {
  return bad_input(fmt::format("{}: metadata key '{}' {}", origin_, key, what));
}

Result<std::uint64_t> Gguf::unsigned_integer(std::string_view key, std::uint64_t minimum,
                                             std::uint64_t maximum,
                                             std::optional<std::uint64_t> missing) const {
  const GgufValue* value = find(key);
  if (value == nullptr && missing) return *missing;
  if (value == nullptr) return wrong(key, "is missing; convert the model again with a current tool");
  std::uint64_t number = 0;
  if (const auto* u = std::get_if<std::uint64_t>(value)) {
    number = *u;
  } else if (const auto* i = std::get_if<std::int64_t>(value); i != nullptr && *i >= 0) {
    number = static_cast<std::uint64_t>(*i);
  } else {
    return wrong(key, "must be an integer that is not negative");
  }
  if (number < minimum || number > maximum) {
    return wrong(key, fmt::format("is {}, allowed are {} to {}", number, minimum, maximum));
  }
  return number;
}

Result<double> Gguf::number(std::string_view key, double minimum, double maximum,
                            std::optional<double> missing) const {
  const GgufValue* value = find(key);
  if (value == nullptr && missing) return *missing;
  if (value == nullptr) return wrong(key, "is missing; convert the model again with a current tool");
  const auto* number = std::get_if<double>(value);
  if (number == nullptr) return wrong(key, "must be a floating-point number");
  if (!(*number >= minimum && *number <= maximum)) {  // also refuses NaN
    return wrong(key, fmt::format("is {}, allowed are {} to {}", *number, minimum, maximum));
  }
  return *number;
}

Result<bool> Gguf::boolean(std::string_view key, std::optional<bool> missing) const {
  const GgufValue* value = find(key);
  if (value == nullptr && missing) return *missing;
  if (value == nullptr) return wrong(key, "is missing; convert the model again with a current tool");
  const auto* flag = std::get_if<bool>(value);
  if (flag == nullptr) return wrong(key, "must be a boolean");
  return *flag;
}

Result<std::string_view> Gguf::text(std::string_view key, std::optional<std::string_view> missing) const {
  const GgufValue* value = find(key);
  if (value == nullptr && missing) return *missing;
  if (value == nullptr) return wrong(key, "is missing; convert the model again with a current tool");
  const auto* text = std::get_if<std::string_view>(value);
  if (text == nullptr) return wrong(key, "must be a string");
  return *text;
}

const GgufArray* Gguf::find_array(std::string_view key) const {
  const GgufValue* value = find(key);
  return value == nullptr ? nullptr : std::get_if<GgufArray>(value);
}

Result<std::span<const std::string_view>> Gguf::texts(std::string_view key) const {
  const GgufArray* array = find_array(key);
  if (array == nullptr || array->element != GgufValueType::kString) {
    return wrong(key, "is missing or not an array of strings");
  }
  return std::span<const std::string_view>(array->strings);
}

Result<std::vector<float>> Gguf::floats(std::string_view key) const {
  const GgufArray* array = find_array(key);
  if (array == nullptr || array->element != GgufValueType::kFloat32) {
    return wrong(key, "is missing or not an array of 32-bit floating-point numbers");
  }
  return copy_numbers<float>(*array);
}

Result<std::vector<std::int32_t>> Gguf::integers(std::string_view key) const {
  const GgufArray* array = find_array(key);
  const bool fits = array != nullptr &&
                    (array->element == GgufValueType::kInt32 || array->element == GgufValueType::kUint32);
  if (!fits) return wrong(key, "is missing or not an array of 32-bit integers");
  return copy_numbers<std::int32_t>(*array);
}

}  // namespace areia::sw
