// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Scalar integer work: a sieve, a table-driven checksum, sorting, and hashing with multiplications.
// REPEAT sets the length; the exit code is the low bits of a checksum over all results.
#include <stdint.h>

enum { kSieve = 8192, kSorted = 512 };
static uint8_t composite[kSieve];
static uint32_t crc_table[256];
static uint32_t values[kSorted];

static uint64_t sieve(void) {
  uint64_t primes = 0;
  for (uint32_t i = 0; i < kSieve; ++i) composite[i] = 0;
  for (uint32_t i = 2; i < kSieve; ++i) {
    if (composite[i]) continue;
    ++primes;
    for (uint32_t j = 2 * i; j < kSieve; j += i) composite[j] = 1;
  }
  return primes;
}

static void make_crc_table(void) {
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ (0xedb88320u & -(c & 1));
    crc_table[i] = c;
  }
}

static uint32_t checksum(const uint8_t* bytes, uint32_t count) {
  uint32_t c = ~0u;
  for (uint32_t i = 0; i < count; ++i) c = crc_table[(c ^ bytes[i]) & 255] ^ (c >> 8);
  return ~c;
}

static uint64_t hash(uint64_t seed, uint32_t rounds) {
  uint64_t h = seed;
  for (uint32_t i = 0; i < rounds; ++i) {
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdull;
    h ^= h >> 29;
    h += (h << 7) ^ i;
  }
  return h;
}

static uint32_t sort(uint32_t seed) {
  for (uint32_t i = 0; i < kSorted; ++i) values[i] = seed = seed * 1664525u + 1013904223u;
  for (uint32_t gap = kSorted / 2; gap > 0; gap /= 2) {
    for (uint32_t i = gap; i < kSorted; ++i) {
      const uint32_t value = values[i];
      uint32_t j = i;
      for (; j >= gap && values[j - gap] > value; j -= gap) values[j] = values[j - gap];
      values[j] = value;
    }
  }
  return values[kSorted / 2];
}

int main(void) {
  make_crc_table();
  uint64_t result = 1;
  for (uint32_t i = 0; i < REPEAT; ++i) {
    result += sieve();
    result ^= checksum(composite, kSieve);
    result += hash(result, 10000);
    result ^= sort((uint32_t)result);
  }
  return (int)(result & 63);
}
