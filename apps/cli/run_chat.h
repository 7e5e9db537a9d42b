// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia run --chat`: a conversation.
#pragma once

#include "apps/cli/run_turn.h"
#include "apps/cli/run_verb.h"
#include "base/result.h"

namespace areia::apps {

/// One turn if the options have a prompt; else a turn for every line of stdin, until its end or "/exit".
Result<void> run_chat(const RunSetup& setup, const RunOptions& options);

}  // namespace areia::apps
