// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The host's floating-point environment during a tensor command: nearest even, subnormals kept, no traps.
// Harts leave the guest's rounding mode and sticky flags in it, which must neither act here nor change.
#pragma once

#if defined(__SSE__)
#include <xmmintrin.h>
#else
#include <cfenv>
#endif

namespace areia::sim {

/// Sets the default environment while it lives, then brings back the one it found, flags included.
class RoundingGuard {
 public:
#if defined(__SSE__)
  // Writing MXCSR is slow, reading is not, and mostly there is nothing to write.
  RoundingGuard() : saved_(_mm_getcsr()) {
    if ((saved_ & ~kFlags) != kDefault) _mm_setcsr(kDefault);
  }
  ~RoundingGuard() {
    if (_mm_getcsr() != saved_) _mm_setcsr(saved_);
  }
#else
  RoundingGuard() {
    std::fegetenv(&saved_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~RoundingGuard() { std::fesetenv(&saved_); }
#endif
  RoundingGuard(const RoundingGuard&) = delete;
  RoundingGuard& operator=(const RoundingGuard&) = delete;

 private:
#if defined(__SSE__)
  static constexpr unsigned kDefault = 0x1f80;  // MXCSR after reset: all exceptions masked, nearest even
  static constexpr unsigned kFlags = 0x3f;      // the sticky exception flags
  unsigned saved_;
#else
  std::fenv_t saved_;
#endif
};

}  // namespace areia::sim
