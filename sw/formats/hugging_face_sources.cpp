// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Tensors whose rows or bits GGUF has in another order than the folder.
#include <algorithm>
#include <cstring>
#include <utility>

#include "spec/num/convert.h"
#include "spec/num/element.h"
#include "sw/formats/hugging_face_parts.h"

namespace areia::sw::hugging_face {
namespace {

class PermutedRows : public RowSource {
 public:
  PermutedRows(const SafeTensor& tensor, std::uint64_t head_size)
      : RowSource(tensor.columns() * tensor.element_bytes()), bytes_(tensor.bytes), head_size_(head_size) {}

 protected:
  void row(std::uint64_t index, std::span<std::byte> out) const override {
    const auto source = bytes_.subspan(permuted_row(index, head_size_) * row_bytes_, row_bytes_);
    std::copy(source.begin(), source.end(), out.begin());
  }

 private:
  std::span<const std::byte> bytes_;
  std::uint64_t head_size_;
};

class Transposed : public RowSource {
 public:
  explicit Transposed(const SafeTensor& tensor)
      : RowSource(tensor.rows() * tensor.element_bytes()),
        bytes_(tensor.bytes),
        element_(tensor.element_bytes()),
        stride_(tensor.columns() * tensor.element_bytes()) {}

 protected:
  void row(std::uint64_t index, std::span<std::byte> out) const override {
    const std::byte* from = bytes_.data() + index * element_;
    for (std::uint64_t at = 0; at < out.size(); at += element_, from += stride_)
      std::memcpy(out.data() + at, from, element_);
  }

 private:
  std::span<const std::byte> bytes_;
  std::uint64_t element_, stride_;
};

class Joined : public TensorSource {
 public:
  explicit Joined(const std::vector<const SafeTensor*>& tensors) {
    for (const SafeTensor* tensor : tensors) parts_.push_back(tensor->bytes);
  }
  void read(std::uint64_t offset, std::span<std::byte> out) const override {
    for (const auto part : parts_) {
      if (out.empty()) return;
      if (offset >= part.size()) {
        offset -= part.size();
        continue;
      }
      const std::size_t size = std::min<std::size_t>(out.size(), part.size() - offset);
      std::memcpy(out.data(), part.data() + offset, size);
      out = out.subspan(size);
      offset = 0;
    }
  }

 private:
  std::vector<std::span<const std::byte>> parts_;
};

/// Sixteen bytes of pairs of neighbours become sixteen of elements i and i + 16.
void reorder_nibbles(const std::byte* pairs, std::byte* out) {
  const auto element = [&](std::uint32_t i) {
    const auto byte = static_cast<unsigned>(pairs[i / 2]);
    return i % 2 == 0 ? byte & 15 : byte >> 4;
  };
  for (std::uint32_t i = 0; i < 16; ++i) out[i] = static_cast<std::byte>(element(i) | element(i + 16) << 4);
}

class Mxfp4Rows : public RowSource {
 public:
  Mxfp4Rows(const SafeTensor& blocks, const SafeTensor& scales, std::uint64_t first, std::uint64_t step)
      : RowSource(blocks.shape[2] * kBlock),
        blocks_(blocks.bytes),
        scales_(scales.bytes),
        row_blocks_(blocks.shape[2]),
        first_(first),
        step_(step) {}

 protected:
  void row(std::uint64_t index, std::span<std::byte> out) const override {
    const std::uint64_t block = (first_ + index * step_) * row_blocks_;
    for (std::uint64_t i = 0; i < row_blocks_; ++i) {
      out[i * kBlock] = scales_[block + i];
      reorder_nibbles(blocks_.data() + (block + i) * 16, out.data() + i * kBlock + 1);
    }
  }

 private:
  static constexpr std::uint64_t kBlock = num::unit_bytes(num::Format::kMxFp4);
  std::span<const std::byte> blocks_, scales_;
  std::uint64_t row_blocks_, first_, step_;
};

}  // namespace

void RowSource::read(std::uint64_t offset, std::span<std::byte> out) const {
  std::vector<std::byte> whole;
  while (!out.empty()) {
    const std::uint64_t index = offset / row_bytes_, begin = offset % row_bytes_;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), row_bytes_ - begin));
    if (size == row_bytes_) {
      row(index, out.first(size));
    } else {
      whole.resize(row_bytes_);
      row(index, whole);
      std::copy_n(whole.begin() + static_cast<std::ptrdiff_t>(begin), size, out.begin());
    }
    out = out.subspan(size);
    offset += size;
  }
}

std::uint64_t permuted_row(std::uint64_t index, std::uint64_t head_size) {
  const std::uint64_t head = index / head_size, element = index % head_size;
  return head * head_size + element % 2 * (head_size / 2) + element / 2;
}

std::shared_ptr<TensorSource> permuted_rows(const SafeTensor& tensor, std::uint64_t head_size) {
  return std::make_shared<PermutedRows>(tensor, head_size);
}
std::shared_ptr<TensorSource> transposed(const SafeTensor& tensor) {
  return std::make_shared<Transposed>(tensor);
}
std::shared_ptr<TensorSource> joined(const std::vector<const SafeTensor*>& tensors) {
  return std::make_shared<Joined>(tensors);
}
std::shared_ptr<TensorSource> mxfp4_rows(const SafeTensor& blocks, const SafeTensor& scales,
                                         std::uint64_t first, std::uint64_t step) {
  return std::make_shared<Mxfp4Rows>(blocks, scales, first, step);
}

std::vector<float> to_floats(const SafeTensor& tensor) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(tensor.bytes.data());
  const std::uint64_t count = tensor.rows() * tensor.columns();
  std::vector<float> values(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    switch (tensor.type) {
      case SafeType::kF32:
        values[i] = num::fp32_from_bits(num::load_u32(bytes + 4 * i));
        break;
      case SafeType::kF16:
        values[i] = num::fp16_to_fp32(num::load_u16(bytes + 2 * i));
        break;
      case SafeType::kBf16:
        values[i] = num::bf16_to_fp32(num::load_u16(bytes + 2 * i));
        break;
      case SafeType::kU8:
      case SafeType::kOther:
        break;
    }
  }
  return values;
}

}  // namespace areia::sw::hugging_face
