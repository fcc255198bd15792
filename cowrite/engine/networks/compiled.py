"""The loops of a decoding step, compiled for this processor by numba the first time they are needed.

A step of a small model is thirty layers of forty operations. Called one by one from Python these cost more than the
arithmetic. Here the whole step is one call that holds no lock, and reads the weights once, as int8, as fast as the
memory gives them. bf16 is seen as uint16, its upper half of a float32. Importing this module imports numba.

Shapes: N tokens, H hidden units, L layers, Q heads of
D units of which K have keys, R the rank of an adapter (0 without one).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from cowrite.engine.networks.compiled_attention import CACHE_LINE, ROWS, Floats, attend, f32, store
from cowrite.engine.networks.compiled_primitives import fetch

# What the loops of the other two files were when these were compiled: a digest of both, which a test compares. numba
# compiles anew what stands in a file that has changed, and does not see that what it calls has.
PARTS = "e4620a532915a6e6"
# So many bytes ahead the weights are fetched: processors stop at the end of a page of memory, and wait there.
AHEAD = 4096


class Linear(NamedTuple):
    """One linear layer of all layers: ``y = x @ (weight * scale).T + bias + (x @ into.T) @ out_of.T``.

    ``weight (L, out, in)``, ``scale`` and ``bias (L, out)``; an adapter has ``into (L, R, in)`` and
    ``out_of (L, out, R)``.
    """

    weight: NDArray[np.int8]
    scale: Floats
    bias: Floats
    into: Floats
    out_of: Floats


class Stack(NamedTuple):
    """All weights. Norms are ``(L, H)``, those of heads ``(L, D)``, or ``(L, 0)`` where heads are not normalized."""

    qkv: Linear
    output: Linear
    gate_up: Linear
    down: Linear
    head: Linear
    attention_norm: Floats
    mlp_norm: Floats
    query_norm: Floats
    key_norm: Floats
    norm: Floats


@njit(cache=True, nogil=True, fastmath=True, parallel=True)
def multiply(x: Floats, weight: NDArray[np.int8], scale: Floats, bias: Floats, y: Floats) -> None:
    """``y (N, out) = x (N, in) @ (weight (out, in) * scale).T + bias``, two outputs at a time."""
    rows, inputs = x.shape
    outputs = weight.shape[0]
    together = rows - rows % ROWS
    for pair in prange((outputs + 1) // 2):
        o = 2 * pair
        p = min(o + 1, outputs - 1)  # the last one twice, if their number is odd
        for i in range(0, 2 * inputs, CACHE_LINE):
            fetch(weight, o * inputs + AHEAD + i)
        for n in range(0, together, ROWS):
            a, b, c = f32(0), f32(0), f32(0)
            d, e, f = f32(0), f32(0), f32(0)
            for i in range(inputs):
                v, w = f32(weight[o, i]), f32(weight[p, i])
                a += x[n, i] * v
                b += x[n + 1, i] * v
                c += x[n + 2, i] * v
                d += x[n, i] * w
                e += x[n + 1, i] * w
                f += x[n + 2, i] * w
            y[n, o], y[n, p] = a * scale[o] + bias[o], d * scale[p] + bias[p]
            y[n + 1, o], y[n + 1, p] = b * scale[o] + bias[o], e * scale[p] + bias[p]
            y[n + 2, o], y[n + 2, p] = c * scale[o] + bias[o], f * scale[p] + bias[p]
        n = together
        if rows - n == 2:
            a, b, d, e = f32(0), f32(0), f32(0), f32(0)
            for i in range(inputs):
                v, w = f32(weight[o, i]), f32(weight[p, i])
                a += x[n, i] * v
                b += x[n + 1, i] * v
                d += x[n, i] * w
                e += x[n + 1, i] * w
            y[n, o], y[n, p] = a * scale[o] + bias[o], d * scale[p] + bias[p]
            y[n + 1, o], y[n + 1, p] = b * scale[o] + bias[o], e * scale[p] + bias[p]
        elif rows - n == 1:
            a, d = f32(0), f32(0)
            for i in range(inputs):
                a += x[n, i] * f32(weight[o, i])
                d += x[n, i] * f32(weight[p, i])
            y[n, o], y[n, p] = a * scale[o] + bias[o], d * scale[p] + bias[p]


@njit(cache=True, nogil=True, fastmath=True, parallel=True)
def add_product(x: Floats, weight: Floats, y: Floats) -> None:
    """``y (N, out) += x (N, in) @ weight (out, in).T``."""
    for o in prange(weight.shape[0]):
        for n in range(x.shape[0]):
            a = f32(0)
            for i in range(x.shape[1]):
                a += x[n, i] * weight[o, i]
            y[n, o] += a


@njit(cache=True, nogil=True, fastmath=True)
def normalize(x: Floats, weight: Floats, eps: float, out: Floats) -> None:
    """RMSNorm (Zhang and Sennrich 2019) of each row: ``out = x / sqrt(mean(x^2) + eps) * weight``."""
    size = x.shape[1]
    for n in range(x.shape[0]):
        total = f32(0)
        for i in range(size):
            total += x[n, i] * x[n, i]
        factor = f32(1) / np.sqrt(total / f32(size) + f32(eps))
        for i in range(size):
            out[n, i] = x[n, i] * factor * weight[i]


@njit(cache=True, nogil=True, fastmath=True)
def rotate(heads: Floats, cosines: Floats, sines: Floats) -> None:
    """Turn ``heads (new, heads, D)`` in place by each token's row of the tables ``(new, D)``."""
    new, count, dim = heads.shape
    half = dim // 2
    for n in range(new):
        for h in range(count):
            for d in range(half):
                a, b = heads[n, h, d], heads[n, h, d + half]
                heads[n, h, d] = a * cosines[n, d] + b * sines[n, d]
                heads[n, h, d + half] = b * cosines[n, d + half] + a * sines[n, d + half]


@njit(cache=True, nogil=True, fastmath=True)
def gate(both: Floats, out: Floats) -> None:
    """``out (N, I) = silu(gate) * up`` of ``both (N, 2 I)``."""
    size = out.shape[1]
    for n in range(out.shape[0]):
        for i in range(size):
            g = both[n, i]
            out[n, i] = g / (f32(1) + np.exp(-g)) * both[n, size + i]


@njit(cache=True, nogil=True)
def apply(x: Floats, linear: Linear, layer: int, y: Floats) -> None:
    """``y (N, out)`` of ``x (N, in)`` in one layer, adapter included."""
    multiply(x, linear.weight[layer], linear.scale[layer], linear.bias[layer], y)
    rank = linear.into.shape[1]
    if rank:
        between = np.zeros((x.shape[0], rank), f32)
        add_product(x, linear.into[layer], between)
        add_product(between, linear.out_of[layer], y)


@njit(cache=True, nogil=True)
def attend_layer(
    split: Floats,
    stack: Stack,
    layer: int,
    kept: NDArray[np.uint16],
    cosines: Floats,
    sines: Floats,
    past: int,
    eps: float,
    scale: float,
    mixed: Floats,
) -> None:
    """``mixed (N, Q, D)`` of queries, keys and values in ``split (N, Q + 2 K, D)``; keys and values are kept."""
    new = split.shape[0]
    key_heads = kept.shape[2]
    heads = split.shape[1] - 2 * key_heads
    turned = heads + key_heads
    if stack.query_norm.shape[1]:
        for n in range(new):
            normalize(split[n, :heads], stack.query_norm[layer], eps, split[n, :heads])
            normalize(split[n, heads:turned], stack.key_norm[layer], eps, split[n, heads:turned])
    rotate(split[:, :turned], cosines, sines)
    store(split[:, heads:turned], kept[0, layer], past)
    store(split[:, turned:], kept[1, layer], past)
    attend(split[:, :heads], kept[0, layer], kept[1, layer], past, new, scale, mixed)


@njit(cache=True, nogil=True)
def think(
    x: Floats,
    stack: Stack,
    layer: int,
    eps: float,
    h: Floats,
    both: Floats,
    thought: Floats,
    added: Floats,
) -> None:
    """What the feed-forward network of a layer adds to ``x (N, H)``; ``h``, ``both`` and ``thought`` are used up."""
    normalize(x, stack.mlp_norm[layer], eps, h)
    apply(h, stack.gate_up, layer, both)
    gate(both, thought)
    apply(thought, stack.down, layer, added)


@njit(cache=True, nogil=True)
def step(
    x: Floats,
    stack: Stack,
    kept: NDArray[np.uint16],
    cosines: Floats,
    sines: Floats,
    past: int,
    eps: float,
    scale: float,
    logits: Floats,
) -> None:
    """Read tokens whose embeddings are ``x (N, H)`` behind ``past`` others.

    ``kept (2, L, K, room, D)`` are keys and values, ``cosines`` and ``sines (N, D)``; ``logits (last, V)`` of
    the last tokens is written. ``x`` is used up.
    """
    new, hidden = x.shape
    layers, key_heads, dim = kept.shape[1], kept.shape[2], kept.shape[4]
    heads = stack.qkv.weight.shape[1] // dim - 2 * key_heads
    turned = heads + key_heads
    inner = stack.down.weight.shape[2]
    h = np.empty((new, hidden), f32)
    qkv = np.empty((new, (turned + key_heads) * dim), f32)
    mixed = np.empty((new, heads * dim), f32)
    added = np.empty((new, hidden), f32)
    both = np.empty((new, 2 * inner), f32)
    thought = np.empty((new, inner), f32)
    for layer in range(layers):
        normalize(x, stack.attention_norm[layer], eps, h)
        apply(h, stack.qkv, layer, qkv)
        split = qkv.reshape(new, turned + key_heads, dim)
        attend_layer(
            split,
            stack,
            layer,
            kept,
            cosines,
            sines,
            past,
            eps,
            scale,
            mixed.reshape(new, heads, dim),
        )
        apply(mixed, stack.output, layer, added)
        x += added
        think(x, stack, layer, eps, h, both, thought, added)
        x += added
    normalize(x, stack.norm[0], eps, h)
    apply(h[new - logits.shape[0] :], stack.head, 0, logits)


def forget_compiled() -> None:
    """Delete what numba keeps of these loops on disk, so that all of it is compiled in one go the next time."""
    folder = Path(step.stats.cache_path)
    for kept in folder.glob(f"{Path(__file__).stem}*.nb[ic]"):
        kept.unlink(missing_ok=True)


def warm_up() -> None:
    """Run every loop once on a made-up layer of the smallest size: what was not compiled yet is, and is kept.

    Without torch, so that a process that only compiles stays small. The arrays have the types that
    :class:`cowrite.engine.networks.compiled_step.CompiledStep` passes; with others numba would compile something else.
    """

    def linear(outputs: int, inputs: int) -> Linear:
        return Linear(
            np.ones((1, outputs, inputs), np.int8),
            scale=np.ones((1, outputs), f32),
            bias=np.zeros((1, outputs), f32),
            into=np.empty((1, 0, inputs), f32),
            out_of=np.empty((1, outputs, 0), f32),
        )

    norm, none = np.ones((1, 8), f32), np.empty((1, 0), f32)
    stack = Stack(
        qkv=linear(16, 8),
        output=linear(8, 8),
        gate_up=linear(32, 8),
        down=linear(8, 16),
        head=linear(8, 8),
        attention_norm=norm,
        mlp_norm=norm,
        query_norm=none,
        key_norm=none,
        norm=norm,
    )
    kept = np.zeros((2, 1, 1, 4, 4), np.uint16)
    turns = np.ones((2, 4), f32), np.zeros((2, 4), f32)
    step(np.ones((2, 8), f32), stack, kept, *turns, 0, 1e-5, 0.5, np.empty((1, 8), f32))
