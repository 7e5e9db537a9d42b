// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reports for people: one HTML page with charts (Chart.js), complete in itself. A page is a template of the
// data folder, its numbers as JSON, and the head, the style and the script that all pages share.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"

namespace areia::apps {

/// The template (a data file, "page/profile.html") with everything filled in. Work failed where the data
/// folder lacks a part. Texts may be anything: they are escaped.
Result<std::string> chart_page(const std::string& template_name, const nlohmann::ordered_json& data);

/// Writes a report; bad input where the path cannot be written.
Result<void> write_report(const std::string& path, const std::string& text);

}  // namespace areia::apps
