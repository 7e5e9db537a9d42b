// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Opens a model file and checks that its parts belong together.
#include "sw/runtime/model.h"

#include <fmt/format.h>

#include <utility>

#include "sw/formats/architecture.h"
#include "sw/formats/hugging_face.h"

namespace areia::sw {
namespace {

Result<Model> assemble(Result<Gguf> file) {
  if (!file) return file.error();
  auto graph = load_graph(*file);
  if (!graph) return graph.error();
  auto tokenizer = Tokenizer::from_gguf(*file);
  if (!tokenizer) return tokenizer.error();
  if (tokenizer->size() != graph->facts.vocabulary) {
    return bad_input(fmt::format("{}: the tokenizer has {} tokens, the model {}: they do not belong together",
                                 file->origin(), tokenizer->size(), graph->facts.vocabulary));
  }
  return Model{std::move(*file), std::move(*graph), std::move(*tokenizer)};
}

/// Errors quote names and texts of the file, which is anybody's: control characters would steer a terminal.
Result<Model> without_control_characters(Result<Model> model) {
  if (model) return model;
  Error error = model.error();
  for (char& c : error.message) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = '?';
  }
  return error;
}

}  // namespace

Result<Model> Model::open(const std::filesystem::path& path) {
  return without_control_characters(
      assemble(is_hugging_face(path) ? load_hugging_face(path) : Gguf::open(path)));
}

Result<Model> Model::parse(std::span<const std::byte> bytes, std::string origin) {
  return without_control_characters(assemble(Gguf::parse(bytes, std::move(origin))));
}

}  // namespace areia::sw
