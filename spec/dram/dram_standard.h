// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Kinds of DRAM: organisation and timing of one channel, parsed from spec/dram/*.toml and validated.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace areia {

/// One channel. Times in nanoseconds, named in JEDEC's symbols beside each; 0.01 to 1e6.
struct DramStandard {
  std::string kind;                   ///< as the chip description's dram.kind
  std::uint32_t burst_bytes = 0;      ///< of one column command; power of two, 16 to 256
  std::uint32_t bank_groups = 0;      ///< power of two, 1 to 16
  std::uint32_t banks_per_group = 0;  ///< power of two, 1 to 16
  std::uint32_t row_bytes = 0;        ///< of one bank's row; power of two, 256 to 64 Ki
  double row_to_column = 0;           ///< tRCD
  double precharge = 0;               ///< tRP
  double row_active = 0;              ///< tRAS
  double column_read = 0;             ///< tCL
  double column_write = 0;            ///< tCWL
  double column_same_group = 0;       ///< tCCD_L; tCCD_S is the time of a burst on the bus
  double activate_other_group = 0;    ///< tRRD_S
  double activate_same_group = 0;     ///< tRRD_L
  double four_activates = 0;          ///< tFAW
  double write_recovery = 0;          ///< tWR
  double write_to_read_other = 0;     ///< tWTR_S
  double write_to_read_same = 0;      ///< tWTR_L
  double read_to_precharge = 0;       ///< tRTP
  double read_to_write = 0;           ///< gap on the data bus
  double refresh_interval = 0;        ///< tREFI: in which every bank is refreshed once
  double refresh = 0;                 ///< tRFC of all banks, or tRFCpb of one
  bool refresh_per_bank = false;

  std::uint32_t banks() const { return bank_groups * banks_per_group; }
};

/// Parses a description from TOML text. `origin` names the text in errors, which say file, line, key and what
/// is allowed.
Result<DramStandard> parse_dram_standard(std::string_view toml, const std::string& origin);

/// The standard of a chip description's dram.kind. The error lists the kinds that there are.
Result<DramStandard> load_dram_standard(const std::string& kind);

/// The kinds in the data folder, sorted.
std::vector<std::string> dram_kinds();

}  // namespace areia
