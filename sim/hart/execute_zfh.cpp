// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Zfh: half precision, and its conversions from and to the others.
#include "sim/hart/execute_float.h"

namespace areia::sim {

using soft::Double;
using soft::Half;
using soft::Single;

AREIA_FLOAT_LOAD(flh) { load_float<Half>(hart, i); }
AREIA_FLOAT_STORE(fsh) { store_float<Half>(hart, i); }

AREIA_FLOAT_ROUNDED(fadd_h) { arithmetic<Half, Add>(hart, i); }
AREIA_FLOAT_ROUNDED(fsub_h) { arithmetic<Half, Subtract>(hart, i); }
AREIA_FLOAT_ROUNDED(fmul_h) { arithmetic<Half, Multiply>(hart, i); }
AREIA_FLOAT_ROUNDED(fdiv_h) { arithmetic<Half, Divide>(hart, i); }
AREIA_FLOAT_ROUNDED(fsqrt_h) { arithmetic<Half, SquareRoot>(hart, i); }
AREIA_FLOAT_ROUNDED(fmadd_h) { multiply_add<Half>(hart, i); }
AREIA_FLOAT_ROUNDED(fmsub_h) { multiply_add<Half, Negate::kAddend>(hart, i); }
AREIA_FLOAT_ROUNDED(fnmsub_h) { multiply_add<Half, Negate::kProduct>(hart, i); }
AREIA_FLOAT_ROUNDED(fnmadd_h) { multiply_add<Half, Negate::kBoth>(hart, i); }

AREIA_FLOAT(fsgnj_h) { inject_sign<Half, SignFrom::kCopy>(hart, i); }
AREIA_FLOAT(fsgnjn_h) { inject_sign<Half, SignFrom::kNegated>(hart, i); }
AREIA_FLOAT(fsgnjx_h) { inject_sign<Half, SignFrom::kXor>(hart, i); }
AREIA_FLOAT(fmin_h) { select<Half, soft::minimum<Half>>(hart, i); }
AREIA_FLOAT(fmax_h) { select<Half, soft::maximum<Half>>(hart, i); }
AREIA_FLOAT(feq_h) { compare<Half, soft::equal<Half>>(hart, i); }
AREIA_FLOAT(flt_h) { compare<Half, soft::less<Half>>(hart, i); }
AREIA_FLOAT(fle_h) { compare<Half, soft::less_equal<Half>>(hart, i); }
AREIA_FLOAT(fclass_h) { classify<Half>(hart, i); }

AREIA_FLOAT_LEGAL(fcvt_w_h) { to_integer<std::int32_t, Half>(hart, i); }
AREIA_FLOAT_LEGAL(fcvt_wu_h) { to_integer<std::uint32_t, Half>(hart, i); }
AREIA_FLOAT_LEGAL(fcvt_l_h) { to_integer<std::int64_t, Half>(hart, i); }
AREIA_FLOAT_LEGAL(fcvt_lu_h) { to_integer<std::uint64_t, Half>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_h_w) { from_integer<Half, std::int32_t>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_h_wu) { from_integer<Half, std::uint32_t>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_h_l) { from_integer<Half, std::int64_t>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_h_lu) { from_integer<Half, std::uint64_t>(hart, i); }

AREIA_FLOAT(fmv_x_h) { move_to_x<Half>(hart, i); }
AREIA_FLOAT(fmv_h_x) { move_from_x<Half>(hart, i); }

AREIA_FLOAT_ROUNDED(fcvt_s_h) { convert<Single, Half>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_h_s) { convert<Half, Single>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_d_h) { convert<Double, Half>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_h_d) { convert<Half, Double>(hart, i); }

}  // namespace areia::sim
