# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Vocabularies of about 300 tokens for the random models: pieces of SentencePiece, or bytes with merges."""
from gguf_file import F, I

NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6


def _add(file, model, texts, kinds, begin, end):
    file.metadata |= {
        "tokenizer.ggml.model": model,
        "tokenizer.ggml.tokens": texts,
        "tokenizer.ggml.token_type": [I(kind) for kind in kinds],
        "tokenizer.ggml.bos_token_id": begin,
        "tokenizer.ggml.eos_token_id": end,
    }


def add_piece_vocabulary(file):
    """SentencePiece: control tokens, bytes, letters and some pairs. Returns how many tokens."""
    pieces = ["\u2581"] + [chr(ord("a") + i) for i in range(26)] + ["th", "he", "in", "er", "\u2581a"]
    texts = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)] + pieces
    _add(file, "llama", texts, [UNKNOWN, CONTROL, CONTROL] + [BYTE] * 256 + [NORMAL] * len(pieces), 1, 2)
    file.metadata["tokenizer.ggml.scores"] = [F(0)] * 259 + [F(-i) for i in range(len(pieces))]
    return len(texts)


def _byte_letters():
    """GPT-2's printable character for each byte."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(256, 512))
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]


def add_byte_vocabulary(file, pre):
    """Bytes, a few merges and one control token; `pre` names the pre-tokenizer. Returns how many tokens."""
    letters = _byte_letters()
    space = letters[ord(" ")]
    merges = [(space, "t"), ("h", "e"), (space + "t", "he"), ("i", "n"), ("e", "r"), (space, "a"), ("o", "u")]
    texts = letters + [left + right for left, right in merges] + ["<|endoftext|>"]
    end = len(texts) - 1
    _add(file, "gpt2", texts, [NORMAL] * end + [CONTROL], end, end)
    file.metadata["tokenizer.ggml.pre"] = pre
    file.metadata["tokenizer.ggml.merges"] = [f"{left} {right}" for left, right in merges]
    file.metadata["tokenizer.ggml.add_bos_token"] = False
    return len(texts)
