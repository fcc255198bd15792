"""A frozen product with a low-rank adapter (LoRA, Hu et al. 2021, arXiv 2106.09685), several layers of a file as one.

``y = W x + (alpha / r) B A dropout(x)``. Only A and B get gradients. Queries, keys and values share one W, one stacked
A and one dropout mask, so that the adapters of a layer add two slim products and not six.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.nn import functional as F


@dataclass(frozen=True, slots=True)
class Part:
    """One layer of the file inside a joined one: its name there, and which outputs are its own."""

    name: str
    start: int
    end: int


class AdaptedLinear(nn.Module):
    """``weight (out, in)`` is frozen; each of ``parts`` has factors of its own, the others of the outputs none.

    Dropout leaves out whole inputs, the same for all tokens of a pass (as Gal and Ghahramani 2016, arXiv 1512.05287, do
    it over time): then it is a change of A, and costs nothing. Drawn for each token it took a tenth of the time.
    """

    weight: Tensor
    bias: Tensor | None

    def __init__(
        self,
        weight: Tensor,
        bias: Tensor | None,
        parts: Sequence[Part],
        *,
        rank: int,
        alpha: float,
        dropout: float,
    ) -> None:
        super().__init__()
        self.register_buffer("weight", weight, persistent=False)
        self.register_buffer("bias", bias, persistent=False)
        self.parts = tuple(parts)
        self.rank, self.scaling = rank, alpha / rank
        self.dropout = dropout
        self.enabled = True
        on = weight.device
        self.a = nn.Parameter(torch.zeros(rank * len(self.parts), weight.shape[1], device=on))
        self.b = nn.ParameterList(
            nn.Parameter(torch.zeros(part.end - part.start, rank, device=on)) for part in self.parts
        )

    def begin(self, generator: torch.Generator) -> None:
        """Start anew as PEFT does: A from a uniform distribution (He et al. 2015), B zero, so that y is W x."""
        with torch.no_grad():
            bound = 1 / math.sqrt(self.weight.shape[1])
            drawn = torch.rand(self.a.shape, generator=generator)
            self.a.copy_((2 * drawn - 1) * bound)
            for b in self.b:
                b.zero_()

    def forward(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """``x (T, in) -> (T, out)``; dropout only with a ``generator`` that draws it."""
        if not self.parts or not self.enabled:
            y: Tensor = _Frozen.apply(x, self.weight, self.bias)  # type: ignore[no-untyped-call]
            return y
        kept = None
        if generator is not None and self.dropout:
            kept = torch.empty(x.shape[1], dtype=x.dtype, device=x.device)
            kept.bernoulli_(1 - self.dropout, generator=generator).div_(1 - self.dropout)
        adapted: Tensor = _Adapted.apply(  # type: ignore[no-untyped-call]
            x, self.weight, self.bias, kept, self, self.a, *self.b
        )
        return adapted


class _Frozen(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.weight = weight
        return F.linear(x, weight, bias)

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Any:
        return g @ ctx.weight, None, None


class _Adapted(Function):
    """Written out, because autograd would keep more, and add the parts up in new tensors."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        kept: Tensor | None,
        layer: AdaptedLinear,
        a: Tensor,
        *bs: Tensor,
    ) -> Tensor:
        dtype, rank = x.dtype, layer.rank
        seen = a.to(dtype) if kept is None else a.to(dtype) * kept
        low = x @ seen.T
        y = F.linear(x, weight, bias)
        for i, (part, b) in enumerate(zip(layer.parts, bs, strict=True)):
            own = y[:, part.start : part.end]
            own.addmm_(low[:, i * rank : (i + 1) * rank], b.to(dtype).T, alpha=layer.scaling)
        ctx.save_for_backward(x, kept, low, seen, *bs)
        ctx.weight, ctx.layer = weight, layer
        return y

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Any:
        x, kept, low, seen, *bs = ctx.saved_tensors
        layer: AdaptedLinear = ctx.layer
        rank = layer.rank
        low_g = torch.empty_like(low)
        b_grads = []
        for i, (part, b) in enumerate(zip(layer.parts, bs, strict=True)):
            own, at = g[:, part.start : part.end], slice(i * rank, (i + 1) * rank)
            low_g[:, at] = own @ b.to(x.dtype)
            b_grads.append((own.T @ low[:, at]).to(b.dtype).mul_(layer.scaling))
        low_g *= layer.scaling
        a_grad = low_g.T @ x
        if kept is not None:
            a_grad *= kept
        x_grad = None
        if ctx.needs_input_grad[0]:
            x_grad = (g @ ctx.weight).addmm_(low_g, seen)
        return x_grad, None, None, None, None, a_grad.to(layer.a.dtype), *b_grads
