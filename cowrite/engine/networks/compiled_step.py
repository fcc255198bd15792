"""One pass of a few tokens through a quantized decoder as a single compiled call, which holds no interpreter lock.

The loops are in C (:mod:`cowrite.engine.networks.native`). Where there is no library of them, torch computes.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Generator, Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cowrite.engine.networks.layer_plan import LayerPlan
from cowrite.engine.networks.native.library import Linear, Stack, address, library, stack_structure
from cowrite.engine.networks.steps import finish

# A draft and the token before it. The compiled loops read the weights once for a few rows; for many, the products of a
# library are faster.
MOST_TOKENS = 9
# So many tokens take all layers hardly longer than one does, on the processor where a token more costs most.
TOKENS_OF_ONE_COST = 3
# torch's kernels and these round at different places.
LEAST_COSINE = 0.99


def can_follow(plan: LayerPlan) -> bool:
    """Whether the compiled loops compute what ``plan`` says: layers that all see alike, with SiLU."""
    return (
        len(set(plan.sights)) == 1
        and plan.activation == "silu"
        and not plan.normalizes_outputs
        and plan.embedding_scale == 1.0
    )


class Int8Stack:
    """The int8 weights of one kind of linear layer, of all layers in one block, filled layer by layer."""

    def __init__(self, layers: int) -> None:
        self._layers = layers
        self.weight = np.empty((0, 0, 0), np.int8)
        self.scale = np.empty((0, 0), np.float32)
        self.bias = np.empty((0, 0), np.float32)

    def put(self, layer: int, weight: Tensor, scale: Tensor, bias: Tensor | None) -> Tensor:
        """Copy one layer's ``weight (out, in)``, ``scale (out,)`` and ``bias (out,)``; the copy of the weight."""
        if layer == 0:
            self.weight = np.empty((self._layers, *weight.shape), np.int8)
            self.scale = np.empty((self._layers, weight.shape[0]), np.float32)
            self.bias = np.zeros_like(self.scale)
        self.weight[layer] = weight.numpy()
        self.scale[layer] = scale.float().numpy()
        if bias is not None:
            self.bias[layer] = bias.float().numpy()
        return torch.from_numpy(self.weight[layer])


class CompiledStep:
    """Reads up to MOST_TOKENS tokens of one row. ``stacks`` are qkv, output, gate_up, down and head."""

    def __init__(
        self,
        plan: LayerPlan,
        *,
        stacks: Sequence[Int8Stack],
        attention_norms: Sequence[Tensor],
        mlp_norms: Sequence[Tensor],
        query_norms: Sequence[Tensor | None],
        key_norms: Sequence[Tensor | None],
        norm: Tensor,
    ) -> None:
        self._step = library().cowrite_step
        self._plan = plan
        qkv, output, gate_up, down, head = (_linear(stack) for stack in stacks)
        self._stack = Stack(
            qkv=qkv,
            output=output,
            gate_up=gate_up,
            down=down,
            head=head,
            attention_norm=_rows(attention_norms),
            mlp_norm=_rows(mlp_norms),
            query_norm=_rows(query_norms),
            key_norm=_rows(key_norms),
            norm=_rows([norm]),
        )
        self._structure = stack_structure(self._stack, plan)

    def adapt(self, product: str, pairs: Sequence[tuple[Tensor, Tensor] | None]) -> None:
        """Add low-rank products from now on: ``down (R, in)`` and ``up (R, out)`` beside ``product`` of each layer.

        ``product`` is a name of the stack, such as “qkv”; a layer with None adds nothing.
        """
        linear: Linear = getattr(self._stack, product)
        layers, outputs, inputs = linear.weight.shape
        rank = max((pair[0].shape[0] for pair in pairs if pair), default=0)
        into = np.zeros((layers, rank, inputs), np.float32)
        out_of = np.zeros((layers, outputs, rank), np.float32)
        for layer, pair in enumerate(pairs):
            if pair is not None:
                down, up = pair
                into[layer, : len(down)] = down.float().numpy()
                out_of[layer, :, : len(up)] = up.float().t().numpy()
        changed = linear._replace(into=into, out_of=out_of)
        self._stack = self._stack._replace(**{product: changed})  # type: ignore[arg-type]
        self._structure = stack_structure(self._stack, self._plan)

    def read(
        self, embedded: Tensor, kept: Tensor, past: int, cosines: Tensor, sines: Tensor, last: int
    ) -> Tensor:
        """``embedded (1, T, H) -> logits (1, last, V)``; keys and values go to ``kept (2, L, 1, K, room, D)``, in bf16.

        ``cosines`` and ``sines (T, D)`` are those of the tokens' positions.
        """
        return finish(self._reading(embedded, kept, past, (cosines, sines), last, parts=1))

    def reading(
        self, embedded: Tensor, kept: Tensor, past: int, cosines: Tensor, sines: Tensor, last: int
    ) -> Generator[None, None, Tensor]:
        """As :meth:`read`, and yields within it, so that nothing takes longer than one token does.

        Meanwhile other tokens may be read elsewhere; what lies behind ``past`` in ``kept`` is not to be changed.
        """
        tokens = embedded.shape[1]
        parts = 1 if tokens == 1 else 1 + -(-tokens // TOKENS_OF_ONE_COST)
        return self._reading(embedded, kept, past, (cosines, sines), last, parts)

    def _reading(
        self,
        embedded: Tensor,
        kept: Tensor,
        past: int,
        turns: tuple[Tensor, Tensor],
        last: int,
        parts: int,
    ) -> Generator[None, None, Tensor]:
        x = embedded[0].to(torch.float32, copy=True).contiguous().numpy()
        block = kept[:, :, 0].view(torch.int16).numpy()
        tables = [table.float().contiguous().numpy() for table in turns]
        logits = np.empty((last, self._stack.head.weight.shape[1]), np.float32)
        tokens, space, layers = len(x), block.shape[3], self._plan.layers
        if past + tokens > space:
            raise ValueError(f"There is no room for {past + tokens} tokens, only for {space}.")
        # The last part is the logits alone, if there are several.
        cuts = [layers * part // max(1, parts - 1) for part in range(max(2, parts))]
        spans = [*pairwise(cuts), *([(layers, layers)] if parts > 1 else [])]
        for first, end in spans:
            is_last = (first, end) == spans[-1]
            failed = self._step(
                ctypes.byref(self._structure),
                address(x),
                tokens,
                address(block),
                space,
                past,
                *map(address, tables),
                first,
                end,
                last,
                address(logits) if is_last else None,
                min(torch.get_num_threads(), _cores()),
            )
            if failed:
                raise MemoryError("There is no memory for a decoding step.")
            if not is_last:
                yield
        return torch.from_numpy(logits[None])


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _linear(stack: Int8Stack) -> Linear:
    layers, outputs, inputs = stack.weight.shape
    return Linear(
        stack.weight,
        stack.scale,
        stack.bias,
        into=np.empty((layers, 0, inputs), np.float32),
        out_of=np.empty((layers, outputs, 0), np.float32),
    )


def _rows(norms: Sequence[Tensor | None]) -> NDArray[np.float32]:
    """One row for each; rows of nothing for None."""
    return np.stack(
        [np.empty(0, np.float32) if norm is None else norm.float().numpy() for norm in norms]
    )
