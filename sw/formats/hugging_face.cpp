// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A folder's files, put together.
#include "sw/formats/hugging_face.h"

#include <fmt/format.h>

#include <set>
#include <system_error>

#include "sw/formats/hugging_face_parts.h"

namespace areia::sw {
namespace fs = std::filesystem;
namespace {

constexpr const char* kIndex = "model.safetensors.index.json";
constexpr const char* kSingle = "model.safetensors";
constexpr std::size_t kMostFiles = 4096;

/// The files that an index names, which must lie in the folder.
Result<std::set<std::string>> indexed_files(const fs::path& index) {
  const auto json = hugging_face::read_json(index);
  if (!json) return json.error();
  const auto map = json->find("weight_map");
  if (map == json->end() || !map->is_object())
    return bad_input(fmt::format("{}: 'weight_map' is missing", index.string()));
  std::set<std::string> files;
  for (const auto& [tensor, file] : map->items()) {
    if (!file.is_string()) return bad_input(fmt::format("{}: 'weight_map' must name files", index.string()));
    const auto name = file.get<std::string>();
    if (fs::path(name).filename() != name || !name.ends_with(".safetensors"))
      return bad_input(fmt::format("{}: '{}' is no file of the folder", index.string(), name.substr(0, 80)));
    files.insert(name);
  }
  if (files.size() > kMostFiles) return bad_input(fmt::format("{}: too many files", index.string()));
  return files;
}

Result<SafeTensors> read_tensors(const fs::path& folder) {
  SafeTensors tensors;
  std::error_code error;
  if (!fs::exists(folder / kIndex, error)) {
    AREIA_RETURN_IF_ERROR(tensors.add(folder / kSingle));
    return tensors;
  }
  const auto files = indexed_files(folder / kIndex);
  if (!files) return files.error();
  for (const std::string& file : *files) AREIA_RETURN_IF_ERROR(tensors.add(folder / file));
  return tensors;
}

Result<const hugging_face::Architecture*> architecture_of(const nlohmann::json& config,
                                                          const std::string& origin) {
  const auto names = config.find("architectures");
  const bool named =
      names != config.end() && names->is_array() && !names->empty() && names->front().is_string();
  if (!named) return bad_input(fmt::format("{}: 'architectures' is missing", origin));
  const auto name = names->front().get<std::string>();
  const auto* architecture = hugging_face::find_architecture(name);
  if (architecture != nullptr) return architecture;
  return bad_input(fmt::format("{}: architecture '{}' is not supported; supported are {}", origin,
                               name.substr(0, 60), known_hugging_face_architectures()));
}

}  // namespace

bool is_hugging_face(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error) || path.extension() == ".safetensors" || path.filename() == kIndex;
}

Result<Gguf> load_hugging_face(const fs::path& path) {
  std::error_code error;
  const fs::path folder = fs::is_directory(path, error) ? path : path.parent_path();
  const fs::path config_path = folder / "config.json";
  if (!fs::exists(config_path, error)) {
    return bad_input(
        fmt::format("{}: there is no config.json: a model's folder has one beside its safetensors; "
                    "or name a GGUF file",
                    folder.string()));
  }
  const auto json = hugging_face::read_json(config_path);
  if (!json) return json.error();
  const auto architecture = architecture_of(*json, config_path.string());
  if (!architecture) return architecture.error();
  if (json->contains("quantization_config") && !(*architecture)->merged_experts) {
    return bad_input(
        fmt::format("{}: weights quantised in this way are not supported: take the GGUF file of the "
                    "model, or the folder with F32, F16 or BF16",
                    config_path.string()));
  }
  const auto tensors = read_tensors(folder);
  if (!tensors) return tensors.error();

  GgufBuilder builder(folder.string(), tensors->files());
  hugging_face::Config config(*json, config_path.string());
  builder.set("general.name", std::string_view(fs::absolute(folder, error).filename().string()));
  AREIA_RETURN_IF_ERROR(hugging_face::add_hyperparameters(builder, **architecture, config));
  AREIA_RETURN_IF_ERROR(hugging_face::add_tensors(builder, **architecture, config, *tensors));
  const char* const names[] = {"model.embed_tokens.weight", "transformer.wte.weight", "wte.weight",
                               "embed_tokens.weight"};
  std::uint64_t rows = 0;
  for (const char* name : names) {
    if (const SafeTensor* table = tensors->find(name)) rows = table->rows();
  }
  AREIA_RETURN_IF_ERROR(hugging_face::add_tokenizer(builder, folder, config, rows));
  return builder.finish();
}

}  // namespace areia::sw
