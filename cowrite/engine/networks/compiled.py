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
from numba import carray, njit, prange
from numpy.typing import NDArray

from cowrite.engine.networks.compiled_primitives import as_float, fetch, local_floats

f32 = np.float32
Floats = NDArray[np.float32]

# So many rows are multiplied by a weight each time it is read; with more the compiler runs out of registers.
ROWS = 3
# So many bytes ahead the weights are fetched: processors stop at the end of a page of memory, and wait there.
AHEAD = 4096
CACHE_LINE = 64
# So many tokens of the past are looked at together; the parts of a head go to different cores.
PART = 64
MOST_HEAD_DIM = 256
SCORES = ROWS * PART
MIXED = ROWS * MOST_HEAD_DIM
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
def exponential(x: np.float32) -> np.float32:
    """``exp(x)`` for ``x <= 0`` to a relative error of 4e-6; below -69, where it is next to nothing, that of -69.

    ``exp(x) = 2^n exp(g)`` with whole ``n`` and ``|g| <= ln(2) / 2``, by the first terms of the series of ``exp(g)``.
    Fits the vector instructions, which the function of the C library does not. Never so small that its product with
    a value would be below the normal numbers, where processors are slow.
    """
    z = max(x * f32(1.4426950408889634), f32(-100))
    n = np.floor(z + f32(0.5))
    g = (z - n) * f32(0.6931471805599453)
    power = as_float(np.uint32((np.int32(n) + np.int32(127)) << np.int32(23)))
    series = f32(1 / 6) + g * (f32(1 / 24) + g * f32(1 / 120))
    return f32(power * (f32(1) + g * (f32(1) + g * (f32(0.5) + g * series))))


@njit(cache=True, nogil=True, fastmath=True)
def widened(bits: np.uint16) -> np.float32:
    """A bf16 as float32."""
    return f32(as_float(np.uint32(bits) << np.uint32(16)))


@njit(cache=True, nogil=True, fastmath=True)
def compare(queries: Floats, keys: NDArray[np.uint16], scores: Floats) -> None:
    """``scores (ROWS, PART) = queries (ROWS, D) @ keys (T, D).T``."""
    for t in range(keys.shape[0]):
        a, b, c = f32(0), f32(0), f32(0)
        for d in range(keys.shape[1]):
            key = widened(keys[t, d])
            a += queries[0, d] * key
            b += queries[1, d] * key
            c += queries[2, d] * key
        scores[0, t], scores[1, t], scores[2, t] = a, b, c


@njit(cache=True, nogil=True, fastmath=True)
def soften(scores: Floats, seen: int) -> tuple[np.float32, np.float32]:
    """``exp(scores - peak)`` in place of the first ``seen`` of ``scores (PART,)``, and next to nothing after them.

    Returns the peak, which is the greatest score, and the sum.
    """
    if seen == 0:
        scores[:] = f32(0)
        return HIDDEN_FROM_VIEW, f32(0)
    for t in range(seen, PART):
        scores[t] = HIDDEN_FROM_VIEW
    # Sixteen at a time: one after the other, each would wait for the one before.
    peaks = carray(local_floats(16), (16,))
    for t in range(16):
        peaks[t] = scores[t]
    for first in range(16, PART, 16):
        for t in range(16):
            peaks[t] = max(peaks[t], scores[first + t])
    peak = peaks[0]
    for t in range(16):
        peak = max(peak, peaks[t])
    total = f32(0)
    for t in range(PART):
        share = exponential(scores[t] - peak)
        scores[t] = share
        total += share
    return peak, total


@njit(cache=True, nogil=True, fastmath=True)
def mix(shares: Floats, values: NDArray[np.uint16], out: Floats) -> None:
    """``out (ROWS, D) = shares (ROWS, PART) @ values (T, D)``, four values at a time."""
    count, dim = values.shape
    together = count - count % 4
    for r in range(ROWS):
        for d in range(dim):
            out[r, d] = f32(0)
    for t in range(0, together, 4):
        a0, a1, a2, a3 = shares[0, t], shares[0, t + 1], shares[0, t + 2], shares[0, t + 3]
        b0, b1, b2, b3 = shares[1, t], shares[1, t + 1], shares[1, t + 2], shares[1, t + 3]
        c0, c1, c2, c3 = shares[2, t], shares[2, t + 1], shares[2, t + 2], shares[2, t + 3]
        for d in range(dim):
            v0, v1 = widened(values[t, d]), widened(values[t + 1, d])
            v2, v3 = widened(values[t + 2, d]), widened(values[t + 3, d])
            out[0, d] += a0 * v0 + a1 * v1 + a2 * v2 + a3 * v3
            out[1, d] += b0 * v0 + b1 * v1 + b2 * v2 + b3 * v3
            out[2, d] += c0 * v0 + c1 * v1 + c2 * v2 + c3 * v3
    for t in range(together, count):
        for d in range(dim):
            value = widened(values[t, d])
            out[0, d] += shares[0, t] * value
            out[1, d] += shares[1, t] * value
            out[2, d] += shares[2, t] * value


@njit(cache=True, nogil=True, fastmath=True)
def attend_part(
    queries: Floats,
    keys: NDArray[np.uint16],
    values: NDArray[np.uint16],
    group: int,
    past: int,
    peaks: Floats,
    sums: Floats,
    mixed: Floats,
) -> None:
    """Attention of ``queries (R, D)`` over one part of the past, ``keys, values (T, D)``; R is whole groups of ROWS.

    Row r is of token ``r // group`` and sees ``past + r // group + 1`` of them. Its greatest score goes to ``peaks
    (R,)``, the sum of the exponentials below that to ``sums (R,)``, the values mixed by them to ``mixed (R, D)``.
    """
    count, dim = keys.shape
    scores = carray(local_floats(SCORES), (ROWS, PART))
    out = carray(local_floats(MIXED), (ROWS, MOST_HEAD_DIM))
    for r in range(0, len(queries), ROWS):
        compare(queries[r : r + ROWS], keys, scores)
        for j in range(ROWS):
            seen = min(count, max(0, past + (r + j) // group + 1))
            peaks[r + j], sums[r + j] = soften(scores[j], seen)
        mix(scores, values, out)
        for j in range(ROWS):
            for d in range(dim):
                mixed[r + j, d] = out[j, d]


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
    filled = -(-rows // ROWS) * ROWS
    end = past + new
    parts = (end + PART - 1) // PART
    peaks = np.empty((key_heads, parts, filled), f32)
    sums = np.empty((key_heads, parts, filled), f32)
    mixed = np.empty((key_heads, parts, filled, dim), f32)
    by_head = np.zeros((key_heads, filled, dim), f32)
    for h in range(key_heads):
        for r in range(rows):
            for d in range(dim):
                by_head[h, r, d] = queries[r // group, h * group + r % group, d] * f32(scale)
    for unit in prange(key_heads * parts):
        h, p = unit // parts, unit % parts
        first = p * PART
        last = min(first + PART, end)
        for i in range(0, PART * dim * 2, CACHE_LINE):
            fetch(values, ((h * values.shape[1]) + first) * dim * 2 + i)
        attend_part(
            by_head[h],
            keys[h, first:last],
            values[h, first:last],
            group,
            past - first,
            peaks[h, p],
            sums[h, p],
            mixed[h, p],
        )
    for h in range(key_heads):
        for r in range(rows):
            weigh(
                peaks[h, :, r],
                sums[h, :, r],
                mixed[h, :, r],
                out[r // group, h * group + r % group],
            )


@njit(cache=True, nogil=True, fastmath=True)
def weigh(peaks: Floats, sums: Floats, mixed: Floats, out: Floats) -> None:
    """``out (D,)`` of what the parts ``peaks, sums (P,)`` and ``mixed (P, D)`` found."""
    peak = peaks.max()
    total = f32(0)
    out[:] = f32(0)
    for p in range(len(peaks)):
        share = np.exp(peaks[p] - peak)
        total += share * sums[p]
        for d in range(len(out)):
            out[d] += share * mixed[p, d]
    for d in range(len(out)):
        out[d] /= total


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


def forget_compiled() -> None:
    """Delete what numba keeps of these loops on disk, so that all of it is compiled in one go the next time."""
    folder = Path(step.stats.cache_path)
    for kept in folder.glob(f"{Path(__file__).stem}.*.nb[ic]"):
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
