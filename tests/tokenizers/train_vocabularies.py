#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
#
# Trains the small vocabularies that tokenizers are tested with, on the test strings themselves, and writes
# vocabularies.json beside itself. Run by hand, with the PyPI package sentencepiece.
# The byte-level merges cross words, lines and kinds of characters on purpose: a text that is cut at one place
# too few, or too many, gets other tokens.
import base64
import collections
import io
import json
import pathlib
import struct

import sentencepiece

import make_strings

MERGES, MAX_TOKEN_BYTES = 2000, 12
# What SentencePiece's table replaces, in code points: compatibility forms, spaces, deletions.
REPLACED = {"\uff11": "1", "\uff12": "2", "\uff01": "!", "\ufb01": "fi", "\xbd": "1/2", "\u2167": "VIII", "\u3000": " ",
            "\t": " ", "\n": " ", "\r": "", "\xad": "", "\u200b": "", "\xa0": " ", "\u2026": "...", "e\u0301": "\xe9",
            "o\u0308": "\xf6", "\xb2": "2", "\xaa": "a", "\u00df": "ss", "\u2460": "1", "\u304b\u3099": "\u304c"}


def texts():
    result = []
    for data in make_strings.strings():
        try:
            result.append(data.decode())
        except UnicodeDecodeError:
            pass
    return result


def train_merges():
    words = [[bytes([b]) for b in text.encode()] for text in texts()]
    merges = []
    while len(merges) < MERGES:
        counts = collections.Counter(
            pair for word in words for pair in zip(word, word[1:]) if len(pair[0] + pair[1]) <= MAX_TOKEN_BYTES)
        best = max(counts, key=lambda pair: (counts[pair], pair))
        merges.append(best)
        joined = best[0] + best[1]
        for word in words:
            at = 0
            while at + 1 < len(word):
                if word[at] == best[0] and word[at + 1] == best[1]:
                    word[at:at + 2] = [joined]
                at += 1
    return [[part.hex() for part in merge] for merge in merges]


def train_pieces(kind, count, **options):
    model = io.BytesIO()
    lines = [line for text in make_strings.SENTENCES * 3 + make_strings.CODE for line in text.split("\n")]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=model, model_type=kind, vocab_size=count, num_threads=1,
        character_coverage=0.98, hard_vocab_limit=False, minloglevel=2, **options)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    pieces = [[processor.id_to_piece(i), processor.get_score(i)] for i in range(processor.get_piece_size())
              if not processor.is_control(i) and not processor.is_unknown(i) and not processor.is_byte(i)]
    return pieces, model.getvalue()


def character_map(model):
    """The field precompiled_charsmap (2) of normalizer_spec (3) in a serialised ModelProto."""
    def fields(data):
        at = 0
        while at < len(data):
            def varint():
                nonlocal at
                value = shift = 0
                while True:
                    byte = data[at]
                    at += 1
                    value |= (byte & 127) << shift
                    shift += 7
                    if byte < 128:
                        return value
            tag = varint()
            if tag & 7 == 2:
                size = varint()
                yield tag >> 3, data[at:at + size]
                at += size
            elif tag & 7 == 5:
                at += 4
            else:
                varint()
    normalizer = next(data for number, data in fields(model) if number == 3)
    return next(data for number, data in fields(normalizer) if number == 2)


def main():
    table = pathlib.Path("/tmp/areia_replaced.tsv")
    table.write_text("".join(
        f"{' '.join(f'{ord(c):X}' for c in a)}\t{' '.join(f'{ord(c):X}' for c in b)}\n" for a, b in REPLACED.items()))
    bpe, _ = train_pieces("bpe", 1500, byte_fallback=True, normalization_rule_name="identity",
                          remove_extra_whitespaces=False)
    unigram, model = train_pieces("unigram", 1500, normalization_rule_tsv=str(table))
    charsmap = character_map(model)
    print(len(bpe), len(unigram), len(charsmap), struct.unpack("<I", charsmap[:4]))
    result = {"merges": train_merges(), "sentence_piece": bpe, "unigram": unigram,
              "character_map": base64.b64encode(charsmap).decode()}
    path = pathlib.Path(__file__).with_name("vocabularies.json")
    path.write_text(json.dumps(result, ensure_ascii=True, separators=(",", ":")).replace("],[", "],\n[") + "\n")


if __name__ == "__main__":
    main()
