"""Any other causal model of transformers as a :class:`Network`: slower, but right.

Importing this module imports transformers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from transformers import DynamicCache

from cowrite.engine.networks.network import Cache, Network


@contextmanager
def without_weights() -> Iterator[None]:
    """Modules that this thread makes have parameters without memory; what they compute beside those is real."""
    register, thread = nn.Module.register_parameter, threading.get_ident()

    def on_meta(module: nn.Module, name: str, parameter: nn.Parameter | None) -> None:
        if parameter is not None and threading.get_ident() == thread:
            parameter = nn.Parameter(parameter.to("meta"), requires_grad=False)
        register(module, name, parameter)

    nn.Module.register_parameter = on_meta  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        nn.Module.register_parameter = register  # type: ignore[method-assign]


class TransformersCache:
    """A ``DynamicCache`` that can go back and be copied.

    It keeps everything, whatever window a layer looks through (the mask sees to that): told of windows, it would forget
    what has left them, and could neither go back nor be copied from then on.
    """

    def __init__(self) -> None:
        self.inner = DynamicCache()

    @property
    def length(self) -> int:
        """How many tokens it holds in each row."""
        return int(self.inner.get_seq_length())

    def rewind(self, length: int) -> None:
        """Keep the first ``length`` tokens."""
        if length == 0:
            self.inner = DynamicCache()
        elif surplus := self.length - length:
            self.inner.crop(-surplus)

    def fork(self, rows: int, length: int) -> TransformersCache:
        """A copy with the first ``length`` tokens in each of ``rows`` rows."""
        copy = TransformersCache()
        for index, layer in enumerate(self.inner.layers):
            keys = layer.keys.repeat_interleave(rows, dim=0)
            copy.inner.update(keys, layer.values.repeat_interleave(rows, dim=0), index)
        copy.rewind(length)
        return copy

    @property
    def nbytes(self) -> int:
        """Memory it takes, in bytes."""
        tensors = [t for layer in self.inner.layers for t in (layer.keys, layer.values)]
        return sum(t.nbytes for t in tensors if t is not None)

    @property
    def can_put_back(self) -> bool:
        """Its layers' tensors grow by themselves, so tokens are read again."""
        return False

    def token_at(self, position: int) -> torch.Tensor | None:  # noqa: ARG002 - a port
        """None."""
        return None

    def put_back(self, saved: torch.Tensor) -> None:
        """Never: nothing was saved. Raises NotImplementedError."""
        raise NotImplementedError


class TransformersNetwork(Network):
    """Wraps a causal model of transformers."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def new_cache(self) -> TransformersCache:
        """A cache that holds nothing."""
        return TransformersCache()

    def forward(
        self,
        ids: Tensor,
        cache: Cache | None = None,
        *,
        last: int = 0,
        cancelled: Callable[[], bool] = lambda: False,  # noqa: ARG002 - it cannot be interrupted
    ) -> Tensor:
        """``ids (B, T) -> logits (B, T, V)``, or ``(B, last, V)``; see :class:`Network`."""
        kept = cache.inner if isinstance(cache, TransformersCache) else None
        output = self.model(
            input_ids=ids,
            cache=kept,
            use_cache=kept is not None,
            logits_to_keep=last,
        )
        logits: torch.Tensor = output.logits
        return logits
