#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Writes a GGUF of the Llama architecture with random weights, and the shape of SmolLM2-135M or another.

For speed only: what it answers is noise. Every tensor is cut from one pool of random rows, so that the file is
written in seconds; the same arguments give the same bytes. Standard library only.

    bench/make_llama_shape.py OUT.gguf [--type F32|BF16|Q8_0] [--shape smollm2|llama110m|llama8b] [--layers N] [--seed S]
"""

import argparse
import array
import pathlib
import random
import struct
import sys

# SmolLM2-135M (its config.json): 30 layers, width 576, 9 heads, 3 of them for keys, FFN 1536, 49152 tokens.
# llama110m: 110 million parameters (llama2.c's 110M: 12 layers, width 768, 12 heads, FFN 2048, 32000 tokens).
# llama8b: two of the 32 layers of Llama 3 8B (its config.json), with a small vocabulary.
SHAPES = {
    "smollm2": {"layers": 30, "width": 576, "heads": 9, "kv_heads": 3, "feed_forward": 1536, "vocabulary": 49152},
    "llama110m": {"layers": 12, "width": 768, "heads": 12, "kv_heads": 12, "feed_forward": 2048, "vocabulary": 32000},
    "llama8b": {"layers": 2, "width": 4096, "heads": 32, "kv_heads": 8, "feed_forward": 14336, "vocabulary": 4096},
}
CONTEXT = 2048
ALIGNMENT = 32
UINT32, FLOAT32, BOOL, STRING, ARRAY = 4, 6, 7, 8, 9
INT32 = 5
TYPES = {"F32": 0, "Q8_0": 8, "BF16": 30}
POOL_UNITS = {"F32": 1 << 18, "Q8_0": 1 << 15, "BF16": 1 << 18}  # elements, or blocks of them


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def vocabulary(size: int) -> tuple[list[str], list[float], list[int]]:
    """Control tokens, bytes, characters, then words that merge nothing: enough for SentencePiece loaders."""
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    kinds = [2, 3, 3] + [6] * 256
    tokens += ["\u2581"] + [chr(code) for code in range(33, 127)]
    tokens += [f"\u2581w{index:06}" for index in range(size - len(tokens))]
    kinds += [1] * (size - len(kinds))
    return tokens, [0.0] * 259 + [-float(index) for index in range(size - 259)], kinds


def metadata(shape: dict) -> list[bytes]:
    tokens, scores, kinds = vocabulary(shape["vocabulary"])
    number = lambda key, value: entry(key, UINT32, struct.pack("<I", value))
    listed = lambda key, kind, data, count: entry(key, ARRAY, struct.pack("<IQ", kind, count) + data)
    return [
        entry("general.architecture", STRING, text("llama")),
        entry("general.name", STRING, text("random weights, SmolLM2-135M shape")),
        number("llama.context_length", CONTEXT),
        number("llama.embedding_length", shape["width"]),
        number("llama.block_count", shape["layers"]),
        number("llama.feed_forward_length", shape["feed_forward"]),
        number("llama.attention.head_count", shape["heads"]),
        number("llama.attention.head_count_kv", shape["kv_heads"]),
        number("llama.rope.dimension_count", shape["width"] // shape["heads"]),
        entry("llama.rope.freq_base", FLOAT32, struct.pack("<f", 10000.0)),
        entry("llama.attention.layer_norm_rms_epsilon", FLOAT32, struct.pack("<f", 1e-5)),
        number("llama.vocab_size", shape["vocabulary"]),
        entry("tokenizer.ggml.model", STRING, text("llama")),
        listed("tokenizer.ggml.tokens", STRING, b"".join(map(text, tokens)), len(tokens)),
        listed("tokenizer.ggml.scores", FLOAT32, array.array("f", scores).tobytes(), len(scores)),
        listed("tokenizer.ggml.token_type", INT32, array.array("i", kinds).tobytes(), len(kinds)),
        number("tokenizer.ggml.bos_token_id", 1),
        number("tokenizer.ggml.eos_token_id", 2),
        number("tokenizer.ggml.unknown_token_id", 0),
        entry("tokenizer.ggml.add_bos_token", BOOL, b"\1"),
    ]


def tensors(shape: dict) -> list[tuple[str, int, int]]:
    """(name, rows, columns); rows = 0 for a vector."""
    width, feed_forward = shape["width"], shape["feed_forward"]
    kv_width = width // shape["heads"] * shape["kv_heads"]
    listed = [("token_embd.weight", shape["vocabulary"], width)]
    for layer in range(shape["layers"]):
        for part, rows, columns in [
                ("attn_norm", 0, width), ("attn_q", width, width), ("attn_k", kv_width, width),
                ("attn_v", kv_width, width), ("attn_output", width, width), ("ffn_norm", 0, width),
                ("ffn_gate", feed_forward, width), ("ffn_up", feed_forward, width), ("ffn_down", width, feed_forward)]:
            listed.append((f"blk.{layer}.{part}.weight", rows, columns))
    return listed + [("output_norm.weight", 0, width)]


def float_pool(source: random.Random, count: int) -> bytes:
    return array.array("f", [source.uniform(-0.07, 0.07) for _ in range(count)]).tobytes()


def bfloat_pool(source: random.Random, count: int) -> bytes:
    return b"".join(struct.pack("<f", source.uniform(-0.07, 0.07))[2:] for _ in range(count))


def block_pool(source: random.Random, count: int) -> bytes:
    scale = struct.pack("<e", 0.07 / 127)
    return b"".join(scale + source.randbytes(32) for _ in range(count))


def row_bytes(kind: str, columns: int) -> int:
    return {"F32": columns * 4, "BF16": columns * 2, "Q8_0": columns // 32 * 34}[kind]


def write(path: pathlib.Path, kind: str, shape: dict, seed: int) -> None:
    source = random.Random(seed)
    pool = {"F32": float_pool, "BF16": bfloat_pool, "Q8_0": block_pool}[kind](source, POOL_UNITS[kind])
    ones = array.array("f", [1.0] * max(shape["width"], shape["feed_forward"])).tobytes()
    entries, table, pieces, offset = metadata(shape), b"", [], 0
    for name, rows, columns in tensors(shape):
        size = columns * 4 if rows == 0 else row_bytes(kind, columns)
        size *= max(rows, 1)
        dimensions = [columns] if rows == 0 else [columns, rows]
        code = 0 if rows == 0 else TYPES[kind]
        table += text(name) + struct.pack(f"<I{len(dimensions)}QIQ", len(dimensions), *dimensions, code, offset)
        pieces.append((rows, size))
        offset += (size + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT
    head = struct.pack("<IIQQ", 0x46554747, 3, len(pieces), len(entries)) + b"".join(entries) + table
    with path.open("wb") as file:
        file.write(head + bytes(-len(head) % ALIGNMENT))
        for rows, size in pieces:
            data = ones if rows == 0 else pool * (size // len(pool) + 1)
            file.write(data[:size] + bytes(-size % ALIGNMENT))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--type", choices=sorted(TYPES), default="F32")
    parser.add_argument("--shape", choices=sorted(SHAPES), default="smollm2")
    parser.add_argument("--layers", type=int, help="instead of the shape's own number")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    shape = dict(SHAPES[arguments.shape])
    shape["layers"] = arguments.layers or shape["layers"]
    write(arguments.out, arguments.type, shape, arguments.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
