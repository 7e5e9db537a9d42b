// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// TextEncoder: how a kind of vocabulary cuts plain text (no special tokens in it) into tokens.
#pragma once

#include <string_view>
#include <vector>

#include "sw/formats/tokenizer_vocabulary.h"

namespace areia::sw {

class TextEncoder {
 public:
  virtual ~TextEncoder() = default;
  /// Appends the tokens of `text`, which may be any bytes. `opens` says that it begins the input or follows
  /// a special token.
  virtual void encode(const Vocabulary& vocabulary, std::string_view text, bool opens,
                      std::vector<TokenId>& ids) const = 0;
};

}  // namespace areia::sw
