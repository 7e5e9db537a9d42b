// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Random models of every architecture and weight type (make_models.py): the chip's logits against llama.cpp's
// (reference/, by make_reference.mjs). Distances are relative to the spread of a position's logits: their
// standard deviation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/end_to_end/harness.h"

namespace areia::tests {
namespace {

const std::filesystem::path kReference = AREIA_SOURCE_DIR "/tests/models/reference";

/// What fp32 arithmetic in another order may change: F32 models with a cache of fp32 must keep to it
/// everywhere, all others at one position at least. Where activations or caches are rounded to narrow
/// formats, a value that lies next to a tie goes to the other side now and then, and that is seen in all that
/// follows.
constexpr double kExact = 1e-4;
/// The largest that llama.cpp's flash attention changes any model without experts. With experts, a change can
/// be of another kind: a token goes to another expert.
constexpr double kMostRounding = 0.15;

const nlohmann::json& reference_index() {
  static const nlohmann::json index = nlohmann::json::parse(std::ifstream(kReference / "index.json"));
  return index;
}

struct Case {
  std::string model, chip;
  num::Format cache = num::Format::kFp16;

  std::string cache_name() const { return cache == num::Format::kFp32 ? "f32" : "f16"; }
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.model << " on " << c.chip << ", " << c.cache_name();
}

/// llama.cpp's logits for one model, [position][vocabulary]: after each prefix of the prompt, then after each
/// of its own tokens but the last.
struct Reference {
  std::vector<std::uint32_t> tokens;
  std::size_t vocabulary = 0;
  std::vector<float> logits;
  double limit = 0;  ///< of distances

  std::span<const float> row(std::size_t position) const {
    return std::span(logits).subspan(position * vocabulary, vocabulary);
  }
};

/// The most that llama.cpp itself differs: its kernels for different processors, prompts in one batch or
/// token by token, and flash attention, which rounds elsewhere.
double own_difference(const nlohmann::json& ways, bool with_flash_attention) {
  double largest = 0;
  for (const auto& [way, difference] : ways.items()) {
    if (way.find("flash") == std::string::npos || with_flash_attention)
      largest = std::max(largest, difference.get<double>());
  }
  return largest;
}

Reference read_reference(const Case& parameters) {
  const nlohmann::json& entry = reference_index()["models"][parameters.model];
  const nlohmann::json& ways = entry["own_differences"][parameters.cache_name()];
  Reference result;
  result.tokens = entry["tokens"].get<std::vector<std::uint32_t>>();
  result.vocabulary = entry["vocabulary"];
  const bool exact = parameters.cache == num::Format::kFp32;
  // llama.cpp rounds GELU's argument and result to fp16 even so: there its own kernels are further apart, by
  // values that lie next to a tie, and what fp32 arithmetic may change comes on top.
  result.limit =
      exact ? kExact + own_difference(ways, false) : std::min(kMostRounding, own_difference(ways, true));
  std::ifstream file(kReference / (parameters.model + (exact ? ".cache_f32.f32" : ".f32")), std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  result.logits.resize(bytes.size() / sizeof(float));
  std::memcpy(result.logits.data(), bytes.data(), result.logits.size() * sizeof(float));
  return result;
}

double deviation(std::span<const float> values) {
  double sum = 0, squares = 0;
  for (const float value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  for (const float value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size()));
}

double distance(std::span<const float> actual, std::span<const float> expected) {
  double largest = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!std::isfinite(actual[i])) return INFINITY;
    largest = std::max<double>(largest, std::fabs(actual[i] - expected[i]));
  }
  return largest / deviation(expected);
}

/// Checks the steps of one answer against the reference from `position` on; where the answer takes another
/// token, the reference's must be a near tie, and the rest is another text. Adds the steps' distances.
void check_steps(const apps::PromptAnswer& answer, const Reference& reference, std::size_t position,
                 std::vector<double>& distances) {
  const auto& tokens = answer.answer.tokens;
  for (std::size_t step = 0; step < tokens.size(); ++step) {
    const auto expected = reference.row(position + step);
    const auto actual = std::span(answer.logits).subspan(step * reference.vocabulary, reference.vocabulary);
    distances.push_back(distance(actual, expected));
    if (tokens.size() == 1) break;  // a prefix: the reference read on in the prompt
    if (tokens[step] == reference.tokens[step]) continue;
    const double gap = expected[reference.tokens[step]] - expected[tokens[step]];
    EXPECT_LE(gap, 2 * reference.limit * deviation(expected)) << "step " << step;
    break;
  }
}

/// Answers each prefix of the prompt, prefilled in chunks, and the whole prompt with several tokens.
std::vector<double> distances_of(const sw::Model& model, const Case& parameters, const Reference& reference) {
  const auto prompt = reference_index()["prompt"].get<std::vector<std::uint32_t>>();
  const auto prefixes = reference_index()["prefixes"].get<std::vector<std::size_t>>();
  std::vector<double> distances;
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    sw::CompileRequest request;
    request.prompt.assign(prompt.begin(), prompt.begin() + static_cast<std::ptrdiff_t>(prefixes[i]));
    const bool whole = prefixes[i] == prompt.size();
    request.max_new_tokens = whole ? static_cast<std::uint32_t>(reference.tokens.size()) : 1;
    request.chunk_rows = 16;
    request.cache_format = parameters.cache;
    request.trace_logits = true;
    const auto answer = apps::answer_prompt(model, chip_with(parameters.chip, ""), request, 0);
    if (!answer) {
      ADD_FAILURE() << answer.error().message;
      return {INFINITY};
    }
    check_steps(*answer, reference, i, distances);
  }
  return distances;
}

class RandomModel : public testing::TestWithParam<Case> {};

TEST_P(RandomModel, HasLlamaCppsLogits) {
  const Case& parameters = GetParam();
  const auto path = std::filesystem::path(AREIA_RANDOM_MODELS) / (parameters.model + ".gguf");
  const auto model = sw::Model::open(path);
  ASSERT_TRUE(model) << model.error().message;
  const Reference reference = read_reference(parameters);
  const std::size_t positions = reference_index()["prefixes"].size() + reference.tokens.size() - 1;
  ASSERT_EQ(reference.logits.size(), positions * reference.vocabulary);
  const auto distances = distances_of(*model, parameters, reference);
  const auto [least, most] = std::minmax_element(distances.begin(), distances.end());
  std::printf("%-24s %s cache: %.1e to %.1e of the spread, allowed %.1e\n", parameters.model.c_str(),
              parameters.cache_name().c_str(), *least, *most, reference.limit);
  EXPECT_LE(*least, kExact);
  EXPECT_LE(*most, reference.limit);
}

std::vector<Case> cases() {
  std::vector<Case> result;
  for (const auto& [name, entry] : reference_index()["models"].items()) {
    for (const char* chip : {"areia-lab", "areia-1"}) {
      result.push_back({name, chip});
      if (entry["own_differences"].contains("f32")) result.push_back({name, chip, num::Format::kFp32});
    }
  }
  return result;
}

INSTANTIATE_TEST_SUITE_P(Models, RandomModel, testing::ValuesIn(cases()), [](const auto& parameters) {
  const Case& c = parameters.param;
  std::string name = c.model + "_on_" + c.chip + "_cache_" + c.cache_name();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace areia::tests
