// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// SHA-256, a megabyte at a time.
#include "apps/fetch/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace areia::apps {

Result<std::string> sha256_of(const std::filesystem::path& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file)
    return work_failed(fmt::format("{}: cannot read the file: {}", path.string(), std::strerror(errno)));
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  bool ok = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  std::vector<unsigned char> buffer(1 << 20);
  std::size_t got = 0;
  while (ok && (got = std::fread(buffer.data(), 1, buffer.size(), file.get())) > 0) {
    ok = EVP_DigestUpdate(context.get(), buffer.data(), got) == 1;
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  ok = ok && std::ferror(file.get()) == 0 && EVP_DigestFinal_ex(context.get(), digest, &size) == 1;
  if (!ok) return work_failed(fmt::format("{}: the file cannot be read to its end", path.string()));
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace areia::apps
