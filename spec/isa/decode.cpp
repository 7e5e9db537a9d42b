// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A row matches where (bits & mask) == match. Rows are sorted by how many bits they fix and filed into
// buckets by the bits that tell most of them apart, so that a look-up compares a few rows only.
#include "spec/isa/decode.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

namespace areia::isa {
namespace {

/// `width` bits of the encoding from `source` up are the immediate's from `target` up.
struct ImmediatePiece {
  std::uint8_t source, width, target;
};

/// A register number: `add` plus `width` bits of the encoding from `shift` up.
struct RegisterSlot {
  std::uint8_t shift, width, add;
};

struct DecodeRow {
  std::uint32_t match, mask;
  std::uint16_t nonzero_mask;  ///< these bits must not all be zero; 0: no such rule
  Opcode opcode;
  std::uint8_t length;
  bool has_rm, has_vm;
  std::uint8_t sign_bit;  ///< of the immediate; 0: unsigned
  std::uint16_t first_piece, piece_count;
  RegisterSlot slots[4];  ///< rd, rs1, rs2, rs3
};

#include "spec/isa/decode_table.inc"

// 32-bit instructions: bits 6:2, 14:12 and 31:26. 16-bit ones: bits 1:0 and 15:13.
constexpr std::uint32_t kWideKeyMask = 0xfc00'707c;
constexpr std::uint32_t kNarrowKeyMask = 0xe003;
constexpr std::size_t kWideKeys = 1u << 14;
constexpr std::size_t kNarrowKeys = 1u << 5;

constexpr std::size_t wide_key(std::uint32_t bits) {
  return (bits >> 2 & 0x1f) | (bits >> 12 & 7) << 5 | (bits >> 26) << 8;
}
constexpr std::size_t narrow_key(std::uint32_t bits) { return (bits & 3) | (bits >> 13 & 7) << 2; }
constexpr bool is_wide(std::uint32_t bits) { return (bits & 3) == 3; }

/// Row numbers by key; a row whose encoding leaves key bits open is in every bucket it can fall into.
class Buckets {
 public:
  Buckets() {
    std::array<std::vector<std::uint16_t>, kWideKeys + kNarrowKeys> lists;
    for (std::size_t row = 0; row < std::size(kDecodeRows); ++row) file(row, lists);
    for (std::size_t key = 0; key < lists.size(); ++key) {
      begin_[key] = static_cast<std::uint32_t>(rows_.size());
      rows_.insert(rows_.end(), lists[key].begin(), lists[key].end());
    }
    begin_[lists.size()] = static_cast<std::uint32_t>(rows_.size());
  }

  /// The most specific row that matches, or null.
  const DecodeRow* find(std::uint32_t bits) const {
    const std::size_t key = is_wide(bits) ? wide_key(bits) : kWideKeys + narrow_key(bits);
    for (std::uint32_t i = begin_[key]; i < begin_[key + 1]; ++i) {
      const DecodeRow& row = kDecodeRows[rows_[i]];
      if ((bits & row.mask) == row.match) return &row;
    }
    return nullptr;
  }

 private:
  template <typename Lists>
  static void file(std::size_t index, Lists& lists) {
    const DecodeRow& row = kDecodeRows[index];
    const bool wide = row.length == 4;
    const std::uint32_t open = (wide ? kWideKeyMask : kNarrowKeyMask) & ~row.mask;
    std::uint32_t choice = open;  // every subset of the open bits, from all of them down to none
    while (true) {
      const std::uint32_t bits = row.match | choice;
      lists[wide ? wide_key(bits) : kWideKeys + narrow_key(bits)].push_back(
          static_cast<std::uint16_t>(index));
      if (choice == 0) break;
      choice = (choice - 1) & open;
    }
  }

  std::array<std::uint32_t, kWideKeys + kNarrowKeys + 1> begin_{};
  std::vector<std::uint16_t> rows_;
};

std::uint8_t extract(const RegisterSlot& slot, std::uint32_t bits) {
  return static_cast<std::uint8_t>(slot.add + (bits >> slot.shift & ((1u << slot.width) - 1)));
}

std::int64_t immediate(const DecodeRow& row, std::uint32_t bits) {
  std::uint64_t value = 0;
  for (std::size_t i = row.first_piece; i < row.first_piece + std::size_t{row.piece_count}; ++i) {
    const ImmediatePiece& piece = kImmediatePieces[i];
    value |= std::uint64_t{bits >> piece.source & ((1u << piece.width) - 1)} << piece.target;
  }
  if (row.sign_bit == 0) return static_cast<std::int64_t>(value);
  const unsigned unused = 63u - row.sign_bit;
  return static_cast<std::int64_t>(value << unused) >> unused;
}

}  // namespace

Decoded decode(std::uint32_t bits) {
  static const Buckets buckets;
  Decoded result;
  result.length = is_wide(bits) ? 4 : 2;
  result.raw = is_wide(bits) ? bits : bits & 0xffff;
  const DecodeRow* row = buckets.find(result.raw);
  if (row == nullptr) return result;
  if (row->nonzero_mask != 0 && (result.raw & row->nonzero_mask) == 0) return result;
  result.opcode = row->opcode;
  result.rd = extract(row->slots[0], bits);
  result.rs1 = extract(row->slots[1], bits);
  result.rs2 = extract(row->slots[2], bits);
  result.rs3 = extract(row->slots[3], bits);
  if (row->has_rm) result.rm = static_cast<std::uint8_t>(bits >> 12 & 7);
  if (row->has_vm) result.masked = (bits >> 25 & 1) == 0;
  result.immediate = immediate(*row, bits);
  return result;
}

}  // namespace areia::isa
