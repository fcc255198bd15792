"""The decision log: takes events from any thread at once and makes them durable on a thread of its own.

What ``flush`` has acknowledged survives a crash of the program and of the machine. When the disk is full or the file is
locked, events wait in memory, the writer is told once in plain words, and writing goes on when it can.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from cowrite.decisions.backlog import Backlog
from cowrite.decisions.events import Event
from cowrite.decisions.rows import Document, Provenance, Record, Session
from cowrite.decisions.storage import LogFile, is_about_the_file, open_for_writing
from cowrite.errors import UserError

logger = logging.getLogger(__name__)

GATHER_S = 0.1
FIRST_RETRY_S = 0.1
LONGEST_RETRY_S = 5.0
MOST_WAITING = 100_000
CLOSE_TIMEOUT_S = 10.0

Opener = Callable[[Path, Callable[[], int], Callable[[str], None]], LogFile]


class DecisionLog:
    """An :class:`~cowrite.decisions.events.EventSink` on a SQLite file.

    ``on_problem`` gets a plain sentence, on the log's thread, when the log cannot be kept: once for each spell of
    trouble. ``now_ms`` gives Unix time in milliseconds. At most ``most_waiting`` events wait in memory.
    """

    def __init__(
        self,
        path: Path,
        *,
        on_problem: Callable[[str], None] = lambda _: None,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        open_file: Opener = open_for_writing,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._path = path
        self._on_problem = on_problem
        self._now_ms = now_ms
        self._open_file = open_file
        self._backlog: Backlog[Record] = Backlog(most=most_waiting, gather_s=GATHER_S)
        self._paused = False
        self._withheld: deque[Session | Document] = deque()
        self._thread = threading.Thread(target=self._run, name="cowrite-decisions", daemon=True)
        # From here on for the log's thread only.
        self._failures_in_a_row = 0
        self._overflowed = 0
        self._is_overflowing = False
        self._introductions: dict[tuple[type[Session | Document], str], Session | Document] = {}

    @property
    def acknowledged(self) -> int:
        """How many records are durable since the start of this log object: events, sessions and documents."""
        return self._backlog.acknowledged

    @property
    def is_paused(self) -> bool:
        """Whether nothing of what happens is kept just now."""
        return self._paused

    def start(self) -> None:
        """Open the file and begin to write, on the log's thread."""
        self._thread.start()

    def record(self, event: Event) -> None:
        """Take ``event``; returns at once, never raises."""
        if not self._paused:
            self._backlog.put(event)

    def keep_provenance(self, record: Provenance) -> None:
        """Take where the characters of a document are from; returns at once, never raises."""
        if not self._paused:
            self._backlog.put(record)

    def begin_session(self, session_id: str) -> None:
        """Note a start of the program."""
        self._introduce(Session(id=session_id, started_ms=self._now_ms()))

    def register_document(self, document_id: str, path: str) -> None:
        """Note which file a document is; an empty path for one that has none yet."""
        self._introduce(Document(id=document_id, path=path, first_seen_ms=self._now_ms()))

    def pause(self) -> None:
        """Keep nothing of what happens from now on, names of files included."""
        self._paused = True

    def resume(self) -> None:
        """Keep what happens again, and what it is about."""
        self._paused = False
        while self._withheld:
            self._backlog.put(self._withheld.popleft())

    def flush(self, timeout_s: float = 10.0) -> None:
        """Return when everything recorded before is durable.

        Raises UserError if that does not come about in time, or if some of it was lost since the last flush.
        """
        self._backlog.wait_until_settled(timeout_s)

    def close(self) -> None:
        """Write what waits, as far as possible, and end. May be called again."""
        self._backlog.close()
        if self._thread.ident is None or self._thread is threading.current_thread():
            return
        self._thread.join(CLOSE_TIMEOUT_S)
        if self._thread.is_alive():
            logger.error("the log of decisions did not end within %s s", CLOSE_TIMEOUT_S)

    def _introduce(self, record: Session | Document) -> None:
        if self._paused:
            self._withheld.append(record)
        else:
            self._backlog.put(record)

    # --- the log's thread ---

    def _run(self) -> None:
        try:
            self._write_until_closed()
        except UserError as error:
            self._give_up(error)
        except Exception:
            logger.exception("the log of decisions came to an unexpected end")
            self._give_up(
                UserError(
                    "Something went wrong in the log of decisions; nothing is kept until Cowrite is started again.",
                    "Your text is safe.",
                )
            )

    def _write_until_closed(self) -> None:
        file: LogFile | None = None
        try:
            while True:
                try:
                    if file is None:
                        file = self._open()
                    batch = self._backlog.next_batch()
                    if not batch:
                        return
                    if file.is_in_place:
                        self._write(file, batch)
                        self._mention_overflow()
                        continue
                    logger.warning("the log of decisions was deleted or replaced; opening it anew")
                except (OSError, sqlite3.Error) as error:
                    if self._backlog.is_closing:
                        self._abandon(error)
                        return
                    self._mention_overflow()
                    self._wait_for_better_times(error)
                    if _may_pass(error):
                        continue
                # Opening looks closely at the file, and sets it aside if it is damaged. And SQLite keeps a file that
                # was read-only when it was opened read-only.
                if file is not None:
                    file.close()
                    file = None
        finally:
            if file is not None:
                file.close()

    def _open(self) -> LogFile:
        file = self._open_file(self._path, self._now_ms, self._say)
        # A file begun in the middle of a session still has to say which session and documents it is about.
        file.append(list(self._introductions.values()))
        self._backlog.is_ready()
        return file

    def _write(self, file: LogFile, batch: list[Record]) -> None:
        """One transaction; the records leave the backlog only when it is durable."""
        lost = file.append(batch)
        self._backlog.settle(len(batch) - lost, lost)
        self._failures_in_a_row = 0
        for each in batch:
            if isinstance(each, Session | Document):
                self._introductions[type(each), each.id] = each

    def _wait_for_better_times(self, error: OSError | sqlite3.Error) -> None:
        trouble = f"What you take and refuse cannot be kept just now, because {_reason(error)}."
        if self._failures_in_a_row == 0:
            logger.warning("the log of decisions cannot be written: %s", _name(error))
            self._say(f"{trouble} Your text is safe.")
        pause_s = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(self._failures_in_a_row, 10))
        self._failures_in_a_row += 1
        self._backlog.rest(pause_s, trouble)

    def _mention_overflow(self) -> None:
        """Say that events found no room, once for each spell."""
        overflowed = self._backlog.overflowed
        if overflowed > self._overflowed and not self._is_overflowing:
            self._say(
                "More decisions wait for the log than fit into memory; the newest are not kept. "
                "Your text is safe."
            )
        self._is_overflowing = overflowed > self._overflowed
        self._overflowed = overflowed

    def _abandon(self, error: OSError | sqlite3.Error) -> None:
        lost = self._backlog.abandon()
        if lost:
            logger.error("%d decisions could not be written before the end: %s", lost, _name(error))
            self._say(
                f"The last {lost} decisions could not be kept, because {_reason(error)}. Your text is safe."
            )

    def _give_up(self, error: UserError) -> None:
        """Keep nothing from now on, and say so."""
        self._backlog.fail(error)
        self._say(str(error))

    def _say(self, sentence: str) -> None:
        try:
            self._on_problem(sentence)
        except Exception:
            # Whoever shows it is not our concern; the log must go on.
            logger.exception("a problem could not be shown")


def _may_pass(error: OSError | sqlite3.Error) -> bool:
    """Whether the same open file may be written later."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL)


def _name(error: OSError | sqlite3.Error) -> str:
    """The error for the log of errors: what SQLite says of a damaged file may quote what the writer wrote."""
    return str(getattr(error, "sqlite_errorname", error))


def _reason(error: OSError | sqlite3.Error) -> str:
    """Why nothing can be written, as the end of a sentence."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    number = error.errno if isinstance(error, OSError) else None
    if code == sqlite3.SQLITE_FULL or number in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "another program holds the log of decisions"
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM) or number in (
        errno.EACCES,
        errno.EROFS,
    ):
        return "the log of decisions may not be changed"
    if isinstance(error, sqlite3.Error) and is_about_the_file(error):
        return "the log of decisions is damaged"
    return "the log of decisions cannot be written"
