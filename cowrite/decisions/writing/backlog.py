"""What waits to be written: filled by any thread without waiting, emptied by the one thread that writes.

Keeps the books of what was taken, what is settled and what was lost. Does not know SQLite.
"""

from __future__ import annotations

import threading
from collections import deque
from itertools import islice
from typing import Generic, TypeVar

from cowrite.base.errors import UserError
from cowrite.localization import tr

T = TypeVar("T")

# Small enough that nobody waits noticeably for the lock while a batch is taken out.
BATCH = 1000


class Backlog(Generic[T]):
    """A bounded queue whose items leave it only once they are settled: durable, or known to be lost.

    ``gather_s``: how long the first item waits for company, because one commit for a burst costs one wait for the disk.
    """

    def __init__(self, *, most: int, gather_s: float) -> None:
        self._most = most
        self._gather_s = gather_s
        self._changed = threading.Condition()
        self._items: deque[T] = deque()
        self._taken = 0
        self._settled = 0
        self._acknowledged = 0
        self._overflowed = 0
        self._lost_unsaid = 0
        self._hurry_to = 0
        self._ready = False
        self._closing = False
        self._failure: UserError | None = None
        self._trouble = ""

    @property
    def acknowledged(self) -> int:
        """How many items are durable."""
        return self._acknowledged

    @property
    def overflowed(self) -> int:
        """How many items found no room."""
        return self._overflowed

    @property
    def is_closing(self) -> bool:
        """Whether no more items are taken."""
        return self._closing

    # --- any thread ---

    def put(self, item: T) -> bool:
        """Take ``item``, or count it as lost if there is no room or it is too late. Whether it was taken."""
        with self._changed:
            if self._closing:
                self._lost_unsaid += 1
                return False
            if len(self._items) >= self._most:
                self._lost_unsaid += 1
                self._overflowed += 1
                return False
            self._items.append(item)
            self._taken += 1
            # An idle thread waits for the first item; later ones ride along with it.
            if len(self._items) in (1, BATCH):
                self._changed.notify_all()
            return True

    def wait_until_settled(self, timeout_s: float) -> None:
        """Return when everything taken so far is durable. Raises UserError if it is not, or not in time."""
        with self._changed:
            target = self._taken
            self._hurry_to = max(self._hurry_to, target)
            self._changed.notify_all()
            done = self._changed.wait_for(
                lambda: self._failure or (self._ready and self._settled >= target), timeout_s
            )
            if self._failure is not None:
                raise UserError(self._failure.message, self._failure.advice)
            if not done:
                raise UserError(
                    self._trouble or tr("The decision log could not be written in time."),
                    tr("Your text is safe."),
                )
            lost, self._lost_unsaid = self._lost_unsaid, 0
            if lost:
                raise UserError(
                    tr("Decisions that could not be recorded: {lost}.", lost=lost),
                    tr("Your text is safe."),
                )

    def close(self) -> None:
        """Take no more items; the writing thread is to finish."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    # --- the writing thread ---

    def is_ready(self) -> None:
        """The file is open: a flush of nothing may return."""
        with self._changed:
            self._ready = True
            self._changed.notify_all()

    def next_batch(self) -> list[T]:
        """Wait, without waking up in between, for something to write; empty when it is time to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._closing)
            self._changed.wait_for(self._is_urgent, self._gather_s)
            return list(islice(self._items, BATCH))

    def waiting(self) -> list[T]:
        """What there is to write now, without waiting."""
        with self._changed:
            return list(islice(self._items, BATCH))

    def settle(self, stored: int, lost: int = 0) -> None:
        """The oldest items are done with: ``stored`` of them are durable, ``lost`` could not be stored."""
        with self._changed:
            for _ in range(stored + lost):
                self._items.popleft()
            self._settled += stored + lost
            self._acknowledged += stored
            self._lost_unsaid += lost
            self._trouble = ""
            self._changed.notify_all()

    def rest(self, seconds: float, trouble: str) -> None:
        """Wait before the next attempt, less long if somebody waits for it; ``trouble`` is what they are told."""
        with self._changed:
            self._trouble = trouble
            hurry = self._hurry_to
            self._changed.wait_for(lambda: self._closing or self._hurry_to > hurry, seconds)

    def abandon(self) -> list[T]:
        """Give up what waits; which items that were."""
        with self._changed:
            lost = list(self._items)
            self._items.clear()
            self._settled += len(lost)
            self._lost_unsaid += len(lost)
            self._ready = True
            self._changed.notify_all()
            return lost

    def fail(self, error: UserError) -> None:
        """Take nothing any more; whoever waits is told ``error``."""
        with self._changed:
            self._failure = error
            self._closing = True
            self._items.clear()
            self._changed.notify_all()

    def _is_urgent(self) -> bool:
        return self._closing or self._settled < self._hurry_to or len(self._items) >= BATCH
