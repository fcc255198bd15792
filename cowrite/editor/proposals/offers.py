"""What can be done with a passage here, and why the rest cannot: a port, for who knows models is not the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cowrite.tasks.passage.work import PassageTask


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOffer:
    """A task, and ``why_not``: a sentence that says why it cannot be had now; empty if it can."""

    task: PassageTask
    why_not: str = ""


TaskOffers = Callable[[], Sequence[TaskOffer]]
"""All tasks there are, in the order of menus. It returns at once."""
