// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Control and status registers: fields and access ("The RISC-V Instruction Set Manual", volume II).
#pragma once

#include <cstdint>
#include <optional>

#include "sim/hart/hart.h"

namespace areia::sim {

inline constexpr unsigned kMstatusMieBit = 3, kMstatusMpieBit = 7, kMstatusVsShift = 9, kMstatusMppShift = 11,
                          kMstatusFsShift = 13;
inline constexpr std::uint64_t kMstatusMie = std::uint64_t{1} << kMstatusMieBit;
inline constexpr std::uint64_t kMstatusMpie = std::uint64_t{1} << kMstatusMpieBit;
inline constexpr std::uint64_t kMstatusVs = std::uint64_t{3} << kMstatusVsShift;
inline constexpr std::uint64_t kMstatusMpp = std::uint64_t{3} << kMstatusMppShift;
inline constexpr std::uint64_t kMstatusFs = std::uint64_t{3} << kMstatusFsShift;
inline constexpr std::uint64_t kMstatusSd = std::uint64_t{1} << 63;

/// States of FS and VS.
inline constexpr std::uint64_t kContextOff = 0, kContextInitial = 1, kContextDirty = 3;

struct CsrFile {
  /// The value of CSR `number`; nothing if there is none, or if it belongs to a unit that is off.
  static std::optional<std::uint64_t> read(Hart& hart, std::uint32_t number);
  /// Writes CSR `number`, as WARL where the field says so; false where read() gives nothing or it is
  /// read-only.
  static bool write(Hart& hart, std::uint32_t number, std::uint64_t value);
  static std::uint64_t cycles(const Hart& hart);
  static void write_mstatus(Hart& hart, std::uint64_t value) { hart.set_mstatus(value); }
  /// fence.i: the hart drops decoded code before the next block.
  static void code_changed(Hart& hart) { hart.code_stale_ = true; }
};

}  // namespace areia::sim
