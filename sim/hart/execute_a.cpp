// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A: load-reserved, store-conditional and read-modify-write. Addresses must be aligned.
#include <algorithm>

#include "sim/hart/dispatch.h"
#include "sim/hart/integer.h"

namespace areia::sim {

struct Atomics {
  template <typename T>
  static void load_reserved(Hart& hart, const Instruction& i) {
    const std::uint64_t address = hart.x[i.rs1];
    if (address % sizeof(T) != 0) throw Trap{TrapCause::kLoadMisaligned, address};
    const T value = hart.load<T>(address);
    hart.reserved_ = true;
    hart.reserved_address_ = address;
    hart.reserved_value_ = as_unsigned(value);
    hart.x[i.rd] = as_unsigned(value);
  }

  /// Fails without a reservation of the address, and where another agent has changed the value meanwhile.
  template <typename T>
  static void store_conditional(Hart& hart, const Instruction& i) {
    const std::uint64_t address = hart.x[i.rs1];
    if (address % sizeof(T) != 0) throw Trap{TrapCause::kStoreMisaligned, address};
    const bool reserved = hart.reserved_ && hart.reserved_address_ == address;
    const bool succeeds = reserved && as_unsigned(hart.load<T>(address)) == hart.reserved_value_;
    if (succeeds) hart.store<T>(address, static_cast<T>(hart.x[i.rs2]));
    hart.reserved_ = false;
    hart.x[i.rd] = succeeds ? 0 : 1;
  }

  /// T is signed, so the old value is sign-extended into rd; faults are those of a store.
  template <typename T, typename Operation>
  static void modify(Hart& hart, const Instruction& i, Operation operation) {
    const std::uint64_t address = hart.x[i.rs1];
    if (address % sizeof(T) != 0) throw Trap{TrapCause::kStoreMisaligned, address};
    const T operand = static_cast<T>(hart.x[i.rs2]);
    const T old = load_for_store<T>(hart, address);
    hart.store<T>(address, static_cast<T>(operation(old, operand)));
    hart.x[i.rd] = as_unsigned(old);
  }

  template <typename T>
  static T load_for_store(Hart& hart, std::uint64_t address) {
    try {
      return hart.load<T>(address);
    } catch (const Trap& trap) {
      throw Trap{TrapCause::kStoreAccessFault, trap.value};
    }
  }
};

namespace {

struct Swap {
  auto operator()(auto, auto operand) const { return operand; }
};
struct Add {
  auto operator()(auto old, auto operand) const {
    return static_cast<std::uint64_t>(old) + static_cast<std::uint64_t>(operand);
  }
};
struct Xor {
  auto operator()(auto old, auto operand) const { return old ^ operand; }
};
struct And {
  auto operator()(auto old, auto operand) const { return old & operand; }
};
struct Or {
  auto operator()(auto old, auto operand) const { return old | operand; }
};
struct Min {
  auto operator()(auto old, auto operand) const { return std::min(old, operand); }
};
struct Max {
  auto operator()(auto old, auto operand) const { return std::max(old, operand); }
};
template <typename T>
struct UnsignedMin {
  auto operator()(auto old, auto operand) const {
    return std::min(static_cast<T>(old), static_cast<T>(operand));
  }
};
template <typename T>
struct UnsignedMax {
  auto operator()(auto old, auto operand) const {
    return std::max(static_cast<T>(old), static_cast<T>(operand));
  }
};
using Word = std::int32_t;
using Double = std::int64_t;

}  // namespace

AREIA_EXECUTE(lr_w) { Atomics::load_reserved<Word>(hart, i); }
AREIA_EXECUTE(lr_d) { Atomics::load_reserved<Double>(hart, i); }
AREIA_EXECUTE(sc_w) { Atomics::store_conditional<Word>(hart, i); }
AREIA_EXECUTE(sc_d) { Atomics::store_conditional<Double>(hart, i); }

AREIA_EXECUTE(amoswap_w) { Atomics::modify<Word>(hart, i, Swap{}); }
AREIA_EXECUTE(amoadd_w) { Atomics::modify<Word>(hart, i, Add{}); }
AREIA_EXECUTE(amoxor_w) { Atomics::modify<Word>(hart, i, Xor{}); }
AREIA_EXECUTE(amoand_w) { Atomics::modify<Word>(hart, i, And{}); }
AREIA_EXECUTE(amoor_w) { Atomics::modify<Word>(hart, i, Or{}); }
AREIA_EXECUTE(amomin_w) { Atomics::modify<Word>(hart, i, Min{}); }
AREIA_EXECUTE(amomax_w) { Atomics::modify<Word>(hart, i, Max{}); }
AREIA_EXECUTE(amominu_w) { Atomics::modify<Word>(hart, i, UnsignedMin<std::uint32_t>{}); }
AREIA_EXECUTE(amomaxu_w) { Atomics::modify<Word>(hart, i, UnsignedMax<std::uint32_t>{}); }

AREIA_EXECUTE(amoswap_d) { Atomics::modify<Double>(hart, i, Swap{}); }
AREIA_EXECUTE(amoadd_d) { Atomics::modify<Double>(hart, i, Add{}); }
AREIA_EXECUTE(amoxor_d) { Atomics::modify<Double>(hart, i, Xor{}); }
AREIA_EXECUTE(amoand_d) { Atomics::modify<Double>(hart, i, And{}); }
AREIA_EXECUTE(amoor_d) { Atomics::modify<Double>(hart, i, Or{}); }
AREIA_EXECUTE(amomin_d) { Atomics::modify<Double>(hart, i, Min{}); }
AREIA_EXECUTE(amomax_d) { Atomics::modify<Double>(hart, i, Max{}); }
AREIA_EXECUTE(amominu_d) { Atomics::modify<Double>(hart, i, UnsignedMin<std::uint64_t>{}); }
AREIA_EXECUTE(amomaxu_d) { Atomics::modify<Double>(hart, i, UnsignedMax<std::uint64_t>{}); }

}  // namespace areia::sim
