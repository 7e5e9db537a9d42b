// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Xareia: the tile does it; the hart passes operands on and counts.
#include "sim/hart/dispatch.h"

namespace areia::sim {

struct XareiaPort {
  static void execute(Hart& hart, const Instruction& i, std::uint64_t& counter) {
    std::uint64_t fault_address = 0;
    switch (hart.port_.xareia(i.raw, hart.x[i.rs1], hart.x[i.rs2], &fault_address)) {
      case PortOutcome::kBlocked:
        return hart.stop(StopReason::kBlocked);
      case PortOutcome::kIllegal:
        throw_illegal();
      case PortOutcome::kLoadFault:
        throw Trap{TrapCause::kLoadAccessFault, fault_address};
      case PortOutcome::kStoreFault:
        throw Trap{TrapCause::kStoreAccessFault, fault_address};
      case PortOutcome::kHalted:
        hart.halt();
        break;
      case PortOutcome::kDone:
        break;
    }
    ++counter;
  }
  static void tensor(Hart& hart, const Instruction& i) { execute(hart, i, hart.tensor_count_); }
  static void movement(Hart& hart, const Instruction& i) { execute(hart, i, hart.movement_count_); }
};

AREIA_SERIAL(tset_format) { XareiaPort::tensor(hart, i); }
AREIA_SERIAL(tset_shape) { XareiaPort::tensor(hart, i); }
AREIA_SERIAL(tset_stride) { XareiaPort::tensor(hart, i); }
AREIA_SERIAL(tmma) { XareiaPort::tensor(hart, i); }
AREIA_SERIAL(tclear) { XareiaPort::tensor(hart, i); }
AREIA_SERIAL(tload) { XareiaPort::tensor(hart, i); }
AREIA_SERIAL(tstore) { XareiaPort::tensor(hart, i); }
AREIA_SERIAL(tfence) { XareiaPort::tensor(hart, i); }
AREIA_SERIAL(tpost) { XareiaPort::tensor(hart, i); }

AREIA_SERIAL(dma_start) { XareiaPort::movement(hart, i); }
AREIA_SERIAL(dma_fence) { XareiaPort::movement(hart, i); }
AREIA_SERIAL(sem_post) { XareiaPort::movement(hart, i); }
AREIA_SERIAL(sem_wait) { XareiaPort::movement(hart, i); }
AREIA_SERIAL(halt) { XareiaPort::movement(hart, i); }

}  // namespace areia::sim
