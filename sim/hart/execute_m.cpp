// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// M: multiplication and division. Division by zero gives all ones and the dividend as the remainder; the one
// signed quotient that does not fit wraps around with remainder 0.
#include "sim/hart/dispatch.h"
#include "sim/hart/integer.h"

namespace areia::sim {
namespace {

template <typename Signed>
std::uint64_t divide(Signed dividend, Signed divisor) {
  if (divisor == 0) return ~std::uint64_t{0};
  if (divisor == -1) return as_unsigned(static_cast<Signed>(0 - static_cast<std::uint64_t>(dividend)));
  return as_unsigned(dividend / divisor);
}
template <typename Signed>
std::uint64_t remainder(Signed dividend, Signed divisor) {
  if (divisor == 0) return as_unsigned(dividend);
  if (divisor == -1) return 0;
  return as_unsigned(dividend % divisor);
}

}  // namespace

AREIA_EXECUTE(mul) { hart.x[i.rd] = hart.x[i.rs1] * hart.x[i.rs2]; }
AREIA_EXECUTE(mulh) {
  hart.x[i.rd] = static_cast<std::uint64_t>(Wide{as_signed(hart.x[i.rs1])} * as_signed(hart.x[i.rs2]) >> 64);
}
AREIA_EXECUTE(mulhsu) {
  hart.x[i.rd] =
      static_cast<std::uint64_t>(Wide{as_signed(hart.x[i.rs1])} * static_cast<Wide>(hart.x[i.rs2]) >> 64);
}
AREIA_EXECUTE(mulhu) {
  hart.x[i.rd] = static_cast<std::uint64_t>(UnsignedWide{hart.x[i.rs1]} * hart.x[i.rs2] >> 64);
}
AREIA_EXECUTE(mulw) { hart.x[i.rd] = extend_word(hart.x[i.rs1] * hart.x[i.rs2]); }

AREIA_EXECUTE(div) { hart.x[i.rd] = divide(as_signed(hart.x[i.rs1]), as_signed(hart.x[i.rs2])); }
AREIA_EXECUTE(rem) { hart.x[i.rd] = remainder(as_signed(hart.x[i.rs1]), as_signed(hart.x[i.rs2])); }
AREIA_EXECUTE(divw) { hart.x[i.rd] = divide(signed_word(hart.x[i.rs1]), signed_word(hart.x[i.rs2])); }
AREIA_EXECUTE(remw) { hart.x[i.rd] = remainder(signed_word(hart.x[i.rs1]), signed_word(hart.x[i.rs2])); }

AREIA_EXECUTE(divu) {
  const std::uint64_t divisor = hart.x[i.rs2];
  hart.x[i.rd] = divisor == 0 ? ~std::uint64_t{0} : hart.x[i.rs1] / divisor;
}
AREIA_EXECUTE(remu) {
  const std::uint64_t divisor = hart.x[i.rs2];
  hart.x[i.rd] = divisor == 0 ? hart.x[i.rs1] : hart.x[i.rs1] % divisor;
}
AREIA_EXECUTE(divuw) {
  const std::uint32_t divisor = word(hart.x[i.rs2]);
  hart.x[i.rd] = divisor == 0 ? ~std::uint64_t{0} : extend_word(word(hart.x[i.rs1]) / divisor);
}
AREIA_EXECUTE(remuw) {
  const std::uint32_t divisor = word(hart.x[i.rs2]);
  hart.x[i.rd] = extend_word(divisor == 0 ? word(hart.x[i.rs1]) : word(hart.x[i.rs1]) % divisor);
}

}  // namespace areia::sim
