// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Tensors of a folder under GGUF's names and in GGUF's order.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "sw/formats/hugging_face_parts.h"

namespace areia::sw::hugging_face {
namespace {

constexpr Architecture kArchitectures[] = {
    {.name = "LlamaForCausalLM", .gguf = "llama", .permutes_heads = true},
    {.name = "MistralForCausalLM", .gguf = "llama", .permutes_heads = true},
    {.name = "MixtralForCausalLM", .gguf = "llama", .permutes_heads = true},
    {.name = "GPT2LMHeadModel", .gguf = "gpt2", .transposes = true},
    {.name = "Qwen2ForCausalLM", .gguf = "qwen2"},
    {.name = "Qwen3ForCausalLM", .gguf = "qwen3"},
    {.name = "Qwen3MoeForCausalLM", .gguf = "qwen3moe"},
    {.name = "Gemma3ForCausalLM", .gguf = "gemma3", .shifts_norms = true, .post_norms = true},
    {.name = "GptOssForCausalLM", .gguf = "gpt-oss", .merged_experts = true, .norm_before_experts = true},
};

using Names = std::map<std::string, std::string, std::less<>>;

/// Names of tensors that are in no layer.
const Names kWholeNames = {
    {"embed_tokens.weight", "token_embd.weight"},
    {"norm.weight", "output_norm.weight"},
    {"lm_head.weight", "output.weight"},
    {"wte.weight", "token_embd.weight"},
    {"wpe.weight", "position_embd.weight"},
    {"ln_f.weight", "output_norm.weight"},
    {"ln_f.bias", "output_norm.bias"},
};

/// Modules of a layer; ".weight" and ".bias" stay.
const Names kLayerNames = {
    {"input_layernorm", "attn_norm"},
    {"self_attn.q_proj", "attn_q"},
    {"self_attn.k_proj", "attn_k"},
    {"self_attn.v_proj", "attn_v"},
    {"self_attn.o_proj", "attn_output"},
    {"self_attn.q_norm", "attn_q_norm"},
    {"self_attn.k_norm", "attn_k_norm"},
    {"post_attention_layernorm", "ffn_norm"},
    {"mlp.gate_proj", "ffn_gate"},
    {"mlp.up_proj", "ffn_up"},
    {"mlp.down_proj", "ffn_down"},
    {"block_sparse_moe.gate", "ffn_gate_inp"},
    {"mlp.gate", "ffn_gate_inp"},
    {"mlp.router", "ffn_gate_inp"},
    {"ln_1", "attn_norm"},
    {"ln_2", "ffn_norm"},
    {"attn.c_attn", "attn_qkv"},
    {"attn.c_proj", "attn_output"},
    {"mlp.c_fc", "ffn_up"},
    {"mlp.c_proj", "ffn_down"},
};

/// Matrices of an expert.
const Names kExpertNames = {
    {"w1", "ffn_gate_exps"},        {"w2", "ffn_down_exps"},        {"w3", "ffn_up_exps"},
    {"gate_proj", "ffn_gate_exps"}, {"down_proj", "ffn_down_exps"}, {"up_proj", "ffn_up_exps"},
};

/// Buffers that transformers saves, and no weights.
bool is_no_weight(const std::string& name) {
  return name.ends_with("rotary_emb.inv_freq") || name.ends_with(".attn.bias") ||
         name.ends_with(".attn.masked_bias");
}

/// "layers.3.mlp.up_proj.weight" in its parts.
struct LayerName {
  std::string layer, module, kind;  ///< "3", "mlp.up_proj", "weight" or "bias"
};
std::optional<LayerName> split_layer(std::string_view name) {
  for (const std::string_view prefix : {"layers.", "h."}) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = name.substr(prefix.size());
    const std::size_t first = rest.find('.'), last = rest.rfind('.');
    if (first == std::string_view::npos || first == 0 || first > 4) return {};
    if (rest.find_first_not_of("0123456789") != first) return {};
    if (last == first)
      return LayerName{std::string(rest.substr(0, first)), std::string(rest.substr(first + 1)), ""};
    return LayerName{std::string(rest.substr(0, first)),
                     std::string(rest.substr(first + 1, last - first - 1)),
                     std::string(rest.substr(last + 1))};
  }
  return {};
}

std::optional<num::Format> format_of(SafeType type) {
  switch (type) {
    case SafeType::kF32:
      return num::Format::kFp32;
    case SafeType::kF16:
      return num::Format::kFp16;
    case SafeType::kBf16:
      return num::Format::kBf16;
    default:
      return {};
  }
}

class TensorReader {
 public:
  TensorReader(GgufBuilder& builder, const Architecture& architecture, Config& config,
               const SafeTensors& tensors)
      : builder_(builder), architecture_(architecture), config_(config), tensors_(tensors) {}

  Result<void> run() {
    const std::uint64_t heads = architecture_.transposes ? 1 : config_.count("num_attention_heads");
    head_size_ = architecture_.transposes
                     ? 1
                     : config_.count("head_dim", heads == 0 ? 0 : config_.count("hidden_size") / heads);
    if (head_size_ == 0) config_.fail("there are more heads than the hidden size has elements");
    for (const auto& [name, tensor] : tensors_.all()) {
      if (!config_.error() && !is_no_weight(name)) add(name, tensor);
    }
    for (const auto& [name, experts] : experts_) {
      if (!config_.error()) add_experts(name, experts);
    }
    if (config_.error()) return *config_.error();
    return {};
  }

 private:
  void fail(const std::string& name, const std::string& what) {
    config_.fail(fmt::format("{}: tensor '{}' {}", config_.origin(), name.substr(0, 80), what));
  }

  void add(const std::string& full_name, const SafeTensor& tensor) {
    std::string_view name = full_name;
    for (const std::string_view prefix : {"model.", "transformer."}) {
      if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    }
    if (const auto known = kWholeNames.find(name); known != kWholeNames.end()) {
      const bool tied = config_.flag("tie_word_embeddings", architecture_.transposes);
      if (known->second == "output.weight" && tied) return;  // the embedding once more
      return add_tensor(full_name, known->second, tensor);
    }
    const auto part = split_layer(name);
    if (!part)
      return fail(full_name, "is not known in this architecture: the answer would be wrong without it");
    add_layer(full_name, *part, tensor);
  }

  void add_layer(const std::string& full_name, const LayerName& name, const SafeTensor& tensor) {
    const std::string block = fmt::format("blk.{}.", name.layer);
    if (architecture_.merged_experts && add_merged(block, full_name, name, tensor)) return;
    if (add_expert(block, name, tensor)) return;
    std::string module = name.module;
    if (architecture_.post_norms && module == "post_attention_layernorm")
      return add_tensor(full_name, block + "post_attention_norm." + name.kind, tensor);
    if (architecture_.post_norms && module == "pre_feedforward_layernorm")
      return add_tensor(full_name, block + "ffn_norm." + name.kind, tensor);
    if (architecture_.post_norms && module == "post_feedforward_layernorm")
      return add_tensor(full_name, block + "post_ffw_norm." + name.kind, tensor);
    if (architecture_.norm_before_experts && module == "post_attention_layernorm")
      return add_tensor(full_name, block + "post_attention_norm." + name.kind, tensor);
    const auto known = kLayerNames.find(module);
    if (known == kLayerNames.end())
      return fail(full_name, "is not known in this architecture: the answer would be wrong without it");
    add_tensor(full_name, block + known->second + "." + name.kind, tensor);
  }

  /// "mlp.experts.7.up_proj" and the like are gathered; true if that is what it is.
  bool add_expert(const std::string& block, const LayerName& name, const SafeTensor& tensor) {
    for (const std::string_view prefix : {"mlp.experts.", "block_sparse_moe.experts."}) {
      if (!name.module.starts_with(prefix)) continue;
      const std::string rest = name.module.substr(prefix.size());
      const std::size_t dot = rest.find('.');
      if (dot == std::string::npos || dot == 0 || dot > 4 || rest.find_first_not_of("0123456789") != dot)
        return false;
      const auto known = kExpertNames.find(rest.substr(dot + 1));
      if (known == kExpertNames.end() || name.kind != "weight") return false;
      experts_[block + known->second + ".weight"][std::stoul(rest.substr(0, dot))] = &tensor;
      return true;
    }
    return false;
  }

  /// gpt-oss: experts in one tensor, gate and up alternating, blocks and scales apart.
  bool add_merged(const std::string& block, const std::string& full_name, const LayerName& name,
                  const SafeTensor& tensor) {
    if (name.module == "self_attn" && name.kind == "sinks") {
      add_tensor(full_name, block + "attn_sinks.weight", tensor);
      return true;
    }
    if (name.module != "mlp.experts") return false;
    if (name.kind.ends_with("_scales")) return true;  // taken with the blocks
    if (name.kind == "down_proj_bias") {
      builder_.add(block + "ffn_down_exps.bias", tensor.rows(), to_floats(tensor));
    } else if (name.kind == "gate_up_proj_bias") {
      add_alternating_bias(block + "ffn_gate_exps.bias", tensor, 0);
      add_alternating_bias(block + "ffn_up_exps.bias", tensor, 1);
    } else if (name.kind == "down_proj_blocks") {
      add_mxfp4(full_name, block + "ffn_down_exps.weight", tensor, 0, 1);
    } else if (name.kind == "gate_up_proj_blocks") {
      add_mxfp4(full_name, block + "ffn_gate_exps.weight", tensor, 0, 2);
      add_mxfp4(full_name, block + "ffn_up_exps.weight", tensor, 1, 2);
    } else {
      return false;
    }
    return true;
  }

  void add_alternating_bias(const std::string& name, const SafeTensor& tensor, std::uint64_t first) {
    const std::vector<float> all = to_floats(tensor);
    std::vector<float> values;
    for (std::uint64_t i = first; i < all.size(); i += 2) values.push_back(all[i]);
    if (tensor.columns() % 2 != 0) return fail(name, "has gates without their other half");
    builder_.add(name, tensor.rows(), values);
  }

  void add_mxfp4(const std::string& full_name, const std::string& name, const SafeTensor& blocks,
                 std::uint64_t first, std::uint64_t step) {
    const std::string scale_name =
        full_name.substr(0, full_name.size() - std::string("blocks").size()) + "scales";
    const SafeTensor* scales = tensors_.find(scale_name);
    const auto& shape = blocks.shape;
    const bool fits = scales != nullptr && shape.size() == 4 && shape[3] == 16 && shape[1] % step == 0 &&
                      blocks.type == SafeType::kU8 && scales->type == SafeType::kU8 &&
                      scales->shape == std::vector<std::uint64_t>(shape.begin(), shape.end() - 1);
    if (!fits) return fail(full_name, "and its scales are no MXFP4 blocks");
    builder_.add(name, num::Format::kMxFp4, shape[0] * shape[1] / step, shape[2] * num::kBlockElements,
                 mxfp4_rows(blocks, *scales, first, step));
  }

  void add_experts(const std::string& name, const std::map<unsigned long, const SafeTensor*>& experts) {
    std::vector<const SafeTensor*> parts;
    for (const auto& [index, tensor] : experts) {
      const bool fits = index == parts.size() && format_of(tensor->type) && tensor->shape.size() == 2 &&
                        tensor->shape == experts.begin()->second->shape &&
                        tensor->type == experts.begin()->second->type;
      if (!fits) return fail(name, "is not whole: experts are missing, or of different shapes");
      parts.push_back(tensor);
    }
    const SafeTensor& first = *parts.front();
    builder_.add(name, *format_of(first.type), first.rows() * parts.size(), first.columns(), joined(parts));
  }

  void add_tensor(const std::string& full_name, const std::string& name, const SafeTensor& tensor) {
    const auto format = format_of(tensor.type);
    if (!format) return fail(full_name, "has a type that is not supported; supported are F32, F16 and BF16");
    if (tensor.shape.empty() || tensor.shape.size() > 2)
      return fail(full_name, "is neither a matrix nor a vector");
    const bool permuted =
        architecture_.permutes_heads && (name.ends_with("attn_q.weight") || name.ends_with("attn_k.weight") ||
                                         name.ends_with("attn_q.bias") || name.ends_with("attn_k.bias"));
    const std::uint64_t outputs = tensor.shape[0];
    if (permuted && (outputs % head_size_ != 0 || head_size_ % 2 != 0))
      return fail(full_name, "does not fit the size of a head");
    if (is_kept_exact(name, tensor)) return add_floats(name, tensor, permuted);
    if (permuted) {
      builder_.add(name, *format, tensor.rows(), tensor.columns(), permuted_rows(tensor, head_size_));
    } else if (architecture_.transposes && !name.starts_with("token_embd") && !name.starts_with("output.")) {
      builder_.add(name, *format, tensor.columns(), tensor.rows(), transposed(tensor));
    } else {
      builder_.add(name, *format, tensor.rows(), tensor.columns(), tensor.bytes);
    }
  }

  /// What GGUF has in fp32 whatever the folder has: vectors, the router, learned positions.
  static bool is_kept_exact(const std::string& name, const SafeTensor& tensor) {
    return tensor.shape.size() == 1 || name.ends_with("ffn_gate_inp.weight") ||
           name == "position_embd.weight";
  }

  void add_floats(const std::string& name, const SafeTensor& tensor, bool permuted) {
    std::vector<float> values = to_floats(tensor);
    if (architecture_.shifts_norms && name.ends_with("norm.weight")) {
      for (float& value : values) value += 1;
    }
    if (permuted) {
      const std::vector<float> before = values;
      for (std::uint64_t i = 0; i < values.size(); ++i) values[i] = before[permuted_row(i, head_size_)];
    }
    builder_.add(name, tensor.shape.size() == 1 ? 1 : tensor.rows(), values);
  }

  GgufBuilder& builder_;
  const Architecture& architecture_;
  Config& config_;
  const SafeTensors& tensors_;
  std::uint64_t head_size_ = 0;
  std::map<std::string, std::map<unsigned long, const SafeTensor*>> experts_;  ///< by GGUF's name
};

}  // namespace

const Architecture* find_architecture(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kArchitectures), std::end(kArchitectures),
                   [&](const Architecture& architecture) { return name == architecture.name; });
  return found == std::end(kArchitectures) ? nullptr : found;
}

Result<void> add_tensors(GgufBuilder& builder, const Architecture& architecture, Config& config,
                         const SafeTensors& tensors) {
  return TensorReader(builder, architecture, config, tensors).run();
}

}  // namespace areia::sw::hugging_face

namespace areia::sw {

std::string known_hugging_face_architectures() {
  std::string names;
  for (const auto& architecture : hugging_face::kArchitectures) {
    if (!names.empty()) names += ", ";
    names += architecture.name;
  }
  return names;
}

}  // namespace areia::sw
