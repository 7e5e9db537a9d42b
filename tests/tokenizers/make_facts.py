#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
#
# Writes what llama.cpp says of the test strings: facts/NAME.txt for each vocabulary. The first line of a file
# has the tokens that end an answer; then, for each string, an FNV-1a hash (32 bits, hexadecimal) of its tokens,
# with special tokens in it as plain text, then taken as such (tokens little-endian, ~0 between).
#   make_facts.py LIBRARIES MODELS    LIBRARIES: a folder with libllama, as the npm package
#                                     @node-llama-cpp/linux-x64 3.22.1 has it (llama.cpp v0.5.0), that loads
#                                     its libraries from there (LD_LIBRARY_PATH);
#                                     MODELS: a folder with real models (REAL below), or -
#   make_facts.py LIBRARIES GGUF -    prints the tokens of the lines of standard input
# The library, not node, since JavaScript's strings cannot hold text that is no UTF-8.
import ctypes
import pathlib
import sys
import tempfile

import make_strings
import make_vocabularies

REAL = {"smollm2": "smollm2-135m-instruct-q4_1.gguf", "gemma-3": "gemma-3-270m-q4_k_m.gguf"}


class ModelParams(ctypes.Structure):
    """llama_model_params (llama.h)."""
    _fields_ = [("devices", ctypes.c_void_p), ("overrides", ctypes.c_void_p), ("n_gpu_layers", ctypes.c_int32),
                ("split_mode", ctypes.c_int), ("load_mode", ctypes.c_int), ("lazy_mode", ctypes.c_int),
                ("main_gpu", ctypes.c_int32), ("tensor_split", ctypes.c_void_p), ("progress", ctypes.c_void_p),
                ("progress_data", ctypes.c_void_p), ("kv_overrides", ctypes.c_void_p),
                *((name, ctypes.c_bool) for name in ("vocab_only", "check_tensors", "use_extra_bufts", "no_host",
                                                     "no_alloc", "load_mtp"))]


LOG = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
SILENT = LOG(lambda level, text, data: None)


class Llama:
    def __init__(self, folder):
        found = sorted(pathlib.Path(folder).glob("libllama.*so*"))
        self.library = ctypes.CDLL(str(found[0]))
        self.library.llama_model_default_params.restype = ModelParams
        self.library.llama_model_load_from_file.argtypes = [ctypes.c_char_p, ModelParams]
        self.library.llama_model_load_from_file.restype = ctypes.c_void_p
        self.library.llama_model_get_vocab.argtypes = [ctypes.c_void_p]
        self.library.llama_model_get_vocab.restype = ctypes.c_void_p
        self.library.llama_log_set(SILENT, None)
        self.library.llama_backend_init()

    def vocabulary(self, path):
        params = self.library.llama_model_default_params()
        params.vocab_only = True
        model = self.library.llama_model_load_from_file(str(path).encode(), params)
        assert model, path
        return ctypes.c_void_p(self.library.llama_model_get_vocab(model))

    def stops(self, vocabulary):
        count = self.library.llama_vocab_n_tokens(vocabulary)
        return [i for i in range(count) if self.library.llama_vocab_is_eog(vocabulary, i) & 1]

    def tokens(self, vocabulary, data, special):
        room = (ctypes.c_int32 * (4 * len(data) + 16))()
        count = self.library.llama_tokenize(vocabulary, ctypes.c_char_p(data), len(data), room, len(room), True, special)
        assert count >= 0
        return room[:count]


def fnv(tokens):
    value = 0x811C9DC5
    for token in tokens:
        for byte in (token & 0xFFFFFFFF).to_bytes(4, "little"):
            value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def facts(llama, path):
    vocabulary = llama.vocabulary(path)
    lines = [" ".join(map(str, llama.stops(vocabulary)))]
    hashes = [f"{fnv(llama.tokens(vocabulary, s, False) + [-1] + llama.tokens(vocabulary, s, True)):08x}"
              for s in make_strings.strings()]
    lines += [" ".join(hashes[i:i + 16]) for i in range(0, len(hashes), 16)]
    return "\n".join(lines) + "\n"


def main():
    llama = Llama(sys.argv[1])
    if len(sys.argv) > 3:
        vocabulary = llama.vocabulary(sys.argv[2])
        for line in sys.stdin.buffer:
            for special in (False, True):
                print(*llama.tokens(vocabulary, line.rstrip(b"\n"), special))
        return
    folder = pathlib.Path(__file__).with_name("facts")
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        for name, data in make_vocabularies.families().items():
            path = pathlib.Path(temporary, f"{name}.gguf")
            path.write_bytes(data)
            (folder / f"{name}.txt").write_text(facts(llama, path))
    for name, file in REAL.items():
        path = pathlib.Path(sys.argv[2], file)
        if path.exists():
            (folder / f"{name}.txt").write_text(facts(llama, path))


if __name__ == "__main__":
    main()
