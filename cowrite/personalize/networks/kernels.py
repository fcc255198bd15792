"""The parts of a layer that are no products, forward and backward in as few passes over memory as possible.

On a processor these passes cost as much as arithmetic. Their gradients are compared with autograd's in the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.nn import functional as F

# So many rows of logits at a time: 50 MB for 49,152 words, and enough rows for the products to be fast.
LOGIT_ROWS = 256
# The least probability of which a logarithm is taken: 86 nats.
LEAST = 1e-37


class RmsNorm(Function):
    """``x / rms(x) * weight`` (Zhang and Sennrich 2019) over the last dimension; ``weight`` is frozen."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, eps: float) -> Tensor:
        """The value, and what its gradient needs."""
        wide = x.float()
        mean_square = torch.linalg.vector_norm(wide, dim=-1, keepdim=True).square_()
        inverse = mean_square.div_(x.shape[-1]).add_(eps).rsqrt_()
        ctx.save_for_backward(x, inverse)
        ctx.weight = weight
        normalized: Tensor = (wide * inverse).mul_(weight).to(x.dtype)
        return normalized

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Any:
        """The gradient."""
        x, inverse = ctx.saved_tensors
        scaled = g * ctx.weight
        wide = x.float()
        # d/dx of x * inverse(x): inverse * (g - x * inverse^2 * mean(g * x))
        along = torch.linalg.vecdot(scaled.float(), wide).unsqueeze_(-1).div_(x.shape[-1])
        along.mul_(inverse).mul_(inverse)
        return scaled.addcmul_(x, along.to(x.dtype), value=-1).mul_(inverse), None, None


class Rotate(Function):
    """Rotary positions (Su et al. 2021): ``x (T, heads, d)``, ``cosines, sines (T, 1, d)``."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        """The value, and what its gradient needs."""
        ctx.tables = cosines, sines
        return _turned(x, cosines, sines, 1)

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Any:
        """The gradient."""
        cosines, sines = ctx.tables
        return _turned(g, cosines, sines, -1), None, None


def _turned(x: Tensor, cosines: Tensor, sines: Tensor, direction: int) -> Tensor:
    half = x.shape[-1] // 2
    turned = x * cosines
    # The first half's sine is negative, so that both halves are the same step.
    turned[..., :half].addcmul_(x[..., half:], sines[..., :half], value=direction)
    turned[..., half:].addcmul_(x[..., :half], sines[..., half:], value=direction)
    return turned


class Gated(Function):
    """``silu(gate) * up`` for ``both (T, 2 f)``, gate first (Shazeer 2020)."""

    @staticmethod
    def forward(ctx: Any, both: Tensor) -> Tensor:
        """The value, and what its gradient needs."""
        ctx.save_for_backward(both)
        gate, up = both.chunk(2, dim=-1)
        return F.silu(gate).mul_(up)

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Any:
        """The gradient."""
        (both,) = ctx.saved_tensors
        gate, up = both.chunk(2, dim=-1)
        grad = torch.empty_like(both)
        gate_grad, up_grad = grad.chunk(2, dim=-1)
        torch.mul(F.silu(gate), g, out=up_grad)
        gate_grad.copy_(torch.ops.aten.silu_backward(g * up, gate))
        return grad


class TokenLoss(Function):
    """``-log p(target)`` in nats of each row of ``hidden (N, d)`` under ``softmax(hidden @ head.T)``: ``(N,)``.

    The gradient is made right away, row by row of logits, so that no more than LOGIT_ROWS rows of them ever exist.
    ``between`` is called before each block of rows.
    """

    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, head: Tensor, targets: Tensor, between: Callable[[], None]
    ) -> Tensor:
        """The value, and what its gradient needs."""
        losses = torch.empty(len(targets), device=hidden.device, dtype=torch.float32)
        wants_gradient = ctx.needs_input_grad[0]
        gradient = torch.empty_like(hidden) if wants_gradient else None
        for start in range(0, len(targets), LOGIT_ROWS):
            between()
            rows = slice(start, start + LOGIT_ROWS)
            target = targets[rows, None]
            chances = torch.softmax((hidden[rows] @ head.T).float(), dim=-1)
            losses[rows] = chances.gather(1, target)[:, 0].clamp_min_(LEAST).log_().neg_()
            if gradient is not None:
                chances.scatter_add_(1, target, torch.full_like(target, -1, dtype=chances.dtype))
                torch.matmul(chances.to(hidden.dtype), head, out=gradient[rows])
        if gradient is not None:
            ctx.save_for_backward(gradient)
        return losses

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Any:
        """The gradient."""
        (gradient,) = ctx.saved_tensors
        return gradient * g[:, None].to(gradient.dtype), None, None, None
