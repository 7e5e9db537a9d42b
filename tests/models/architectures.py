# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""The architectures of the random models: which metadata and tensors a GGUF file of each has
(names: llama.cpp, gguf-py/gguf/constants.py; shapes: src/models/)."""
import random_weights
from gguf_file import F
from vocabularies import add_byte_vocabulary, add_piece_vocabulary

CONTEXT = 128
WINDOW = 8           # far less than the prompts
OUTPUT_GAIN = 2.0    # logits of a deviation of about two


class Builder:
    """Adds metadata under the architecture's prefix, and random tensors named after the model."""

    def __init__(self, file, architecture, kind, fine=None):
        self.file, self.architecture, self.kind = file, architecture, kind
        self.fine = fine or kind  # the type of embedding, values and down projections
        file.metadata["general.architecture"] = architecture

    def set(self, **values):
        """heads__x=1 is the key ARCHITECTURE.heads.x."""
        for key, value in values.items():
            self.file.metadata[f"{self.architecture}.{key.replace('__', '.')}"] = value

    def seed(self, name):
        return f"{self.file.metadata['general.name']} {name}"

    def matrix(self, name, rows, columns, gain=1.0, kind=None, experts=0):
        code, data = random_weights.matrix(self.seed(name), kind or self.kind, max(experts, 1) * rows, columns,
                                           gain)
        shape = (experts, rows, columns) if experts else (rows, columns)
        self.file.add(name + ".weight", shape, code, data)

    def vector(self, name, size, bound, middle=0.0, rows=0):
        data = random_weights.uniform(self.seed(name), max(rows, 1) * size, bound, middle)
        self.file.add(name, (rows, size) if rows else (size,), 0, data)

    def norm(self, name, size):
        self.vector(name + ".weight", size, 0.3, 1.0)

    def bias(self, name, size, bound=0.2, rows=0):
        self.vector(name + ".bias", size, bound, rows=rows)

    def sizes(self, embedding, heads, kv_heads, layers, feed_forward, epsilon="layer_norm_rms_epsilon"):
        self.set(context_length=CONTEXT, embedding_length=embedding, block_count=layers,
                 feed_forward_length=feed_forward, attention__head_count=heads,
                 attention__head_count_kv=kv_heads)
        self.set(**{f"attention__{epsilon}": F(1e-5)})

    def projections(self, prefix, embedding, heads, kv_heads, head_size, biases=False, output_bias=False):
        """Query, key, value and output of attention."""
        for part, rows, kind in (("attn_q", heads * head_size, self.kind),
                                 ("attn_k", kv_heads * head_size, self.kind),
                                 ("attn_v", kv_heads * head_size, self.fine)):
            self.matrix(prefix + part, rows, embedding, kind=kind)
            if biases:
                self.bias(prefix + part, rows)
        self.matrix(prefix + "attn_output", embedding, heads * head_size)
        if output_bias:
            self.bias(prefix + "attn_output", embedding)

    def feed_forward(self, prefix, embedding, size, biases=False):
        for part, rows, columns, kind in (("ffn_gate", size, embedding, self.kind),
                                          ("ffn_up", size, embedding, self.kind),
                                          ("ffn_down", embedding, size, self.fine)):
            self.matrix(prefix + part, rows, columns, kind=kind)
            if biases:
                self.bias(prefix + part, rows)

    def experts(self, prefix, embedding, size, experts, kind=None, biases=False):
        """The router and the experts, merged into three tensors. The router's logits lie apart, so that
        rounding does not change which experts a token goes to."""
        self.matrix(prefix + "ffn_gate_inp", experts, embedding, gain=2.0, kind="F32")
        for part, rows, columns in (("ffn_gate_exps", size, embedding), ("ffn_up_exps", size, embedding),
                                    ("ffn_down_exps", embedding, size)):
            down = self.fine if part == "ffn_down_exps" else self.kind
            self.matrix(prefix + part, rows, columns, kind=kind or down, experts=experts)
        if biases:
            self.bias(prefix + "ffn_gate_inp", experts)
            self.bias(prefix + "ffn_gate_exps", size, bound=9.0, rows=experts)  # reaches where gpt-oss clamps
            self.bias(prefix + "ffn_up_exps", size, bound=9.0, rows=experts)
            self.bias(prefix + "ffn_down_exps", embedding, rows=experts)

    def embedding(self, vocabulary, size, tied):
        self.matrix("token_embd", vocabulary, size, gain=OUTPUT_GAIN, kind=self.fine)
        if not tied:
            self.matrix("output", vocabulary, size, gain=OUTPUT_GAIN, kind=self.fine)


def llama(file, embedding, heads, kv_heads, feed_forward, layers, kind="F32", fine=None, tied=False,
          biases=False, rope=None, head_size=None, experts=0, used=0):
    """Llama, with experts Mixtral. `rope`: how positions are stretched."""
    model = Builder(file, "llama", kind, fine)
    if head_size:
        model.set(attention__key_length=head_size, attention__value_length=head_size)
    head_size = head_size or embedding // heads
    model.sizes(embedding, heads, kv_heads, layers, feed_forward)
    model.set(rope__dimension_count=head_size)
    if rope == "linear":
        model.set(rope__scaling__type="linear", rope__scaling__factor=F(2.5))
    if rope == "yarn":
        model.set(rope__scaling__type="yarn", rope__scaling__factor=F(4), rope__freq_base=F(5000),
                  rope__scaling__original_context_length=16)
    if rope == "yarn tuned":
        model.set(rope__scaling__type="yarn", rope__scaling__factor=F(3), rope__scaling__attn_factor=F(0.8),
                  rope__scaling__original_context_length=32, rope__scaling__yarn_beta_fast=F(8),
                  rope__scaling__yarn_beta_slow=F(0.5))
    if rope == "factors":
        model.set(rope__freq_base=F(500000))
        model.vector("rope_freqs.weight", head_size // 2, 3.5, 4.5)  # 1 to 8, as Llama 3's
    if experts:
        model.set(expert_count=experts, expert_used_count=used)
    model.embedding(add_piece_vocabulary(file), embedding, tied)
    for layer in range(layers):
        prefix = f"blk.{layer}."
        model.norm(prefix + "attn_norm", embedding)
        model.projections(prefix, embedding, heads, kv_heads, head_size, biases, biases)
        model.norm(prefix + "ffn_norm", embedding)
        if experts:
            model.experts(prefix, embedding, feed_forward, experts)
        else:
            model.feed_forward(prefix, embedding, feed_forward, biases)
    model.norm("output_norm", embedding)


def gpt2(file, embedding, heads, layers, kind="F32"):
    """GPT-2: learned positions, LayerNorm, merged projections, biases, no gate, tied."""
    model = Builder(file, "gpt2", kind)
    model.sizes(embedding, heads, heads, layers, 4 * embedding, "layer_norm_epsilon")
    model.embedding(add_byte_vocabulary(file, "gpt-2"), embedding, tied=True)
    model.matrix("position_embd", CONTEXT, embedding, kind="F32")

    def norm(name):
        model.norm(name, embedding)
        model.bias(name, embedding)

    def linear(name, rows, columns):
        model.matrix(name, rows, columns)
        model.bias(name, rows)

    for layer in range(layers):
        prefix = f"blk.{layer}."
        norm(prefix + "attn_norm")
        linear(prefix + "attn_qkv", 3 * embedding, embedding)
        linear(prefix + "attn_output", embedding, embedding)
        norm(prefix + "ffn_norm")
        linear(prefix + "ffn_up", 4 * embedding, embedding)
        linear(prefix + "ffn_down", embedding, 4 * embedding)
    norm("output_norm")


def qwen(file, name, embedding, heads, kv_heads, feed_forward, layers, kind="F32", fine=None, tied=False,
         head_size=None, experts=0, used=0):
    """Qwen 2 (biases of query, key, value), Qwen 3 (norms of query and key) and its mixture of experts."""
    model = Builder(file, name, kind, fine)
    model.sizes(embedding, heads, kv_heads, layers, feed_forward)
    model.set(rope__freq_base=F(1e6))
    if head_size:
        model.set(attention__key_length=head_size, attention__value_length=head_size)
    if experts:
        model.set(expert_count=experts, expert_used_count=used, expert_feed_forward_length=feed_forward)
    head_size = head_size or embedding // heads
    model.embedding(add_byte_vocabulary(file, "qwen2"), embedding, tied)
    for layer in range(layers):
        prefix = f"blk.{layer}."
        model.norm(prefix + "attn_norm", embedding)
        model.projections(prefix, embedding, heads, kv_heads, head_size, biases=name == "qwen2")
        if name != "qwen2":
            model.norm(prefix + "attn_q_norm", head_size)
            model.norm(prefix + "attn_k_norm", head_size)
        model.norm(prefix + "ffn_norm", embedding)
        if experts:
            model.experts(prefix, embedding, feed_forward, experts)
        else:
            model.feed_forward(prefix, embedding, feed_forward)
    model.norm("output_norm", embedding)


def gemma3(file, embedding, heads, kv_heads, head_size, feed_forward, layers, kind="F32", fine=None,
           period=None, pattern=None):
    """Gemma 3: sliding windows, two bases of RoPE (the full layers' stretched), norms everywhere, tied."""
    model = Builder(file, "gemma3", kind, fine)
    model.sizes(embedding, heads, kv_heads, layers, feed_forward)
    model.set(attention__key_length=head_size, attention__value_length=head_size,
              attention__sliding_window=WINDOW, rope__freq_base=F(1e6), rope__scaling__type="linear",
              rope__scaling__factor=F(8))
    if pattern:
        model.set(attention__sliding_window_pattern=pattern, rope__freq_base_swa=F(20000))
    if period:
        model.set(attention__sliding_window_pattern=period)
    model.embedding(add_piece_vocabulary(file), embedding, tied=True)
    for layer in range(layers):
        prefix = f"blk.{layer}."
        model.norm(prefix + "attn_norm", embedding)
        model.projections(prefix, embedding, heads, kv_heads, head_size)
        model.norm(prefix + "attn_q_norm", head_size)
        model.norm(prefix + "attn_k_norm", head_size)
        model.norm(prefix + "post_attention_norm", embedding)
        model.norm(prefix + "ffn_norm", embedding)
        model.feed_forward(prefix, embedding, feed_forward)
        model.norm(prefix + "post_ffw_norm", embedding)
    model.norm("output_norm", embedding)


def gpt_oss(file, embedding, heads, kv_heads, feed_forward, layers, kind="F32", expert_kind=None):
    """gpt-oss: experts with biases, attention sinks, every other layer with a window, YaRN; heads wider than
    the embedding's share."""
    model = Builder(file, "gpt-oss", kind)
    head_size = 2 * embedding // heads
    model.sizes(embedding, heads, kv_heads, layers, feed_forward)
    model.set(attention__key_length=head_size, attention__value_length=head_size,
              attention__sliding_window=WINDOW, expert_count=6, expert_used_count=3,
              expert_feed_forward_length=feed_forward, rope__freq_base=F(150000), rope__scaling__type="yarn",
              rope__scaling__factor=F(8), rope__scaling__original_context_length=16)
    model.embedding(add_byte_vocabulary(file, "gpt-4o"), embedding, tied=False)
    for layer in range(layers):
        prefix = f"blk.{layer}."
        model.norm(prefix + "attn_norm", embedding)
        model.projections(prefix, embedding, heads, kv_heads, head_size, biases=True, output_bias=True)
        model.vector(prefix + "attn_sinks.weight", heads, 2.0)
        model.norm(prefix + "post_attention_norm", embedding)
        model.experts(prefix, embedding, feed_forward, 6, kind=expert_kind, biases=True)
    model.norm("output_norm", embedding)
