// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The vector unit: multiply-adds, loads and stores at any LMUL.
#include "bench/chip/programs/program.h"

static_assert(areia::bench::kVectorLength == 192, "as the assembly below has it");

/// 192 instructions, three registers (groups of eight at most) in turn, between two readings of the clock.
#define AREIA_VECTOR(first, second, third)                                                                 \
  asm volatile(".balign 64\n rdcycle %0\n .rept 64\n" first "\n" second "\n" third "\n .endr\n rdcycle %1" \
               : "=&r"(begin), "=&r"(end)                                                                  \
               : "r"(buffer), "r"(stride)                                                                  \
               : "memory")
#define AREIA_TWELVE(a)                                                                                     \
  asm volatile(".balign 64\n rdcycle %0\n .rept 16\n" a(4) a(5) a(6) a(7) a(8) a(9) a(10) a(11) a(12) a(13) \
                   a(14) a(15) ".endr\n rdcycle %1"                                                         \
               : "=&r"(begin), "=&r"(end)                                                                   \
               :                                                                                            \
               : "memory")
#define AREIA_MULTIPLY_ADD(register) "vfmacc.vv v" #register ", v0, v1\n"

namespace areia::bench {
namespace {

uint64_t set_length(uint64_t log2_group) {
  uint64_t vl = 0;
  if (log2_group == 0) asm volatile("vsetvli %0, zero, e32, m1, ta, ma" : "=r"(vl));
  if (log2_group == 1) asm volatile("vsetvli %0, zero, e32, m2, ta, ma" : "=r"(vl));
  if (log2_group == 2) asm volatile("vsetvli %0, zero, e32, m4, ta, ma" : "=r"(vl));
  if (log2_group == 3) asm volatile("vsetvli %0, zero, e32, m8, ta, ma" : "=r"(vl));
  return vl;
}

}  // namespace

void run(const Request& request) {
  if (launch->tile != 0) return;
  const uint64_t vl = set_length(request.value[0]);
  const uint64_t buffer = round_up(launch->heap_begin, 4096), stride = 8;
  uint64_t begin = 0, end = 0;
  switch (request.mode) {
    case kMultiplyAdds:
      // A register of one cycle's worth needs more of them in turn than a group does.
      if (request.value[0] == 0) {
        AREIA_TWELVE(AREIA_MULTIPLY_ADD);
      } else {
        AREIA_VECTOR("vfmacc.vv v8, v0, v0", "vfmacc.vv v16, v0, v0", "vfmacc.vv v24, v0, v0");
      }
      break;
    case kVectorLoads:
      AREIA_VECTOR("vle32.v v8, (%2)", "vle32.v v16, (%2)", "vle32.v v24, (%2)");
      break;
    case kVectorStores:
      AREIA_VECTOR("vse32.v v8, (%2)", "vse32.v v16, (%2)", "vse32.v v24, (%2)");
      break;
    default:
      AREIA_VECTOR("vlse32.v v8, (%2), %3", "vlse32.v v16, (%2), %3", "vlse32.v v24, (%2), %3");
  }
  answer_time(begin, end);
  answer(2, vl);
}

}  // namespace areia::bench
