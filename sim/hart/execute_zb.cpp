// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Zba, Zbb and Zbs: address generation, basic bit manipulation, single bits.
#include <algorithm>
#include <bit>

#include "sim/hart/dispatch.h"
#include "sim/hart/integer.h"

namespace areia::sim {

// --- Zba

AREIA_EXECUTE(sh1add) { hart.x[i.rd] = (hart.x[i.rs1] << 1) + hart.x[i.rs2]; }
AREIA_EXECUTE(sh2add) { hart.x[i.rd] = (hart.x[i.rs1] << 2) + hart.x[i.rs2]; }
AREIA_EXECUTE(sh3add) { hart.x[i.rd] = (hart.x[i.rs1] << 3) + hart.x[i.rs2]; }
AREIA_EXECUTE(add_uw) { hart.x[i.rd] = std::uint64_t{word(hart.x[i.rs1])} + hart.x[i.rs2]; }
AREIA_EXECUTE(sh1add_uw) { hart.x[i.rd] = (std::uint64_t{word(hart.x[i.rs1])} << 1) + hart.x[i.rs2]; }
AREIA_EXECUTE(sh2add_uw) { hart.x[i.rd] = (std::uint64_t{word(hart.x[i.rs1])} << 2) + hart.x[i.rs2]; }
AREIA_EXECUTE(sh3add_uw) { hart.x[i.rd] = (std::uint64_t{word(hart.x[i.rs1])} << 3) + hart.x[i.rs2]; }
AREIA_EXECUTE(slli_uw) { hart.x[i.rd] = std::uint64_t{word(hart.x[i.rs1])} << (i.immediate & 63); }

// --- Zbb

AREIA_EXECUTE(andn) { hart.x[i.rd] = hart.x[i.rs1] & ~hart.x[i.rs2]; }
AREIA_EXECUTE(orn) { hart.x[i.rd] = hart.x[i.rs1] | ~hart.x[i.rs2]; }
AREIA_EXECUTE(xnor) { hart.x[i.rd] = ~(hart.x[i.rs1] ^ hart.x[i.rs2]); }
AREIA_EXECUTE(min) {
  hart.x[i.rd] = as_unsigned(std::min(as_signed(hart.x[i.rs1]), as_signed(hart.x[i.rs2])));
}
AREIA_EXECUTE(minu) { hart.x[i.rd] = std::min(hart.x[i.rs1], hart.x[i.rs2]); }
AREIA_EXECUTE(max) {
  hart.x[i.rd] = as_unsigned(std::max(as_signed(hart.x[i.rs1]), as_signed(hart.x[i.rs2])));
}
AREIA_EXECUTE(maxu) { hart.x[i.rd] = std::max(hart.x[i.rs1], hart.x[i.rs2]); }
AREIA_EXECUTE(rol) { hart.x[i.rd] = std::rotl(hart.x[i.rs1], static_cast<int>(hart.x[i.rs2] & 63)); }
AREIA_EXECUTE(ror) { hart.x[i.rd] = std::rotr(hart.x[i.rs1], static_cast<int>(hart.x[i.rs2] & 63)); }
AREIA_EXECUTE(rori) { hart.x[i.rd] = std::rotr(hart.x[i.rs1], static_cast<int>(i.immediate & 63)); }
AREIA_EXECUTE(rolw) {
  hart.x[i.rd] = extend_word(std::rotl(word(hart.x[i.rs1]), static_cast<int>(hart.x[i.rs2] & 31)));
}
AREIA_EXECUTE(rorw) {
  hart.x[i.rd] = extend_word(std::rotr(word(hart.x[i.rs1]), static_cast<int>(hart.x[i.rs2] & 31)));
}
AREIA_EXECUTE(roriw) {
  hart.x[i.rd] = extend_word(std::rotr(word(hart.x[i.rs1]), static_cast<int>(i.immediate & 31)));
}
AREIA_EXECUTE(clz) { hart.x[i.rd] = static_cast<std::uint64_t>(std::countl_zero(hart.x[i.rs1])); }
AREIA_EXECUTE(ctz) { hart.x[i.rd] = static_cast<std::uint64_t>(std::countr_zero(hart.x[i.rs1])); }
AREIA_EXECUTE(cpop) { hart.x[i.rd] = static_cast<std::uint64_t>(std::popcount(hart.x[i.rs1])); }
AREIA_EXECUTE(clzw) { hart.x[i.rd] = static_cast<std::uint64_t>(std::countl_zero(word(hart.x[i.rs1]))); }
AREIA_EXECUTE(ctzw) { hart.x[i.rd] = static_cast<std::uint64_t>(std::countr_zero(word(hart.x[i.rs1]))); }
AREIA_EXECUTE(cpopw) { hart.x[i.rd] = static_cast<std::uint64_t>(std::popcount(word(hart.x[i.rs1]))); }
AREIA_EXECUTE(sext_b) { hart.x[i.rd] = as_unsigned(static_cast<std::int8_t>(hart.x[i.rs1])); }
AREIA_EXECUTE(sext_h) { hart.x[i.rd] = as_unsigned(static_cast<std::int16_t>(hart.x[i.rs1])); }
AREIA_EXECUTE(zext_h) { hart.x[i.rd] = static_cast<std::uint16_t>(hart.x[i.rs1]); }
AREIA_EXECUTE(rev8) { hart.x[i.rd] = __builtin_bswap64(hart.x[i.rs1]); }
AREIA_EXECUTE(orc_b) {
  // The low bit of each byte gathers the others of its byte, then fills it.
  std::uint64_t bits = hart.x[i.rs1];
  bits |= bits >> 4 & 0x0f0f0f0f0f0f0f0f;
  bits |= bits >> 2 & 0x3333333333333333;
  bits |= bits >> 1;
  hart.x[i.rd] = (bits & 0x0101010101010101) * 0xff;
}

// --- Zbs

AREIA_EXECUTE(bclr) { hart.x[i.rd] = hart.x[i.rs1] & ~(std::uint64_t{1} << (hart.x[i.rs2] & 63)); }
AREIA_EXECUTE(bext) { hart.x[i.rd] = hart.x[i.rs1] >> (hart.x[i.rs2] & 63) & 1; }
AREIA_EXECUTE(binv) { hart.x[i.rd] = hart.x[i.rs1] ^ std::uint64_t{1} << (hart.x[i.rs2] & 63); }
AREIA_EXECUTE(bset) { hart.x[i.rd] = hart.x[i.rs1] | std::uint64_t{1} << (hart.x[i.rs2] & 63); }
AREIA_EXECUTE(bclri) { hart.x[i.rd] = hart.x[i.rs1] & ~(std::uint64_t{1} << (i.immediate & 63)); }
AREIA_EXECUTE(bexti) { hart.x[i.rd] = hart.x[i.rs1] >> (i.immediate & 63) & 1; }
AREIA_EXECUTE(binvi) { hart.x[i.rd] = hart.x[i.rs1] ^ std::uint64_t{1} << (i.immediate & 63); }
AREIA_EXECUTE(bseti) { hart.x[i.rd] = hart.x[i.rs1] | std::uint64_t{1} << (i.immediate & 63); }

}  // namespace areia::sim
