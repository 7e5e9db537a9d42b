// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// C = A * B in fp32 with RVV intrinsics, LMUL = 4: four rows of C at a time in register groups.
// REPEAT multiplications of kSize cubed; the exit code comes from the results.
#include <riscv_vector.h>
#include <stdint.h>

enum { kSize = 128 };
static float a[kSize][kSize], b[kSize][kSize], c[kSize][kSize];

static void multiply(void) {
  for (int row = 0; row < kSize; row += 4) {
    for (int column = 0; column < kSize;) {
      const size_t vl = __riscv_vsetvl_e32m4((size_t)(kSize - column));
      vfloat32m4_t sum0 = __riscv_vfmv_v_f_f32m4(0, vl), sum1 = sum0, sum2 = sum0, sum3 = sum0;
      for (int k = 0; k < kSize; ++k) {
        const vfloat32m4_t line = __riscv_vle32_v_f32m4(&b[k][column], vl);
        sum0 = __riscv_vfmacc_vf_f32m4(sum0, a[row][k], line, vl);
        sum1 = __riscv_vfmacc_vf_f32m4(sum1, a[row + 1][k], line, vl);
        sum2 = __riscv_vfmacc_vf_f32m4(sum2, a[row + 2][k], line, vl);
        sum3 = __riscv_vfmacc_vf_f32m4(sum3, a[row + 3][k], line, vl);
      }
      __riscv_vse32_v_f32m4(&c[row][column], sum0, vl);
      __riscv_vse32_v_f32m4(&c[row + 1][column], sum1, vl);
      __riscv_vse32_v_f32m4(&c[row + 2][column], sum2, vl);
      __riscv_vse32_v_f32m4(&c[row + 3][column], sum3, vl);
      column += (int)vl;
    }
  }
}

int main(void) {
  for (int i = 0; i < kSize; ++i) {
    for (int j = 0; j < kSize; ++j) {
      a[i][j] = (float)((i * 7 + j) % 13) - 5.75f;
      b[i][j] = (float)((i + j * 5) % 11) - 4.75f;
    }
  }
  for (int i = 0; i < REPEAT; ++i) multiply();
  float total = 0;
  for (int i = 0; i < kSize; ++i) total += c[i][(i * 3) % kSize];
  return (int)total & 63;
}
