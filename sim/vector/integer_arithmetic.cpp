// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Integer addition, logic, minimum and maximum, shifts, merges and moves; carries are in integer_carry.cpp.
#include <algorithm>

#include "sim/vector/integer_kernels.h"

namespace areia::sim {
namespace {

using rvv::kBits;
using rvv::Signed;

struct Add {
  template <typename T>
  static auto apply(T a, T b) {
    return a + b;
  }
};
struct Subtract {
  template <typename T>
  static auto apply(T a, T b) {
    return a - b;
  }
};
struct ReverseSubtract {
  template <typename T>
  static auto apply(T a, T b) {
    return b - a;
  }
};
struct And {
  template <typename T>
  static auto apply(T a, T b) {
    return a & b;
  }
};
struct Or {
  template <typename T>
  static auto apply(T a, T b) {
    return a | b;
  }
};
struct Xor {
  template <typename T>
  static auto apply(T a, T b) {
    return a ^ b;
  }
};
struct MinimumUnsigned {
  template <typename T>
  static T apply(T a, T b) {
    return std::min(a, b);
  }
};
struct MaximumUnsigned {
  template <typename T>
  static T apply(T a, T b) {
    return std::max(a, b);
  }
};
struct Minimum {
  template <typename T>
  static Signed<T> apply(T a, T b) {
    return std::min(static_cast<Signed<T>>(a), static_cast<Signed<T>>(b));
  }
};
struct Maximum {
  template <typename T>
  static Signed<T> apply(T a, T b) {
    return std::max(static_cast<Signed<T>>(a), static_cast<Signed<T>>(b));
  }
};
struct ShiftLeft {
  template <typename T>
  static auto apply(T a, T b) {
    return rvv::Arithmetic<T>{a} << (b & (kBits<T> - 1));
  }
};
struct ShiftRight {
  template <typename T>
  static auto apply(T a, T b) {
    return a >> (b & (kBits<T> - 1));
  }
};
struct ShiftRightArithmetic {
  template <typename T>
  static auto apply(T a, T b) {
    return static_cast<Signed<T>>(a) >> (b & (kBits<T> - 1));
  }
};
/// Moves, and with a mask merges.
struct Second {
  template <typename T>
  static T apply(T, T b) {
    return b;
  }
};

}  // namespace

#define AREIA_SAME_VV_VX(name, Op) AREIA_SAME_VV(name, Op) AREIA_SAME_VX(name, Op)
#define AREIA_SAME_VV_VX_VI(name, Op) AREIA_SAME_VV_VX(name, Op) AREIA_SAME_VI(name, Op)

AREIA_SAME_VV_VX_VI(vadd, Add)
AREIA_SAME_VV_VX(vsub, Subtract)
AREIA_SAME_VX(vrsub, ReverseSubtract)
AREIA_SAME_VI(vrsub, ReverseSubtract)
AREIA_SAME_VV_VX_VI(vand, And)
AREIA_SAME_VV_VX_VI(vor, Or)
AREIA_SAME_VV_VX_VI(vxor, Xor)
AREIA_SAME_VV_VX(vminu, MinimumUnsigned)
AREIA_SAME_VV_VX(vmin, Minimum)
AREIA_SAME_VV_VX(vmaxu, MaximumUnsigned)
AREIA_SAME_VV_VX(vmax, Maximum)
AREIA_SAME_VV_VX_VI(vsll, ShiftLeft)
AREIA_SAME_VV_VX_VI(vsrl, ShiftRight)
AREIA_SAME_VV_VX_VI(vsra, ShiftRightArithmetic)

void exec_vmv_v_v(Hart& hart, const Instruction& i) { rvv::run_same_vv(hart, i, rvv::kSameVv<Second>); }
void exec_vmv_v_x(Hart& hart, const Instruction& i) {
  rvv::run_same_vx(hart, i, rvv::kSameVx<Second>, hart.x[i.rs1]);
}
void exec_vmv_v_i(Hart& hart, const Instruction& i) {
  rvv::run_same_vx(hart, i, rvv::kSameVx<Second>, static_cast<std::uint64_t>(i.immediate));
}

namespace {

/// vd = v0.mask ? b : vs2, where `second` puts b into vd's elements.
template <typename Kernel>
void merge_under_mask(Hart& hart, const Instruction& i, unsigned vs1, const Kernel& second) {
  VectorState& v = rvv::begin(hart);
  rvv::check_mask(i);
  rvv::require(i.rd != 0);
  rvv::check_same(v, i, vs1);
  rvv::Scratch chosen;
  second(v, static_cast<rvv::Byte*>(chosen));
  const rvv::ActiveBytes active(v, v.vl);
  const std::size_t bytes = v.vl * v.sew_bytes();
  if (i.rd != i.rs2) std::memcpy(v.reg(i.rd), v.reg(i.rs2), bytes);
  rvv::merge(v.reg(i.rd), chosen, active, v.vl, v.sew_bytes());
}

void merge_scalar(Hart& hart, const Instruction& i, std::uint64_t scalar) {
  merge_under_mask(hart, i, 0, [&](VectorState& v, rvv::Byte* chosen) {
    rvv::kSameVx<Second>[rvv::sew_index(v)](chosen, v.reg(i.rs2), scalar, v.vl);
  });
}

}  // namespace

void exec_vmerge_vvm(Hart& hart, const Instruction& i) {
  merge_under_mask(hart, i, i.rs1, [&](VectorState& v, rvv::Byte* chosen) {
    std::memcpy(chosen, v.reg(i.rs1), v.vl * v.sew_bytes());
  });
}
void exec_vmerge_vxm(Hart& hart, const Instruction& i) { merge_scalar(hart, i, hart.x[i.rs1]); }
void exec_vmerge_vim(Hart& hart, const Instruction& i) {
  merge_scalar(hart, i, static_cast<std::uint64_t>(i.immediate));
}

}  // namespace areia::sim
