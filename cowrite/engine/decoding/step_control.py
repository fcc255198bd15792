"""How work that is done step by step is interrupted, and what it says on the way."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

from cowrite.base.errors import UserError
from cowrite.engine.messages import Candidate

R_co = TypeVar("R_co", covariant=True)

# A task at work: yields the first candidate so far, or None, after each token or verified draft and within a reading.
Steps = Generator[Candidate | None, None, R_co]


class TaskRefusedError(UserError):
    """This task cannot be done, as of a text that is too long; the engine is well."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepControl:
    """Once ``cancelled()``, the work raises Cancelled within a token or a chunk of what it reads.

    A chunk that was begun is finished unless it is ``useless()`` to, which without a say of its own is the same as
    cancelled: who types on asks for more of the same text, and would never get to the end of it otherwise. Work that
    ``gives_way`` reads in smaller parts and yields within each, so that nothing waits for longer than a token takes.
    What came between has no part in what it computes: it drafts from its own text alone, or not at all.
    """

    cancelled: Callable[[], bool] = _never
    useless: Callable[[], bool] | None = None
    gives_way: bool = False

    def is_useless(self) -> bool:
        """Whether a chunk that was begun need not be finished."""
        return (self.useless or self.cancelled)()


UNINTERRUPTED = StepControl()
