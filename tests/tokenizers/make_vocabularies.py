#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
#
# Writes GGUF files that hold nothing but a small vocabulary, one for each family of tokenizers, from
# vocabularies.json.
#   make_vocabularies.py FOLDER
import base64
import json
import pathlib
import struct
import sys

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)

# tokenizer.ggml.pre: one name for each set of patterns and rules.
PRE_TOKENIZERS = """gpt-2 smollm llama-bpe dbrx glm4 qwen2 qwen35 gpt-4o tekken granite-embed-multi-97m tiny_aya youtu
falcon deepseek-llm deepseek-coder deepseek-v3 spark2_5 bloom viking chameleon kimi-k2 superbpe bailingmoe seed-coder
ufakzeka afmoe laguna exaone-moe minicpm5 jais-2 default""".split()

# Words that are tokens but that no merges lead to.
WHOLE = ["hello", " hello", "iPhone", " THE", "World", " 12", "123", "\n\n\n", "  ", "   ", " слово", "世界", "'ll", " ..."]
BYTE_LEVEL_SPECIALS = [("<|endoftext|>", CONTROL), ("<|im_start|>", CONTROL), ("<|im_end|>", CONTROL), ("<unk>", UNKNOWN),
                       ("<mask>", CONTROL), ("[own]", USER_DEFINED), ("<think>", USER_DEFINED), ("ab|", USER_DEFINED),
                       ("ab|c", USER_DEFINED), ("<|eot_id|>", USER_DEFINED), ("<reponame>", NORMAL),
                       ("<fim_prefix>", NORMAL), ("<PRE>", NORMAL), ("<unused7>", UNUSED), ("[MASK]", CONTROL)]
HARMONY = [(name, CONTROL) for name in ("<|start|>", "<|channel|>", "<|message|>", "<|end|>", "<|return|>", "<|call|>",
                                        "<|constrain|>")]
SENTENCE_PIECE_SPECIALS = [("[own]", USER_DEFINED), ("<start_of_turn>", CONTROL), ("<end_of_turn>", CONTROL), ("\n\n", USER_DEFINED),
                           ("\u2581\u2581\u2581", USER_DEFINED), ("<|endoftext|>", CONTROL), ("<mask>", NORMAL)]
UNIGRAM_SPECIALS = [("[own]", USER_DEFINED), ("\u0e01\u0e49\u0e01", USER_DEFINED), ("<extra_id_0>", CONTROL), ("<unused7>", UNUSED)]


def gguf(values):
    """A GGUF v3 file without tensors (layout: github.com/ggml-org/ggml, docs/gguf.md)."""
    def text(value):
        data = value.encode("utf-8", "surrogatepass")
        return struct.pack("<Q", len(data)) + data

    def typed(value):
        if isinstance(value, bool):
            return 7, struct.pack("<?", value)
        if isinstance(value, int):
            return 4, struct.pack("<I", value)
        if isinstance(value, str):
            return 8, text(value)
        if isinstance(value, bytes):
            return 9, struct.pack("<IQ", 0, len(value)) + value
        if isinstance(value[0], str):
            return 9, struct.pack("<IQ", 8, len(value)) + b"".join(map(text, value))
        code, letter = (6, "f") if isinstance(value[0], float) else (5, "i")
        return 9, struct.pack(f"<IQ{len(value)}{letter}", code, len(value), *value)

    data = b"GGUF" + struct.pack("<IQQ", 3, 0, len(values))
    for key, value in values.items():
        code, coded = typed(value)
        data += text(key) + struct.pack("<I", code) + coded
    return data + bytes(-len(data) % 32)


def vocabulary(model, pieces, **more):
    """`pieces`: text, score, type."""
    values = {"general.architecture": "llama", "tokenizer.ggml.model": model,
              "tokenizer.ggml.tokens": [p[0] for p in pieces],
              "tokenizer.ggml.scores": [float(p[1]) for p in pieces],
              "tokenizer.ggml.token_type": [p[2] for p in pieces]}
    for key, value in more.items():
        values[key.replace("__", ".") if "__" in key else "tokenizer.ggml." + key] = value
    return gguf(values)


def byte_characters():
    printing = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in printing]
    return {**{b: chr(b) for b in printing}, **{b: chr(256 + i) for i, b in enumerate(others)}}


def unique(pieces):
    seen = {}
    for piece in pieces:
        seen.setdefault(piece[0], piece)
    return list(seen.values())


def byte_level(source, pre, specials, drop=(), **more):
    characters = byte_characters()

    def level(data):
        return "".join(characters[b] for b in data)

    merges = [(level(bytes.fromhex(a)), level(bytes.fromhex(b))) for a, b in source["merges"]]
    texts = [*characters.values(), *(a + b for a, b in merges), *(level(w.encode()) for w in WHOLE)]
    pieces = unique([(text, 0, NORMAL) for text in texts if text not in drop] + [(t, 0, kind) for t, kind in specials])
    ids = {piece[0]: i for i, piece in enumerate(pieces)}
    more.setdefault("eos_token_id", ids["<|endoftext|>"])
    return vocabulary("gpt2", pieces, pre=pre, merges=[f"{a} {b}" for a, b in merges], **more)


def byte_pieces():
    return [(f"<0x{b:02X}>", 0, BYTE) for b in range(256)]


def sentence_piece(source, **more):
    pieces = [("<unk>", 0, UNKNOWN), ("<s>", 0, CONTROL), ("</s>", 0, CONTROL), *byte_pieces()]
    pieces += [(text, score, NORMAL) for text, score in source["sentence_piece"]]
    pieces += [(text, 0, kind) for text, kind in SENTENCE_PIECE_SPECIALS]
    return vocabulary("llama", unique(pieces), **more)


def gemma4(source):
    """SentencePiece's pieces by merges: each piece of two others, in the order of scores."""
    trained = [text for text, _ in source["sentence_piece"]]
    known = set(trained)
    merges = [f"{text[:i]} {text[i:]}" for text in trained for i in range(1, len(text))
              if {text[:i], text[i:]} <= known and "\n" not in text]
    pieces = [("<pad>", 0, CONTROL), ("<eos>", 0, CONTROL), ("<bos>", 0, CONTROL), ("<unk>", 0, UNKNOWN), *byte_pieces()]
    pieces += [(text, 0, NORMAL) for text in ["\n", "\n\n", "\n\n\n", *trained]]
    pieces += [("<turn|>", 0, CONTROL), ("</s>", 0, NORMAL), ("<|tool_response>", 0, CONTROL), ("[own]", 0, USER_DEFINED)]
    return vocabulary("gemma4", unique(pieces), merges=merges, bos_token_id=2, eos_token_id=1, unknown_token_id=3)


def unigram(source, **more):
    pieces = [("<pad>", 0, CONTROL), ("</s>", 0, CONTROL), ("<unk>", 0, UNKNOWN)]
    pieces += [(text, score, NORMAL) for text, score in source["unigram"]]
    pieces += [(text, 0, kind) for text, kind in UNIGRAM_SPECIALS]
    return vocabulary("t5", unique(pieces), **more)


def families():
    source = json.loads(pathlib.Path(__file__).with_name("vocabularies.json").read_text())
    charsmap = base64.b64decode(source["character_map"])
    made = {name: byte_level(source, name, BYTE_LEVEL_SPECIALS) for name in PRE_TOKENIZERS}
    made["gpt-oss"] = byte_level(source, "gpt-4o", BYTE_LEVEL_SPECIALS + HARMONY, add_bos_token=False)
    made["jina-v2-es"] = byte_level(source, "jina-v2-es", BYTE_LEVEL_SPECIALS, add_bos_token=True, bos_token_id=3)
    made["holes"] = byte_level(source, "gpt-2", BYTE_LEVEL_SPECIALS, drop={"Ġ", "e", "Ã"}, add_eos_token=True)
    made["gemma4"] = gemma4(source)
    made["sentence-piece"] = sentence_piece(source)
    made["sentence-piece-bare"] = sentence_piece(source, add_space_prefix=False, add_bos_token=False, add_eos_token=True)
    made["phi-3"] = sentence_piece(source, general__name="Phi-3 mini")
    made["unigram"] = unigram(source, add_space_prefix=True, remove_extra_whitespaces=True, precompiled_charsmap=charsmap)
    made["unigram-spaces"] = unigram(source, add_space_prefix=True, precompiled_charsmap=charsmap, add_eos_token=False)
    made["unigram-bare"] = unigram(source)
    return made


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in families().items():
        (folder / f"{name}.gguf").write_bytes(data)


if __name__ == "__main__":
    main()
