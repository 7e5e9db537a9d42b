# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Writes GGUF files (version 3, github.com/ggml-org/ggml/blob/master/docs/gguf.md), little-endian on any host."""
import struct

ALIGNMENT = 32
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9


class F(float):
    """A float32 in metadata, where plain Python numbers are uint32."""


class I(int):
    """An int32 in metadata."""


def _string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value):
    """(type code, bytes) of a metadata value."""
    if isinstance(value, bool):
        return BOOL, struct.pack("<?", value)
    if isinstance(value, str):
        return STRING, _string(value)
    if isinstance(value, F):
        return FLOAT32, struct.pack("<f", value)
    if isinstance(value, I):
        return INT32, struct.pack("<i", value)
    if isinstance(value, int):
        return UINT32, struct.pack("<I", value)
    parts = [_value(item) for item in value]
    return ARRAY, struct.pack("<IQ", parts[0][0], len(parts)) + b"".join(data for _, data in parts)


class GgufFile:
    """Metadata and tensors in the order in which they are added."""

    def __init__(self):
        self.metadata = {}
        self.tensors = []  # (name, shape outermost first, type code, bytes)

    def add(self, name, shape, type_code, data):
        self.tensors.append((name, tuple(shape), type_code, data))

    def write(self, path):
        head = [b"GGUF", struct.pack("<IQQ", 3, len(self.tensors), len(self.metadata))]
        for key, value in self.metadata.items():
            code, data = _value(value)
            head += [_string(key), struct.pack("<I", code), data]
        offset = 0
        for name, shape, type_code, data in self.tensors:
            head += [_string(name), struct.pack("<I", len(shape))]
            head += [struct.pack("<Q", size) for size in reversed(shape)]
            head.append(struct.pack("<IQ", type_code, offset))
            offset += len(data) + -len(data) % ALIGNMENT
        head = b"".join(head)
        with open(path, "wb") as file:
            file.write(head + bytes(-len(head) % ALIGNMENT))
            for _, _, _, data in self.tensors:
                file.write(data + bytes(-len(data) % ALIGNMENT))
