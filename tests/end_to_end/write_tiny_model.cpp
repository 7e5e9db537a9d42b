// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes a tiny model to a file: write_tiny_model OUT.gguf [CHAT_TEMPLATE]
#include <fstream>

#include "sw/formats/tiny_model.h"

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) return 2;
  auto writer = areia::sw::tiny_model_writer({});
  if (argc == 3) writer.add_text("tokenizer.chat_template", argv[2]);
  const auto bytes = writer.finish();
  std::ofstream file(argv[1], std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return file.good() ? 0 : 1;
}
