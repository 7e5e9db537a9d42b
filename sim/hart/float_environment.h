// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// FloatEnvironment: frm and fflags, kept in the host's floating-point unit while a hart runs.
//
// On x86-64, while a hart runs, MXCSR rounds as frm says and gathers the sticky flags; they are harvested
// when fflags is read or the hart stops. So whatever host arithmetic an executor does, scalar or SIMD, in the
// dynamic rounding mode raises the guest's flags by itself: x86 and RISC-V both detect tininess after
// rounding. Executors ask host_rounds(rm) first; where it says no (a static mode other than frm,
// round-to-nearest-max-magnitude, a host that is not x86) they use sim/hart/soft_float.h and raise().
// Host arithmetic that the guest must not see (conversions through a wider format, say) needs a
// HostFloatScope around it. Two things differ and are the executor's business: x86 gives NaN other than the
// canonical one, and its fused multiply-add does not raise invalid for infinity * 0 + quiet NaN.
#pragma once

#include <cstdint>

#if defined(__SSE2__)
#include <xmmintrin.h>
#define AREIA_HOST_FLOAT 1  ///< the host's unit follows IEEE 754 as RISC-V does and MXCSR controls it
#else
#define AREIA_HOST_FLOAT 0
#endif

namespace areia::sim {

/// Rounding modes by their codes in frm and in the rm field.
enum class Rounding : std::uint8_t {
  kNearestEven = 0,
  kTowardZero = 1,
  kDown = 2,
  kUp = 3,
  kNearestMaxMagnitude = 4,
  kToOdd = 6,  ///< only of instructions that say so (vfncvt.rod)
};
/// The rm field's code for "as frm says".
inline constexpr std::uint8_t kDynamicRounding = 7;

/// Bits of fflags.
enum FloatFlag : std::uint8_t {
  kInexact = 1,
  kUnderflow = 2,
  kOverflow = 4,
  kDivideByZero = 8,
  kInvalid = 16
};

class FloatEnvironment {
 public:
  FloatEnvironment() { set_frm(0); }

  /// frm, 0 to 7; 5 to 7 are reserved and make instructions that use it illegal.
  std::uint8_t frm() const { return frm_; }
  void set_frm(std::uint8_t frm);

  /// fflags, with what the host has gathered.
  std::uint8_t fflags() const;
  void set_fflags(std::uint8_t flags);
  /// Adds flags (FloatFlag bits) found by own code.
  void raise(unsigned flags) { flags_ = static_cast<std::uint8_t>(flags_ | flags); }

  /// Whether host arithmetic rounds as the rm field `rm` (0 to 7) asks now.
  bool host_rounds(std::uint8_t rm) const { return host_rounds_[rm]; }
  /// Whether host arithmetic rounds as frm says now: what vector instructions ask.
  bool host_rounds() const { return host_rounds_[kDynamicRounding]; }
  /// Whether `rm` names a rounding mode now; if not the instruction is illegal.
  bool legal(std::uint8_t rm) const { return (rm == kDynamicRounding ? frm_ : rm) <= 4; }
  /// The mode that a legal rm field means now.
  Rounding rounding(std::uint8_t rm = kDynamicRounding) const {
    return static_cast<Rounding>(rm == kDynamicRounding ? frm_ : rm);
  }

  /// Hands the host's unit to the guest, and back. Calls do not nest.
  void enter();
  void leave();

 private:
  friend class HostFloatScope;

  std::uint8_t frm_ = 0;
  std::uint8_t flags_ = 0;          ///< those that the host does not hold
  bool host_rounds_[8] = {};        ///< by rm field
  bool entered_ = false;            ///< MXCSR is the guest's
  std::uint32_t host_control_ = 0;  ///< the host's own MXCSR meanwhile
};

/// Within a hart that runs: the host's own environment while it lives, then the guest's again.
class HostFloatScope {
 public:
  explicit HostFloatScope(FloatEnvironment& environment)
      : environment_(environment), was_entered_(environment.entered_) {
    if (was_entered_) environment_.leave();
  }
  ~HostFloatScope() {
    if (was_entered_) environment_.enter();
  }
  HostFloatScope(const HostFloatScope&) = delete;
  HostFloatScope& operator=(const HostFloatScope&) = delete;

 private:
  FloatEnvironment& environment_;
  bool was_entered_;
};

}  // namespace areia::sim
