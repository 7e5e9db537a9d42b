// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The memory functions that a freestanding compiler may call.
#include <riscv_vector.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {

void* memcpy(void* destination, const void* source, size_t count) {
  auto* to = static_cast<uint8_t*>(destination);
  const auto* from = static_cast<const uint8_t*>(source);
  for (size_t vl; count > 0; count -= vl, to += vl, from += vl) {
    vl = __riscv_vsetvl_e8m8(count);
    __riscv_vse8_v_u8m8(to, __riscv_vle8_v_u8m8(from, vl), vl);
  }
  return destination;
}

void* memset(void* destination, int value, size_t count) {
  auto* to = static_cast<uint8_t*>(destination);
  for (size_t vl; count > 0; count -= vl, to += vl) {
    vl = __riscv_vsetvl_e8m8(count);
    __riscv_vse8_v_u8m8(to, __riscv_vmv_v_x_u8m8(static_cast<uint8_t>(value), vl), vl);
  }
  return destination;
}
}
