// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The parts of the reader of Hugging Face folders, each in its file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sw/formats/gguf_builder.h"
#include "sw/formats/safetensors.h"
#include "sw/graph/tensor_source.h"

namespace areia::sw::hugging_face {

/// How an architecture's tensors differ from GGUF's.
struct Architecture {
  const char* name;                  ///< in config.json
  const char* gguf;                  ///< general.architecture
  bool permutes_heads = false;       ///< GGUF turns neighbours, the folder halves: rows of query and key move
  bool shifts_norms = false;         ///< norms multiply by 1 + weight
  bool transposes = false;           ///< matrices lie [in][out]
  bool post_norms = false;           ///< norms after attention and feed-forward, and one before the latter
  bool merged_experts = false;       ///< experts in one tensor, gate and up alternating
  bool norm_before_experts = false;  ///< post_attention_layernorm keeps its name
};
/// The row of a name of config.json's "architectures", or nullptr.
const Architecture* find_architecture(std::string_view name);

/// A JSON file of bounded size and depth; `path` is in the errors.
Result<nlohmann::json> read_json(const std::filesystem::path& path);

/// A JSON object's members with checks: the first that is wrong is kept as the error.
class Config {
 public:
  Config(const nlohmann::json& json, std::string origin) : json_(json), origin_(std::move(origin)) {}

  bool has(const char* key) const { return find(key) != nullptr; }
  /// Not negative, at most 2^32; a default makes it optional. null counts as missing.
  std::uint64_t count(const char* key, std::optional<std::uint64_t> missing = {});
  double number(const char* key, std::optional<double> missing = {});
  bool flag(const char* key, bool missing);
  std::string text(const char* key, std::optional<std::string> missing = {});
  const nlohmann::json* object(const char* key) const;
  const nlohmann::json* array(const char* key) const;
  void fail(const std::string& what);
  const std::optional<Error>& error() const { return error_; }
  const std::string& origin() const { return origin_; }
  const nlohmann::json& json() const { return json_; }

 private:
  const nlohmann::json* find(const char* key) const;
  const nlohmann::json& json_;
  std::string origin_;
  std::optional<Error> error_;
};

/// Hyperparameters as GGUF's metadata.
Result<void> add_hyperparameters(GgufBuilder& builder, const Architecture& architecture, Config& config);
/// All tensors, under GGUF's names.
Result<void> add_tensors(GgufBuilder& builder, const Architecture& architecture, Config& config,
                         const SafeTensors& tensors);
/// Vocabulary, its rules and the chat template. `rows`: of the embedding, up to which the vocabulary is
/// padded.
Result<void> add_tokenizer(GgufBuilder& builder, const std::filesystem::path& folder, const Config& config,
                           std::uint64_t rows);

// ---- Tensors in GGUF's order (hugging_face_sources.cpp) ----------------------------------------------

/// Rows of a tensor, each made when it is asked for.
class RowSource : public TensorSource {
 public:
  explicit RowSource(std::uint64_t row_bytes) : row_bytes_(row_bytes) {}
  void read(std::uint64_t offset, std::span<std::byte> out) const override;

 protected:
  /// Fills `out`, a whole row.
  virtual void row(std::uint64_t index, std::span<std::byte> out) const = 0;
  std::uint64_t row_bytes_;
};

/// The row of the folder's matrix that becomes row `index` of GGUF's, for heads whose halves RoPE turns there
/// and whose neighbours it turns here.
std::uint64_t permuted_row(std::uint64_t index, std::uint64_t head_size);
std::shared_ptr<TensorSource> permuted_rows(const SafeTensor& tensor, std::uint64_t head_size);
/// Rows of the transpose.
std::shared_ptr<TensorSource> transposed(const SafeTensor& tensor);
/// Tensors one after the other.
std::shared_ptr<TensorSource> joined(const std::vector<const SafeTensor*>& tensors);
/// MXFP4 of [expert][row][block][16] with scales [expert][row][block]: GGUF's blocks, of every `step`th row
/// from `first` on.
std::shared_ptr<TensorSource> mxfp4_rows(const SafeTensor& blocks, const SafeTensor& scales,
                                         std::uint64_t first, std::uint64_t step);

/// All elements as fp32.
std::vector<float> to_floats(const SafeTensor& tensor);

}  // namespace areia::sw::hugging_face
