// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "apps/fetch/cache.h"
#include "apps/fetch/catalog.h"
#include "apps/fetch/hub.h"
#include "apps/fetch/sha256.h"

namespace areia::apps {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, and the cache in it.
class Fetch : public testing::Test {
 protected:
  void SetUp() override {
    folder = fs::path(testing::TempDir()) / ("areia_fetch_" + std::to_string(::getpid()));
    fs::remove_all(folder);
    fs::create_directories(folder);
    setenv("AREIA_CACHE", (folder / "cache").c_str(), 1);
  }
  void TearDown() override { fs::remove_all(folder); }

  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name) << text;
    return folder / name;
  }
  fs::path folder;
};

TEST_F(Fetch, Sha256IsTheStandards) {
  // FIPS 180-4's example.
  EXPECT_EQ(*sha256_of(write("abc", "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_FALSE(sha256_of(folder / "missing"));
}

TEST_F(Fetch, AFinishedModelIsFoundAndAChangedOneIsNot) {
  EXPECT_FALSE((*find_cached("some/model")).has_value());
  {
    auto entry = CacheEntry::lock("some/model");
    ASSERT_TRUE(entry) << entry.error().message;
    std::ofstream(entry->partial() / "model.gguf") << "12345";
    EXPECT_FALSE((*find_cached("some/model")).has_value());  // not before it is whole
    const auto done = entry->finish({.name = "some/model",
                                     .source = "test",
                                     .main = "model.gguf",
                                     .files = {{"model.gguf", 5, "sum"}},
                                     .folder = {}});
    ASSERT_TRUE(done) << done.error().message;
  }
  const auto found = *find_cached("some/model");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->source, "test");
  EXPECT_TRUE(fs::exists(found->path()));
  EXPECT_EQ(list_cached()->size(), 1u);
  std::ofstream(found->path()) << "1234";
  EXPECT_FALSE((*find_cached("some/model")).has_value());
}

TEST_F(Fetch, ADamagedRecordIsNoModel) {
  const fs::path place = folder / "cache/models/x";
  fs::create_directories(place);
  for (const char* text :
       {"", "{", "[]", "{\"name\":1}", "{\"name\":\"x\",\"source\":\"\",\"main\":\"\",\"files\":3}"}) {
    std::ofstream(place / "areia-model.json") << text;
    EXPECT_FALSE((*find_cached("x")).has_value()) << text;
  }
}

TEST_F(Fetch, AddressesOfAHub) {
  const auto plain = parse_hub_address("https://hub.example/owner/name");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->base, "https://hub.example");
  EXPECT_EQ(plain->repository(), "owner/name");
  EXPECT_EQ(plain->revision, "main");
  EXPECT_EQ(parse_hub_address("https://hub.example/owner/name@v1")->revision, "v1");
  EXPECT_EQ(parse_hub_address("https://hub.example/owner/name/tree/dev/")->revision, "dev");
  const auto file = parse_hub_address("https://hub.example/o/n/resolve/main/sub/model.gguf?download=true");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->file, "sub/model.gguf");
  for (const char* wrong :
       {"https://hub.example", "https://hub.example/owner", "hub.example/owner/name", "https://h/../name",
        "https://h/o/n/resolve/main/../../x", "https://h/o/n/files", "https://h/o/a b", ""}) {
    EXPECT_FALSE(parse_hub_address(wrong)) << wrong;
  }
}

TEST_F(Fetch, TheCatalogueNamesLineAndKeyOfWhatIsWrong) {
  const auto error_of = [&](const std::string& text) {
    setenv("AREIA_CATALOG", write("catalog.toml", text).c_str(), 1);
    const auto catalog = load_catalog();
    return catalog ? std::string() : catalog.error().message;
  };
  const std::string good =
      "[[model]]\nname = \"a\"\ntitle = \"A\"\nlicence = \"L\"\nfile = \"a.gguf\"\nbytes = 1\nsha256 = \"" +
      std::string(64, '0') + "\"\n[[model.part]]\npackage = \"p==1\"\npath = \"p/a\"\n";
  EXPECT_EQ(error_of(good), "");
  EXPECT_NE(error_of("[[model]]\nname = 3\n").find("catalog.toml:1: name must be a text"), std::string::npos);
  EXPECT_NE(error_of("[[model]").find("catalog.toml:1:"), std::string::npos);
  EXPECT_NE(error_of(good + "[[model.part]]\npackage = \"p\"\npath = \"../x\"\n").find("path must stay"),
            std::string::npos);
  unsetenv("AREIA_CATALOG");
}

}  // namespace
}  // namespace areia::apps
