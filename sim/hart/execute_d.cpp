// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// D: double precision, and its conversions from and to single.
#include "sim/hart/execute_float.h"

namespace areia::sim {

using soft::Double;
using soft::Single;

AREIA_FLOAT_LOAD(fld) { load_float<Double>(hart, i); }
AREIA_FLOAT_STORE(fsd) { store_float<Double>(hart, i); }

AREIA_FLOAT_ROUNDED(fadd_d) { arithmetic<Double, Add>(hart, i); }
AREIA_FLOAT_ROUNDED(fsub_d) { arithmetic<Double, Subtract>(hart, i); }
AREIA_FLOAT_ROUNDED(fmul_d) { arithmetic<Double, Multiply>(hart, i); }
AREIA_FLOAT_ROUNDED(fdiv_d) { arithmetic<Double, Divide>(hart, i); }
AREIA_FLOAT_ROUNDED(fsqrt_d) { arithmetic<Double, SquareRoot>(hart, i); }
AREIA_FLOAT_ROUNDED(fmadd_d) { multiply_add<Double>(hart, i); }
AREIA_FLOAT_ROUNDED(fmsub_d) { multiply_add<Double, Negate::kAddend>(hart, i); }
AREIA_FLOAT_ROUNDED(fnmsub_d) { multiply_add<Double, Negate::kProduct>(hart, i); }
AREIA_FLOAT_ROUNDED(fnmadd_d) { multiply_add<Double, Negate::kBoth>(hart, i); }

AREIA_FLOAT(fsgnj_d) { inject_sign<Double, SignFrom::kCopy>(hart, i); }
AREIA_FLOAT(fsgnjn_d) { inject_sign<Double, SignFrom::kNegated>(hart, i); }
AREIA_FLOAT(fsgnjx_d) { inject_sign<Double, SignFrom::kXor>(hart, i); }
AREIA_FLOAT(fmin_d) { select<Double, soft::minimum<Double>>(hart, i); }
AREIA_FLOAT(fmax_d) { select<Double, soft::maximum<Double>>(hart, i); }
AREIA_FLOAT(feq_d) { compare<Double, soft::equal<Double>>(hart, i); }
AREIA_FLOAT(flt_d) { compare<Double, soft::less<Double>>(hart, i); }
AREIA_FLOAT(fle_d) { compare<Double, soft::less_equal<Double>>(hart, i); }
AREIA_FLOAT(fclass_d) { classify<Double>(hart, i); }

AREIA_FLOAT_LEGAL(fcvt_w_d) { to_integer<std::int32_t, Double>(hart, i); }
AREIA_FLOAT_LEGAL(fcvt_wu_d) { to_integer<std::uint32_t, Double>(hart, i); }
AREIA_FLOAT_LEGAL(fcvt_l_d) { to_integer<std::int64_t, Double>(hart, i); }
AREIA_FLOAT_LEGAL(fcvt_lu_d) { to_integer<std::uint64_t, Double>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_d_w) { from_integer<Double, std::int32_t>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_d_wu) { from_integer<Double, std::uint32_t>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_d_l) { from_integer<Double, std::int64_t>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_d_lu) { from_integer<Double, std::uint64_t>(hart, i); }

AREIA_FLOAT(fmv_x_d) { move_to_x<Double>(hart, i); }
AREIA_FLOAT(fmv_d_x) { move_from_x<Double>(hart, i); }

AREIA_FLOAT_ROUNDED(fcvt_s_d) { convert<Single, Double>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_d_s) { convert<Double, Single>(hart, i); }

}  // namespace areia::sim
