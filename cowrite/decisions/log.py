"""The decision log: takes events from any thread at once and makes them durable on a thread of its own.

What ``flush`` has acknowledged survives a crash of the program and of the machine. When the disk is full or the file is
locked, events wait in memory, the writer is told once in plain words, and writing goes on when it can.
"""

from __future__ import annotations

import logging
import platform
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cowrite import __version__
from cowrite.decisions.events import Event
from cowrite.decisions.storage import open_for_writing, write_events
from cowrite.errors import UserError

logger = logging.getLogger(__name__)

# Events come in bursts around each key; one commit for a burst costs one wait for the disk.
GATHER_S = 0.1
RETRY_S = 2.0
MOST_WAITING = 100_000
CLOSE_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class _Statement:
    """A row other than an event."""

    sql: str
    values: tuple[object, ...]


class DecisionLog:
    """An :class:`~cowrite.decisions.events.EventSink` on a SQLite file.

    ``on_problem`` gets a plain sentence, on the log's thread, when the log cannot be kept.
    """

    def __init__(
        self,
        path: Path,
        *,
        on_problem: Callable[[str], None] = lambda _: None,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._path = path
        self._on_problem = on_problem
        self._now_ms = now_ms
        self._waiting: deque[Event | _Statement] = deque()
        self._changed = threading.Condition()
        self._accepted = 0
        self._durable = 0
        self._dropped = 0
        self._urgent = False
        self._closing = False
        self._paused = False
        self._failure: str | None = None
        self._in_trouble = False
        self._is_open = False
        self._thread = threading.Thread(target=self._run, name="cowrite-decisions", daemon=True)

    def start(self) -> None:
        """Open the file and begin to write, on the log's thread."""
        self._thread.start()

    def record(self, event: Event) -> None:
        """Take ``event``; returns at once, never raises."""
        if not self._paused:
            self._put(event)

    def begin_session(self, session_id: str) -> None:
        """Note a start of the program."""
        self._put(
            _Statement(
                "INSERT OR IGNORE INTO sessions VALUES (?, ?, ?, ?)",
                (session_id, self._now_ms(), __version__, platform.platform(terse=True)),
            )
        )

    def register_document(self, document_id: str, path: str) -> None:
        """Note which file a document is; an empty path for one that has none yet."""
        self._put(
            _Statement(
                "INSERT INTO documents VALUES (?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET path = excluded.path",
                (document_id, path, self._now_ms()),
            )
        )

    def pause(self) -> None:
        """Keep nothing of what happens from now on."""
        self._paused = True

    def resume(self) -> None:
        """Keep what happens again."""
        self._paused = False

    def flush(self, timeout_s: float = 10.0) -> None:
        """Return when everything recorded before is durable. Raises UserError if that does not come about in time."""
        with self._changed:
            target = self._accepted
            self._urgent = True
            self._changed.notify_all()
            done = self._changed.wait_for(
                lambda: self._failure or (self._is_open and self._durable >= target), timeout_s
            )
            if self._failure or not done:
                raise UserError(
                    self._failure or "The log of decisions could not be written in time.",
                    "Your text is safe.",
                )

    def close(self) -> None:
        """Write what waits, as far as possible, and end. May be called again."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(CLOSE_TIMEOUT_S)

    def _put(self, item: Event | _Statement) -> None:
        with self._changed:
            if self._closing or self._failure is not None:
                return
            if len(self._waiting) >= MOST_WAITING:
                self._dropped += 1
                return
            self._waiting.append(item)
            self._accepted += 1
            # An idle thread waits for the first item; later ones ride along with it.
            if len(self._waiting) == 1:
                self._changed.notify_all()

    def _run(self) -> None:
        connection = self._open()
        if connection is None:
            return
        with self._changed:
            self._is_open = True
            self._changed.notify_all()
        try:
            while batch := self._next_batch():
                self._write(connection, batch)
        finally:
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error:
                logger.warning("the log could not be tidied at the end", exc_info=True)
            connection.close()

    def _open(self) -> sqlite3.Connection | None:
        try:
            return open_for_writing(self._path, self._now_ms, self._on_problem)
        except UserError as error:
            failure = str(error)
        except (OSError, sqlite3.Error) as error:
            logger.exception("the log of decisions could not be opened")
            failure = f"The log of decisions could not be opened ({error}); nothing is being kept."
        self._give_up(failure)
        return None

    def _give_up(self, failure: str) -> None:
        """Keep nothing from now on, and say so."""
        with self._changed:
            self._failure = failure
            self._closing = True
            self._waiting.clear()
            self._changed.notify_all()
        self._on_problem(failure)

    def _next_batch(self) -> list[Event | _Statement]:
        """Wait, without waking up, for something to write; empty when the log is to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            if not self._closing:
                self._changed.wait_for(lambda: self._urgent or self._closing, GATHER_S)
            self._urgent = False
            return list(self._waiting)

    def _write(self, connection: sqlite3.Connection, batch: list[Event | _Statement]) -> None:
        """One transaction; the items leave the queue only when it is durable."""
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                for item in batch:
                    if isinstance(item, Event):
                        write_events(connection, [item])
                    else:
                        connection.execute(item.sql, item.values)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.OperationalError as error:
            self._wait_for_better_times(error)
            return
        except sqlite3.DatabaseError as error:
            logger.exception("the log of decisions is damaged")
            self._give_up(
                f"The log of decisions is damaged ({error}); nothing more is kept until Cowrite "
                "is started again. Your text is safe."
            )
            return
        with self._changed:
            for _ in batch:
                self._waiting.popleft()
            self._durable += len(batch)
            self._changed.notify_all()
        self._in_trouble = False

    def _wait_for_better_times(self, error: sqlite3.OperationalError) -> None:
        logger.warning("the log of decisions cannot be written: %s", error)
        if not self._in_trouble:
            self._in_trouble = True
            full = "full" in str(error)
            why = "the disk is full" if full else "its file cannot be written"
            self._on_problem(
                f"What you take and refuse cannot be kept just now, because {why}. Your text is safe."
            )
        with self._changed:
            if self._closing:
                lost = len(self._waiting)
                self._waiting.clear()
                logger.error("%d decisions could not be written before the end", lost)
            else:
                self._changed.wait_for(lambda: self._closing, RETRY_S)
