// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// F: single precision.
#include "sim/hart/execute_float.h"

namespace areia::sim {

using soft::Single;

AREIA_FLOAT_LOAD(flw) { load_float<Single>(hart, i); }
AREIA_FLOAT_STORE(fsw) { store_float<Single>(hart, i); }

AREIA_FLOAT_ROUNDED(fadd_s) { arithmetic<Single, Add>(hart, i); }
AREIA_FLOAT_ROUNDED(fsub_s) { arithmetic<Single, Subtract>(hart, i); }
AREIA_FLOAT_ROUNDED(fmul_s) { arithmetic<Single, Multiply>(hart, i); }
AREIA_FLOAT_ROUNDED(fdiv_s) { arithmetic<Single, Divide>(hart, i); }
AREIA_FLOAT_ROUNDED(fsqrt_s) { arithmetic<Single, SquareRoot>(hart, i); }
AREIA_FLOAT_ROUNDED(fmadd_s) { multiply_add<Single>(hart, i); }
AREIA_FLOAT_ROUNDED(fmsub_s) { multiply_add<Single, Negate::kAddend>(hart, i); }
AREIA_FLOAT_ROUNDED(fnmsub_s) { multiply_add<Single, Negate::kProduct>(hart, i); }
AREIA_FLOAT_ROUNDED(fnmadd_s) { multiply_add<Single, Negate::kBoth>(hart, i); }

AREIA_FLOAT(fsgnj_s) { inject_sign<Single, SignFrom::kCopy>(hart, i); }
AREIA_FLOAT(fsgnjn_s) { inject_sign<Single, SignFrom::kNegated>(hart, i); }
AREIA_FLOAT(fsgnjx_s) { inject_sign<Single, SignFrom::kXor>(hart, i); }
AREIA_FLOAT(fmin_s) { select<Single, soft::minimum<Single>>(hart, i); }
AREIA_FLOAT(fmax_s) { select<Single, soft::maximum<Single>>(hart, i); }
AREIA_FLOAT(feq_s) { compare<Single, soft::equal<Single>>(hart, i); }
AREIA_FLOAT(flt_s) { compare<Single, soft::less<Single>>(hart, i); }
AREIA_FLOAT(fle_s) { compare<Single, soft::less_equal<Single>>(hart, i); }
AREIA_FLOAT(fclass_s) { classify<Single>(hart, i); }

AREIA_FLOAT_LEGAL(fcvt_w_s) { to_integer<std::int32_t, Single>(hart, i); }
AREIA_FLOAT_LEGAL(fcvt_wu_s) { to_integer<std::uint32_t, Single>(hart, i); }
AREIA_FLOAT_LEGAL(fcvt_l_s) { to_integer<std::int64_t, Single>(hart, i); }
AREIA_FLOAT_LEGAL(fcvt_lu_s) { to_integer<std::uint64_t, Single>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_s_w) { from_integer<Single, std::int32_t>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_s_wu) { from_integer<Single, std::uint32_t>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_s_l) { from_integer<Single, std::int64_t>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_s_lu) { from_integer<Single, std::uint64_t>(hart, i); }

AREIA_FLOAT(fmv_x_w) { move_to_x<Single>(hart, i); }
AREIA_FLOAT(fmv_w_x) { move_from_x<Single>(hart, i); }

// --- Zfbfmin: bfloat16, loaded and stored as halfwords

AREIA_FLOAT_ROUNDED(fcvt_bf16_s) { convert<soft::Bfloat16, Single>(hart, i); }
AREIA_FLOAT_ROUNDED(fcvt_s_bf16) { convert<Single, soft::Bfloat16>(hart, i); }

}  // namespace areia::sim
