// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The tensor types that a GGUF file may name: code, name, size of a block, and which of them the chip reads.
// Codes and sizes are those of ggml (ggml.h `enum ggml_type`, ggml-common.h block structs).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "spec/num/format.h"

namespace areia::sw {

struct GgmlType {
  std::uint32_t code;
  std::string_view name;
  std::uint32_t block_elements;       ///< elements of one block; 1 for plain types
  std::uint32_t block_bytes;          ///< bytes of one block
  std::optional<num::Format> format;  ///< the chip's format of the same bits, if it has one
};

/// The row of a type code, or nullptr for a code that ggml does not define (any more).
const GgmlType* find_ggml_type(std::uint32_t code);

/// The row of the type with the same bits as `format`. Every format of the chip that GGUF knows has one;
/// others (fp8, MXFP8) give nullptr.
const GgmlType* find_ggml_type(num::Format format);

/// Names of the types that the chip reads: "F32, F16, ...".
std::string supported_ggml_types();

}  // namespace areia::sw
