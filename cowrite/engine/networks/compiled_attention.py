"""Attention over the keys and values that are kept, compiled: the past in parts, each on a core of its own.

bf16 is seen as uint16, its upper half of a float32. numba keeps compiled loops for as long as the file that holds them
is the same: who changes something here has to change ``PARTS`` in ``compiled.py`` too, or old loops go on; a test says
so. Importing this module imports numba.

Shapes: T tokens of the past, Q heads of D units of which K have keys.
"""

from __future__ import annotations

import numpy as np
from numba import carray, njit, prange
from numpy.typing import NDArray

from cowrite.engine.networks.compiled_primitives import as_float, fetch, local_floats

f32 = np.float32
Floats = NDArray[np.float32]

# So many rows are multiplied by what is read from memory each time; with more the compiler runs out of registers.
ROWS = 3
CACHE_LINE = 64
# So many tokens of the past are looked at together; the parts of a head go to different cores.
PART = 64
MOST_HEAD_DIM = 256
SCORES = ROWS * PART
MIXED = ROWS * MOST_HEAD_DIM
HIDDEN_FROM_VIEW = f32(-1e30)


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


@njit(cache=True, nogil=True, fastmath=True)
def sort_by_head(queries: Floats, scale: float, by_head: Floats) -> None:
    """``queries (new, Q, D)`` times ``scale`` in ``by_head (K, R, D)``: the rows of one head with keys together."""
    new, heads, dim = queries.shape
    key_heads = by_head.shape[0]
    group = heads // key_heads
    for h in range(key_heads):
        for r in range(new * group):
            for d in range(dim):
                by_head[h, r, d] = queries[r // group, h * group + r % group, d] * f32(scale)


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
    sort_by_head(queries, scale, by_head)
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
