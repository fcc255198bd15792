"""What the C sources of the decoding step compute, written down plainly: in float64, one token after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cowrite.engine.networks.layer_plan import LayerPlan, Sight
from cowrite.engine.networks.native.library import Linear, Stack

Numbers = NDArray[np.float64]


def to_bf16(x: NDArray[Any]) -> NDArray[np.uint16]:
    """Rounded to the nearest, ties to even."""
    bits = x.astype(np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def from_bf16(bits: NDArray[np.uint16]) -> Numbers:
    return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


def product(x: Numbers, linear: Linear, layer: int) -> Numbers:
    weight, scale, bias, into, out_of = (each[layer].astype(np.float64) for each in linear)
    result: Numbers = x @ weight.T * scale + bias + x @ into.T @ out_of.T
    return result


def normalized(x: Numbers, weight: NDArray[np.float32], eps: float) -> Numbers:
    result: Numbers = x / np.sqrt((x * x).mean(-1, keepdims=True) + eps) * weight
    return result


def turned(heads: Numbers, cosines: NDArray[np.float32], sines: NDArray[np.float32]) -> Numbers:
    """``heads (heads, D)`` of one token; the tables' signs are those of the halves changed over."""
    result: Numbers = heads * cosines + np.roll(heads, heads.shape[-1] // 2, axis=-1) * sines
    return result


def attention(queries: Numbers, keys: Numbers, values: Numbers, scale: float) -> Numbers:
    """``queries (Q, D)`` of one token, ``keys, values (K, T, D)``."""
    group = len(queries) // len(keys)
    mixed = np.empty_like(queries)
    for q, query in enumerate(queries):
        scores = keys[q // group] @ query * scale
        shares = np.exp(scores - scores.max())
        mixed[q] = shares @ values[q // group] / shares.sum()
    return mixed


def step(
    x: NDArray[np.float32],
    stack: Stack,
    plan: LayerPlan,
    kept: NDArray[np.uint16],
    past: int,
    turns: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> Numbers:
    """The logits ``(N, V)`` of ``x (N, H)``; keys and values are written in ``kept (2, L, K, room, D)``."""
    rows = [token.astype(np.float64) for token in x]
    heads, turned_heads = plan.heads, plan.heads + plan.kv_heads
    for layer in range(plan.layers):
        for n, row in enumerate(rows):
            h = normalized(row, stack.attention_norm[layer], plan.norm_eps)
            split = product(h, stack.qkv, layer).reshape(-1, plan.head_dim)
            if stack.query_norm.size:
                split[:heads] = normalized(split[:heads], stack.query_norm[layer], plan.norm_eps)
                of_keys = split[heads:turned_heads]
                split[heads:turned_heads] = normalized(
                    of_keys, stack.key_norm[layer], plan.norm_eps
                )
            split[:turned_heads] = turned(split[:turned_heads], turns[0][n], turns[1][n])
            kept[0, layer, :, past + n] = to_bf16(split[heads:turned_heads])
            kept[1, layer, :, past + n] = to_bf16(split[turned_heads:])
            keys, values = from_bf16(kept[:, layer, :, : past + n + 1])
            mixed = attention(split[:heads], keys, values, plan.attention_scale)
            row = row + product(mixed.ravel(), stack.output, layer)
            both = product(
                normalized(row, stack.mlp_norm[layer], plan.norm_eps), stack.gate_up, layer
            )
            gate, up = np.split(both, 2)
            rows[n] = row + product(gate / (1 + np.exp(-gate)) * up, stack.down, layer)
    return product(normalized(np.array(rows), stack.norm[0], plan.norm_eps), stack.head, 0)


def made_up_plan(
    *, layers: int, heads: int, kv_heads: int, head_dim: int, hidden: int, intermediate: int
) -> LayerPlan:
    return LayerPlan(
        layers=layers,
        hidden=hidden,
        intermediate=intermediate,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=head_dim,
        norm_eps=1e-5,
        sights=(Sight(10_000.0),) * layers,
        attention_scale=head_dim**-0.5,
    )


def made_up_stack(
    plan: LayerPlan, vocabulary: int, rank: int, *, norms: bool, chance: np.random.Generator
) -> Stack:
    """Weights of such sizes that numbers stay near one."""

    def linear(layers: int, outputs: int, inputs: int, rank: int) -> Linear:
        def some(*shape: int, size: float) -> NDArray[np.float32]:
            return (chance.standard_normal(shape) * size).astype(np.float32)

        return Linear(
            chance.integers(-127, 128, (layers, outputs, inputs)).astype(np.int8),
            np.abs(some(layers, outputs, size=1 / 70 / inputs**0.5)),
            some(layers, outputs, size=0.1),
            some(layers, rank, inputs, size=inputs**-0.5),
            some(layers, outputs, rank, size=0.3),
        )

    def norm(layers: int, size: int) -> NDArray[np.float32]:
        return chance.uniform(0.5, 1.5, (layers, size)).astype(np.float32)

    turned_heads = plan.heads + 2 * plan.kv_heads
    of_heads = plan.head_dim if norms else 0
    return Stack(
        qkv=linear(plan.layers, turned_heads * plan.head_dim, plan.hidden, rank),
        output=linear(plan.layers, plan.hidden, plan.heads * plan.head_dim, 0),
        gate_up=linear(plan.layers, 2 * plan.intermediate, plan.hidden, 0),
        down=linear(plan.layers, plan.hidden, plan.intermediate, rank),
        head=linear(1, vocabulary, plan.hidden, 0),
        attention_norm=norm(plan.layers, plan.hidden),
        mlp_norm=norm(plan.layers, plan.hidden),
        query_norm=norm(plan.layers, of_heads),
        key_norm=norm(plan.layers, of_heads),
        norm=norm(1, plan.hidden),
    )
