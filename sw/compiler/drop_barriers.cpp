// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Barriers: an operator keeps its barrier when the next one touches what was written since the last barrier,
// or overwrites what was read. The last operator keeps its own: the next token's first depends on it.
#include <set>

#include "sw/compiler/draft.h"

namespace areia::sw {
namespace {

/// The buffers that an operator reads and writes. RoPE turns q in place.
struct Access {
  std::set<BufferId> reads, writes;
};

Access access_of(const DraftOp& op) {
  Access access;
  for (const Operand operand : {kInput, kSecond, kWeightOperand, kExtra}) {
    if (op.operands[operand] != kNone) access.reads.insert(op.operands[operand]);
  }
  if (op.operands[kOutput] != kNone) access.writes.insert(op.operands[kOutput]);
  if (op.flags & abi::kAccumulate) access.reads.insert(op.operands[kOutput]);
  if (op.kind == abi::OpKind::kRopeStore) {
    access.writes.insert(op.operands[kInput]);
    access.writes.insert(op.operands[kExtra]);
  }
  return access;
}

bool meet(const std::set<BufferId>& a, const std::set<BufferId>& b) {
  for (const BufferId buffer : a) {
    if (b.contains(buffer)) return true;
  }
  return false;
}

}  // namespace

void drop_barriers(Draft& draft) {
  Access since;
  for (std::size_t i = 0; i + 1 < draft.ops.size(); ++i) {
    since.reads.merge(access_of(draft.ops[i]).reads);
    since.writes.merge(access_of(draft.ops[i]).writes);
    const Access next = access_of(draft.ops[i + 1]);
    const bool depends =
        meet(next.reads, since.writes) || meet(next.writes, since.writes) || meet(next.writes, since.reads);
    if (depends) {
      since = {};
    } else {
      draft.ops[i].flags |= abi::kNoBarrier;
    }
  }
}

}  // namespace areia::sw
