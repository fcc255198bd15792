"""The loops of a decoding step, compiled for this processor by numba the first time they are needed.

A step of a small model is thirty layers of forty operations. Called one by one from Python these cost more than the
arithmetic. Here the whole step is one call that holds no lock, and reads the weights once, as int8, as fast as the
memory gives them. bf16 is seen as uint16, its upper half of a float32. Importing this module imports numba.

Shapes: N tokens, H hidden units, L layers, Q heads of
D units of which K have keys, R the rank of an adapter (0 without one).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

f32 = np.float32
Floats = NDArray[np.float32]

# So many rows are multiplied by a weight each time it is read; with more the compiler runs out of registers.
ROWS = 3
# So many tokens of the past are looked at together; the parts of a head go to different cores.
PART = 64
HIDDEN_FROM_VIEW = f32(-1e30)


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
    """``y (N, out) = x (N, in) @ (weight (out, in) * scale).T + bias``."""
    rows, inputs = x.shape
    together = rows - rows % ROWS
    for o in prange(weight.shape[0]):
        for n in range(0, together, ROWS):
            a = f32(0)
            b = f32(0)
            c = f32(0)
            for i in range(inputs):
                w = f32(weight[o, i])
                a += x[n, i] * w
                b += x[n + 1, i] * w
                c += x[n + 2, i] * w
            y[n, o] = a * scale[o] + bias[o]
            y[n + 1, o] = b * scale[o] + bias[o]
            y[n + 2, o] = c * scale[o] + bias[o]
        for n in range(together, rows):
            a = f32(0)
            for i in range(inputs):
                a += x[n, i] * f32(weight[o, i])
            y[n, o] = a * scale[o] + bias[o]


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
def exponentiate(x: Floats) -> None:
    """``exp(x)`` in place, for ``x <= 0``, to a relative error of 4e-6: a loop that fits the vector instructions.

    ``exp(x) = 2^n exp(g)`` with whole ``n`` and ``|g| <= ln(2) / 2``, by the first terms of the series of ``exp(g)``.
    """
    powers = np.empty(x.shape[0], f32)
    exponents = powers.view(np.int32)
    for i in range(x.shape[0]):
        z = max(x[i] * f32(1.4426950408889634), f32(-126))
        n = np.floor(z + f32(0.5))
        g = (z - n) * f32(0.6931471805599453)
        exponents[i] = (np.int32(n) + np.int32(127)) * np.int32(1 << 23)
        series = f32(1 / 6) + g * (f32(1 / 24) + g * f32(1 / 120))
        x[i] = f32(1) + g * (f32(1) + g * (f32(0.5) + g * series))
    for i in range(x.shape[0]):
        x[i] *= powers[i]


@njit(cache=True, nogil=True, fastmath=True)
def widen(narrow: NDArray[np.uint16], out: Floats) -> None:
    """bf16 ``narrow (T, D)`` as float32."""
    bits = out.view(np.uint32)
    for t in range(narrow.shape[0]):
        for d in range(narrow.shape[1]):
            bits[t, d] = np.uint32(narrow[t, d]) << np.uint32(16)


@njit(cache=True, nogil=True, fastmath=True)
def compare(query: Floats, keys: Floats, scale: float, scores: Floats) -> None:
    """``scores (T,) = query (D,) . keys (T, D) * scale``, three at a time."""
    count, dim = keys.shape
    together = count - count % 3
    for t in range(0, together, 3):
        a = f32(0)
        b = f32(0)
        c = f32(0)
        for d in range(dim):
            q = query[d]
            a += q * keys[t, d]
            b += q * keys[t + 1, d]
            c += q * keys[t + 2, d]
        scores[t], scores[t + 1], scores[t + 2] = a * scale, b * scale, c * scale
    for t in range(together, count):
        a = f32(0)
        for d in range(dim):
            a += query[d] * keys[t, d]
        scores[t] = a * scale


@njit(cache=True, nogil=True, fastmath=True)
def mix(shares: Floats, values: Floats, out: Floats) -> None:
    """``out (D,) = shares (T,) @ values (T, D)``, four at a time."""
    count, dim = values.shape
    together = count - count % 4
    out[:] = f32(0)
    for t in range(0, together, 4):
        a, b, c, e = shares[t], shares[t + 1], shares[t + 2], shares[t + 3]
        for d in range(dim):
            out[d] += (
                a * values[t, d]
                + b * values[t + 1, d]
                + c * values[t + 2, d]
                + e * values[t + 3, d]
            )
    for t in range(together, count):
        for d in range(dim):
            out[d] += shares[t] * values[t, d]


@njit(cache=True, nogil=True, fastmath=True, parallel=True)
def attend(
    queries: Floats,
    keys: NDArray[np.uint16],
    values: NDArray[np.uint16],
    past: int,
    new: int,
    scale: float,
    out: Floats,
) -> None:
    """Softmax attention of ``queries (new, Q, D)`` over ``keys, values (K, room, D)``, each token up to itself.

    Each part of the past is summed up with its own greatest score, and the parts are then weighed against each other
    (Dao et al. 2022, arXiv 2205.14135).
    """
    heads, dim = queries.shape[1], queries.shape[2]
    key_heads = keys.shape[0]
    group = heads // key_heads
    rows = new * group
    end = past + new
    parts = (end + PART - 1) // PART
    peaks = np.empty((key_heads, parts, rows), f32)
    sums = np.empty((key_heads, parts, rows), f32)
    mixed = np.empty((key_heads, parts, rows, dim), f32)
    for unit in prange(key_heads * parts):
        h, p = unit // parts, unit % parts
        first = p * PART
        count = min(PART, end - first)
        wide = np.empty((PART, dim), f32)
        scores = np.empty((rows, PART), f32)
        widen(keys[h, first : first + count], wide)
        for r in range(rows):
            compare(queries[r // group, h * group + r % group], wide[:count], f32(scale), scores[r])
            seen = min(count, max(0, past + r // group + 1 - first))
            peak = HIDDEN_FROM_VIEW
            for t in range(seen):
                peak = max(peak, scores[r, t])
            for t in range(seen):
                scores[r, t] -= peak
            exponentiate(scores[r, :seen])
            total = f32(0)
            for t in range(seen):
                total += scores[r, t]
            scores[r, seen:count] = f32(0)
            peaks[h, p, r], sums[h, p, r] = peak, total
        widen(values[h, first : first + count], wide)
        for r in range(rows):
            mix(scores[r], wide[:count], mixed[h, p, r])
    for h in range(key_heads):
        for r in range(rows):
            peak = HIDDEN_FROM_VIEW
            for p in range(parts):
                peak = max(peak, peaks[h, p, r])
            total = f32(0)
            n, q = r // group, h * group + r % group
            for d in range(dim):
                out[n, q, d] = f32(0)
            for p in range(parts):
                share = np.exp(peaks[h, p, r] - peak)
                total += share * sums[h, p, r]
                for d in range(dim):
                    out[n, q, d] += share * mixed[h, p, r, d]
            for d in range(dim):
                out[n, q, d] /= total


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


@njit(cache=True, nogil=True)
def store(heads: Floats, kept: NDArray[np.uint16], past: int) -> None:
    """Write ``heads (new, K, D)`` behind ``past`` tokens of ``kept (K, room, D)``, rounded to the nearest bf16."""
    new, count, dim = heads.shape
    narrow = np.empty(dim, f32)
    bits = narrow.view(np.uint32)
    for n in range(new):
        for h in range(count):
            narrow[:] = heads[n, h]
            for d in range(dim):
                odd = (bits[d] >> np.uint32(16)) & np.uint32(1)
                kept[h, past + n, d] = np.uint16(
                    (bits[d] + np.uint32(0x7FFF) + odd) >> np.uint32(16)
                )


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
        if stack.query_norm.shape[1]:
            for n in range(new):
                normalize(split[n, :heads], stack.query_norm[layer], eps, split[n, :heads])
                normalize(
                    split[n, heads:turned], stack.key_norm[layer], eps, split[n, heads:turned]
                )
        rotate(split[:, :turned], cosines, sines)
        store(split[:, heads:turned], kept[0, layer], past)
        store(split[:, turned:], kept[1, layer], past)
        attend(
            split[:, :heads],
            kept[0, layer],
            kept[1, layer],
            past,
            new,
            scale,
            mixed.reshape(new, heads, dim),
        )
        apply(mixed, stack.output, layer, added)
        x += added
        normalize(x, stack.mlp_norm[layer], eps, h)
        apply(h, stack.gate_up, layer, both)
        gate(both, thought)
        apply(thought, stack.down, layer, added)
        x += added
    normalize(x, stack.norm[0], eps, h)
    apply(h[new - logits.shape[0] :], stack.head, 0, logits)


def warm_up() -> None:
    """Run every loop once on a made-up layer of the smallest size: what was not compiled yet is, and is kept.

    Without torch, so that a process that only compiles stays small. The arrays have the types that
    :class:`cowrite.engine.compiled_step.CompiledStep` passes; with others numba would compile something else.
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
