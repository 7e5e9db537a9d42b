// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// vsetvli, vsetivli and vsetvl: the type and length of what vector instructions work on.
#include <algorithm>

#include "sim/hart/hart.h"

namespace areia::sim {
namespace {

enum class Length : std::uint8_t { kKeep, kMaximum, kGiven };

/// Sets vtype and vl; x[rd] becomes vl. Keeping vl is only allowed where VLMAX stays as it is.
void configure(Hart& hart, unsigned rd, std::uint64_t type, Length length, std::uint64_t given) {
  VectorState& v = hart.vector;
  if (type != v.vtype) {
    const std::uint64_t old_maximum = v.vlmax();
    v.set_type(type);
    if (length == Length::kKeep && v.vlmax() != old_maximum) v.set_type(VectorState::kIllegalType);
  }
  const std::uint64_t maximum = v.vlmax();
  if (maximum == 0) {
    v.vl = 0;
  } else if (length != Length::kKeep) {
    v.vl = length == Length::kMaximum ? maximum : std::min(given, maximum);
  }
  v.vstart = 0;
  hart.write_x(rd, v.vl);
}

Length length_kind(const Instruction& i) {
  if (i.rs1 != 0) return Length::kGiven;
  return i.rd != 0 ? Length::kMaximum : Length::kKeep;
}

}  // namespace

void exec_vsetvli(Hart& hart, const Instruction& i) {
  configure(hart, i.rd, static_cast<std::uint64_t>(i.immediate), length_kind(i), hart.x[i.rs1]);
}
void exec_vsetvl(Hart& hart, const Instruction& i) {
  configure(hart, i.rd, hart.x[i.rs2], length_kind(i), hart.x[i.rs1]);
}
void exec_vsetivli(Hart& hart, const Instruction& i) {
  configure(hart, i.rd, static_cast<std::uint64_t>(i.immediate), Length::kGiven, i.rs1);
}

}  // namespace areia::sim
