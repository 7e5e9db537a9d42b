// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// "<|start|>role<|channel|>name<|message|>body<|end|>", again and again; the prompt ends behind the first
// role.
#include "sw/formats/harmony.h"

#include "sw/formats/chat_template.h"

namespace areia::sw {

HarmonyStream::HarmonyStream(const Tokenizer& tokenizer)
    : tokenizer_(tokenizer),
      start_(control_token(tokenizer, "<|start|>")),
      channel_(control_token(tokenizer, "<|channel|>")),
      message_(control_token(tokenizer, "<|message|>")),
      end_(control_token(tokenizer, "<|end|>")) {}

HarmonyStream::Text HarmonyStream::close_body() {
  Text text;
  if (in_body_) side(text) = joiner_.finish();
  in_body_ = in_channel_ = false;
  header_.clear();
  channel_name_.clear();
  return text;
}

HarmonyStream::Text HarmonyStream::push(TokenId token) {
  if (token == start_ || token == end_) return close_body();
  if (token == channel_) {
    Text text = close_body();
    in_channel_ = true;
    return text;
  }
  if (token == message_) {
    Text text;
    if (in_body_) text = close_body();
    // A message without a channel is meant for the user; a name may be followed by " to=..." and the like.
    is_final_ = !in_channel_ || channel_name_.starts_with("final");
    in_body_ = any_message_ = true;
    return text;
  }
  const std::string piece = tokenizer_.piece(token);
  Text text;
  if (in_body_) {
    side(text) = joiner_.push(piece);
  } else {
    (in_channel_ ? channel_name_ : header_) += piece;
  }
  return text;
}

HarmonyStream::Text HarmonyStream::finish() {
  if (!any_message_) {
    Text text;
    text.answer = joiner_.push(header_ + channel_name_) + joiner_.finish();
    return text;
  }
  return close_body();
}

}  // namespace areia::sw
