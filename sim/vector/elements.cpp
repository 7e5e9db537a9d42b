// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Masks as bits and as bytes, and merging under them.
#include "sim/vector/elements.h"

#include <algorithm>

#if defined(__AVX512BW__)
#include <immintrin.h>
#endif

namespace areia::sim::rvv {
namespace {

template <typename T>
void merge_as(Byte* destination, const Byte* source, const Byte* active, std::size_t count) {
  T* d = reinterpret_cast<T*>(destination);
  const T* s = reinterpret_cast<const T*>(source);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) d[i] = active[i] != 0 ? s[i] : d[i];
}

template <typename T>
void neutralise_as(Byte* destination, const Byte* source, const Byte* active, std::size_t count, T neutral) {
  T* d = reinterpret_cast<T*>(destination);
  const T* s = reinterpret_cast<const T*>(source);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) d[i] = active[i] != 0 ? s[i] : neutral;
}

/// 64 bits to bytes.
void word_to_bytes(Byte* bytes, std::uint64_t word) {
#if defined(__AVX512BW__)
  _mm512_storeu_si512(bytes, _mm512_movm_epi8(word));
#else
  for (unsigned k = 0; k < 8; ++k) {
    // Each byte of `spread` has one bit of the eight; a carry into bit 7 tells whether it is set.
    const std::uint64_t spread = (word >> 8 * k & 0xff) * 0x0101010101010101 & 0x8040201008040201;
    const std::uint64_t set = (spread + 0x7f7f7f7f7f7f7f7f) >> 7 & 0x0101010101010101;
    set_element<std::uint64_t>(bytes, k, set * 0xff);
  }
#endif
}

}  // namespace

void bits_to_bytes(Byte* bytes, const Byte* bits, std::size_t count) {
  for (std::size_t i = 0; i < count; i += 64) word_to_bytes(bytes + i, element<std::uint64_t>(bits, i / 64));
}

std::uint64_t bytes_to_word(const Byte* bytes) {
#if defined(__AVX512BW__)
  return _mm512_movepi8_mask(_mm512_loadu_si512(bytes));
#else
  std::uint64_t word = 0;
  for (unsigned k = 0; k < 8; ++k) {
    // The products put the low bit of each byte side by side into the highest byte.
    const std::uint64_t low = element<std::uint64_t>(bytes, k) & 0x0101010101010101;
    word |= (low * 0x0102040810204080 >> 56) << 8 * k;
  }
  return word;
#endif
}

ActiveBytes::ActiveBytes(const VectorState& v, std::size_t count) { bits_to_bytes(bytes, v.reg(0), count); }

void merge(Byte* destination, const Byte* source, const ActiveBytes& active, std::size_t count,
           unsigned element_bytes) {
  switch (element_bytes) {
    case 1:
      return merge_as<std::uint8_t>(destination, source, active.bytes, count);
    case 2:
      return merge_as<std::uint16_t>(destination, source, active.bytes, count);
    case 4:
      return merge_as<std::uint32_t>(destination, source, active.bytes, count);
    default:
      return merge_as<std::uint64_t>(destination, source, active.bytes, count);
  }
}

void broadcast(Byte* destination, std::uint64_t value, std::size_t count, unsigned element_bytes) {
  switch (element_bytes) {
    case 1:
      std::memset(destination, static_cast<int>(value & 0xff), count);
      return;
    case 2:
      std::fill_n(reinterpret_cast<std::uint16_t*>(destination), count, static_cast<std::uint16_t>(value));
      return;
    case 4:
      std::fill_n(reinterpret_cast<std::uint32_t*>(destination), count, static_cast<std::uint32_t>(value));
      return;
    default:
      std::fill_n(reinterpret_cast<std::uint64_t*>(destination), count, value);
      return;
  }
}

void neutralise(Byte* destination, const Byte* source, const ActiveBytes& active, std::size_t count,
                unsigned element_bytes, std::uint64_t neutral) {
  const Byte* bytes = active.bytes;
  switch (element_bytes) {
    case 1:
      return neutralise_as(destination, source, bytes, count, static_cast<std::uint8_t>(neutral));
    case 2:
      return neutralise_as(destination, source, bytes, count, static_cast<std::uint16_t>(neutral));
    case 4:
      return neutralise_as(destination, source, bytes, count, static_cast<std::uint32_t>(neutral));
    default:
      return neutralise_as(destination, source, bytes, count, neutral);
  }
}

void write_mask(VectorState& v, unsigned vd, const Byte* results, std::size_t count, bool masked) {
  for (std::size_t i = 0; i < count; i += 64) {
    std::uint64_t written = count - i >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << (count - i)) - 1;
    if (masked) written &= element<std::uint64_t>(v.reg(0), i / 64);
    const std::uint64_t old = element<std::uint64_t>(v.reg(vd), i / 64);
    set_element(v.reg(vd), i / 64, (old & ~written) | (bytes_to_word(results + i) & written));
  }
}

}  // namespace areia::sim::rvv
