// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Elements, masks and scratch space: what the executors of sim/vector share.
//
// Every elementwise instruction is a kernel: a plain loop over contiguous elements that the compiler turns
// into SIMD, chosen from a table by SEW. Masked instructions run the same kernel into scratch space, on
// operands whose inactive elements are neutral where they could leave flags, and merge the active results:
// so nothing is compiled twice and nothing depends on the data. A loop may write onto one of its sources,
// element onto the same element or, where widths differ, in the overlaps that checks.h lets through: going
// upwards, no element is overwritten before it is read; hence `ivdep`, not `restrict`.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "sim/hart/hart.h"

namespace areia::sim::rvv {

using Byte = std::uint8_t;

/// The widest register group: LMUL 8 of VLEN 4096.
inline constexpr std::size_t kGroupBytes = 8 * 4096 / 8;
/// The most elements of a group: SEW 8.
inline constexpr std::size_t kGroupElements = kGroupBytes;

/// Room for one register group; not initialised.
struct alignas(64) Scratch {
  Byte bytes[kGroupBytes];
  operator Byte*() { return bytes; }  // NOLINT: implicit on purpose, as an array
};

/// The mask bits of v0 as bytes, 0xff where an element is active.
struct alignas(64) ActiveBytes {
  ActiveBytes(const VectorState& v, std::size_t count);
  Byte bytes[kGroupElements];
};

/// bytes[i] = bit i of `bits` ? 0xff : 0, up to a multiple of 64.
void bits_to_bytes(Byte* bytes, const Byte* bits, std::size_t count);
/// Bit i = bytes[i] (0 or 0xff) for i < 64.
std::uint64_t bytes_to_word(const Byte* bytes);

/// destination[i] = active[i] ? source[i] : destination[i]; elements of `element_bytes`.
void merge(Byte* destination, const Byte* source, const ActiveBytes& active, std::size_t count,
           unsigned element_bytes);
/// destination[i] = the low bits of `value`.
void broadcast(Byte* destination, std::uint64_t value, std::size_t count, unsigned element_bytes);
/// destination[i] = active[i] ? source[i] : neutral.
void neutralise(Byte* destination, const Byte* source, const ActiveBytes& active, std::size_t count,
                unsigned element_bytes, std::uint64_t neutral);

/// Writes results (0 or 0xff each) as mask bits 0 to count of register vd; with `masked`, the active ones.
/// Other bits stay. `results` has room for a multiple of 64.
void write_mask(VectorState& v, unsigned vd, const Byte* results, std::size_t count, bool masked);

/// Index of a kernel by SEW in a table that begins with 8 bits.
inline unsigned sew_index(const VectorState& v) { return v.sew_log2 - 3u; }

/// Element `index` of the group at `group`.
template <typename T>
T element(const Byte* group, std::size_t index) {
  T value;
  std::memcpy(&value, group + index * sizeof(T), sizeof(T));
  return value;
}
template <typename T>
void set_element(Byte* group, std::size_t index, T value) {
  std::memcpy(group + index * sizeof(T), &value, sizeof(T));
}

/// The signed integer as wide as T, and the integer twice as wide of the same signedness.
template <typename T>
using Signed = std::make_signed_t<T>;
template <typename T>
struct WiderOf;
template <>
struct WiderOf<std::uint8_t> {
  using type = std::uint16_t;
};
template <>
struct WiderOf<std::uint16_t> {
  using type = std::uint32_t;
};
template <>
struct WiderOf<std::uint32_t> {
  using type = std::uint64_t;
};
template <>
struct WiderOf<std::int8_t> {
  using type = std::int16_t;
};
template <>
struct WiderOf<std::int16_t> {
  using type = std::int32_t;
};
template <>
struct WiderOf<std::int32_t> {
  using type = std::int64_t;
};
template <typename T>
using Wider = typename WiderOf<T>::type;

template <typename T>
inline constexpr unsigned kBits = sizeof(T) * 8;

}  // namespace areia::sim::rvv
