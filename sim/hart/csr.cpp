// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What reading and writing each CSR means. There are no interrupts at this level (mip reads zero), no
// physical memory protection, no debug triggers and only machine mode, so their CSRs do not exist.
#include "sim/hart/csr.h"

#include "sim/hart/hart_clock.h"
#include "spec/isa/opcode.h"

namespace areia::sim {
namespace {

using isa::Csr;

constexpr std::uint64_t extension_bit(char letter) { return std::uint64_t{1} << (letter - 'a'); }
constexpr std::uint64_t kMisa = std::uint64_t{2} << 62 | extension_bit('i') | extension_bit('m') |
                                extension_bit('a') | extension_bit('f') | extension_bit('d') |
                                extension_bit('c') | extension_bit('b') | extension_bit('v');
constexpr std::uint64_t kMieWritable = 1 << 3 | 1 << 7 | 1 << 11;  // software, timer, external

bool is_float(std::uint32_t number) { return number >= 0x001 && number <= 0x003; }
bool is_vector(std::uint32_t number) {
  return (number >= 0x008 && number <= 0x00f) || (number >= 0xc20 && number <= 0xc22);
}
/// mhpmcounter3 to 31, mhpmevent3 to 31: there, and always zero.
bool is_performance_monitor(std::uint32_t number) {
  return (number >= 0xb03 && number <= 0xb1f) || (number >= 0x323 && number <= 0x33f);
}
bool is_read_only(std::uint32_t number) { return number >> 10 == 3; }

std::optional<std::uint64_t> read_float(const Hart& hart, Csr csr) {
  const FloatEnvironment& floats = hart.floats;
  if (csr == Csr::kFflags) return floats.fflags();
  if (csr == Csr::kFrm) return floats.frm();
  return static_cast<std::uint64_t>(floats.frm() << 5 | floats.fflags());
}

std::optional<std::uint64_t> read_vector(const VectorState& vector, Csr csr) {
  switch (csr) {
    case Csr::kVstart:
      return vector.vstart;
    case Csr::kVxsat:
      return vector.vxsat;
    case Csr::kVxrm:
      return vector.vxrm;
    case Csr::kVcsr:
      return static_cast<std::uint64_t>(vector.vxrm << 1 | vector.vxsat);
    case Csr::kVl:
      return vector.vl;
    case Csr::kVtype:
      return vector.vtype;
    case Csr::kVlenb:
      return vector.vlen_bytes;
    default:
      return std::nullopt;
  }
}

std::uint64_t read_mstatus(std::uint64_t mstatus) {
  const bool dirty = (mstatus & kMstatusFs) == kMstatusFs || (mstatus & kMstatusVs) == kMstatusVs;
  return dirty ? mstatus | kMstatusSd : mstatus;
}

std::optional<std::uint64_t> read_machine(const MachineState& machine, Csr csr) {
  switch (csr) {
    case Csr::kMstatus:
      return read_mstatus(machine.mstatus);
    case Csr::kMisa:
      return kMisa;
    case Csr::kMie:
      return machine.mie;
    case Csr::kMtvec:
      return machine.mtvec;
    case Csr::kMscratch:
      return machine.mscratch;
    case Csr::kMepc:
      return machine.mepc;
    case Csr::kMcause:
      return machine.mcause;
    case Csr::kMtval:
      return machine.mtval;
    case Csr::kMip:
    case Csr::kMcountinhibit:
    case Csr::kMvendorid:  // not commercial, no architecture number, no version: zero, as the manual says
    case Csr::kMarchid:
    case Csr::kMimpid:
    case Csr::kMconfigptr:
      return 0;
    default:
      return std::nullopt;
  }
}

void write_float(FloatEnvironment& floats, Csr csr, std::uint64_t value) {
  if (csr != Csr::kFrm) floats.set_fflags(value & 31);
  if (csr == Csr::kFrm) floats.set_frm(value & 7);
  if (csr == Csr::kFcsr) floats.set_frm(value >> 5 & 7);
}

void write_vector(VectorState& vector, Csr csr, std::uint64_t value) {
  switch (csr) {
    case Csr::kVstart:  // as many bits as the largest element index needs: VLMAX at SEW 8, LMUL 8 is VLEN
      vector.vstart = value & (vector.vlen_bits - 1);
      break;
    case Csr::kVxsat:
      vector.vxsat = value & 1;
      break;
    case Csr::kVxrm:
      vector.vxrm = value & 3;
      break;
    default:
      vector.vxsat = value & 1;
      vector.vxrm = value >> 1 & 3;
  }
}

void write_machine(MachineState& machine, Csr csr, std::uint64_t value) {
  switch (csr) {
    case Csr::kMie:
      machine.mie = value & kMieWritable;
      break;
    case Csr::kMtvec:
      machine.mtvec = value & ~std::uint64_t{2};
      break;
    case Csr::kMscratch:
      machine.mscratch = value;
      break;
    case Csr::kMepc:
      machine.mepc = value & ~std::uint64_t{1};
      break;
    case Csr::kMcause:
      machine.mcause = value;
      break;
    case Csr::kMtval:
      machine.mtval = value;
      break;
    default:  // misa, mip, mcountinhibit: nothing that can be changed
      break;
  }
}

}  // namespace

/// Without a clock an instruction takes a cycle.
std::uint64_t CsrFile::cycles(const Hart& hart) {
  return hart.clock_ != nullptr ? hart.clock_->now() : hart.retired();
}

std::optional<std::uint64_t> CsrFile::read(Hart& hart, std::uint32_t number) {
  const auto csr = static_cast<Csr>(number);
  if (is_float(number))
    return (hart.machine.mstatus & kMstatusFs) == 0 ? std::nullopt : read_float(hart, csr);
  if (is_vector(number)) {
    return (hart.machine.mstatus & kMstatusVs) == 0 ? std::nullopt : read_vector(hart.vector, csr);
  }
  if (is_performance_monitor(number)) return 0;
  switch (csr) {
    case Csr::kMhartid:
      return hart.hart_id_;
    case Csr::kMcycle:
    case Csr::kCycle:
      return cycles(hart) + hart.machine.cycle_offset;
    case Csr::kMarker:
      return hart.machine.marker;
    case Csr::kMinstret:
    case Csr::kInstret:
      return hart.retired() + hart.machine.instret_offset;
    case Csr::kTime: {
      if (hart.clock_ != nullptr) return hart.clock_->now();
      const std::uint64_t time = hart.port_.time();
      return time != 0 ? time : hart.retired();
    }
    default:
      return read_machine(hart.machine, csr);
  }
}

bool CsrFile::write(Hart& hart, std::uint32_t number, std::uint64_t value) {
  if (is_read_only(number) || !read(hart, number)) return false;
  const auto csr = static_cast<Csr>(number);
  if (is_float(number)) {
    hart.prepare_float();
    write_float(hart.floats, csr, value);
  } else if (is_vector(number)) {
    hart.prepare_vector();
    write_vector(hart.vector, csr, value);
  } else if (csr == Csr::kMstatus) {
    hart.set_mstatus(value);
  } else if (csr == Csr::kMarker) {
    hart.machine.marker = static_cast<std::uint32_t>(value);
    hart.port_.mark(hart.machine.marker);
  } else if (csr == Csr::kMcycle) {
    hart.machine.cycle_offset = value - (cycles(hart) + 1);  // the write takes the place of the increment
  } else if (csr == Csr::kMinstret) {
    hart.machine.instret_offset = value - (hart.retired() + 1);
  } else {
    write_machine(hart.machine, csr, value);
  }
  return true;
}

}  // namespace areia::sim
