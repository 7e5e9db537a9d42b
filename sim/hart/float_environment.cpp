// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// frm and fflags in MXCSR.
#include "sim/hart/float_environment.h"

namespace areia::sim {
namespace {

#if AREIA_HOST_FLOAT
// MXCSR: sticky flags in bits 0 to 5, denormals-are-zero 6, masks 7 to 12, rounding 13 and 14, flush 15.
constexpr std::uint32_t kStickyFlags = 0x3f, kAllMasked = 0x1f80, kRoundingShift = 13;
constexpr std::uint32_t kHostRounding[4] = {0, 3, 1, 2};  // by frm: nearest, toward zero, down, up

constexpr std::uint8_t guest_flags(std::uint32_t control) {
  return static_cast<std::uint8_t>((control & 1) << 4 | (control & 4) << 1 | (control & 8) >> 1 |
                                   (control & 16) >> 3 | (control & 32) >> 5);
}
#endif

}  // namespace

void FloatEnvironment::set_frm(std::uint8_t frm) {
  frm_ = frm & 7;
#if AREIA_HOST_FLOAT
  for (unsigned rm = 0; rm < 8; ++rm) host_rounds_[rm] = frm_ < 4 && (rm == frm_ || rm == kDynamicRounding);
  if (entered_ && frm_ < 4) {
    const std::uint32_t rest = _mm_getcsr() & ~(std::uint32_t{3} << kRoundingShift);
    _mm_setcsr(rest | kHostRounding[frm_] << kRoundingShift);
  }
#endif
}

std::uint8_t FloatEnvironment::fflags() const {
#if AREIA_HOST_FLOAT
  if (entered_) return flags_ | guest_flags(_mm_getcsr());
#endif
  return flags_;
}

void FloatEnvironment::set_fflags(std::uint8_t flags) {
  flags_ = flags & 31;
#if AREIA_HOST_FLOAT
  if (entered_) _mm_setcsr(_mm_getcsr() & ~kStickyFlags);
#endif
}

void FloatEnvironment::enter() {
#if AREIA_HOST_FLOAT
  host_control_ = _mm_getcsr();
  _mm_setcsr(kAllMasked | kHostRounding[frm_ < 4 ? frm_ : 0] << kRoundingShift);
#endif
  entered_ = true;
}

void FloatEnvironment::leave() {
#if AREIA_HOST_FLOAT
  flags_ = fflags();
  _mm_setcsr(host_control_);
#endif
  entered_ = false;
}

}  // namespace areia::sim
