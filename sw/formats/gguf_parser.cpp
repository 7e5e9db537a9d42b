// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Parses a GGUF file: header, metadata, tensor table, then the bounds of the data section.
// The first thing that is wrong stops the parser: later reads give zeros, and loops check ok().
// Memory never exceeds a small multiple of the file's size, since every count is held against the bytes left.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/text_file.h"
#include "sw/formats/gguf.h"

namespace areia::sw {
namespace {

static_assert(std::endian::native == std::endian::little, "views of the file are read as they are");

constexpr std::uint32_t kMagic = 0x46554747;  // "GGUF"
constexpr std::uint64_t kMaxKeyBytes = 65535;
constexpr std::uint64_t kMaxNameBytes = 1024;
constexpr std::uint32_t kMaxDimensions = 4;
constexpr int kMaxArrayDepth = 4;
constexpr std::uint64_t kMaxAlignment = std::uint64_t{1} << 20;
constexpr std::uint64_t kDefaultAlignment = 32;
// Fewest bytes of a metadata entry (key length, type, a byte) and of a tensor entry (name length, number of
// dimensions, one dimension, type, offset).
constexpr std::uint64_t kLeastEntryBytes = 8 + 4 + 1;
constexpr std::uint64_t kLeastTensorBytes = 8 + 4 + 8 + 4 + 8;

/// Bytes of a number or boolean; 0 for strings, arrays and unknown codes.
std::uint64_t number_bytes(GgufValueType type) {
  constexpr std::uint8_t kBytes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  return type < GgufValueType::kCount ? kBytes[static_cast<std::uint32_t>(type)] : 0;
}

}  // namespace

class GgufParser {
 public:
  GgufParser(std::span<const std::byte> bytes, std::string origin) : bytes_(bytes) {
    gguf_.origin_ = std::move(origin);
  }

  Result<Gguf> parse() {
    read_header();
    read_metadata();
    read_tensors();
    place_tensors();
    check_overlap();
    if (error_) return *error_;
    return std::move(gguf_);
  }

 private:
  bool ok() const { return !error_.has_value(); }
  std::uint64_t left() const { return bytes_.size() - at_; }

  void fail(std::string what) {
    if (ok()) error_ = bad_input(fmt::format("{}: {}", gguf_.origin_, what));
  }

  /// The next `count` bytes, or none and an error that names what was being read.
  std::span<const std::byte> take(std::uint64_t count, std::string_view what) {
    if (!ok()) return {};
    if (count > left()) {
      fail(
          fmt::format("{} at byte {} needs {} bytes, but {} are left: the file is truncated or damaged; "
                      "get it again",
                      what, at_, count, left()));
      return {};
    }
    const auto taken = bytes_.subspan(at_, count);
    at_ += count;
    return taken;
  }

  template <typename T>
  T take_number(std::string_view what) {
    T value{};
    const auto taken = take(sizeof(T), what);
    if (!taken.empty()) std::memcpy(&value, taken.data(), sizeof(T));
    return value;
  }

  std::string_view take_string(std::uint64_t longest, std::string_view what) {
    const auto length = take_number<std::uint64_t>(what);
    if (length > longest)
      fail(fmt::format("{} at byte {} has {} bytes, at most {} are allowed", what, at_, length, longest));
    const auto taken = take(length, what);
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }

  void read_header() {
    if (take_number<std::uint32_t>("the magic number") != kMagic) {
      fail("not a GGUF file (it does not begin with 'GGUF'); areia runs models in the GGUF format");
    }
    gguf_.version_ = take_number<std::uint32_t>("the version");
    if (gguf_.version_ != 0 && (gguf_.version_ & 0xffff) == 0) {
      fail("a big-endian GGUF file; areia reads little-endian ones: convert it with gguf-convert-endian");
    } else if (gguf_.version_ != 2 && gguf_.version_ != 3) {
      fail(fmt::format("GGUF version {}, areia reads 2 and 3: convert the model again", gguf_.version_));
    }
    tensor_count_ = take_number<std::uint64_t>("the number of tensors");
    metadata_count_ = take_number<std::uint64_t>("the number of metadata entries");
    if (!ok()) return;
    if (metadata_count_ > left() / kLeastEntryBytes || tensor_count_ > left() / kLeastTensorBytes) {
      fail(fmt::format("{} metadata entries and {} tensors cannot fit into {} bytes: the file is damaged",
                       metadata_count_, tensor_count_, bytes_.size()));
    }
  }

  void read_metadata() {
    for (std::uint64_t i = 0; ok() && i < metadata_count_; ++i) {
      const std::string_view key = take_string(kMaxKeyBytes, fmt::format("the key of metadata entry {}", i));
      const auto type = static_cast<GgufValueType>(take_number<std::uint32_t>("a value's type"));
      GgufValue value = take_value(type, key);
      if (!ok()) return;
      if (!gguf_.metadata_.emplace(key, std::move(value)).second) {
        fail(fmt::format("metadata key '{}' is there twice", printable(key)));
      }
    }
  }

  GgufValue take_value(GgufValueType type, std::string_view key) {
    const std::string what = ok() ? fmt::format("the value of '{}'", printable(key)) : std::string();
    switch (type) {
      case GgufValueType::kUint8:
        return std::uint64_t{take_number<std::uint8_t>(what)};
      case GgufValueType::kInt8:
        return std::int64_t{take_number<std::int8_t>(what)};
      case GgufValueType::kUint16:
        return std::uint64_t{take_number<std::uint16_t>(what)};
      case GgufValueType::kInt16:
        return std::int64_t{take_number<std::int16_t>(what)};
      case GgufValueType::kUint32:
        return std::uint64_t{take_number<std::uint32_t>(what)};
      case GgufValueType::kInt32:
        return std::int64_t{take_number<std::int32_t>(what)};
      case GgufValueType::kFloat32:
        return double{take_number<float>(what)};
      case GgufValueType::kBool:
        return take_number<std::uint8_t>(what) != 0;
      case GgufValueType::kString:
        return take_string(left(), what);
      case GgufValueType::kArray:
        return take_array(what, 1);
      case GgufValueType::kUint64:
        return take_number<std::uint64_t>(what);
      case GgufValueType::kInt64:
        return take_number<std::int64_t>(what);
      case GgufValueType::kFloat64:
        return take_number<double>(what);
      case GgufValueType::kCount:
        break;
    }
    fail(fmt::format("{} has the unknown type {}", what, static_cast<std::uint32_t>(type)));
    return false;
  }

  GgufArray take_array(const std::string& what, int depth) {
    GgufArray array;
    array.element = static_cast<GgufValueType>(take_number<std::uint32_t>(what));
    array.count = take_number<std::uint64_t>(what);
    if (!ok()) return array;
    // A string takes at least its length, an array its type and count.
    const std::uint64_t bytes = number_bytes(array.element);
    const std::uint64_t least = bytes != 0 ? bytes : array.element == GgufValueType::kString ? 8 : 12;
    if (array.element >= GgufValueType::kCount) {
      fail(fmt::format("{} is an array of the unknown type {}", what,
                       static_cast<std::uint32_t>(array.element)));
    } else if (array.count > left() / least) {
      fail(
          fmt::format("{} is an array of {} elements at byte {}, more than the file can hold: it is "
                      "truncated or damaged; get it again",
                      what, array.count, at_));
    } else if (bytes != 0) {
      array.numbers = take(array.count * bytes, what);
    } else if (array.element == GgufValueType::kString) {
      for (std::uint64_t i = 0; ok() && i < array.count; ++i)
        array.strings.push_back(take_string(left(), what));
    } else if (depth >= kMaxArrayDepth) {
      fail(fmt::format("{} nests arrays more than {} deep", what, kMaxArrayDepth));
    } else {
      for (std::uint64_t i = 0; ok() && i < array.count; ++i) take_array(what, depth + 1);
    }
    return array;
  }

  void read_tensors() {
    for (std::uint64_t i = 0; ok() && i < tensor_count_; ++i) {
      GgufTensor tensor;
      tensor.name = take_string(kMaxNameBytes, fmt::format("the name of tensor {}", i));
      const auto dimensions = take_number<std::uint32_t>("a tensor's number of dimensions");
      if (ok() && (dimensions == 0 || dimensions > kMaxDimensions)) {
        fail(fmt::format("tensor '{}' has {} dimensions, allowed are 1 to {}", printable(tensor.name),
                         dimensions, kMaxDimensions));
      }
      for (std::uint32_t d = 0; ok() && d < dimensions; ++d) {
        tensor.dimensions.push_back(take_number<std::uint64_t>("a tensor's dimension"));
      }
      const auto type = take_number<std::uint32_t>("a tensor's type");
      tensor.offset = take_number<std::uint64_t>("a tensor's offset");
      tensor.type = find_ggml_type(type);
      if (ok() && tensor.type == nullptr) {
        fail(fmt::format("tensor '{}' has the unknown type {}", printable(tensor.name), type));
      }
      if (!ok()) return;
      if (!gguf_.tensor_index_.emplace(tensor.name, gguf_.tensors_.size()).second) {
        fail(fmt::format("tensor '{}' is there twice", printable(tensor.name)));
      }
      gguf_.tensors_.push_back(std::move(tensor));
    }
  }

  std::uint64_t read_alignment() {
    const GgufValue* value = gguf_.find("general.alignment");
    if (value == nullptr) return kDefaultAlignment;
    const auto* alignment = std::get_if<std::uint64_t>(value);
    if (alignment != nullptr && std::has_single_bit(*alignment) && *alignment <= kMaxAlignment) {
      return *alignment;
    }
    fail(fmt::format("metadata key 'general.alignment' must be a power of two, at most {}", kMaxAlignment));
    return kDefaultAlignment;
  }

  /// Bytes of a tensor, or nothing (and an error) if its shape is not possible in this file.
  std::optional<std::uint64_t> tensor_bytes(const GgufTensor& tensor) {
    std::uint64_t elements = 1;
    for (const std::uint64_t dimension : tensor.dimensions) {
      if (dimension == 0 || dimension > UINT32_MAX || elements > (UINT64_MAX >> 16) / dimension) {
        fail(fmt::format("tensor '{}' has an impossible shape ({})", printable(tensor.name),
                         fmt::join(tensor.dimensions, " x ")));
        return {};
      }
      elements *= dimension;
    }
    if (tensor.columns() % tensor.type->block_elements != 0) {
      fail(fmt::format("tensor '{}' has rows of {} elements, but type {} needs a multiple of {}",
                       printable(tensor.name), tensor.columns(), tensor.type->name,
                       tensor.type->block_elements));
      return {};
    }
    return elements / tensor.type->block_elements * tensor.type->block_bytes;
  }

  void place_tensors() {
    if (!ok()) return;
    const std::uint64_t alignment = read_alignment();
    const std::uint64_t begin = (at_ + alignment - 1) / alignment * alignment;
    const std::uint64_t section = begin <= bytes_.size() ? bytes_.size() - begin : 0;
    for (GgufTensor& tensor : gguf_.tensors_) {
      const auto bytes = tensor_bytes(tensor);
      if (!ok() || !bytes) return;
      if (tensor.offset % alignment != 0) {
        fail(fmt::format("tensor '{}' begins at offset {}, no multiple of the alignment {}",
                         printable(tensor.name), tensor.offset, alignment));
      } else if (*bytes > section || tensor.offset > section - *bytes) {
        fail(
            fmt::format("tensor '{}' needs {} bytes at offset {} of a data section of {}: the file is "
                        "truncated or damaged; get it again",
                        printable(tensor.name), *bytes, tensor.offset, section));
      }
      if (!ok()) return;
      tensor.offset += begin;
      tensor.bytes = bytes_.subspan(tensor.offset, *bytes);
    }
  }

  void check_overlap() {
    if (!ok()) return;
    std::vector<const GgufTensor*> order;
    order.reserve(gguf_.tensors_.size());
    for (const GgufTensor& tensor : gguf_.tensors_) order.push_back(&tensor);
    std::sort(order.begin(), order.end(), [](auto* a, auto* b) { return a->offset < b->offset; });
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (order[i - 1]->offset + order[i - 1]->bytes.size() > order[i]->offset) {
        fail(fmt::format("tensors '{}' and '{}' overlap: the file is damaged", printable(order[i - 1]->name),
                         printable(order[i]->name)));
        return;
      }
    }
  }

  std::span<const std::byte> bytes_;
  std::uint64_t at_ = 0;
  std::uint64_t tensor_count_ = 0, metadata_count_ = 0;
  std::optional<Error> error_;
  Gguf gguf_;
};

Result<Gguf> Gguf::parse(std::span<const std::byte> bytes, std::string origin) {
  return GgufParser(bytes, std::move(origin)).parse();
}

Result<Gguf> Gguf::open(const std::filesystem::path& path) {
  auto file = MappedFile::open(path);
  if (!file) return file.error();
  auto owned = std::make_shared<const MappedFile>(std::move(*file));
  auto gguf = parse(owned->bytes(), path.string());
  if (gguf) gguf->files_.push_back(std::move(owned));
  return gguf;
}

}  // namespace areia::sw
