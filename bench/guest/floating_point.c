// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Scalar floating-point work: iterated maps, polynomials by fma, dot products, Newton steps with division and
// square roots, in double and single precision. REPEAT sets the length; the exit code comes from the results.
#include <stdint.h>

enum { kLength = 256 };
static double da[kLength], db[kLength];
static float fa[kLength], fb[kLength];

static double mandelbrot(void) {
  double total = 0;
  for (int y = 0; y < 12; ++y) {
    for (int x = 0; x < 24; ++x) {
      const double cr = -2.0 + x * (3.0 / 24), ci = -1.2 + y * (2.4 / 12);
      double zr = 0, zi = 0;
      int n = 0;
      while (n < 100 && zr * zr + zi * zi < 4.0) {
        const double next = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = next;
        ++n;
      }
      total += n;
    }
  }
  return total;
}

static double polynomial(void) {
  double total = 0;
  for (int i = 0; i < 2000; ++i) {
    const double x = i * 0.0005;
    double p = 1.0 / 5040;
    p = __builtin_fma(p, x, 1.0 / 720);
    p = __builtin_fma(p, x, 1.0 / 120);
    p = __builtin_fma(p, x, 1.0 / 24);
    p = __builtin_fma(p, x, 1.0 / 6);
    p = __builtin_fma(p, x, 0.5);
    p = __builtin_fma(p, x, 1.0);
    total += __builtin_fma(p, x, 1.0);
  }
  return total;
}

static float dot_single(void) {
  float sum = 0;
  for (int round = 0; round < 16; ++round) {
    for (int i = 0; i < kLength; ++i) sum += fa[i] * fb[i];
  }
  return sum;
}

static double axpy_double(double scale) {
  for (int round = 0; round < 8; ++round) {
    for (int i = 0; i < kLength; ++i) da[i] = da[i] * scale + db[i];
  }
  return da[kLength / 2];
}

static double newton(void) {
  double total = 0;
  for (int i = 1; i < 400; ++i) {
    double root = i;
    for (int step = 0; step < 4; ++step) root = 0.5 * (root + i / root);
    total += __builtin_sqrt(root) + root;
  }
  return total;
}

int main(void) {
  for (int i = 0; i < kLength; ++i) {
    da[i] = 1.0 + i * 0.25;
    db[i] = 0.5 - i * 0.125;
    fa[i] = 0.75f + (float)i;
    fb[i] = 1.0f / (float)(i + 1);
  }
  double result = 0;
  for (int i = 0; i < REPEAT; ++i) result += mandelbrot() + polynomial() + dot_single() + axpy_double(0.5) + newton();
  return (int)((int64_t)(result * 16) & 63);
}
