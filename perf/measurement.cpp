// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads measurements and says which are held out.
#include "perf/measurement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>

#include "base/data_files.h"
#include "base/text_file.h"

namespace areia::perf {
namespace {

constexpr std::uintmax_t kMostBytes = 256 << 20;

/// Cells of a CSV text, row by row (RFC 4180: quotes, doubled quotes, line breaks within quotes).
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}
  bool done() const { return at_ >= text_.size(); }
  int line() const { return line_; }

  std::vector<std::string> row() {
    std::vector<std::string> cells(1);
    ++line_;
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (quoted) {
        if (c == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          cells.back() += text_[++at_];
        } else if (c == '"') {
          quoted = false;
        } else {
          cells.back() += c;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == ',') {
        cells.emplace_back();
      } else if (c == '\n') {
        ++at_;
        return cells;
      } else if (c != '\r') {
        cells.back() += c;
      }
    }
    return cells;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 0;
};

struct TextColumn {
  std::string_view name;
  std::string Measurement::* member;
};
constexpr TextColumn kTexts[] = {{"source", &Measurement::source},
                                 {"hardware", &Measurement::hardware},
                                 {"model_or_op", &Measurement::model_or_op},
                                 {"phase", &Measurement::phase},
                                 {"precision", &Measurement::precision},
                                 {"metric", &Measurement::metric},
                                 {"unit", &Measurement::unit}};
struct NumberColumn {
  std::string_view name;
  double Measurement::* member;
  bool required;
};
constexpr NumberColumn kNumbers[] = {{"chips", &Measurement::chips, false},
                                     {"batch", &Measurement::batch, false},
                                     {"input_len", &Measurement::input_length, false},
                                     {"output_len", &Measurement::output_length, false},
                                     {"value", &Measurement::value, true}};

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

/// Sources that nothing may be fitted to, by how their names begin.
constexpr std::string_view kNeverFitted[] = {"Megatron-LM", "PaLM", "TensorRT-LLM perf-overview"};

}  // namespace

bool is_held_out(const Measurement& row) {
  for (const std::string_view source : kNeverFitted) {
    if (row.source.starts_with(source)) return true;
  }
  if (row.model_or_op.starts_with("GPT-3 175B layer")) return true;  // what LLMCompass is compared on
  const std::string key =
      fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}", row.source, row.hardware, row.chips, row.model_or_op,
                  row.phase, row.batch, row.input_length, row.output_length, row.precision);
  // Not the lowest bit: that of FNV-1a is the parity of the characters', in which a number written twice
  // cancels.
  return (fnv1a(key) >> 32) % 2 == 1;
}

Result<std::vector<Measurement>> parse_measurements(std::string_view csv, const std::string& origin) {
  CsvReader reader(csv);
  const std::vector<std::string> header = reader.row();
  std::vector<Measurement> rows;
  for (const auto& column : kTexts) {
    if (std::ranges::find(header, column.name) == header.end()) {
      return bad_input(
          fmt::format("{}:1: no column '{}'; measurements have source, hardware, chips, model_or_op, phase, "
                      "batch, input_len, output_len, precision, metric, value and unit",
                      origin, column.name));
    }
  }
  while (!reader.done()) {
    const std::vector<std::string> cells = reader.row();
    const int line = reader.line();
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (cells.size() != header.size()) {
      return bad_input(
          fmt::format("{}:{}: {} cells, but the header has {}", origin, line, cells.size(), header.size()));
    }
    Measurement row;
    row.file = std::filesystem::path(origin).stem().string();
    row.line = line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      for (const auto& column : kTexts) {
        if (column.name == header[i]) row.*column.member = cells[i];
      }
      for (const auto& column : kNumbers) {
        if (column.name != header[i] || (cells[i].empty() && !column.required)) continue;
        const auto value = parse_number(cells[i]);
        if (!value)
          return bad_input(
              fmt::format("{}:{}: {} is '{}', not a number", origin, line, column.name, printable(cells[i])));
        row.*column.member = *value;
      }
    }
    row.held_out = is_held_out(row);
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<Measurement>> load_measurements(const std::filesystem::path& file) {
  auto text = read_text_file(file, "a CSV file of measurements", kMostBytes);
  if (!text.ok()) return text.error();
  return parse_measurements(*text, file.string());
}

Result<std::vector<Measurement>> load_all_measurements() {
  // A file of an earlier folder stands for those of the same name.
  std::map<std::string, std::filesystem::path> files;
  for (const auto& folder : data_folders()) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "perf/measurements", error)) {
      if (entry.path().extension() == ".csv") files.emplace(entry.path().filename().string(), entry.path());
    }
  }
  std::vector<Measurement> all;
  for (const auto& [name, file] : files) {
    auto rows = load_measurements(file);
    if (!rows.ok()) return rows.error();
    all.insert(all.end(), std::make_move_iterator(rows->begin()), std::make_move_iterator(rows->end()));
  }
  return all;
}

double number_after(std::string_view text, std::string_view key, double otherwise) {
  const std::string word = std::string(key) + "=";
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    if (at != 0 && text[at - 1] != ' ') continue;
    const std::string_view rest = text.substr(at + word.size());
    double value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (error == std::errc()) return value;
  }
  return otherwise;
}

}  // namespace areia::perf
