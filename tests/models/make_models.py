#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Writes small models with random weights, at least one for each architecture and weight type: the same bytes on
any machine, with nothing but Python's standard library. What llama.cpp answers for them is in reference/.

    make_models.py FOLDER [NAME ...]    writes FOLDER/NAME.gguf for all models or those named
    make_models.py --list               the names
"""
import os
import sys

import architectures
from gguf_file import GgufFile

SMALL = dict(embedding=64, heads=4, kv_heads=2, feed_forward=96, layers=2)
MIDDLE = dict(embedding=128, heads=4, kv_heads=2, feed_forward=192, layers=2)  # several blocks of 32 a row
LARGE = dict(embedding=256, heads=8, kv_heads=2, feed_forward=256, layers=2)   # whole super-blocks of 256
UNEVEN = dict(embedding=160, heads=5, kv_heads=1, feed_forward=224, layers=2)   # odd numbers of blocks of 32
ODD = dict(embedding=120, heads=5, kv_heads=1, feed_forward=172, layers=3)     # heads of 24


def models():
    """name: (architecture's function, its arguments)."""
    llama, gpt2, qwen = architectures.llama, architectures.gpt2, architectures.qwen
    gemma3, gpt_oss = architectures.gemma3, architectures.gpt_oss
    result = {
        "llama-f32": (llama, SMALL),
        "llama-tied-f32": (llama, SMALL | dict(tied=True)),
        "llama-odd-f32": (llama, ODD),
        "llama-bias-f32": (llama, SMALL | dict(biases=True)),
        "llama-head-size-f32": (llama, SMALL | dict(head_size=40)),
        "llama-rope-factors-f32": (llama, SMALL | dict(rope="factors")),
        "llama-rope-linear-f32": (llama, SMALL | dict(rope="linear")),
        "llama-rope-yarn-f32": (llama, SMALL | dict(rope="yarn")),
        "llama-rope-yarn-tuned-f32": (llama, SMALL | dict(rope="yarn tuned")),
    }
    for kind in ("F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "MXFP4"):
        result[f"llama-{kind.lower()}"] = (llama, MIDDLE | dict(kind=kind))
    for kind in ("Q4_K", "Q5_K", "Q6_K"):
        result[f"llama-{kind.lower()}"] = (llama, LARGE | dict(kind=kind))
    experts = dict(experts=4, used=2)
    result |= {
        "llama-q4_k_m": (llama, LARGE | dict(kind="Q4_K", fine="Q6_K", tied=True)),
        "llama-odd-f16": (llama, ODD | dict(kind="F16")),
        "mixtral-f32": (llama, SMALL | experts),
        "llama-odd-q4_1": (llama, UNEVEN | dict(kind="Q4_1")),
        "llama-odd-q8_0": (llama, UNEVEN | dict(kind="Q8_0")),
        "mixtral-f16": (llama, SMALL | experts | dict(kind="F16")),
        "mixtral-q4_1": (llama, UNEVEN | experts | dict(kind="Q4_1")),
        "mixtral-q5_0": (llama, UNEVEN | experts | dict(kind="Q5_0", layers=1)),
        "mixtral-q5_1": (llama, MIDDLE | dict(experts=5, used=1, kind="Q5_1")),
        "mixtral-q6_k": (llama, LARGE | experts | dict(kind="Q5_K", fine="Q6_K", layers=1)),
        "mixtral-q8_0": (llama, MIDDLE | experts | dict(kind="Q8_0")),
        "mixtral-q4_k": (llama, LARGE | experts | dict(kind="Q4_K", layers=1)),
        "gpt2-f32": (gpt2, dict(embedding=60, heads=5, layers=2)),
        "gpt2-f16": (gpt2, dict(embedding=64, heads=4, layers=2, kind="F16")),
        "gpt2-q8_0": (gpt2, dict(embedding=64, heads=4, layers=2, kind="Q8_0")),
        "qwen2-f32": (qwen, SMALL | dict(name="qwen2", tied=True)),
        "qwen2-q5_0": (qwen, MIDDLE | dict(name="qwen2", kind="Q5_0")),
        "qwen2-q4_k": (qwen, LARGE | dict(name="qwen2", kind="Q4_K", fine="Q6_K")),
        "qwen3-f32": (qwen, SMALL | dict(name="qwen3", head_size=24)),
        "qwen3-bf16": (qwen, SMALL | dict(name="qwen3", head_size=24, kind="BF16", tied=True)),
        "qwen3-q8_0": (qwen, MIDDLE | dict(name="qwen3", head_size=48, kind="Q8_0")),
        "qwen3moe-f32": (qwen, SMALL | dict(name="qwen3moe", head_size=24, experts=8, used=3)),
        "qwen3moe-q4_0": (qwen, MIDDLE | dict(name="qwen3moe", head_size=64, experts=8, used=2, kind="Q4_0")),
        "gemma3-f32": (gemma3, dict(embedding=64, heads=3, kv_heads=1, head_size=32, feed_forward=96, layers=7)),
        "gemma3-pattern-f32": (gemma3, dict(embedding=64, heads=4, kv_heads=2, head_size=24, feed_forward=92,
                                            layers=4, pattern=(False, True, True, False))),
        "gemma3-q4_0": (gemma3, dict(embedding=128, heads=4, kv_heads=1, head_size=64, feed_forward=192,
                                     layers=7, kind="Q4_0")),
        "gemma3-q4_k": (gemma3, dict(embedding=256, heads=4, kv_heads=1, head_size=64, feed_forward=256,
                                     layers=2, kind="Q4_K", fine="Q6_K", period=2)),
        "gpt-oss-f32": (gpt_oss, SMALL),
        "gpt-oss-odd-mxfp4": (gpt_oss, dict(embedding=96, heads=6, kv_heads=2, feed_forward=160, layers=2,
                                            kind="BF16", expert_kind="MXFP4")),
        "gpt-oss-mxfp4": (gpt_oss, MIDDLE | dict(kind="Q8_0", expert_kind="MXFP4", layers=4)),
    }
    return result


def main(arguments):
    known = models()
    if arguments == ["--list"]:
        print("\n".join(known))
        return 0
    if not arguments or any(name not in known for name in arguments[1:]):
        print(__doc__, file=sys.stderr)
        return 2
    os.makedirs(arguments[0], exist_ok=True)
    for name in arguments[1:] or known:
        build, sizes = known[name]
        file = GgufFile()
        file.metadata["general.name"] = name
        build(file, **sizes)
        file.write(os.path.join(arguments[0], name + ".gguf"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
