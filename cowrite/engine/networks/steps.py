"""Work as a generator: it yields where other work may come between, and returns what it was for."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

Y = TypeVar("Y")
R = TypeVar("R")


class Cancelled(Exception):
    """What was asked for is not wanted any more; what has been read so far stays in the cache."""


def finish(steps: Generator[Y, None, R], on_step: Callable[[Y], None] = lambda _: None) -> R:
    """Do all of it now; ``on_step`` is told what each step yields."""
    while True:
        try:
            yielded = next(steps)
        except StopIteration as end:
            result: R = end.value
            return result
        on_step(yielded)
