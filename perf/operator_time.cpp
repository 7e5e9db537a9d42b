// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What an operator's time is bound by.
#include "perf/operators.h"

namespace areia::perf {

std::string_view name_of(Bound bound) {
  constexpr std::string_view kNames[] = {"compute", "memory", "links", "overhead"};
  return kNames[static_cast<std::size_t>(bound)];
}

Bound OperatorTime::bound() const {
  if (link >= compute && link >= memory && link >= overhead) return Bound::kLink;
  if (overhead >= compute && overhead >= memory) return Bound::kOverhead;
  return compute >= memory ? Bound::kCompute : Bound::kMemory;
}

}  // namespace areia::perf
