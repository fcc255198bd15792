"""Two engines on one machine compute in turns, and what the caret waits for comes first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """Shared by the engines of one machine: one of them takes a step at a time.

    Two models that computed at once would take each other's cores and caches, and the suggestion would come late.
    Whoever answers at the caret claims the turns for as long as it has such work; the other takes no step meanwhile.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._claimed_by: object = None
        self._is_computing = False

    def claim(self, who: object, wanted: bool) -> None:
        """Let nobody but ``who`` begin a step from now on, or let them again."""
        with self._changed:
            if wanted:
                self._claimed_by = who
            elif self._claimed_by is who:
                self._claimed_by = None
                self._changed.notify_all()

    @contextmanager
    def step(self, who: object) -> Iterator[None]:
        """Compute within; waits for the step of another engine, and for the end of its claim."""
        with self._changed:
            self._changed.wait_for(
                lambda: not self._is_computing and self._claimed_by in (None, who)
            )
            self._is_computing = True
        try:
            yield
        finally:
            with self._changed:
                self._is_computing = False
                self._changed.notify_all()
