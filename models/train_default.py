#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Trains Areia's default model, a small Llama that writes in the manner of Shakespeare, and exports GGUF.

    pip install -r requirements.txt
    python3 train_default.py tinyshakespeare.txt PLAYS/*/full.html --minutes 60

Three steps: a SentencePiece BPE vocabulary from the text, a Llama-architecture network trained with AdamW
on whole speeches (every window begins with BOS at the start of a speech, as every answer will), and the
export of the weights with the best validation loss in Q8_0. The end of the first text is held out for
validation; further texts, plain or MIT's HTML plays, only add what the first does not have: one megabyte
alone is learnt by heart within four passes. The learning rate follows a cosine of the time that has passed,
so the schedule ends on the dot whatever the machine does meanwhile; the log tells the steps.
"""

import argparse
import html
import pathlib
import pickle
import re
import time
from dataclasses import asdict, dataclass

import gguf
import jax
import jax.numpy as jnp
import numpy as np
import sentencepiece


@dataclass(frozen=True)
class Shape:
    """The network's sizes; row lengths are multiples of 32 so that every matrix fits Q8_0 blocks."""

    vocabulary: int = 2048
    context: int = 256
    width: int = 256
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    ffn: int = 512
    rope_base: float = 10000.0
    epsilon: float = 1e-5

    @property
    def head(self) -> int:
        return self.width // self.heads


# ---- text ------------------------------------------------------------------------------------------------

def read_speeches(file: pathlib.Path) -> list[str]:
    """The speeches of a play: NAME, colon, lines. Plain text parts them by empty lines; MIT's HTML names them."""
    if file.suffix != ".html":
        return file.read_text(encoding="utf-8").strip().split("\n\n")
    # One alternative finds a speaker, the other a numbered line of text; stage directions have neither name.
    parts = re.findall(r"<a name=\"?speech\d+\"?><b>(.*?)</b>|<a name=\"?[\d.]+\"?>(.*?)</a>",
                       file.read_text(encoding="latin-1"), re.IGNORECASE | re.DOTALL)
    plain = [(html.unescape(speaker).strip(), html.unescape(re.sub("<.*?>", "", line)).strip())
             for speaker, line in parts]
    text = "".join(f"\n\n{speaker}:" if speaker else f"\n{line}" for speaker, line in plain if speaker or line)
    return text.strip().split("\n\n")


def load_texts(files: list[pathlib.Path], held_share: float) -> tuple[list[str], list[str]]:
    """Training and held-out speeches. What the first text has, whole or in a line, is not added."""
    first = read_speeches(files[0])
    border = int(len(first) * (1 - held_share))
    known = {line for speech in first for line in speech.split("\n") if len(line) > 20} | set(first)
    added = [speech for file in files[1:] for speech in read_speeches(file)
             if known.isdisjoint([speech, *speech.split("\n")])]
    return added + first[:border], first[border:]


def train_tokenizer(speeches: list[str], prefix: pathlib.Path, vocabulary: int):
    """A BPE vocabulary with byte fall-back. Nothing is normalised: line ends are bytes, and matter in drama."""
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter("\n".join(speeches).split("\n")), model_prefix=str(prefix),
        vocab_size=vocabulary, model_type="bpe",
        byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
        add_dummy_prefix=False, character_coverage=1.0, unk_id=0, bos_id=1, eos_id=2, pad_id=-1,
        minloglevel=2)
    return sentencepiece.SentencePieceProcessor(model_file=str(prefix) + ".model")


def encode(speeches: list[str], tokenizer, context: int) -> tuple[np.ndarray, np.ndarray]:
    """Tokens of all speeches in order, and the positions where a speech and a whole window begin."""
    tokens, starts = [], []
    for speech in speeches:
        starts.append(len(tokens))
        tokens += tokenizer.encode(speech + "\n\n")
    starts = np.array(starts)
    return np.array(tokens, np.int32), starts[starts + context <= len(tokens)]


def batch_at(tokens, starts, picks, length):
    """[len(picks)][length + 1] tokens: BOS, then the text from each picked speech on."""
    rows = [np.concatenate([[1], tokens[s:s + length]]) for s in starts[picks]]
    return np.stack(rows).astype(np.int32)


# ---- network ---------------------------------------------------------------------------------------------

def initial_weights(shape: Shape, key):
    """Normal with standard deviation 0.02; the projections into the residual stream scaled down by depth."""
    keys = iter(jax.random.split(key, 8 * shape.layers + 1))
    kv = shape.kv_heads * shape.head

    def matrix(rows, columns, scale=1.0):
        return 0.02 * scale * jax.random.normal(next(keys), (rows, columns), jnp.float32)

    deep = (2 * shape.layers) ** -0.5
    layers = [dict(
        attn_norm=jnp.ones(shape.width), ffn_norm=jnp.ones(shape.width),
        attn_q=matrix(shape.width, shape.width), attn_k=matrix(kv, shape.width),
        attn_v=matrix(kv, shape.width), attn_output=matrix(shape.width, shape.width, deep),
        ffn_gate=matrix(shape.ffn, shape.width), ffn_up=matrix(shape.ffn, shape.width),
        ffn_down=matrix(shape.width, shape.ffn, deep)) for _ in range(shape.layers)]
    return dict(token_embd=matrix(shape.vocabulary, shape.width), output_norm=jnp.ones(shape.width),
                blk=layers)


def rms_norm(x, weight, epsilon):
    return x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + epsilon) * weight


def rope(x, shape: Shape):
    """Rotates neighbouring pairs (2i, 2i + 1) of x [batch][position][head][element]: GGUF's Llama order."""
    angle = jnp.arange(x.shape[1])[:, None] * shape.rope_base ** (-jnp.arange(0, shape.head, 2) / shape.head)
    cos, sin = jnp.cos(angle)[None, :, None, :], jnp.sin(angle)[None, :, None, :]
    even, odd = x[..., 0::2], x[..., 1::2]
    return jnp.stack([even * cos - odd * sin, even * sin + odd * cos], -1).reshape(x.shape)


def attention(x, layer, shape: Shape):
    batch, length, _ = x.shape
    q = rope((x @ layer["attn_q"].T).reshape(batch, length, shape.heads, shape.head), shape)
    k = rope((x @ layer["attn_k"].T).reshape(batch, length, shape.kv_heads, shape.head), shape)
    v = (x @ layer["attn_v"].T).reshape(batch, length, shape.kv_heads, shape.head)
    group = shape.heads // shape.kv_heads
    k, v = jnp.repeat(k, group, 2), jnp.repeat(v, group, 2)
    scores = jnp.einsum("bqhd,bkhd->bhqk", q, k) * shape.head ** -0.5
    scores = jnp.where(jnp.tril(jnp.ones((length, length), bool)), scores, -1e30)
    mixed = jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores, -1), v)
    return mixed.reshape(batch, length, shape.width) @ layer["attn_output"].T


def logits_of(weights, tokens, shape: Shape, dropout=0.0, key=None):
    """[batch][position][vocabulary] logits; dropout after every block's two halves while training."""
    def drop(x, number):
        if dropout == 0.0:
            return x
        keep = jax.random.bernoulli(jax.random.fold_in(key, number), 1 - dropout, x.shape)
        return jnp.where(keep, x / (1 - dropout), 0)

    x = drop(weights["token_embd"][tokens], 0)
    for number, layer in enumerate(weights["blk"], 1):
        x = x + drop(attention(rms_norm(x, layer["attn_norm"], shape.epsilon), layer, shape), 2 * number)
        h = rms_norm(x, layer["ffn_norm"], shape.epsilon)
        h = jax.nn.silu(h @ layer["ffn_gate"].T) * (h @ layer["ffn_up"].T)
        x = x + drop(h @ layer["ffn_down"].T, 2 * number + 1)
    return rms_norm(x, weights["output_norm"], shape.epsilon) @ weights["token_embd"].T


def loss_of(weights, rows, shape: Shape, dropout=0.0, key=None):
    """Mean cross entropy in nats a token; rows are [batch][context + 1] tokens."""
    log_p = jax.nn.log_softmax(logits_of(weights, rows[:, :-1], shape, dropout, key), -1)
    return -jnp.mean(jnp.take_along_axis(log_p, rows[:, 1:, None], -1))


# ---- training --------------------------------------------------------------------------------------------

def make_step(shape: Shape, dropout: float, decay: float):
    """One AdamW step (Loshchilov and Hutter 2019) with the gradient's norm clipped at 1."""
    @jax.jit
    def step(weights, first, second, rows, number, rate, key):
        loss, grads = jax.value_and_grad(loss_of)(weights, rows, shape, dropout, key)
        norm = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(grads)))
        grads = jax.tree.map(lambda g: g * jnp.minimum(1.0, 1.0 / (norm + 1e-6)), grads)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, grads)
        second = jax.tree.map(lambda v, g: 0.98 * v + 0.02 * g * g, second, grads)

        def update(w, m, v):
            change = m / (1 - 0.9 ** number) / (jnp.sqrt(v / (1 - 0.98 ** number)) + 1e-8)
            return w - rate * (change + (decay * w if w.ndim == 2 else 0))

        return jax.tree.map(update, weights, first, second), first, second, loss
    return step


def train(arguments, shape: Shape, training, held_out, log):
    """Trains for the given minutes; exports the weights with the lowest validation loss."""
    random = np.random.default_rng(arguments.seed)
    tokens, starts = training
    held_picks = np.linspace(0, len(held_out[1]) - 1, 64).astype(int)
    held_rows = batch_at(*held_out, held_picks, shape.context)

    key = jax.random.PRNGKey(arguments.seed)
    weights = initial_weights(shape, key)
    first = second = jax.tree.map(jnp.zeros_like, weights)
    step = make_step(shape, arguments.dropout, arguments.decay)
    validation = jax.jit(lambda w, rows: loss_of(w, rows, shape))
    best, number, begin = float("inf"), 0, time.monotonic()
    last_report = begin
    while (passed := (time.monotonic() - begin) / (60 * arguments.minutes)) < 1:
        number += 1
        rate = arguments.rate * min(1, number / 100) * (0.05 + 0.95 * 0.5 * (1 + np.cos(np.pi * passed)))
        rows = batch_at(tokens, starts, random.integers(0, len(starts), arguments.batch), shape.context)
        weights, first, second, loss = step(weights, first, second, rows, number, rate,
                                            jax.random.fold_in(key, number))
        if number == 1 or time.monotonic() - last_report > 60:
            last_report = time.monotonic()
            held = float(np.mean([validation(weights, held_rows[i:i + 16]) for i in range(0, 64, 16)]))
            log(f"step {number:5d}  {100 * passed:5.1f}%  rate {rate:.2e}  training loss {float(loss):.4f}  "
                f"validation loss {held:.4f}  tokens {number * arguments.batch * shape.context / 1e6:.2f}M")
            if held < best:
                best = held
                export(arguments.output, shape, weights, arguments.vocabulary_prefix)
                with open(arguments.work / "checkpoint.pickle", "wb") as file:
                    pickle.dump((asdict(shape), jax.tree.map(np.asarray, weights)), file)
    log(f"best validation loss {best:.4f} nats a token, {number} steps, {arguments.minutes} minutes")


# ---- export ----------------------------------------------------------------------------------------------

def add_vocabulary(writer, tokenizer):
    kinds, pieces, scores = [], [], []
    for number in range(tokenizer.get_piece_size()):
        kind = gguf.TokenType.NORMAL
        if tokenizer.is_unknown(number):
            kind = gguf.TokenType.UNKNOWN
        elif tokenizer.is_control(number):
            kind = gguf.TokenType.CONTROL
        elif tokenizer.is_byte(number):
            kind = gguf.TokenType.BYTE
        kinds.append(kind)
        pieces.append(tokenizer.id_to_piece(number).encode())
        scores.append(tokenizer.get_score(number))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(pieces)
    writer.add_token_scores(scores)
    writer.add_token_types(kinds)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)


def export(path: pathlib.Path, shape: Shape, weights, vocabulary_prefix):
    """Writes GGUF v3: matrices in Q8_0, norms in F32."""
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("Areia Shakespeare 3M")
    writer.add_author("The Areia authors")
    writer.add_license("Apache-2.0")
    writer.add_description("Trained by the Areia project on Shakespeare's plays (public domain)")
    writer.add_languages(["en"])
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.ffn)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_vocabulary(writer, sentencepiece.SentencePieceProcessor(model_file=str(vocabulary_prefix) + ".model"))

    def add(name, value):
        value = np.asarray(value, np.float32)
        if value.ndim == 1:
            writer.add_tensor(name, value)
        else:
            kind = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(name, gguf.quants.quantize(value, kind), raw_dtype=kind)

    add("token_embd.weight", weights["token_embd"])
    add("output_norm.weight", weights["output_norm"])
    for number, layer in enumerate(weights["blk"]):
        for name, value in layer.items():
            add(f"blk.{number}.{name}.weight", value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=pathlib.Path, nargs="+", help="texts, UTF-8 or MIT HTML plays")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("shakespeare-3M-q8_0.gguf"))
    parser.add_argument("--log", type=pathlib.Path, default=pathlib.Path("train_default.log"))
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("."), help="folder for checkpoints")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=12, help="windows of the context's length a step")
    parser.add_argument("--rate", type=float, default=2e-3, help="peak learning rate")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--decay", type=float, default=0.1, help="weight decay of matrices")
    parser.add_argument("--validation", type=float, default=0.05, help="share of the first text held out")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    arguments.vocabulary_prefix = arguments.work / "vocabulary"

    shape = Shape()
    with open(arguments.log, "w", encoding="utf-8") as log_file:
        def log(line):
            print(line, flush=True)
            print(line, file=log_file, flush=True)

        speeches, held = load_texts(arguments.text, arguments.validation)
        tokenizer = train_tokenizer(speeches, arguments.vocabulary_prefix, shape.vocabulary)
        training, held_out = (encode(part, tokenizer, shape.context) for part in (speeches, held))
        count = sum(x.size for x in jax.tree.leaves(initial_weights(shape, jax.random.PRNGKey(0))))
        for name, part, (tokens, _) in (("training", speeches, training), ("held out", held, held_out)):
            log(f"{name}: {len(part)} speeches, {sum(len(s) + 2 for s in part)} characters, {len(tokens)} tokens")
        log(f"{shape}: {count} parameters; batch {arguments.batch} x {shape.context}, "
            f"dropout {arguments.dropout}, decay {arguments.decay}, seed {arguments.seed}")
        train(arguments, shape, training, held_out, log)


if __name__ == "__main__":
    main()
