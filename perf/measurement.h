// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Published measurements: the rows of perf/measurements/*.csv, and the rule that splits them into those that
// constants may be fitted to and those that are held out.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace areia::perf {

/// One row, as the file has it. Columns: source, hardware, chips, model_or_op, phase, batch, input_len,
/// output_len, precision, metric, value, unit, url.
struct Measurement {
  std::string source = {}, hardware = {}, model_or_op = {}, phase = {}, precision = {}, metric = {},
              unit = {};
  double chips = 1;                                       ///< 1 where the file has none
  double batch = 0, input_length = 0, output_length = 0;  ///< 0 where the file has none
  double value = 0;
  std::string file = {};  ///< stem of the file it stands in
  int line = 0;
  bool held_out = false;
};

/// Reads a CSV file (RFC 4180) with these columns, in any order, more of them ignored. Errors name file, line
/// and column.
Result<std::vector<Measurement>> parse_measurements(std::string_view csv, const std::string& origin);
Result<std::vector<Measurement>> load_measurements(const std::filesystem::path& file);
/// All rows of the data folder.
Result<std::vector<Measurement>> load_all_measurements();

/// The rule: a configuration (all but metric, value and unit) is held out when bit 32 of the FNV-1a hash of
/// its text is set, or its source is one that nothing may be fitted to (perf/measurements/README.md names
/// them, with the reasons).
bool is_held_out(const Measurement& row);

/// "TP" of "Llama-2-70b TP=8 PP=2" is 8; `otherwise` where the text has no such word.
double number_after(std::string_view text, std::string_view key, double otherwise);

}  // namespace areia::perf
