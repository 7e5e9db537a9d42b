// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// RV64I: arithmetic, jumps, loads and stores.
#include "sim/hart/dispatch.h"
#include "sim/hart/integer.h"

namespace areia::sim {

AREIA_EXECUTE(lui) { hart.x[i.rd] = immediate(i); }
AREIA_EXECUTE(auipc) { hart.x[i.rd] = i.pc + immediate(i); }

// --- Jumps and branches. A jump runs on by itself, so its threaded function is not made by the macro.

void exec_jal(Hart& hart, const Instruction& i) {
  hart.x[i.rd] = i.pc + i.length;
  hart.next_pc = i.pc + immediate(i);
}
void exec_jal_threaded(Hart& hart, const Instruction* i) {
  hart.x[i->rd] = i->pc + i->length;
  return Dispatch::jump(hart, i);
}

/// rd may be rs1, so the target comes first.
static inline std::uint64_t link_and_target(Hart& hart, const Instruction& i) {
  const std::uint64_t target = (hart.x[i.rs1] + immediate(i)) & ~std::uint64_t{1};
  hart.x[i.rd] = i.pc + i.length;
  return target;
}
void exec_jalr(Hart& hart, const Instruction& i) { hart.next_pc = link_and_target(hart, i); }
void exec_jalr_threaded(Hart& hart, const Instruction* i) {
  return Dispatch::jump_indirect(hart, i, link_and_target(hart, *i));
}

AREIA_BRANCH(beq, hart.x[i.rs1] == hart.x[i.rs2])
AREIA_BRANCH(bne, hart.x[i.rs1] != hart.x[i.rs2])
AREIA_BRANCH(blt, as_signed(hart.x[i.rs1]) < as_signed(hart.x[i.rs2]))
AREIA_BRANCH(bge, as_signed(hart.x[i.rs1]) >= as_signed(hart.x[i.rs2]))
AREIA_BRANCH(bltu, hart.x[i.rs1] < hart.x[i.rs2])
AREIA_BRANCH(bgeu, hart.x[i.rs1] >= hart.x[i.rs2])

// --- Loads and stores

template <typename T>
[[gnu::always_inline]] static inline void load_integer(Hart& hart, const Instruction& i) {
  // By way of a signed 64-bit integer: T decides between sign and zero extension.
  hart.x[i.rd] =
      static_cast<std::uint64_t>(static_cast<std::int64_t>(hart.load<T>(hart.x[i.rs1] + immediate(i))));
}
template <typename T>
[[gnu::always_inline]] static inline void store_integer(Hart& hart, const Instruction& i) {
  hart.store<T>(hart.x[i.rs1] + immediate(i), static_cast<T>(hart.x[i.rs2]));
}

AREIA_LOAD(lb) { load_integer<std::int8_t>(hart, i); }
AREIA_LOAD(lh) { load_integer<std::int16_t>(hart, i); }
AREIA_LOAD(lw) { load_integer<std::int32_t>(hart, i); }
AREIA_LOAD(ld) { load_integer<std::int64_t>(hart, i); }
AREIA_LOAD(lbu) { load_integer<std::uint8_t>(hart, i); }
AREIA_LOAD(lhu) { load_integer<std::uint16_t>(hart, i); }
AREIA_LOAD(lwu) { load_integer<std::uint32_t>(hart, i); }
AREIA_STORE(sb) { store_integer<std::uint8_t>(hart, i); }
AREIA_STORE(sh) { store_integer<std::uint16_t>(hart, i); }
AREIA_STORE(sw) { store_integer<std::uint32_t>(hart, i); }
AREIA_STORE(sd) { store_integer<std::uint64_t>(hart, i); }

// --- Arithmetic

AREIA_EXECUTE(addi) { hart.x[i.rd] = hart.x[i.rs1] + immediate(i); }
AREIA_EXECUTE(slti) { hart.x[i.rd] = as_signed(hart.x[i.rs1]) < i.immediate; }
AREIA_EXECUTE(sltiu) { hart.x[i.rd] = hart.x[i.rs1] < immediate(i); }
AREIA_EXECUTE(xori) { hart.x[i.rd] = hart.x[i.rs1] ^ immediate(i); }
AREIA_EXECUTE(ori) { hart.x[i.rd] = hart.x[i.rs1] | immediate(i); }
AREIA_EXECUTE(andi) { hart.x[i.rd] = hart.x[i.rs1] & immediate(i); }
AREIA_EXECUTE(slli) { hart.x[i.rd] = hart.x[i.rs1] << (i.immediate & 63); }
AREIA_EXECUTE(srli) { hart.x[i.rd] = hart.x[i.rs1] >> (i.immediate & 63); }
AREIA_EXECUTE(srai) { hart.x[i.rd] = as_unsigned(as_signed(hart.x[i.rs1]) >> (i.immediate & 63)); }
AREIA_EXECUTE(addiw) { hart.x[i.rd] = extend_word(hart.x[i.rs1] + immediate(i)); }
AREIA_EXECUTE(slliw) { hart.x[i.rd] = extend_word(hart.x[i.rs1] << (i.immediate & 31)); }
AREIA_EXECUTE(srliw) { hart.x[i.rd] = extend_word(word(hart.x[i.rs1]) >> (i.immediate & 31)); }
AREIA_EXECUTE(sraiw) { hart.x[i.rd] = as_unsigned(signed_word(hart.x[i.rs1]) >> (i.immediate & 31)); }

AREIA_EXECUTE(add) { hart.x[i.rd] = hart.x[i.rs1] + hart.x[i.rs2]; }
AREIA_EXECUTE(sub) { hart.x[i.rd] = hart.x[i.rs1] - hart.x[i.rs2]; }
AREIA_EXECUTE(sll) { hart.x[i.rd] = hart.x[i.rs1] << (hart.x[i.rs2] & 63); }
AREIA_EXECUTE(slt) { hart.x[i.rd] = as_signed(hart.x[i.rs1]) < as_signed(hart.x[i.rs2]); }
AREIA_EXECUTE(sltu) { hart.x[i.rd] = hart.x[i.rs1] < hart.x[i.rs2]; }
AREIA_EXECUTE(xor) { hart.x[i.rd] = hart.x[i.rs1] ^ hart.x[i.rs2]; }
AREIA_EXECUTE(srl) { hart.x[i.rd] = hart.x[i.rs1] >> (hart.x[i.rs2] & 63); }
AREIA_EXECUTE(sra) { hart.x[i.rd] = as_unsigned(as_signed(hart.x[i.rs1]) >> (hart.x[i.rs2] & 63)); }
AREIA_EXECUTE(or) { hart.x[i.rd] = hart.x[i.rs1] | hart.x[i.rs2]; }
AREIA_EXECUTE(and) { hart.x[i.rd] = hart.x[i.rs1] & hart.x[i.rs2]; }
AREIA_EXECUTE(addw) { hart.x[i.rd] = extend_word(hart.x[i.rs1] + hart.x[i.rs2]); }
AREIA_EXECUTE(subw) { hart.x[i.rd] = extend_word(hart.x[i.rs1] - hart.x[i.rs2]); }
AREIA_EXECUTE(sllw) { hart.x[i.rd] = extend_word(hart.x[i.rs1] << (hart.x[i.rs2] & 31)); }
AREIA_EXECUTE(srlw) { hart.x[i.rd] = extend_word(word(hart.x[i.rs1]) >> (hart.x[i.rs2] & 31)); }
AREIA_EXECUTE(sraw) { hart.x[i.rd] = as_unsigned(signed_word(hart.x[i.rs1]) >> (hart.x[i.rs2] & 31)); }

}  // namespace areia::sim
