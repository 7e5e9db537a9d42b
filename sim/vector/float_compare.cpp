// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Floating-point comparisons, which make a mask. Equality is quiet (only signaling NaN are invalid), order is
// signaling (any NaN is), in C++ as in RISC-V.
#include "sim/vector/float_kernels.h"

namespace areia::sim {
namespace {

using rvv::Byte;
using soft::Context;

struct Equal {
  template <typename V>
  static bool host(V a, V b) {
    return a == b;
  }
  template <typename F, typename B>
  static bool soft(B a, B b, Context& context) {
    return soft::equal<F>(a, b, context);
  }
};
struct NotEqual {
  template <typename V>
  static bool host(V a, V b) {
    return a != b;
  }
  template <typename F, typename B>
  static bool soft(B a, B b, Context& context) {
    return !soft::equal<F>(a, b, context);
  }
};
struct Less {
  template <typename V>
  static bool host(V a, V b) {
    return a < b;
  }
  template <typename F, typename B>
  static bool soft(B a, B b, Context& context) {
    return soft::less<F>(a, b, context);
  }
};
struct LessOrEqual {
  template <typename V>
  static bool host(V a, V b) {
    return a <= b;
  }
  template <typename F, typename B>
  static bool soft(B a, B b, Context& context) {
    return soft::less_equal<F>(a, b, context);
  }
};
struct Greater {
  template <typename V>
  static bool host(V a, V b) {
    return a > b;
  }
  template <typename F, typename B>
  static bool soft(B a, B b, Context& context) {
    return soft::less<F>(b, a, context);
  }
};
struct GreaterOrEqual {
  template <typename V>
  static bool host(V a, V b) {
    return a >= b;
  }
  template <typename F, typename B>
  static bool soft(B a, B b, Context& context) {
    return soft::less_equal<F>(b, a, context);
  }
};

/// results[i] = a[i] op b[i] ? 0xff : 0.
using CompareKernel = void (*)(Byte* results, const Byte* a, const Byte* b, std::size_t count);
using SoftCompareKernel = void (*)(Byte* results, const Byte* a, const Byte* b, std::size_t count,
                                   Context& context);
struct CompareKernels {
  CompareKernel host[3];
  SoftCompareKernel soft[3];
};

template <typename Op, typename Host>
void host_compare(Byte* results, const Byte* a, const Byte* b, std::size_t count) {
  using Value = typename Host::Value;
  const Value* left = reinterpret_cast<const Value*>(a);
  const Value* right = reinterpret_cast<const Value*>(b);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) results[i] = Op::host(left[i], right[i]) ? 0xff : 0;
}
template <typename Op, typename F>
void soft_compare(Byte* results, const Byte* a, const Byte* b, std::size_t count, Context& context) {
  using Bits = typename F::Bits;
  for (std::size_t i = 0; i < count; ++i)
    results[i] = Op::template soft<F>(rvv::element<Bits>(a, i), rvv::element<Bits>(b, i), context) ? 0xff : 0;
}
template <typename Op>
constexpr CompareKernels kCompare = {
    {AREIA_HALF_KERNEL(host_compare, Op), AREIA_HOST_KERNEL(host_compare, Op, rvv::HostSingle),
     AREIA_HOST_KERNEL(host_compare, Op, rvv::HostDouble)},
    {soft_compare<Op, soft::Half>, soft_compare<Op, soft::Single>, soft_compare<Op, soft::Double>}};

void execute(Hart& hart, const Instruction& i, const CompareKernels& kernels, const Byte* a, const Byte* b) {
  VectorState& v = hart.vector;
  const unsigned index = rvv::format_index(v);
  rvv::Scratch results;
  if (kernels.host[index] != nullptr) {
    kernels.host[index](results, a, b, v.vl);
  } else {
    Context context;
    kernels.soft[index](results, a, b, v.vl, context);
    hart.floats.raise(context.flags);
  }
  rvv::write_mask(v, i.rd, results, v.vl, i.masked);
}

void run(Hart& hart, const Instruction& i, const CompareKernels& kernels, const Byte* b) {
  VectorState& v = hart.vector;
  if (!i.masked) return execute(hart, i, kernels, v.reg(i.rs2), b);
  const rvv::ActiveBytes active(v, v.vl);
  rvv::Scratch left, right;
  rvv::neutralise(left, v.reg(i.rs2), active, v.vl, v.sew_bytes(), 0);
  rvv::neutralise(right, b, active, v.vl, v.sew_bytes(), 0);
  execute(hart, i, kernels, left, right);
}

void run_vv(Hart& hart, const Instruction& i, const CompareKernels& kernels) {
  VectorState& v = rvv::begin_float(hart);
  rvv::check_mask_result(v, i, i.rs1);
  run(hart, i, kernels, v.reg(i.rs1));
}
void run_vf(Hart& hart, const Instruction& i, const CompareKernels& kernels) {
  VectorState& v = rvv::begin_float(hart);
  rvv::check_mask_result(v, i, i.rs2);
  rvv::Scratch b;
  rvv::broadcast(b, rvv::float_scalar(hart, i.rs1, v.sew_bits()), v.vl, v.sew_bytes());
  run(hart, i, kernels, b);
}

}  // namespace

void exec_vmfeq_vv(Hart& hart, const Instruction& i) { run_vv(hart, i, kCompare<Equal>); }
void exec_vmfeq_vf(Hart& hart, const Instruction& i) { run_vf(hart, i, kCompare<Equal>); }
void exec_vmfne_vv(Hart& hart, const Instruction& i) { run_vv(hart, i, kCompare<NotEqual>); }
void exec_vmfne_vf(Hart& hart, const Instruction& i) { run_vf(hart, i, kCompare<NotEqual>); }
void exec_vmflt_vv(Hart& hart, const Instruction& i) { run_vv(hart, i, kCompare<Less>); }
void exec_vmflt_vf(Hart& hart, const Instruction& i) { run_vf(hart, i, kCompare<Less>); }
void exec_vmfle_vv(Hart& hart, const Instruction& i) { run_vv(hart, i, kCompare<LessOrEqual>); }
void exec_vmfle_vf(Hart& hart, const Instruction& i) { run_vf(hart, i, kCompare<LessOrEqual>); }
void exec_vmfgt_vf(Hart& hart, const Instruction& i) { run_vf(hart, i, kCompare<Greater>); }
void exec_vmfge_vf(Hart& hart, const Instruction& i) { run_vf(hart, i, kCompare<GreaterOrEqual>); }

}  // namespace areia::sim
