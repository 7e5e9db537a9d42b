# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Operand values worth testing: extremes, NaNs of both kinds, infinities, subnormals, near misses, noise."""

import random

# Exponent and fraction bits of the IEEE formats by width, and of bfloat16.
FLOATS = {16: (5, 10), 32: (8, 23), 64: (11, 52)}
BFLOAT16 = (8, 7)


def integer(rng: random.Random, width: int) -> int:
    mask = (1 << width) - 1
    choice = rng.randrange(6)
    if choice == 0:
        return rng.choice([0, 1, 2, mask, mask - 1, mask >> 1, (mask >> 1) + 1, (mask >> 1) - 1])
    if choice == 1:
        return rng.randrange(-128, 128) & mask
    if choice == 2:
        return (1 << rng.randrange(width)) - rng.randrange(2)
    if choice == 3:  # small fields within a word, as 32-bit operations see them
        return (rng.getrandbits(32) | rng.choice([0, 0xFFFF_FFFF, 0x8000_0000]) << 32) & mask
    return rng.getrandbits(width)


def floating(rng: random.Random, exponent_bits: int, fraction_bits: int) -> int:
    """A number of the format, as bits."""
    top = (1 << exponent_bits) - 1
    bias = top >> 1
    sign = rng.getrandbits(1) << (exponent_bits + fraction_bits)
    fraction = rng.getrandbits(fraction_bits)
    quiet = 1 << (fraction_bits - 1)
    choice = rng.randrange(12)
    if choice == 0:
        return sign  # zero
    if choice == 1:
        return sign | top << fraction_bits  # infinity
    if choice == 2:  # quiet NaN, canonical or with a payload
        return rng.choice([top << fraction_bits | quiet, sign | top << fraction_bits | quiet | fraction])
    if choice == 3:  # signaling NaN
        return sign | top << fraction_bits | rng.choice([1, fraction % quiet or 1])
    if choice == 4:  # subnormal
        return sign | rng.choice([1, fraction, (1 << fraction_bits) - 1, quiet])
    if choice == 5:  # the largest and smallest normal numbers
        return sign | rng.choice([(top << fraction_bits) - 1, 1 << fraction_bits, 1 << fraction_bits | 1])
    if choice == 6:  # small integers, halves, numbers around the integers' limits
        exponent = bias + rng.choice([-1, 0, 1, 2, 7, 8, 15, 16, 30, 31, 32, 62, 63, 64])
        return sign | min(exponent, top - 1) << fraction_bits | rng.choice([0, 0, fraction, (1 << fraction_bits) - 1])
    if choice < 11:  # moderate, so that sums and products stay in range
        spread = min(bias - 1, 12)
        return sign | (bias + rng.randrange(-spread, spread)) << fraction_bits | fraction
    return sign | rng.getrandbits(exponent_bits) << fraction_bits | fraction


def register_f(rng: random.Random) -> int:
    """A 64-bit floating-point register: a double, or a narrower number, NaN-boxed or (seldom) not."""
    width = rng.choice([16, 16, 32, 32, 32, 64, 64, 64])
    bits = floating(rng, *(BFLOAT16 if width == 16 and rng.random() < 0.2 else FLOATS[width]))
    if width < 64 and rng.random() > 0.08:
        bits |= (1 << 64) - (1 << width)
    return bits


def vector_bytes(rng: random.Random, count: int, width: int) -> bytes:
    """Elements of `width` bits: integers and floating-point numbers, mixed."""
    out = bytearray()
    while len(out) < count:
        if width == 8 or rng.random() < 0.3:
            value = integer(rng, width)
        elif width == 16 and rng.random() < 0.3:
            value = floating(rng, *BFLOAT16)
        else:
            value = floating(rng, *FLOATS[width])
        out += value.to_bytes(width // 8, "little")
    return bytes(out)
