// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads what a server ran from a published row.
#include "perf/questions/published_run.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string>

#include "base/text.h"
#include "perf/questions/units.h"

namespace areia::perf {
namespace {

/// A degree written without '=': "TP2", "TP1PP2", "DEP4"; `otherwise` if the word has none of that key.
double degree_in(std::string_view word, std::string_view key, double otherwise) {
  for (std::size_t at = word.find(key); at != std::string_view::npos; at = word.find(key, at + 1)) {
    if (at != 0 && std::isalpha(static_cast<unsigned char>(word[at - 1])) != 0) continue;
    double value = 0;
    const std::string_view rest = word.substr(at + key.size());
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (error == std::errc()) return value;
  }
  return otherwise;
}

/// The last word, if it says how a model is spread ("DEP4", "TP1PP2"), else "".
std::string_view spread_word(std::string_view text) {
  const std::size_t at = text.rfind(' ');
  const std::string_view word = at == std::string_view::npos ? "" : text.substr(at + 1);
  const bool spread = degree_in(word, "TP", 0) + degree_in(word, "DEP", 0) + degree_in(word, "DP", 0) +
                          degree_in(word, "PP", 0) + degree_in(word, "EP", 0) >
                      0;
  return spread ? word : "";
}

/// The model's name: what stands before the first "KEY=" or word like "TP2".
std::string_view name_in(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals != std::string_view::npos) {
    const std::size_t space = text.rfind(' ', equals);
    return space == std::string_view::npos ? text : text.substr(0, space);
  }
  const std::string_view word = spread_word(text);
  return word.empty() ? text : text.substr(0, text.size() - word.size() - 1);
}

std::uint32_t whole(double value) {
  return static_cast<std::uint32_t>(std::clamp(std::round(value), 1.0, 1e6));
}

/// aiconfigurator's samples count the chips of some runs twice: n chips with whole experts on each stand as
/// TP = n x n (or ADP = n x n) with MoE_TP = MoE_EP = n, and as TP = ADP = n with MoE_EP = n x n. Rows of the
/// same runs, with the same times, stand there in the right way too.
void count_chips_once(double expert_tensor, double& tensor, double& data, double& expert) {
  if (expert <= 1) return;
  if (expert_tensor == expert && tensor * data == expert * expert) {
    (tensor > 1 ? tensor : data) /= expert;
  } else if (tensor == data && expert == tensor * data && tensor > 1) {
    expert = tensor;
    data = 1;
  }
}

/// How the row spreads the model over its chips; what it does not say is tensor-parallel over all.
Parallelism spread_of(const Measurement& row, const LanguageModel& model) {
  const std::string_view text = row.model_or_op, word = spread_word(text);
  const double chips = std::max(1.0, row.chips);
  Parallelism p;
  if (const double all = degree_in(word, "DEP", 0); all > 0) {  // attention by data, experts by chips
    p.data = whole(all);
    p.expert = model.experts != 0 ? whole(all) : 1;
    p.expert_tensor = model.experts != 0 ? 1 : 0;
    p.pipeline = whole(degree_in(word, "PP", 1));
    return p;
  }
  double tensor = number_after(text, "TP", degree_in(word, "TP", 0));
  p.pipeline = whole(number_after(text, "PP", degree_in(word, "PP", 1)));
  double data = std::max(1.0, number_after(text, "ADP", number_after(text, "DP", degree_in(word, "DP", 1))));
  double expert = number_after(text, "MoE_EP", number_after(text, "EP", degree_in(word, "EP", 0)));
  count_chips_once(number_after(text, "MoE_TP", 0), tensor, data, expert);
  // Neuron counts the cores of chips that have several.
  if (tensor * data * p.pipeline > chips && std::fmod(tensor, chips) == 0 && chips > 1)
    tensor = chips / (data * p.pipeline);
  if (row.source.starts_with("AWS Neuron")) tensor = chips / (data * p.pipeline);
  if (tensor <= 0) tensor = chips / (data * p.pipeline);
  p.tensor = whole(tensor);
  p.data = whole(data);
  if (model.experts == 0) return p;
  // Whole experts where the row says so; their groups hold all chips of a stage.
  const double all = double{1} * p.tensor * p.data;
  if (expert > 1 && expert <= all) p.expert = whole(expert);
  p.expert_tensor = whole(all / p.expert);
  return p;
}

}  // namespace

Result<ServingPlan> PublishedRun::spread_on(const Device& device) const {
  if (spread_known) return plan;
  return spread_for_throughput(plan, whole(chips), device);
}

Formats serving_formats(const LanguageModel& model, const Accelerator& chip, std::string_view precision,
                        const ServingStack& stack) {
  const bool has_fp4 = chip.peak(Precision::kFp4).has_value();
  const bool has_fp8 = chip.peak(Precision::kFp8).has_value();
  Precision weight = published_precision(precision).value_or(model.native);
  // A model whose experts were published in fp4 keeps them; a wider format is the rest's.
  if (model.expert_native == Precision::kFp4 && weight == Precision::kFp8) weight = Precision::kFp4;
  Formats f;
  f.activation = weight == Precision::kFp16 ? Precision::kFp16 : Precision::kBf16;
  f.weight = f.expert_weight = weight;
  if (precision.empty()) f.expert_weight = model.expert_native;
  f.compute = weight;
  f.cache = f.activation;
  // Published fp4 and int4 weights of models with experts hold the experts alone in it; attention and the
  // rest stay in 16 bits (exclude_modules of NVIDIA's NVFP4 files, of gpt-oss, of Kimi K2).
  if (model.experts != 0 && bytes_of(weight) < 1) f.weight = f.activation;
  const bool multiplies = weight == Precision::kFp4 ? has_fp4
                          : weight == Precision::kFp8
                              ? has_fp8
                              : weight != Precision::kInt8 && weight != Precision::kInt4;
  if (!multiplies) f.compute = f.activation;
  // Blocks of fp4 have scales of their own, and so do those of the fp8 that models with experts are published
  // in (128 x 128 as DeepSeek, Qwen, MiniMax and GLM have them); dense models' fp8 has one scale a tensor.
  f.run_time_scales = f.compute == Precision::kFp4 || (f.compute == Precision::kFp8 && model.experts != 0);
  const bool keeps_fp8 =
      stack.small_cache == Precision::kFp4 ? has_fp4 : stack.small_cache == Precision::kFp8 && has_fp8;
  if (keeps_fp8 && bytes_of(f.compute) <= 1) f.cache = Precision::kFp8;
  return f;
}

namespace {

/// Requests of public benchmarks that rows name without their lengths.
struct RequestSet {
  std::string_view text;  ///< in the row's model or source, lower-case
  double input, output;   ///< mean positions; output 0: the row says it
  double beams;
  double tpot_limit;  ///< seconds, of the slowest percent
  double watts;       ///< of each chip in NVIDIA's runs whose power was measured (MaxQ); 0: no limit
};
constexpr RequestSet kRequestSets[] = {
    // MLPerf Inference rules 4.1: OpenOrca (inputs of at most 1024 positions), CNN/DailyMail with beams of 4
    // (at most 1919), OpenOrca with GSM8K and MBXP; limits of Llama 2 and Mixtral in the server scenario.
    // Means of inputs are not published: about OpenOrca's, an article's, and one between those of the three
    // sets. Watts: power_limit of H200_SXM_141GBx8_MaxQ in the configurations that NVIDIA submitted with
    // them.
    {"llama2-70b", 294, 0, 1, 0.2, 500},
    {"mixtral-8x7b", 500, 0, 1, 0.2, 500},
    {"gptj", 850, 69, 4, 0, 350},
    // LLMServingSim's bench: latency less time to the first token, by the time per token, gives the output.
    {"sharegpt", 220, 650, 1, 0, 0},
};
const RequestSet* request_set(const Measurement& row) {
  const std::string text = lower_case(row.model_or_op) + ' ' + lower_case(row.source);
  for (const RequestSet& set : kRequestSets) {
    if (contains(text, set.text)) return &set;
  }
  return nullptr;
}

double set_watts(const Measurement& row) {
  const RequestSet* set = request_set(row);
  return set != nullptr ? set->watts : 0;
}

/// InferenceMAX, whose runs have three names of lengths, draws each request's from the last fifth below them
/// (random-range-ratio 0.8).
constexpr double kMeanLength = 0.9;
bool lengths_vary(const ServingPlan& plan) {
  return (plan.input == 1024 && (plan.output == 1024 || plan.output == 8192)) ||
         (plan.input == 8192 && plan.output == 1024);
}

/// Positions that a server made of each that the benchmark counted. DeepSeek's prompts to SGLang's images
/// with version 5 of transformers were cut into words in one way by the client and in another by the server:
/// 7,140 became 35,921 (InferenceMAX's pull request 937; 1381, of May 2026, mended it for good, and the runs
/// with 0.5.10 are of April).
double lengthened_in(const Measurement& row) {
  constexpr double kLengthened = 35921.0 / 7140;
  return contains(row.source, "sglang 0.5.10") && contains(row.model_or_op, "DeepSeek") ? kLengthened : 1;
}

/// Positions that a run drafts with the model's own head. Rows do not say it; InferenceMAX's log of changes
/// does (https://github.com/SemiAnalysisAI/InferenceX, perf-changelog.yaml and the scripts it names):
/// DeepSeek R1 on these images of TensorRT-LLM (three positions, one where attention is data-parallel; the
/// runs without drafts stand under V3's name), and Qwen3.5 in fp8 on four B200 with whole tensor parallelism.
double drafted_in(const Measurement& row, const ServingPlan& plan) {
  const bool r1 = contains(row.model_or_op, "DeepSeek-R1");
  if (r1 && (contains(row.source, "1.2.0rc6.post3") || contains(row.source, "1.1.0rc2.post2")))
    return plan.parallelism.data > 1 ? 1 : 3;
  const bool qwen = contains(row.model_or_op, "Qwen3.5") && contains(row.source, "sglang 0.5.9");
  if (qwen && contains(row.precision, "fp8") && contains(lower_case(row.hardware), "b200"))
    return plan.parallelism.tensor == 4 && plan.parallelism.expert == 1 ? 3 : 0;
  return 0;
}

/// vLLM 0.12 to 0.14 multiply fp8 experts on Hopper with DeepGEMM, more slowly than 0.11 did when few tokens
/// decode (llm-compressor's issue 2292). Times of calibration rows are those of kernels that read every
/// expert.
bool reads_every_expert(const Measurement& row, const Formats& formats, const Accelerator& chip) {
  const bool between = contains(row.source, "vllm 0.12.") || contains(row.source, "vllm 0.13.") ||
                       contains(row.source, "vllm 0.14.");
  return between && formats.expert_weight == Precision::kFp8 && !chip.peak(Precision::kFp4);
}

/// What served. Rows of TensorRT-LLM that name no version on H200 are InferenceMAX's, whose log of changes
/// and configurations of 2025 say which images these were: gpt-oss-dev for gpt-oss, 1.1.0rc2.post2 for
/// DeepSeek.
const ServingStack& stack_of(const Measurement& row, const LanguageModel& model) {
  const bool unnamed = contains(row.source, "trtllm nan") && contains(lower_case(row.hardware), "h200");
  return serving_stack(unnamed && model.experts != 0 ? "trtllm 1.1.0" : std::string_view(row.source));
}

/// Steps that a prompt waits, on average. Its scripts let DeepSeek's prompts on TensorRT-LLM wait up to 60 of
/// them (attention_dp_config, timeout_iters) until each copy of data-parallel attention has one; about two
/// thirds. Those for SGLang on Blackwell have its scheduler look for new requests every 30 steps, or every 10
/// where fewer than 16 are in flight (--scheduler-recv-interval); half. GLM-5's do not.
double waits_in(const Measurement& row, const ServingPlan& plan) {
  constexpr double kForOthers = 40, kMostUnseen = 30, kMostUnseenOfFew = 10;
  if (contains(row.source, "trtllm") && contains(row.model_or_op, "DeepSeek") && plan.parallelism.data > 1)
    return kForOthers;
  const std::string chip = lower_case(row.hardware);
  const bool inference_max = plan.load == Load::kClosedLoop && !plan.equal_lengths;
  if (!inference_max || !contains(row.source, "sglang") || contains(row.model_or_op, "GLM")) return 0;
  if (!contains(chip, "b200") && !contains(chip, "b300")) return 0;
  return (plan.concurrency >= 16 ? kMostUnseen : kMostUnseenOfFew) / 2;
}

/// The benchmark sent no requests to warm servers up before 2026 (its pull request 480, of January); rows of
/// SGLang that name no version are of November and December 2025. The script of those months for DeepSeek in
/// fp4 on B200 leaves SGLang's compilers on; that for fp8 turns them off (SGL_ENABLE_JIT_DEEPGEMM=false). How
/// long they took is not published: about what calibration rows lost, of runs that were long enough to cut a
/// prompt.
double compiles_in(const Measurement& row, const ServingPlan& plan) {
  constexpr double kCompilers = 90;
  const bool cold = contains(row.source, "sglang nan") && plan.load == Load::kClosedLoop;
  return cold && plan.formats.compute == Precision::kFp4 ? kCompilers : 0;
}

/// "300 req 10 rps": the number before a word; 0 if there is none.
double number_before(std::string_view text, std::string_view word) {
  const std::size_t at = text.find(word);
  if (at == std::string_view::npos || at < 2) return 0;
  const std::size_t begin = text.rfind(' ', at - 2);
  double value = 0;
  const std::string_view digits = text.substr(begin == std::string_view::npos ? 0 : begin + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// The load that a row's phase means; nothing if it is no server's.
std::optional<Load> load_of(const Measurement& row) {
  const std::string phase = lower_case(row.phase);
  if (contains(phase, "offline")) return Load::kOffline;
  if (phase == "server") return Load::kServer;
  if (phase == "serve") return contains(row.source, " rps") ? Load::kOpenLoop : Load::kClosedLoop;
  if (phase == "latency" || phase == "throughput" || phase == "prefill" || phase == "decode")
    return Load::kBatch;
  return std::nullopt;
}

}  // namespace

std::optional<PublishedRun> read_serving_run(const Measurement& row, const Library& library) {
  const auto load = load_of(row);
  if (!load) return std::nullopt;
  PublishedRun run;
  ServingPlan& plan = run.plan;
  run.chip = library.accelerator(row.hardware);
  plan.model = library.model(name_in(row.model_or_op));
  if (run.chip == nullptr || plan.model == nullptr) return std::nullopt;
  plan.load = *load;
  plan.stack = &stack_of(row, *plan.model);
  plan.parallelism = spread_of(row, *plan.model);
  std::string_view precision = row.precision;
  const bool mlperf = row.source.starts_with("MLPerf");
  // Submitters write the format before quantisation; whoever has fp8 ran fp8, fp4 with Blackwell's.
  if (mlperf && run.chip->peak(Precision::kFp8)) precision = "fp8";
  if (mlperf && run.chip->peak(Precision::kFp4)) precision = "fp4";
  plan.formats = serving_formats(*plan.model, *run.chip, precision, *plan.stack);
  plan.formats.every_expert = reads_every_expert(row, plan.formats, *run.chip);
  plan.concurrency =
      row.batch > 0 ? row.batch : number_after(row.model_or_op, "batch_per_rank", 0) * plan.parallelism.data;
  plan.input = row.input_length;
  plan.output = row.output_length;
  if (const RequestSet* set = request_set(row); set != nullptr) {
    if (plan.input <= 0) plan.input = set->input;
    if (plan.output <= 0) plan.output = set->output;
    plan.beams = set->beams;
    plan.tpot_limit = set->tpot_limit;
  }
  if (!(plan.input > 0)) return std::nullopt;
  plan.output = std::max(1.0, plan.output);
  plan.equal_lengths = plan.load == Load::kClosedLoop && !lengths_vary(plan);
  if (plan.load == Load::kClosedLoop && !plan.equal_lengths) {
    plan.input *= kMeanLength;
    plan.output *= kMeanLength;
    plan.input *= lengthened_in(row);
  }
  plan.drafted = drafted_in(row, plan);
  plan.wait_steps = waits_in(row, plan);
  plan.compile_seconds = compiles_in(row, plan);
  if (mlperf && (contains(row.metric, "power") || contains(row.metric, "energy")))
    plan.power_limit = set_watts(row);
  plan.requests = number_before(row.source, " req");
  plan.rate = number_before(row.source, " rps");
  if (plan.load == Load::kOpenLoop && !(plan.rate > 0)) return std::nullopt;
  run.spread_known = number_after(row.model_or_op, "TP", 0) > 0 || !spread_word(row.model_or_op).empty() ||
                     contains(row.model_or_op, "=");
  run.chips = row.chips;
  const Device device(*run.chip, library.calibration, false);
  const auto spread = run.spread_on(device);
  if (!spread.ok() || !predict_serving(*spread, device).ok()) return std::nullopt;
  return run;
}

}  // namespace areia::perf
