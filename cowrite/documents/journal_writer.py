"""Writes the journal on a thread of its own, so that no key press ever waits for the disk.

Of several versions of one document that wait, only the newest is written. Knows nothing of windows.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from cowrite.base.errors import UserError
from cowrite.documents.journal import Journal, JournalEntry
from cowrite.localization import tr

logger = logging.getLogger(__name__)

CLOSE_TIMEOUT_S = 10.0


class UnsavedText(Protocol):
    """Who keeps unsaved text for the case of a crash; both methods return at once."""

    def write(self, entry: JournalEntry) -> None:
        """Keep ``entry`` soon."""
        ...

    def discard(self, document_id: str) -> None:
        """Keep nothing of this document, soon."""
        ...


class NoJournal:
    """An :class:`UnsavedText` of a private window: its text is in no file until the writer saves it."""

    def write(self, _entry: JournalEntry) -> None:
        """Keep nothing."""

    def discard(self, _document_id: str) -> None:
        """Nothing is kept."""


OnDone = Callable[[str, UserError | None], None]


class JournalWriter:
    """``on_done(document_id, error)`` is called on the writer's thread after each attempt."""

    def __init__(self, journal: Journal, on_done: OnDone = lambda _id, _error: None) -> None:
        self._journal = journal
        self._on_done = on_done
        self._wake = threading.Condition()
        self._waiting: dict[str, JournalEntry | None] = {}
        self._unkept: set[str] = set()  # documents of which the newest text is not kept yet
        self._busy = False
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="cowrite-journal", daemon=True)
        self._thread.start()

    def write(self, entry: JournalEntry) -> None:
        """Keep ``entry`` soon; returns at once."""
        self._put(entry.document_id, entry)

    def discard(self, document_id: str) -> None:
        """Keep nothing of this document, soon; returns at once."""
        self._put(document_id, None)

    def wait_until_idle(self, timeout_s: float = CLOSE_TIMEOUT_S) -> bool:
        """Wait for everything asked for so far to be tried; whether that came about in time."""
        with self._wake:
            return self._wake.wait_for(lambda: not self._waiting and not self._busy, timeout_s)

    def unkept(self, timeout_s: float = CLOSE_TIMEOUT_S) -> frozenset[str]:
        """The documents whose newest text could not be kept, after everything asked for so far has been tried."""
        self.wait_until_idle(timeout_s)
        with self._wake:
            return frozenset(self._unkept)

    def close(self) -> None:
        """Do what waits, and end. May be called again."""
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._thread.join(CLOSE_TIMEOUT_S)
        if self._thread.is_alive():
            logger.error("the journal could not be written within %s s", CLOSE_TIMEOUT_S)

    def _put(self, document_id: str, entry: JournalEntry | None) -> None:
        with self._wake:
            self._waiting.pop(document_id, None)
            self._waiting[document_id] = entry
            if entry is None:
                self._unkept.discard(document_id)
            else:
                self._unkept.add(document_id)
            self._wake.notify_all()

    def _run(self) -> None:
        while True:
            with self._wake:
                self._busy = False
                self._wake.notify_all()
                self._wake.wait_for(lambda: bool(self._waiting) or self._closing)
                if not self._waiting:
                    return
                document_id = next(iter(self._waiting))
                entry = self._waiting.pop(document_id)
                self._busy = True
            error = self._attempt(document_id, entry)
            with self._wake:
                if error is None and document_id not in self._waiting:
                    self._unkept.discard(document_id)
            self._on_done(document_id, error)

    def _attempt(self, document_id: str, entry: JournalEntry | None) -> UserError | None:
        try:
            if entry is None:
                self._journal.discard(document_id)
            else:
                self._journal.write(entry)
        except UserError as error:
            return error
        except Exception:
            logger.exception("the journal failed")
            return UserError(
                tr("Your latest changes could not be stored for crash recovery."),
                tr("Save your text."),
            )
        return None
