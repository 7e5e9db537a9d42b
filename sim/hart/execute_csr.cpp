// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Zicsr, Zifencei and machine mode: what touches the hart beyond its registers.
#include "sim/hart/csr.h"
#include "sim/hart/dispatch.h"

namespace areia::sim {
namespace {

enum class Update { kWrite, kSet, kClear };

/// Reads CSR `i.immediate` into rd and updates it with `operand`, unless the instruction asks for no write.
void access_csr(Hart& hart, const Instruction& i, Update update, std::uint64_t operand) {
  const auto number = static_cast<std::uint32_t>(i.immediate & 0xfff);
  const std::optional<std::uint64_t> old = CsrFile::read(hart, number);
  if (!old) throw_illegal();
  // csrrs and csrrc with x0 or a zero immediate do not write, so they may read read-only CSRs.
  if (update == Update::kWrite || i.rs1 != 0) {
    const std::uint64_t value = update == Update::kWrite ? operand
                                : update == Update::kSet ? *old | operand
                                                         : *old & ~operand;
    if (!CsrFile::write(hart, number, value)) throw_illegal();
  }
  hart.x[i.rd] = *old;
}

}  // namespace

AREIA_SERIAL(csrrw) { access_csr(hart, i, Update::kWrite, hart.x[i.rs1]); }
AREIA_SERIAL(csrrs) { access_csr(hart, i, Update::kSet, hart.x[i.rs1]); }
AREIA_SERIAL(csrrc) { access_csr(hart, i, Update::kClear, hart.x[i.rs1]); }
AREIA_SERIAL(csrrwi) { access_csr(hart, i, Update::kWrite, i.rs1); }
AREIA_SERIAL(csrrsi) { access_csr(hart, i, Update::kSet, i.rs1); }
AREIA_SERIAL(csrrci) { access_csr(hart, i, Update::kClear, i.rs1); }

AREIA_SERIAL(illegal) { throw_illegal(); }
AREIA_SERIAL(ecall) { throw Trap{TrapCause::kMachineCall, 0}; }
AREIA_SERIAL(ebreak) { throw Trap{TrapCause::kBreakpoint, i.pc}; }

AREIA_SERIAL(mret) {
  const std::uint64_t enabled = hart.machine.mstatus >> kMstatusMpieBit & 1;
  CsrFile::write_mstatus(hart,
                         (hart.machine.mstatus & ~kMstatusMie) | enabled << kMstatusMieBit | kMstatusMpie);
  hart.next_pc = hart.machine.mepc;
}

/// There are no interrupts to wait for, and the manual allows wfi to return for no reason.
AREIA_SERIAL(wfi) {}

/// Memory accesses of a hart take effect in program order.
AREIA_EXECUTE(fence) {}
AREIA_SERIAL(fence_i) { CsrFile::code_changed(hart); }

}  // namespace areia::sim
