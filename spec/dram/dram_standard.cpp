// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads kinds of DRAM: a table of keys, each with its range.
#include "spec/dram/dram_standard.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <set>
#include <system_error>

#include "base/data_files.h"
#include "base/nearest_name.h"
#include "base/text.h"
#include "base/text_file.h"
#include "base/toml.h"

namespace areia {
namespace {

struct Count {
  const char* key;
  std::uint32_t DramStandard::* member;
  std::uint32_t least, most;  ///< powers of two
};
constexpr std::array kCounts = {Count{"burst_bytes", &DramStandard::burst_bytes, 16, 256},
                                Count{"bank_groups", &DramStandard::bank_groups, 1, 16},
                                Count{"banks_per_group", &DramStandard::banks_per_group, 1, 16},
                                Count{"row_bytes", &DramStandard::row_bytes, 256, 65536}};

struct Time {
  const char* key;
  double DramStandard::* member;
};
constexpr std::array kTimes = {Time{"row_to_column", &DramStandard::row_to_column},
                               Time{"precharge", &DramStandard::precharge},
                               Time{"row_active", &DramStandard::row_active},
                               Time{"column_read", &DramStandard::column_read},
                               Time{"column_write", &DramStandard::column_write},
                               Time{"column_same_group", &DramStandard::column_same_group},
                               Time{"activate_other_group", &DramStandard::activate_other_group},
                               Time{"activate_same_group", &DramStandard::activate_same_group},
                               Time{"four_activates", &DramStandard::four_activates},
                               Time{"write_recovery", &DramStandard::write_recovery},
                               Time{"write_to_read_other", &DramStandard::write_to_read_other},
                               Time{"write_to_read_same", &DramStandard::write_to_read_same},
                               Time{"read_to_precharge", &DramStandard::read_to_precharge},
                               Time{"read_to_write", &DramStandard::read_to_write},
                               Time{"refresh_interval", &DramStandard::refresh_interval},
                               Time{"refresh", &DramStandard::refresh}};
constexpr double kLeastTime = 0.01, kMostTime = 1e6;

/// Keys and values of one file, checked one by one.
class Reader {
 public:
  Reader(const toml::table& document, std::string origin) : document_(document), origin_(std::move(origin)) {}

  Result<DramStandard> read() {
    DramStandard dram;
    AREIA_RETURN_IF_ERROR(read_kind(dram));
    for (const Count& count : kCounts) AREIA_RETURN_IF_ERROR(read_count(count, dram));
    for (const Time& time : kTimes) AREIA_RETURN_IF_ERROR(read_time(time, dram));
    const auto per_bank = document_.at_path("refresh.per_bank").value_exact<bool>();
    if (!per_bank) return wrong("refresh.per_bank", "true or false");
    dram.refresh_per_bank = *per_bank;
    AREIA_RETURN_IF_ERROR(nothing_unknown());
    if (dram.row_active < dram.row_to_column) return wrong("ns.row_active", "at least ns.row_to_column");
    if (dram.refresh_interval < 2 * (dram.refresh + dram.precharge)) {
      return wrong("ns.refresh_interval", "more than twice the time of a refresh");
    }
    return dram;
  }

 private:
  Error wrong(const std::string& key, const std::string& allowed) const {
    const auto node = document_.at_path(key);
    if (!node) return bad_input(fmt::format("{}: {} is missing; allowed: {}", origin_, key, allowed));
    return bad_input(fmt::format("{}:{}: {} is wrong; allowed: {}", origin_, node.node()->source().begin.line,
                                 key, allowed));
  }
  Result<void> read_kind(DramStandard& dram) const {
    const auto kind = document_["kind"].value_exact<std::string>();
    if (!kind || kind->empty() || kind->size() > 32 || printable(*kind) != *kind)
      return wrong("kind", "1 to 32 printable characters");
    dram.kind = *kind;
    return {};
  }
  Result<void> read_count(const Count& count, DramStandard& dram) const {
    const auto value = document_[count.key].value_exact<std::int64_t>();
    if (!value || *value < count.least || *value > count.most ||
        !std::has_single_bit(static_cast<std::uint64_t>(*value))) {
      return wrong(count.key, fmt::format("a power of two, {} to {}", count.least, count.most));
    }
    dram.*count.member = static_cast<std::uint32_t>(*value);
    return {};
  }
  Result<void> read_time(const Time& time, DramStandard& dram) const {
    const auto node = document_["ns"][time.key];
    const auto value = node.is_number() ? node.value<double>() : std::nullopt;
    if (!value || !(*value >= kLeastTime && *value <= kMostTime))
      return wrong(fmt::format("ns.{}", time.key), "0.01 to 1e6 (nanoseconds)");
    dram.*time.member = *value;
    return {};
  }
  Result<void> nothing_unknown() const {
    std::set<std::string> known = {"kind", "ns", "refresh", "refresh.per_bank"};
    for (const Count& count : kCounts) known.insert(count.key);
    for (const Time& time : kTimes) known.insert(fmt::format("ns.{}", time.key));
    const auto check = [&](const std::string& name, const toml::node& node) -> Result<void> {
      if (known.contains(name)) return {};
      return bad_input(fmt::format("{}:{}: unknown key '{}'{}", origin_, node.source().begin.line,
                                   printable(name),
                                   did_you_mean(name, std::vector<std::string>(known.begin(), known.end()))));
    };
    for (const auto& [key, node] : document_) {
      const std::string name(key.str());
      AREIA_RETURN_IF_ERROR(check(name, node));
      if (!node.is_table()) continue;
      for (const auto& [inner, value] : *node.as_table())
        AREIA_RETURN_IF_ERROR(check(fmt::format("{}.{}", name, inner.str()), value));
    }
    return {};
  }

  const toml::table& document_;
  std::string origin_;
};

}  // namespace

Result<DramStandard> parse_dram_standard(std::string_view text, const std::string& origin) {
  const auto document = parse_toml(text, origin);
  if (!document.ok()) return document.error();
  return Reader(*document, origin).read();
}

Result<DramStandard> load_dram_standard(const std::string& kind) {
  const bool plain = std::ranges::all_of(kind, [](unsigned char c) { return std::isalnum(c) != 0; });
  const auto path = plain ? find_data_file("dram/" + lower_case(kind) + ".toml") : std::filesystem::path();
  if (path.empty()) {
    return bad_input(fmt::format("dram.kind = \"{}\": nothing is known of its timing; there are: {}",
                                 printable(kind), fmt::join(dram_kinds(), ", ")));
  }
  const auto text = read_text_file(path, "the timing of a kind of DRAM");
  if (!text.ok()) return text.error();
  return parse_dram_standard(*text, path.string());
}

std::vector<std::string> dram_kinds() {
  std::set<std::string> kinds;
  for (const auto& folder : data_folders()) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "dram", error)) {
      std::string name = entry.path().stem().string();
      std::ranges::transform(name, name.begin(), [](char c) {
        return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      });
      if (entry.path().extension() == ".toml") kinds.insert(name);
    }
  }
  return {kinds.begin(), kinds.end()};
}

}  // namespace areia
