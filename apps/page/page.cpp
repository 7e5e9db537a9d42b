// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Fills templates: each mark stands once in a template.
#include "apps/page/page.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/data_files.h"

namespace areia::apps {
namespace {

using Json = nlohmann::ordered_json;

Result<std::string> data_text(const std::string& name) {
  const auto path = find_data_file(name);
  if (path.empty()) {
    return work_failed(
        fmt::format("{} is not in the data folder: build areia again, or set AREIA_DATA", name));
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return work_failed(path.string() + ": cannot be read");
  return std::move(text).str();
}

/// Puts `text` in the place of `mark`.
void fill(std::string& page, const std::string& mark, const std::string& text) {
  const std::size_t at = page.find(mark);
  if (at != std::string::npos) page.replace(at, mark.size(), text);
}

/// JSON that may stand within a script element: "<" could end it.
std::string script_json(const Json& json) {
  std::string text;
  for (const char c : json.dump(-1, ' ', true, Json::error_handler_t::replace)) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

Result<std::string> chart_page(const std::string& template_name, const Json& data) {
  auto page = data_text(template_name);
  if (!page) return page.error();
  // Data last but one, so that nothing in it is taken for a mark; the library holds none.
  for (const auto& [mark, name] : {std::pair{"<!--HEAD-->", "page/head.html"},
                                   {"/*STYLE*/", "page/style.css"},
                                   {"/*SCRIPT*/", "page/charts.js"}}) {
    const auto text = data_text(name);
    if (!text) return text.error();
    fill(*page, mark, *text);
  }
  const auto library = data_text("page/chart.js");
  if (!library) return library.error();
  fill(*page, "/*DATA*/", script_json(data));
  fill(*page, "/*CHART*/", *library);
  return std::move(*page);
}

Result<void> write_report(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return bad_input(path + ": cannot be written");
  return {};
}

}  // namespace areia::apps
