"""What the trainer needs of a model, whichever way it is computed: losses of tokens, and the adapter's factors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cowrite.engine.networks.quantize import multiplies_bf16


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraShape:
    """Which layers get an adapter, and of what shape. The first ``frozen_layers`` layers stay as they are."""

    rank: int
    alpha: float
    dropout: float
    targets: tuple[str, ...]
    frozen_layers: int = 0

    def adapts(self, layer: int, name: str) -> bool:
        """Whether the linear layer ``name`` in layer ``layer`` gets one."""
        return layer >= self.frozen_layers and name.rpartition(".")[2] in self.targets


class Trainable(nn.Module):
    """A causal language model whose only parameters are its adapter."""

    def begin(self, seed: int) -> None:
        """Fresh adapters, the same for the same ``seed``."""
        raise NotImplementedError

    def factors(self) -> Iterator[tuple[str, Tensor]]:
        """Every factor of the adapter by its name in PEFT's files; writing to one changes the model."""
        raise NotImplementedError

    def without_adapter(self) -> AbstractContextManager[None]:
        """Inside, the model computes as if it had learned nothing."""
        raise NotImplementedError

    def token_losses(
        self,
        ids: Tensor,
        lengths: Sequence[int],
        at: Tensor,
        *,
        wanted: Tensor | None = None,
        seed: int | None = None,
        between: Callable[[], None] = lambda: None,
    ) -> Tensor:
        """``-log p`` in nats of the tokens at the places ``at (N,)`` of ``ids (T,)``, each given what is before it.

        With ``wanted (N,)`` that of these tokens instead, if they stood at those places.

        ``ids`` is text after text, of ``lengths``; none sees another, and a place that is the first of its text must
        not be asked for. ``seed`` draws the dropout; without one there is none. ``between`` is called often, and may
        wait or raise.
        """
        raise NotImplementedError

    def copy_factors(self) -> dict[str, Tensor]:
        """A copy of the adapter, on the processor."""
        return {name: factor.detach().cpu().clone() for name, factor in self.factors()}

    def set_factors(self, factors: Mapping[str, Tensor]) -> None:
        """Take over an adapter. Raises ValueError if it is not one for this model and shape."""
        own = dict(self.factors())
        if own.keys() != factors.keys() or any(own[k].shape != factors[k].shape for k in own):
            raise ValueError("an adapter of another shape")
        for name, factor in own.items():
            factor.copy_(factors[name])


def training_dtype(device: torch.device) -> torch.dtype:
    """What the device multiplies fastest and gradients survive."""
    slow = device.type == "cpu" and not multiplies_bf16()
    return torch.float32 if slow else torch.bfloat16
