// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The scalar hart: latencies of dependent instructions, and the cost of a jump.
#include "bench/chip/programs/program.h"

static_assert(areia::bench::kChainLength == 256, "as the assembly below has it");

/// Runs `body` 256 times between two readings of the clock; `last` needs the last result.
#define AREIA_CHAIN(body, last)                                                               \
  asm volatile(".balign 64\n rdcycle %0\n .rept 256\n" body "\n .endr\n" last "\n rdcycle %1" \
               : "=&r"(begin), "=&r"(end)                                                     \
               : "r"(pointer)                                                                 \
               : "memory", "t0", "t1", "t2", "ft0", "ft1")

namespace areia::bench {

void run(const Request& request) {
  if (launch->tile != 0) return;
  static uint64_t itself;
  itself = address_of(&itself);
  uint64_t begin = 0, end = 0;
  const uint64_t pointer = address_of(&itself);
  asm volatile("li t0, 3\n li t1, 1\n fcvt.d.l ft0, t1\n fmv.d ft1, ft0" ::: "t0", "t1", "ft0", "ft1");
  switch (request.mode) {
    case kAdds:
      AREIA_CHAIN("add t0, t0, t1", "mv t0, t0");
      break;
    case kMultiplies:
      AREIA_CHAIN("mul t0, t0, t1", "mv t0, t0");
      break;
    case kDivides:
      AREIA_CHAIN("div t0, t0, t1", "mv t0, t0");
      break;
    case kFloats:
      AREIA_CHAIN("fmadd.d ft0, ft0, ft1, ft1", "fmv.x.d t0, ft0");
      break;
    case kLoads:
      asm volatile("mv t0, %0" : : "r"(pointer) : "t0");
      AREIA_CHAIN("ld t0, 0(t0)", "mv t0, t0");
      break;
    case kJumps:
      AREIA_CHAIN("j 1f\n .balign 64\n 1:", "mv t0, t0");
      break;
    default:
      AREIA_CHAIN("add t2, t1, t1", "mv t0, t0");
  }
  answer_time(begin, end);
}

}  // namespace areia::bench
