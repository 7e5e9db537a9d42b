// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia profile`: an answer on a chip with a clock, and where its time and energy went.
#pragma once

#include <string>

#include "apps/cli/run_verb.h"
#include "base/result.h"

namespace areia::apps {

struct ProfileOptions {
  RunOptions run;
  std::string trace;        ///< path of the Perfetto trace; empty: none
  std::string html;         ///< path of the page; empty: none
  unsigned operators = 12;  ///< shown of each phase
};

/// Tables to stdout, or one JSON object; files as asked.
Result<void> run_profile(const ProfileOptions& options);

}  // namespace areia::apps
