"""How much memory a model took: summed over what the engine did for it. Other threads have little part in that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from cowrite.base.system_probes import own_memory_bytes


class TakenMemory:
    """Bytes of the main memory and of a card, taken within :meth:`measured`."""

    def __init__(self) -> None:
        self._main = self._card = 0

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Count what is taken within."""
        main, card = own_memory_bytes(), _on_card()
        try:
            yield
        finally:
            self._main += own_memory_bytes() - main
            self._card += _on_card() - card

    def on(self, device: str) -> int:
        """What was taken on “cpu” or “cuda”; never less than nothing."""
        return max(0, self._main if device == "cpu" else self._card)


def _on_card() -> int:
    return torch.cuda.memory_allocated() if torch.cuda.is_available() else 0
