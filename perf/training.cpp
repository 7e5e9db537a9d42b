// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Seconds of a training step: a micro-batch through one stage, forward and backward; then micro-batches
// through the pipeline; then gradients and the optimiser.
#include "perf/training.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace areia::perf {
namespace {

// Constants of the training software, each a property of an algorithm.
/// Backward of fused attention: five products where forward has two (arXiv:2205.14135), at 0.86 of forward's
/// speed (arXiv:2307.08691: 63% and 73% of an A100's peak).
constexpr double kFlashBackward = 2.5 / 0.86;
/// Backward of a row-wise operator reads the result's gradient as well as the input: 3 rows moved, not 2.
constexpr double kRowBackward = 1.5;
/// Products and collectives that run in pieces side by side: so much of the shorter one stays visible (the
/// first and the last of four pieces overlap with nothing on one side).
constexpr double kPieceExposed = 0.25;
/// Computation beside collectives loses so much of the time that they take: cores and bandwidth that they
/// use.
constexpr double kOverlapLoss = 0.15;
/// Bytes a parameter that one step of Adam in mixed precision moves: gradient read twice (norm, step); master
/// weight and two moments read and written, all fp32; the weight written in 16 bits.
constexpr double kOptimizerBytes = 34;
/// Seconds of a step that no chip computes: the next batch, the gradients' norm, the host's part.
constexpr double kStepOverhead = 0.01;
/// GPUs that multiply for hours draw all of their power, and clock lower than where products are timed one by
/// one: of the speed of those. Least median error of the calibration rows (0.89 to 0.9); PyTorch's best
/// products of random numbers (Stas Bekman's MAMF) are at 0.91 on the A100 and 0.93 on the H100.
constexpr double kSustained = 0.89;
constexpr double kAdapterRank = 16;     ///< of LoRA, on attention's projections (MLPerf's llama2_70b_lora)
constexpr double kUsableMemory = 0.95;  ///< the rest is the runtime's

/// Seconds of one micro-batch in one stage.
struct StageTime {
  double forward = 0, backward = 0;            ///< of layers
  double attention = 0;                        ///< forward, what selective recomputation repeats
  double links_forward = 0;                    ///< collectives within the stage; backward has as many
  double ends_forward = 0, ends_backward = 0;  ///< embedding and logits, as if on one stage
  double bytes = 0;                            ///< to and from DRAM of a chip, in the mean of all stages
};

class StageTimer {
 public:
  StageTimer(const LanguageModel& model, const TrainingRun& run, const Device& device)
      : m_(model), run_(run), device_(device) {}

  StageTime time() {
    const double positions = run_.length / run_.context;
    const Pass pass = {.sequences = run_.micro_batch,
                       .positions = positions,
                       // Each chip of a group that shares positions has early and late ones.
                       .context = (run_.length + positions) / 2,
                       .logits = positions,
                       .formats = run_.formats};
    for (const Operator& op : forward(m_, pass, run_.parallelism)) {
      if (op.name == "cache" || op.name == "softmax") continue;  // no cache; loss() is in fp32
      in_ends_ = op.name == "embedding" || op.name == "logits";
      count_ = op.count * (in_ends_ ? run_.parallelism.pipeline : 1);
      std::visit([this](const auto& work) { add(work); }, op.work);
      if (run_.adapters_only && (op.name == "qkv" || op.name == "attention output"))
        adapter(std::get<Gemm>(op.work));
    }
    if (run_.software.dropout) dropout(pass.sequences * positions);
    loss(pass.sequences * positions);
    exchange_keys(pass.sequences * positions);
    return time_;
  }

 private:
  void spend(double forward, double backward) {
    (in_ends_ ? time_.ends_forward : time_.forward) += count_ * forward;
    (in_ends_ ? time_.ends_backward : time_.backward) += count_ * backward;
  }
  void carry(double bytes) { time_.bytes += count_ / (in_ends_ ? run_.parallelism.pipeline : 1) * bytes; }
  double quantised(double count, double columns) const {
    return time_of(Elementwise{.kind = Elementwise::Kind::kQuantise,
                               .rows = count,
                               .columns = columns,
                               .precision = run_.formats.activation},
                   device_)
        .seconds;
  }

  /// y = x W: backward has the products of y's gradient with W and with x.
  void add(const Gemm& given) {
    Gemm product = given;
    product.efficiency *= run_.software.product_share;
    if (device_.chip().kind == AcceleratorClass::kGpu) product.efficiency *= kSustained;
    Gemm input = product;
    std::swap(input.n, input.k);
    Gemm weight = product;
    weight.m = product.n;
    weight.n = product.k;
    weight.k = product.m;
    weight.weight = product.activation;
    weight.output = run_.software.gradient_bytes > 2 ? Precision::kFp32 : product.output;
    const bool trained = !run_.adapters_only;
    const OperatorTime once = time_of(product, device_), of_input = time_of(input, device_);
    const OperatorTime of_weight = trained ? time_of(weight, device_) : OperatorTime();
    double forward = once.seconds, backward = of_input.seconds + of_weight.seconds;
    carry(once.bytes + of_input.bytes + of_weight.bytes);
    if (bytes_of(product.compute) < bytes_of(product.activation)) {  // operands are converted first
      const double tokens = product.m * product.groups;
      forward += quantised(tokens, product.k);
      backward += quantised(tokens, product.n);
    }
    spend(forward, backward);
  }

  /// Two thin products beside a frozen one, trained.
  void adapter(const Gemm& frozen) {
    Gemm down = frozen;
    down.compute = run_.formats.activation;
    Gemm up = down;
    down.n = up.k = kAdapterRank;
    const double seconds = time_of(down, device_).seconds + time_of(up, device_).seconds;
    spend(seconds, 2 * seconds);
  }

  void add(const Attention& attention) {
    if (run_.software.flash_attention) {
      const OperatorTime once = time_of(attention, device_);
      const double forward = once.seconds / run_.software.attention_share;
      carry((1 + kFlashBackward) * once.bytes);
      return spend(forward, kFlashBackward * forward);
    }
    unfused(attention);
  }

  /// Two products with the scores in memory between them: softmax over whole rows, dropout.
  void unfused(const Attention& a) {
    const double groups = a.batch * a.heads;
    const auto product = [&](double n, double k) {
      Gemm gemm = {.m = a.queries, .n = n, .k = k, .groups = groups};
      gemm.activation = gemm.weight = gemm.output = gemm.compute = a.compute;
      const OperatorTime once = time_of(gemm, device_);
      carry(3 * once.bytes);
      return once.seconds;
    };
    const double products = product(a.queries, a.head_size) + product(a.value_size, a.queries);
    const double row_wise = [&] {
      const Elementwise softmax = {.kind = Elementwise::Kind::kSoftmax,
                                   .rows = groups * a.queries,
                                   .columns = a.queries,
                                   .precision = a.compute};
      Elementwise dropout = softmax;
      dropout.kind = Elementwise::Kind::kCopy;
      const OperatorTime scores = time_of(softmax, device_);
      const OperatorTime dropped = run_.software.dropout ? time_of(dropout, device_) : OperatorTime();
      carry((1 + kRowBackward) * (scores.bytes + dropped.bytes));
      return scores.seconds + dropped.seconds;
    }();
    time_.attention += count_ * (products + row_wise);
    spend(products + row_wise, 2 * products + kRowBackward * row_wise);
  }

  void add(const Elementwise& work) {
    const OperatorTime once = time_of(work, device_);
    carry((1 + kRowBackward) * once.bytes);
    spend(once.seconds, kRowBackward * once.seconds);
  }

  void add(const Collective& work) {
    Collective collective = work;
    collective.per_node = run_.per_node;
    time_.links_forward += count_ * time_of(collective, device_).seconds;
  }

  /// Of what attention and feed-forward give, before it is added to what went around them.
  void dropout(double tokens) {
    in_ends_ = false;
    count_ = 2.0 * m_.layers / run_.parallelism.pipeline;
    const double shared = run_.parallelism.sequence ? run_.parallelism.tensor : 1;
    add(Elementwise{.kind = Elementwise::Kind::kCopy,
                    .rows = tokens / shared,
                    .columns = double{1} * m_.hidden,
                    .precision = run_.formats.activation});
  }

  /// Cross-entropy of the logits in fp32: converted, exponentiated, summed; backward the same way.
  void loss(double tokens) {
    in_ends_ = true;
    count_ = 2;
    add(Elementwise{.kind = Elementwise::Kind::kSoftmax,
                    .rows = tokens,
                    .columns = double{1} * m_.vocabulary / run_.parallelism.tensor,
                    .precision = Precision::kFp32});
  }

  /// Chips that share a sequence pass keys and values around, beside attention.
  void exchange_keys(double tokens) {
    if (run_.context == 1) return;
    const double width = 2.0 * m_.kv_heads * m_.head_size / std::min(run_.parallelism.tensor, m_.kv_heads);
    count_ = double{1} * m_.layers / run_.parallelism.pipeline;
    add(Collective{.kind = Collective::Kind::kAllGather,
                   .bytes = tokens * run_.context * width * bytes_of(run_.formats.activation),
                   .chips = double{1} * run_.context});
  }

  const LanguageModel& m_;
  const TrainingRun& run_;
  const Device& device_;
  bool in_ends_ = false;
  double count_ = 1;
  StageTime time_;
};

/// What a step loses by collectives that may run beside `compute` seconds of products: what stays visible,
/// and what they take from the products.
double exposed(double links, double compute, bool overlaps, double least_share) {
  if (!overlaps) return links;
  const double visible = std::max(links - compute, least_share * links);
  return visible + kOverlapLoss * (links - visible);
}

class StepTimer {
 public:
  StepTimer(const LanguageModel& model, const TrainingRun& run, const Device& device)
      : m_(model), run_(run), device_(device), p_(run.parallelism) {
    per_node_ = run.per_node > 0 ? run.per_node : run.chips();
    if (device.chip().link_domain) per_node_ = std::min(per_node_, device.chip().link_domain->value);
    Formats one_byte;
    one_byte.weight = one_byte.expert_weight = one_byte.activation = Precision::kFp8;
    elements_ = weight_bytes(m_, one_byte, p_);
    copies_ = double{1} * p_.data * run_.context;
    micro_batches_ = std::max(1.0, std::ceil(run_.batch / (p_.data * run_.micro_batch) - 1e-9));
  }

  TrainingTime time() {
    const StageTime stage = StageTimer(m_, run_, device_).time();
    const double pieces = double{1} * p_.pipeline * run_.virtual_stages;
    const double balance = std::ceil(m_.layers / pieces) * pieces / m_.layers;  // of the fullest stage
    const bool again = run_.recompute == Recompute::kFull;
    const double repeated = again                                     ? stage.forward
                            : run_.recompute == Recompute::kSelective ? stage.attention
                                                                      : 0;
    const double passes = again ? 3 : 2;
    double links = exposed(passes * stage.links_forward, stage.forward + stage.backward,
                           run_.software.overlaps_tensor, kPieceExposed);

    // The last stage has the logits as well and sets the pace.
    const double pace = balance * micro_batches_;
    time_.forward = pace * stage.forward + micro_batches_ * stage.ends_forward;
    time_.backward = pace * stage.backward + micro_batches_ * stage.ends_backward;
    time_.recompute = pace * repeated;
    time_.tensor_links = pace * links;
    const double one = stage.forward + stage.backward + repeated + links;
    time_.bubble = one * (p_.pipeline - 1.0) / run_.virtual_stages;  // arXiv:2104.04473, section 2.2
    time_.pipeline_links = between_stages(one);
    time_.data_links = run_.sharding == Sharding::kWeights ? gathered_weights(stage, repeated)
                                                           : reduced_gradients(stage, balance);
    time_.traffic = micro_batches_ * stage.bytes * (again ? 4.0 / 3 : 1);
    if (!run_.adapters_only && device_.memory_bandwidth() > 0) {
      const double shared = run_.sharding == Sharding::kNone ? 1 : copies_;
      const double bytes = elements_ / shared * kOptimizerBytes;
      time_.traffic += bytes;
      time_.optimizer =
          bytes / (device_.memory_bandwidth() * device_.constants(Precision::kBf16).memory_efficiency);
    }
    time_.overhead = kStepOverhead;
    time_.seconds = time_.forward + time_.backward + time_.recompute + time_.bubble + time_.tensor_links +
                    time_.pipeline_links + time_.data_links + time_.optimizer + time_.overhead;
    count_flops();
    return time_;
  }

 private:
  /// Among copies: those of one node share its adapters.
  double collective(Collective::Kind kind, double bytes, double copies) const {
    const double neighbours = std::max(1.0, std::floor(per_node_ / p_.tensor));
    return time_of(
               Collective{
                   .kind = kind, .bytes = bytes, .chips = copies, .per_node = std::min(neighbours, copies)},
               device_)
        .seconds;
  }

  double between_stages(double one) const {
    if (p_.pipeline == 1) return 0;
    const bool far = per_node_ < run_.chips();
    const double bytes = run_.micro_batch * run_.length / run_.context * m_.hidden *
                         bytes_of(run_.formats.activation) / p_.tensor;
    double send = time_of(Collective{.kind = Collective::Kind::kSendReceive,
                                     .bytes = bytes,
                                     .chips = 2,
                                     .per_node = far ? 1.0 : 2.0},
                          device_)
                      .seconds;
    if (p_.tensor > 1 && !p_.sequence) {  // each chip sent its part alone: arXiv:2104.04473, section 4.1
      send += time_of(Collective{.kind = Collective::Kind::kAllGather,
                                 .bytes = bytes * p_.tensor,
                                 .chips = double{1} * p_.tensor},
                      device_)
                  .seconds;
    }
    const double sends = 2 * run_.virtual_stages * send;  // of a micro-batch, forward and backward
    const double visible = exposed(sends, one, run_.software.overlaps_pipeline, 0);
    return micro_batches_ * visible + (p_.pipeline - 1) * 2 * send;
  }

  /// Bytes of the gradients of a chip's weights; adapters have next to none.
  double gradient_bytes() const { return run_.adapters_only ? elements_ * 0.002 : elements_; }

  /// After the last micro-batch, beside its backward pass where the software does so.
  double reduced_gradients(const StageTime& stage, double balance) const {
    if (copies_ <= 1) return 0;
    const double gradients = gradient_bytes() * run_.software.gradient_bytes;
    const double beside = balance * stage.backward;
    if (run_.sharding == Sharding::kNone)
      return exposed(collective(Collective::Kind::kAllReduce, gradients, copies_), beside,
                     run_.software.overlaps_data, 0.1);
    const double reduce = collective(Collective::Kind::kReduceScatter, gradients, copies_);
    const double gather =
        collective(Collective::Kind::kAllGather, gradient_bytes() * bytes_of(run_.formats.weight), copies_);
    return exposed(reduce, beside, run_.software.overlaps_data, 0.1) +
           exposed(gather, balance * stage.forward, run_.software.overlaps_data, 0.1);
  }

  /// Layer by layer and micro-batch by micro-batch: weights before forward and backward, gradients after.
  double gathered_weights(const StageTime& stage, double repeated) const {
    if (copies_ <= 1) return 0;
    const double layers = std::max(1.0, double{1} * m_.layers / p_.pipeline);
    const double shards = shards_among();
    const auto of_layers = [&](Collective::Kind kind, Precision format) {
      return layers * collective(kind, elements_ / layers * bytes_of(format), shards);
    };
    const double gather = of_layers(Collective::Kind::kAllGather, run_.formats.weight);
    const double reduce =
        run_.adapters_only ? 0 : of_layers(Collective::Kind::kReduceScatter, run_.formats.activation);
    const double forward = stage.forward + stage.ends_forward;
    const double backward = stage.backward + stage.ends_backward + repeated;
    const bool overlaps = run_.software.overlaps_data;
    const double lost = exposed(gather, forward, overlaps, 1 / layers) +
                        exposed(gather + reduce, backward, overlaps, 1 / layers);
    double far = 0;  // each group of shards sums its gradients with the others' once a step
    if (shards < copies_) {
      const double sum =
          time_of(Collective{.kind = Collective::Kind::kAllReduce,
                             .bytes = gradient_bytes() / shards * bytes_of(run_.formats.activation),
                             .chips = copies_ / shards,
                             .per_node = 1},
                  device_)
              .seconds;
      far = exposed(sum, backward, overlaps, 0.1);
    }
    return micro_batches_ * lost + far;
  }

  /// Copies that share the weights: all, or those of one slice where links make a torus.
  double shards_among() const {
    const Topology topology = device_.chip().topology;
    if (topology != Topology::kTorus2 && topology != Topology::kTorus3) return copies_;
    return std::min(copies_, std::max(1.0, std::floor(per_node_ / p_.tensor)));
  }

  void count_flops() {
    const double tokens = run_.batch * run_.length;
    const double forward = forward_flops_per_token(m_, run_.length, false);
    time_.model_flops = 3 * tokens * forward;
    if (run_.adapters_only) time_.model_flops *= 2.0 / 3;
    double again = 0;
    if (run_.recompute == Recompute::kFull)
      again = forward - 2.0 * m_.vocabulary * m_.hidden;  // layers alone
    if (run_.recompute == Recompute::kSelective && !run_.software.flash_attention)
      again = forward - forward_flops_per_token(m_, 0, false);
    time_.hardware_flops = time_.model_flops + tokens * again;
    const double peak = device_.matrix_peak(run_.formats.compute) * run_.chips() * time_.seconds;
    if (peak > 0) {
      time_.mfu = time_.model_flops / peak;
      time_.hfu = time_.hardware_flops / peak;
    }
  }

  const LanguageModel& m_;
  const TrainingRun& run_;
  const Device& device_;
  const Parallelism& p_;
  double per_node_ = 0, elements_ = 0, copies_ = 1, micro_batches_ = 1;
  TrainingTime time_;
};

Result<void> check_run(const LanguageModel& model, const TrainingRun& run) {
  AREIA_RETURN_IF_ERROR(check(run.parallelism, model));
  if (!(run.batch >= 1 && run.length >= 1 && run.micro_batch > 0 && run.context >= 1 &&
        run.virtual_stages >= 1)) {
    return bad_input("training: batch, length, micro-batch, context and virtual stages are at least 1");
  }
  if (run.micro_batch * run.parallelism.data > run.batch * (1 + 1e-9)) {
    return bad_input(
        fmt::format("training: a batch of {} sequences is less than {} copies x a micro-batch of {}",
                    run.batch, run.parallelism.data, run.micro_batch));
  }
  if (run.parallelism.pipeline * run.virtual_stages > model.layers) {
    return bad_input(fmt::format("training: {} layers of {} are fewer than pipeline {} x virtual stages {}",
                                 model.layers, model.name, run.parallelism.pipeline, run.virtual_stages));
  }
  return {};
}

}  // namespace

double forward_flops_per_token(const LanguageModel& m, double length, bool causal) {
  const double values = m.value_size != 0 ? m.value_size : m.head_size;
  const double softmax = m.layers * (1 - m.linear_share);
  const double windowed = m.window != 0 && length > m.window ? m.windowed_share : 0;
  const double seen =
      (causal ? 0.5 : 1) * length * (1 - windowed) + windowed * (m.window != 0 ? m.window : 0);
  return 2 * m.active_parameters() + 2 * softmax * m.heads * (m.head_size + values) * seen;
}

Result<TrainingTime> predict_training_that_fits(const LanguageModel& model, const TrainingRun& run,
                                                const Device& device) {
  AREIA_RETURN_IF_ERROR(check_run(model, run));
  if (!(device.matrix_peak(run.formats.compute) > 0 && device.memory_bandwidth() > 0)) {
    return bad_input(
        fmt::format("training: {} publishes no peak in {} or no memory bandwidth to predict from",
                    device.chip().name, name_of(run.formats.compute)));
  }
  TrainingTime time = StepTimer(model, run, device).time();
  time.memory = training_memory(model, run);
  return time;
}

Result<TrainingTime> predict_training(const LanguageModel& model, const TrainingRun& run,
                                      const Device& device) {
  AREIA_RETURN_IF_ERROR(check_run(model, run));
  const TrainingMemory memory = training_memory(model, run);
  if (const Known& capacity = device.chip().memory_bytes;
      capacity && memory.total() > kUsableMemory * capacity->value) {
    return bad_input(fmt::format(
        "training {} takes {:.1f} GB a chip (weights {:.1f}, gradients {:.1f}, optimiser {:.1f}, activations "
        "{:.1f}), and {} has {:.1f}: more tensor or pipeline parallelism, sharding or recomputation makes it "
        "fit",
        model.name, memory.total() * 1e-9, memory.weights * 1e-9, memory.gradients * 1e-9,
        memory.optimizer * 1e-9, memory.activations * 1e-9, device.chip().name, capacity->value * 1e-9));
  }
  return predict_training_that_fits(model, run, device);
}

}  // namespace areia::perf
