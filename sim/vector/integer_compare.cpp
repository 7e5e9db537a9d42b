// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Instructions that make a mask of integers: comparisons, and the carries of additions and subtractions; and
// those that take a mask as carries.
#include "sim/vector/integer_kernels.h"

namespace areia::sim {
namespace {

using rvv::Byte;
using rvv::Signed;

/// results[i] = a[i] op b[i] ? 0xff : 0.
template <typename Op, typename T>
void compare_vv(Byte* results, const Byte* a, const Byte* b, std::size_t count) {
  const T* left = reinterpret_cast<const T*>(a);
  const T* right = reinterpret_cast<const T*>(b);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) results[i] = Op::apply(left[i], right[i]) ? 0xff : 0;
}
template <typename Op, typename T>
void compare_vx(Byte* results, const Byte* a, std::uint64_t b, std::size_t count) {
  const T* left = reinterpret_cast<const T*>(a);
  const T right = static_cast<T>(b);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) results[i] = Op::apply(left[i], right) ? 0xff : 0;
}

template <typename Op>
constexpr rvv::VvKernel kCompareVv[4] = {compare_vv<Op, std::uint8_t>, compare_vv<Op, std::uint16_t>,
                                         compare_vv<Op, std::uint32_t>, compare_vv<Op, std::uint64_t>};
template <typename Op>
constexpr rvv::VxKernel kCompareVx[4] = {compare_vx<Op, std::uint8_t>, compare_vx<Op, std::uint16_t>,
                                         compare_vx<Op, std::uint32_t>, compare_vx<Op, std::uint64_t>};

void run_compare_vv(Hart& hart, const Instruction& i, const rvv::VvKernel (&kernels)[4]) {
  VectorState& v = rvv::begin(hart);
  rvv::check_mask_result(v, i, i.rs1);
  rvv::Scratch results;
  kernels[rvv::sew_index(v)](results, v.reg(i.rs2), v.reg(i.rs1), v.vl);
  rvv::write_mask(v, i.rd, results, v.vl, i.masked);
}
void run_compare_vx(Hart& hart, const Instruction& i, const rvv::VxKernel (&kernels)[4],
                    std::uint64_t scalar) {
  VectorState& v = rvv::begin(hart);
  rvv::check_mask_result(v, i, i.rs2);
  rvv::Scratch results;
  kernels[rvv::sew_index(v)](results, v.reg(i.rs2), scalar, v.vl);
  rvv::write_mask(v, i.rd, results, v.vl, i.masked);
}

struct Equal {
  template <typename T>
  static bool apply(T a, T b) {
    return a == b;
  }
};
struct NotEqual {
  template <typename T>
  static bool apply(T a, T b) {
    return a != b;
  }
};
struct LessUnsigned {
  template <typename T>
  static bool apply(T a, T b) {
    return a < b;
  }
};
struct Less {
  template <typename T>
  static bool apply(T a, T b) {
    return static_cast<Signed<T>>(a) < static_cast<Signed<T>>(b);
  }
};
struct LessOrEqualUnsigned {
  template <typename T>
  static bool apply(T a, T b) {
    return a <= b;
  }
};
struct LessOrEqual {
  template <typename T>
  static bool apply(T a, T b) {
    return static_cast<Signed<T>>(a) <= static_cast<Signed<T>>(b);
  }
};
struct GreaterUnsigned {
  template <typename T>
  static bool apply(T a, T b) {
    return a > b;
  }
};
struct Greater {
  template <typename T>
  static bool apply(T a, T b) {
    return static_cast<Signed<T>>(a) > static_cast<Signed<T>>(b);
  }
};

// Carries: `carry` is 0 or 1.
struct Add {
  template <typename T>
  static auto apply(T a, T b, T carry) {
    return a + b + carry;
  }
  template <typename T>
  static bool carries(T a, T b, T carry) {
    const T sum = static_cast<T>(a + b);
    return (sum < a) | (static_cast<T>(sum + carry) < sum);
  }
};
struct Subtract {
  template <typename T>
  static auto apply(T a, T b, T carry) {
    return a - b - carry;
  }
  template <typename T>
  static bool carries(T a, T b, T carry) {
    return (a < b) | ((a == b) & (carry != 0));
  }
};

using CarryKernel = void (*)(Byte* d, const Byte* a, const Byte* b, const Byte* carries, std::size_t count);

template <typename Op, typename T>
void carry_in(Byte* d, const Byte* a, const Byte* b, const Byte* carries, std::size_t count) {
  T* to = reinterpret_cast<T*>(d);
  const T* left = reinterpret_cast<const T*>(a);
  const T* right = reinterpret_cast<const T*>(b);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i)
    to[i] = static_cast<T>(Op::apply(left[i], right[i], static_cast<T>(carries[i] & 1)));
}
template <typename Op, typename T>
void carry_out(Byte* results, const Byte* a, const Byte* b, const Byte* carries, std::size_t count) {
  const T* left = reinterpret_cast<const T*>(a);
  const T* right = reinterpret_cast<const T*>(b);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i)
    results[i] = Op::carries(left[i], right[i], static_cast<T>(carries[i] & 1)) ? 0xff : 0;
}

template <typename Op>
constexpr CarryKernel kCarryIn[4] = {carry_in<Op, std::uint8_t>, carry_in<Op, std::uint16_t>,
                                     carry_in<Op, std::uint32_t>, carry_in<Op, std::uint64_t>};
template <typename Op>
constexpr CarryKernel kCarryOut[4] = {carry_out<Op, std::uint8_t>, carry_out<Op, std::uint16_t>,
                                      carry_out<Op, std::uint32_t>, carry_out<Op, std::uint64_t>};

/// vd = vs2 op b op v0.mask.
void run_carry_in(Hart& hart, const Instruction& i, const CarryKernel (&kernels)[4], const Byte* b) {
  const VectorState& v = hart.vector;
  const rvv::ActiveBytes carries(v, v.vl);
  kernels[rvv::sew_index(v)](hart.vector.reg(i.rd), v.reg(i.rs2), b, carries.bytes, v.vl);
}
void carry_in_vector(Hart& hart, const Instruction& i, const CarryKernel (&kernels)[4]) {
  const VectorState& v = rvv::begin(hart);
  rvv::check_same(v, i, i.rs1);
  rvv::require(i.rd != 0);
  run_carry_in(hart, i, kernels, v.reg(i.rs1));
}
void carry_in_scalar(Hart& hart, const Instruction& i, const CarryKernel (&kernels)[4],
                     std::uint64_t scalar) {
  const VectorState& v = rvv::begin(hart);
  rvv::check_same(v, i, 0);
  rvv::require(i.rd != 0);
  rvv::Scratch b;
  rvv::broadcast(b, scalar, v.vl, v.sew_bytes());
  run_carry_in(hart, i, kernels, b);
}

/// vd.mask = carry of vs2 op b op (v0.mask or 0).
void run_carry_out(Hart& hart, const Instruction& i, const CarryKernel (&kernels)[4], const Byte* b,
                   bool with_carry) {
  VectorState& v = hart.vector;
  rvv::ActiveBytes carries(v, v.vl);
  if (!with_carry) std::memset(carries.bytes, 0, v.vl);
  rvv::Scratch results;
  kernels[rvv::sew_index(v)](results, v.reg(i.rs2), b, carries.bytes, v.vl);
  rvv::write_mask(v, i.rd, results, v.vl, false);
}
void carry_out_vector(Hart& hart, const Instruction& i, const CarryKernel (&kernels)[4], bool with_carry) {
  const VectorState& v = rvv::begin(hart);
  rvv::check_mask_result(v, i, i.rs1);
  run_carry_out(hart, i, kernels, v.reg(i.rs1), with_carry);
}
void carry_out_scalar(Hart& hart, const Instruction& i, const CarryKernel (&kernels)[4], bool with_carry,
                      std::uint64_t scalar) {
  const VectorState& v = rvv::begin(hart);
  rvv::check_mask_result(v, i, i.rs2);
  rvv::Scratch b;
  rvv::broadcast(b, scalar, v.vl, v.sew_bytes());
  run_carry_out(hart, i, kernels, b, with_carry);
}

std::uint64_t immediate(const Instruction& i) { return static_cast<std::uint64_t>(i.immediate); }

}  // namespace

#define AREIA_COMPARE_VV(name, Op) \
  void exec_##name##_vv(Hart& hart, const Instruction& i) { run_compare_vv(hart, i, kCompareVv<Op>); }
#define AREIA_COMPARE_VX(name, Op)                          \
  void exec_##name##_vx(Hart& hart, const Instruction& i) { \
    run_compare_vx(hart, i, kCompareVx<Op>, hart.x[i.rs1]); \
  }
#define AREIA_COMPARE_VI(name, Op)                          \
  void exec_##name##_vi(Hart& hart, const Instruction& i) { \
    run_compare_vx(hart, i, kCompareVx<Op>, immediate(i));  \
  }

AREIA_COMPARE_VV(vmseq, Equal)
AREIA_COMPARE_VX(vmseq, Equal)
AREIA_COMPARE_VI(vmseq, Equal)
AREIA_COMPARE_VV(vmsne, NotEqual)
AREIA_COMPARE_VX(vmsne, NotEqual)
AREIA_COMPARE_VI(vmsne, NotEqual)
AREIA_COMPARE_VV(vmsltu, LessUnsigned)
AREIA_COMPARE_VX(vmsltu, LessUnsigned)
AREIA_COMPARE_VV(vmslt, Less)
AREIA_COMPARE_VX(vmslt, Less)
AREIA_COMPARE_VV(vmsleu, LessOrEqualUnsigned)
AREIA_COMPARE_VX(vmsleu, LessOrEqualUnsigned)
AREIA_COMPARE_VI(vmsleu, LessOrEqualUnsigned)
AREIA_COMPARE_VV(vmsle, LessOrEqual)
AREIA_COMPARE_VX(vmsle, LessOrEqual)
AREIA_COMPARE_VI(vmsle, LessOrEqual)
AREIA_COMPARE_VX(vmsgtu, GreaterUnsigned)
AREIA_COMPARE_VI(vmsgtu, GreaterUnsigned)
AREIA_COMPARE_VX(vmsgt, Greater)
AREIA_COMPARE_VI(vmsgt, Greater)

void exec_vadc_vvm(Hart& hart, const Instruction& i) { carry_in_vector(hart, i, kCarryIn<Add>); }
void exec_vadc_vxm(Hart& hart, const Instruction& i) {
  carry_in_scalar(hart, i, kCarryIn<Add>, hart.x[i.rs1]);
}
void exec_vadc_vim(Hart& hart, const Instruction& i) {
  carry_in_scalar(hart, i, kCarryIn<Add>, immediate(i));
}
void exec_vsbc_vvm(Hart& hart, const Instruction& i) { carry_in_vector(hart, i, kCarryIn<Subtract>); }
void exec_vsbc_vxm(Hart& hart, const Instruction& i) {
  carry_in_scalar(hart, i, kCarryIn<Subtract>, hart.x[i.rs1]);
}

void exec_vmadc_vvm(Hart& hart, const Instruction& i) { carry_out_vector(hart, i, kCarryOut<Add>, true); }
void exec_vmadc_vxm(Hart& hart, const Instruction& i) {
  carry_out_scalar(hart, i, kCarryOut<Add>, true, hart.x[i.rs1]);
}
void exec_vmadc_vim(Hart& hart, const Instruction& i) {
  carry_out_scalar(hart, i, kCarryOut<Add>, true, immediate(i));
}
void exec_vmadc_vv(Hart& hart, const Instruction& i) { carry_out_vector(hart, i, kCarryOut<Add>, false); }
void exec_vmadc_vx(Hart& hart, const Instruction& i) {
  carry_out_scalar(hart, i, kCarryOut<Add>, false, hart.x[i.rs1]);
}
void exec_vmadc_vi(Hart& hart, const Instruction& i) {
  carry_out_scalar(hart, i, kCarryOut<Add>, false, immediate(i));
}
void exec_vmsbc_vvm(Hart& hart, const Instruction& i) {
  carry_out_vector(hart, i, kCarryOut<Subtract>, true);
}
void exec_vmsbc_vxm(Hart& hart, const Instruction& i) {
  carry_out_scalar(hart, i, kCarryOut<Subtract>, true, hart.x[i.rs1]);
}
void exec_vmsbc_vv(Hart& hart, const Instruction& i) {
  carry_out_vector(hart, i, kCarryOut<Subtract>, false);
}
void exec_vmsbc_vx(Hart& hart, const Instruction& i) {
  carry_out_scalar(hart, i, kCarryOut<Subtract>, false, hart.x[i.rs1]);
}

}  // namespace areia::sim
