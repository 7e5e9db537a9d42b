# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Random weights in GGUF's tensor types: the same bits on any machine. All randomness is SHAKE-256 of a name,
all arithmetic is exact or rounded once by IEEE 754.

A matrix's values have the size that training gives them: `gain` / sqrt(columns). Quantised blocks are random
bits under scales chosen so that the values are centred (layouts: llama.cpp, ggml/src/ggml-common.h).
"""
import array
import hashlib
import struct
import sys

SIZES = {  # name: (type code, elements of a block, bytes of a block)
    "F32": (0, 1, 4), "F16": (1, 1, 2), "BF16": (30, 1, 2),
    "Q4_0": (2, 32, 18), "Q4_1": (3, 32, 20), "Q5_0": (6, 32, 22), "Q5_1": (7, 32, 24), "Q8_0": (8, 32, 34),
    "Q4_K": (12, 256, 144), "Q5_K": (13, 256, 176), "Q6_K": (14, 256, 210), "MXFP4": (39, 32, 17),
}


def noise(name, count):
    """`count` random bytes that only `name` decides."""
    return hashlib.shake_256(name.encode()).digest(count)


def integers(name, count):
    """Random int32 as an array."""
    values = array.array("i", noise(name, 4 * count))
    if sys.byteorder == "big":
        values.byteswap()
    return values


def uniform(name, count, bound, middle=0.0):
    """float32 bytes, uniform in middle - bound to middle + bound."""
    step = bound / 2**31
    values = array.array("f", [middle + step * value for value in integers(name, count)])
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def _half(value):
    return struct.pack("<e", value)


def _scales(name, blocks, middle):
    """A scale for each block: `middle`, more or less."""
    return [middle * (0.75 + byte / 512) for byte in noise(name + " scales", blocks)]


def _float(name, kind, count, bound):
    data = uniform(name, count, bound)
    if kind == "F32":
        return data
    if kind == "F16":
        return struct.pack(f"<{count}e", *struct.unpack(f"<{count}f", data))
    result = bytearray(2 * count)  # BF16: the upper halves
    result[0::2], result[1::2] = data[2::4], data[3::4]
    return bytes(result)


def _joined(*columns):
    """Blocks made of parts: for each block the next item of every column."""
    return b"".join(part for block in zip(*columns) for part in block)


def _chunks(data, size):
    return [data[i:i + size] for i in range(0, len(data), size)]


def _small_block(name, kind, blocks, deviation):
    """32 elements: a scale, maybe a minimum, bits."""
    bits = noise(name, blocks * 32)
    if kind == "Q8_0":
        integers8 = bits.translate(bytes(range(128)) + bytes([0]) + bytes(range(129, 256)))  # no -128
        return _joined(map(_half, _scales(name, blocks, deviation / 73.3)), _chunks(integers8, 32))
    if kind == "MXFP4":  # E8M0 scales of one of two sizes; the codes' own deviation is 2.9
        scale = 127
        while 2.0 ** (scale - 127) * 2.0 > deviation:
            scale -= 1
        return _joined([bytes([scale - byte % 2]) for byte in noise(name + " scales", blocks)],
                       _chunks(bits[:blocks * 16], 16))
    levels = 32 if kind.startswith("Q5") else 16
    scales = _scales(name, blocks, deviation / (levels / 12**0.5))
    if kind.endswith("_1"):  # the minimum centres the levels, more or less
        shifts = [(levels - 1) / 2 * (0.95 + byte / 2560) for byte in noise(name + " minima", blocks)]
        columns = [map(_half, scales), [_half(-scale * shift) for scale, shift in zip(scales, shifts)]]
    else:  # levels reach one further down than up: both signs of scales
        signs = noise(name + " signs", blocks)
        columns = [[_half(scale if sign < 128 else -scale) for scale, sign in zip(scales, signs)]]
    if levels == 32:
        columns.append(_chunks(noise(name + " high bits", blocks * 4), 4))
    return _joined(*columns, _chunks(bits[:blocks * 16], 16))


def _packed_scales(scales, minima):
    """Eight 6-bit scales and minima in 12 bytes."""
    low = [scales[i] | scales[i + 4] >> 4 << 6 for i in range(4)]
    middle = [minima[i] | minima[i + 4] >> 4 << 6 for i in range(4)]
    high = [scales[i] & 15 | (minima[i] & 15) << 4 for i in range(4, 8)]
    return bytes(low + middle + high)


def _super_block(name, kind, blocks, deviation):
    """256 elements of Q4_K and Q5_K: scale * (q * s) - minimum * m, with s and m of six bits a 32 elements."""
    levels = 32 if kind == "Q5_K" else 16
    scales = _scales(name, blocks, deviation / (levels / 12**0.5) / 40)
    random = noise(name + " six bits", blocks * 16)
    headers = []
    for block, scale in enumerate(scales):
        parts = random[block * 16:block * 16 + 16]
        own = [16 + byte % 48 for byte in parts[:8]]
        minima = [min(63, max(0, value + byte % 7 - 3)) for value, byte in zip(own, parts[8:])]
        headers.append(_half(scale) + _half(scale * (levels - 1) / 2) + _packed_scales(own, minima))
    size = 160 if levels == 32 else 128
    return _joined(headers, _chunks(noise(name, blocks * size), size))


def _q6_k(name, blocks, deviation):
    """256 elements: scale * s * (q - 32), with s an int8 a 16 elements, of both signs."""
    scales = _scales(name, blocks, deviation / 18.5 / 84)
    own = bytes(40 + byte % 88 if byte < 128 else 256 - (40 + byte % 88)
                for byte in noise(name + " int8", blocks * 16))
    return _joined(_chunks(noise(name, blocks * 192), 192), _chunks(own, 16), map(_half, scales))


def matrix(name, kind, rows, columns, gain=1.0):
    """Bytes of rows x columns random weights of a type."""
    deviation = gain / columns**0.5
    code, elements, size = SIZES[kind]
    if columns % elements != 0:
        raise ValueError(f"{name}: rows of {columns} are no whole blocks of {kind}")
    blocks = rows * columns // elements
    if elements == 1:
        data = _float(name, kind, blocks, deviation * 3**0.5)
    elif kind == "Q6_K":
        data = _q6_k(name, blocks, deviation)
    elif elements == 256:
        data = _super_block(name, kind, blocks, deviation)
    else:
        data = _small_block(name, kind, blocks, deviation)
    assert len(data) == blocks * size, name
    return code, data
