#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Writes some of the random models (make_models.py) as Hugging Face folders: what a converter undoes is done to
their tensors, so that a folder and its GGUF file are one model.

    make_folders.py FOLDER    writes FOLDER/NAME/ for each name of FOLDERS
"""
import json
import os
import struct
import sys

from gguf_file import GgufFile
from make_models import models

FOLDERS = ["llama-odd-f32", "llama-bias-f32", "llama-bf16", "llama-f16", "llama-rope-linear-f32",
           "llama-rope-yarn-f32", "llama-tied-f32", "mixtral-f32", "gpt2-f32", "gpt2-f16", "qwen2-f32", "qwen3-f32",
           "qwen3-bf16", "qwen3moe-f32", "gemma3-f32", "gemma3-pattern-f32", "gpt-oss-odd-mxfp4"]
SHARDED = {"qwen3-bf16", "mixtral-f32"}
F32, F16, MXFP4, BF16 = 0, 1, 39, 30
DTYPES = {F32: ("F32", 4), F16: ("F16", 2), BF16: ("BF16", 2)}
CLASSES = {"llama": "LlamaForCausalLM", "gpt2": "GPT2LMHeadModel", "qwen2": "Qwen2ForCausalLM",
           "qwen3": "Qwen3ForCausalLM", "qwen3moe": "Qwen3MoeForCausalLM", "gemma3": "Gemma3ForCausalLM",
           "gpt-oss": "GptOssForCausalLM"}
MODEL_TYPES = {"qwen3moe": "qwen3_moe", "gemma3": "gemma3_text", "gpt-oss": "gpt_oss"}  # else GGUF's name
LAYER = {"attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
         "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm",
         "attn_k_norm": "self_attn.k_norm", "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj",
         "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj", "post_attention_norm": "post_attention_layernorm"}
GEMMA = LAYER | {"ffn_norm": "pre_feedforward_layernorm", "post_ffw_norm": "post_feedforward_layernorm"}
GPT2 = {"attn_norm": "ln_1", "attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj", "ffn_norm": "ln_2",
        "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj"}
WHOLE = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight",
         "output.weight": "lm_head.weight"}
GPT2_WHOLE = {"token_embd.weight": "transformer.wte.weight", "position_embd.weight": "transformer.wpe.weight",
              "output_norm.weight": "transformer.ln_f.weight", "output_norm.bias": "transformer.ln_f.bias",
              "output.weight": "lm_head.weight"}
EXPERTS = {"ffn_gate_exps": ("w1", "gate_proj"), "ffn_down_exps": ("w2", "down_proj"),
           "ffn_up_exps": ("w3", "up_proj")}


def rows_of(data, rows):
    size = len(data) // rows
    return [data[i * size:(i + 1) * size] for i in range(rows)]


def unpermuted(data, rows, head_size):
    """Rows in the order in which halves of a head turn together."""
    parts = rows_of(data, rows)
    order = [row - row % head_size + row % head_size % (head_size // 2) * 2 + row % head_size // (head_size // 2)
             for row in range(rows)]
    return b"".join(parts[i] for i in order)


def transposed(data, rows, element):
    columns = len(data) // rows // element
    return b"".join(data[(row * columns + column) * element:][:element]
                    for column in range(columns) for row in range(rows))


def shifted(data, by):
    values = struct.unpack(f"<{len(data) // 4}f", data)
    return struct.pack(f"<{len(values)}f", *(value + by for value in values))


def split_blocks(data):
    """GGUF's MXFP4 blocks as (bytes of neighbouring pairs, scales)."""
    blocks, scales = bytearray(), bytearray()
    for at in range(0, len(data), 17):
        scales.append(data[at])
        packed = data[at + 1:at + 17]
        elements = [byte & 15 for byte in packed] + [byte >> 4 for byte in packed]
        blocks += bytes(elements[i] | elements[i + 1] << 4 for i in range(0, 32, 2))
    return bytes(blocks), bytes(scales)


def alternating(first, second, rows):
    pairs = zip(rows_of(first, rows), rows_of(second, rows))
    return b"".join(part for pair in pairs for part in pair)


def build(name):
    function, sizes = models()[name]
    file = GgufFile()
    file.metadata["general.name"] = name
    function(file, **sizes)
    return file


class Folder:
    """One model's tensors under the names of the transformers library."""

    def __init__(self, file):
        self.metadata = file.metadata
        self.architecture = file.metadata["general.architecture"]
        self.given = {name: (shape, kind, data) for name, shape, kind, data in file.tensors}
        self.tensors = {}  # name: (dtype, shape, bytes)
        for name, (shape, kind, data) in self.given.items():
            self.add(name, shape, kind, data)

    def get(self, key, default=None):
        return self.metadata.get(f"{self.architecture}.{key}", default)

    def head_size(self):
        return self.get("attention.key_length", self.get("embedding_length") // self.get("attention.head_count"))

    def put(self, name, shape, kind, data):
        self.tensors[name] = (DTYPES[kind][0], list(shape), data)

    def add(self, name, shape, kind, data):
        whole = GPT2_WHOLE if self.architecture == "gpt2" else WHOLE
        if name in whole:
            if self.architecture == "gemma3" and name == "output_norm.weight":
                data = shifted(data, -1)
            return self.put(whole[name], shape, kind, data)
        _, layer, part, suffix = name.split(".")
        if self.architecture == "gpt2":
            if suffix == "weight" and len(shape) == 2:
                shape, data = shape[::-1], transposed(data, shape[0], DTYPES[kind][1])
            return self.put(f"transformer.h.{layer}.{GPT2[part]}.{suffix}", shape, kind, data)
        prefix = f"model.layers.{layer}."
        if self.architecture == "gpt-oss" and self.add_merged(prefix, layer, part, suffix, shape, kind, data):
            return None
        if part == "ffn_gate_inp":
            module = {"llama": "block_sparse_moe.gate", "gpt-oss": "mlp.router"}.get(self.architecture, "mlp.gate")
            return self.put(f"{prefix}{module}.{suffix}", shape, kind, data)
        if part in EXPERTS:
            return self.add_experts(prefix, part, shape, kind, data)
        if self.architecture == "llama" and part in ("attn_q", "attn_k"):
            data = unpermuted(data, shape[0], self.head_size())
        names = GEMMA if self.architecture == "gemma3" else LAYER
        if self.architecture == "gemma3" and part.endswith("norm"):
            data = shifted(data, -1)
        return self.put(f"{prefix}{names[part]}.{suffix}", shape, kind, data)

    def add_experts(self, prefix, part, shape, kind, data):
        mixtral = self.architecture == "llama"
        for expert, matrix in enumerate(rows_of(data, shape[0])):
            module = f"block_sparse_moe.experts.{expert}." if mixtral else f"mlp.experts.{expert}."
            self.put(f"{prefix}{module}{EXPERTS[part][0 if mixtral else 1]}.weight", shape[1:], kind, matrix)

    def add_merged(self, prefix, layer, part, suffix, shape, kind, data):
        module = f"{prefix}mlp.experts."
        if part == "attn_sinks":
            self.put(f"{prefix}self_attn.sinks", shape, kind, data)
        elif part == "ffn_up_exps":
            pass  # taken with the gates
        elif part == "ffn_down_exps" and suffix == "bias":
            self.put(f"{module}down_proj_bias", shape, kind, data)
        elif part == "ffn_down_exps":
            self.put_blocks(f"{module}down_proj", shape, data)
        elif part == "ffn_gate_exps":
            up = self.given[f"blk.{layer}.ffn_up_exps.{suffix}"][2]
            merged = alternating(data, up, shape[0] * shape[1])
            merged_shape = [shape[0], 2 * shape[1], *shape[2:]]
            if suffix == "bias":
                self.put(f"{module}gate_up_proj_bias", merged_shape, kind, merged)
            else:
                self.put_blocks(f"{module}gate_up_proj", merged_shape, merged)
        else:
            return False
        return True

    def put_blocks(self, name, shape, data):
        blocks, scales = split_blocks(data)
        self.tensors[name + "_blocks"] = ("U8", [*shape[:2], shape[2] // 32, 16], blocks)
        self.tensors[name + "_scales"] = ("U8", [*shape[:2], shape[2] // 32], scales)

    def model_type(self):
        if self.architecture == "llama" and self.get("expert_count"):
            return "mixtral"
        return MODEL_TYPES.get(self.architecture, self.architecture)

    def config(self):
        class_name = CLASSES[self.architecture]
        tied = "output.weight" not in self.given
        if self.architecture == "gpt2":
            return {"architectures": [class_name], "n_embd": self.get("embedding_length"),
                    "n_positions": self.get("context_length"), "n_layer": self.get("block_count"),
                    "n_head": self.get("attention.head_count"), "n_inner": self.get("feed_forward_length"),
                    "layer_norm_epsilon": float(self.get("attention.layer_norm_epsilon")),
                    "tie_word_embeddings": tied}
        config = {"architectures": [class_name], "hidden_size": self.get("embedding_length"),
                  "max_position_embeddings": self.get("context_length"),
                  "num_hidden_layers": self.get("block_count"), "head_dim": self.head_size(),
                  "num_attention_heads": self.get("attention.head_count"),
                  "num_key_value_heads": self.get("attention.head_count_kv"),
                  "intermediate_size": self.get("feed_forward_length"),
                  "rms_norm_eps": float(self.get("attention.layer_norm_rms_epsilon")),
                  "rope_theta": float(self.get("rope.freq_base", 10000.0)), "tie_word_embeddings": tied}
        if self.get("expert_count"):
            key = "num_experts" if self.architecture == "qwen3moe" else "num_local_experts"
            config |= {key: self.get("expert_count"), "num_experts_per_tok": self.get("expert_used_count")}
        if self.get("expert_feed_forward_length"):
            config["moe_intermediate_size"] = self.get("expert_feed_forward_length")
        if self.get("attention.sliding_window"):
            config["sliding_window"] = self.get("attention.sliding_window")
        pattern = self.get("attention.sliding_window_pattern")
        if isinstance(pattern, list | tuple):
            config["layer_types"] = ["sliding_attention" if windowed else "full_attention" for windowed in pattern]
        if self.get("rope.freq_base_swa"):
            config["rope_local_base_freq"] = float(self.get("rope.freq_base_swa"))
        if self.get("rope.scaling.type"):
            config["rope_scaling"] = {"rope_type": self.get("rope.scaling.type"),
                                      "factor": float(self.get("rope.scaling.factor"))}
            if self.get("rope.scaling.original_context_length"):
                original = self.get("rope.scaling.original_context_length")
                config["rope_scaling"]["original_max_position_embeddings"] = original
        return config

    def tokenizer(self):
        texts, kinds = self.metadata["tokenizer.ggml.tokens"], self.metadata["tokenizer.ggml.token_type"]
        pieces = self.metadata["tokenizer.ggml.model"] == "llama"
        control = [{"id": i, "content": text, "special": True} for i, text in enumerate(texts) if kinds[i] in (2, 3)]
        added = {token["content"] for token in control}
        model = {"type": "BPE", "vocab": {text: i for i, text in enumerate(texts) if text not in added or pieces},
                 "merges": [merge.split(" ") for merge in self.metadata.get("tokenizer.ggml.merges", [])]}
        if pieces:
            model |= {"unk_token": "<unk>", "byte_fallback": True,
                      "merges": [[text[0], text[1:]] for text in texts[259:] if len(text) > 1]}
            normalizer = {"type": "Sequence", "normalizers": [
                {"type": "Prepend", "prepend": "\u2581"},
                {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}
            return {"added_tokens": control, "normalizer": normalizer, "pre_tokenizer": None, "model": model,
                    "post_processor": {"type": "TemplateProcessing", "single": [
                        {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]}}
        return {"added_tokens": control, "normalizer": None, "model": model,
                "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True},
                "decoder": {"type": "ByteLevel"}}

    def settings(self):
        texts = self.metadata["tokenizer.ggml.tokens"]
        return {f"{role}_token": texts[self.metadata[f"tokenizer.ggml.{role}_token_id"]] for role in ("bos", "eos")}

    def write(self, path, sharded):
        os.makedirs(path, exist_ok=True)
        names = list(self.tensors)
        shards = [names[::2], names[1::2]] if sharded else [names]
        files = ["model.safetensors"] if not sharded else [f"model-{i + 1:05}-of-00002.safetensors" for i in range(2)]
        for file, shard in zip(files, shards):
            write_safetensors(os.path.join(path, file), {name: self.tensors[name] for name in shard})
        kind = {"model_type": self.model_type(), "vocab_size": len(self.metadata["tokenizer.ggml.tokens"])}
        documents = {"config.json": kind | self.config(), "tokenizer.json": self.tokenizer(),
                     "tokenizer_config.json": self.settings()}
        if sharded:
            documents["model.safetensors.index.json"] = {
                "weight_map": {name: file for file, shard in zip(files, shards) for name in shard}}
        for name, document in documents.items():
            with open(os.path.join(path, name), "w", encoding="utf-8") as file:
                json.dump(document, file)


def write_safetensors(path, tensors):
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, _, data in tensors.values():
            file.write(data)


def main():
    for name in FOLDERS:
        Folder(build(name)).write(os.path.join(sys.argv[1], name), name in SHARDED)
    with open(os.path.join(sys.argv[1], "names"), "w", encoding="utf-8") as file:
        file.write("".join(name + "\n" for name in FOLDERS))


if __name__ == "__main__":
    main()
