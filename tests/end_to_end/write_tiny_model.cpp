// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes a tiny model to a file: write_tiny_model OUT.gguf
#include <fstream>

#include "sw/formats/tiny_model.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto bytes = areia::sw::make_tiny_model({});
  std::ofstream file(argv[1], std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return file.good() ? 0 : 1;
}
