"""The decision log: takes events from any thread at once and makes them durable on a thread of its own.

What ``flush`` has acknowledged survives a crash of the program and of the machine. When the disk is full or the file is
locked, events wait in memory, the writer is told once in plain words, and writing goes on when it can.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.decisions.database.log_file import LogFile, open_for_writing
from cowrite.decisions.database.rows import DocumentRow, ProvenanceRow, Record, SessionRow
from cowrite.decisions.events import Event
from cowrite.decisions.maintenance.erasing import Erasure
from cowrite.decisions.maintenance.retention import Interrupted, LogRetention
from cowrite.decisions.writing.backlog import Backlog
from cowrite.decisions.writing.log_commands import (
    BackingUp,
    Erasing,
    LogCommand,
    OnBackedUp,
    OnErased,
    PendingCommands,
)
from cowrite.decisions.writing.write_errors import may_pass, name_of, reason_of
from cowrite.localization import sentences, tr, tr_noop

logger = logging.getLogger(__name__)

GATHER_S = 0.1
FIRST_RETRY_S = 0.1
LONGEST_RETRY_S = 5.0
MOST_WAITING = 100_000
CLOSE_TIMEOUT_S = 10.0
OUT_OF_REACH = tr_noop("The decision log is not available right now.")

Opener = Callable[[Path, Callable[[], int], Callable[[str], None]], LogFile]


class DecisionLog:
    """An :class:`~cowrite.decisions.events.EventSink` on a SQLite file.

    ``on_problem`` gets a plain sentence, on the log's thread, when the log cannot be kept: once for each spell of
    trouble. ``now_ms`` gives Unix time in milliseconds. At most ``most_waiting`` events wait in memory.
    ``retention`` says what is done to the file now and then beside writing: nothing, if it is None.
    """

    def __init__(
        self,
        path: Path,
        *,
        on_problem: Callable[[str], None] = lambda _: None,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        open_file: Opener = open_for_writing,
        most_waiting: int = MOST_WAITING,
        retention: LogRetention | None = None,
    ) -> None:
        self._path = path
        self._on_problem = on_problem
        self._now_ms = now_ms
        self._open_file = open_file
        self._backlog: Backlog[Record | LogCommand] = Backlog(most=most_waiting, gather_s=GATHER_S)
        self._paused = self._keeps_nothing = False
        self._withheld: deque[SessionRow | DocumentRow] = deque()
        self._pending = PendingCommands()
        self._lock = threading.Lock()
        self._retention = retention
        self._thread = threading.Thread(target=self._run, name="cowrite-decisions", daemon=True)
        # From here on for the log's thread only.
        self._failures_in_a_row = 0
        self._overflowed = 0
        self._is_overflowing = False
        self._introductions: dict[
            tuple[type[SessionRow | DocumentRow], str], SessionRow | DocumentRow
        ] = {}

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

    def keep_provenance(self, record: ProvenanceRow) -> None:
        """Take where the characters of a document are from; returns at once, never raises."""
        if not self._keeps_nothing:
            self._backlog.put(record)

    def begin_session(self, session_id: str) -> None:
        """Note a start of the program."""
        self._introduce(SessionRow(id=session_id, started_ms=self._now_ms()))

    def register_document(self, document_id: str, path: str) -> None:
        """Note which file a document is; an empty path for one that has none yet."""
        self._introduce(DocumentRow(id=document_id, path=path, first_seen_ms=self._now_ms()))

    def pause(self, *, keep_provenance: bool = False) -> None:
        """Keep nothing of what happens from now on, names of files included.

        With ``keep_provenance`` it is still kept where the characters of each document are from.
        """
        self._paused = True
        if keep_provenance:
            self._release()
        else:
            with self._lock:
                self._keeps_nothing = True

    def resume(self) -> None:
        """Keep what happens again, and what it is about."""
        self._paused = False
        self._release()

    def _release(self) -> None:
        with self._lock:
            self._keeps_nothing = False
            withheld, self._withheld = self._withheld, deque()
        for record in withheld:
            self._backlog.put(record)

    def erase(self, erasure: Erasure, on_done: OnErased) -> None:
        """Take out of the log, its backups and the logs set aside what ``erasure`` matches of everything before.

        Returns at once. ``on_done(erased, None)`` is called on the log's thread when nothing of it is left there, or
        ``on_done(None, error)`` if that could not be done; then it is to be asked for again.
        """
        with self._lock:
            self._withheld = deque(each for each in self._withheld if not erasure.covers(each))
        self._send(Erasing(erasure, on_done))

    def back_up(self, on_done: OnBackedUp, target: Path | None = None) -> None:
        """Copy the log as it is after everything before, to ``target`` or among its daily copies; returns at once.

        ``on_done(copy, None)`` or ``on_done(None, error)`` is called on the log's thread.
        """
        self._send(BackingUp(target, on_done))

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

    def _introduce(self, record: SessionRow | DocumentRow) -> None:
        with self._lock:
            if self._keeps_nothing:
                self._withheld.append(record)
                return
        self._backlog.put(record)

    def _send(self, command: LogCommand) -> None:
        self._pending.add(command)
        # The log's thread may have come to its end, and answered, while this one was about to hand it over.
        if not self._backlog.put(command) and self._pending.take(command):
            command.fail(UserError(tr(OUT_OF_REACH), tr("Restart Cowrite and try again.")))

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
                    tr(
                        "Something went wrong in the decision log. Nothing is recorded until Cowrite is restarted."
                    ),
                    tr("Your text is safe."),
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
                    if may_pass(error):
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

    def _write(self, file: LogFile, batch: list[Record | LogCommand]) -> None:
        """The records before the first command, in one transaction, and then that command.

        They leave the backlog only when they are durable.
        """
        records, command = _up_to_command(batch)
        self._write_records(file, records, unless=command)
        self._failures_in_a_row = 0
        if command is not None:
            self._backlog.settle(1)  # or what comes after it could not be written meanwhile
            self._do(command, file)
        elif self._retention is not None and self._retention.is_due(self._now_ms()):
            self._attend(self._retention, file)

    def _write_records(
        self, file: LogFile, records: list[Record], unless: LogCommand | None = None
    ) -> None:
        wanted = [each for each in records if unless is None or not unless.drops(each)]
        lost = file.append(wanted)
        self._backlog.settle(len(records) - lost, lost)
        for each in wanted:
            if isinstance(each, SessionRow | DocumentRow):
                self._introductions[type(each), each.id] = each

    def _do(self, command: LogCommand, file: LogFile) -> None:
        """One attempt: whoever asked is told if it fails, and may ask again."""
        if not self._pending.take(command):
            return
        try:
            command.do(file, self._now_ms(), self._write_what_waits(file))
            self._introductions = {
                key: each for key, each in self._introductions.items() if not command.drops(each)
            }
            file.append(list(self._introductions.values()))
        except UserError as error:
            command.fail(error)
        except (OSError, sqlite3.Error) as error:
            logger.warning("a command of the log failed: %s", name_of(error))
            command.fail(
                UserError(
                    tr("It could not be done, because {reason}.", reason=reason_of(error)),
                    tr("Try again."),
                )
            )
        except Interrupted:
            command.fail(
                UserError(
                    tr("It was not done, because Cowrite is about to quit."), tr("Try again.")
                )
            )
        else:
            command.succeed()

    def _attend(self, retention: LogRetention, file: LogFile) -> None:
        try:
            retention.attend(file, self._now_ms(), self._write_what_waits(file))
        except Interrupted:
            logger.info("the retention of the log goes on another day")
        except (OSError, sqlite3.Error) as error:
            logger.warning("the log could not be looked after: %s", name_of(error))

    def _write_what_waits(self, file: LogFile) -> Callable[[], None]:
        """For commands that take their time: writing goes on in between, until the program ends."""

        def write() -> None:
            if self._backlog.is_closing:
                raise Interrupted
            records, _ = _up_to_command(self._backlog.waiting())
            if records:
                self._write_records(file, records)

        return write

    def _wait_for_better_times(self, error: OSError | sqlite3.Error) -> None:
        trouble = tr(
            "Your decisions cannot be recorded right now, because {reason}.",
            reason=reason_of(error),
        )
        if self._failures_in_a_row == 0:
            logger.warning("the log of decisions cannot be written: %s", name_of(error))
            self._say(sentences(trouble, tr("Your text is safe.")))
        pause_s = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(self._failures_in_a_row, 10))
        self._failures_in_a_row += 1
        self._backlog.rest(pause_s, trouble)

    def _mention_overflow(self) -> None:
        """Say that events found no room, once for each spell."""
        overflowed = self._backlog.overflowed
        if overflowed > self._overflowed and not self._is_overflowing:
            self._say(
                tr(
                    "Too many decisions are waiting to be recorded; the newest are not recorded. Your text is safe."
                )
            )
        self._is_overflowing = overflowed > self._overflowed
        self._overflowed = overflowed

    def _abandon(self, error: OSError | sqlite3.Error) -> None:
        lost = sum(not isinstance(each, LogCommand) for each in self._backlog.abandon())
        self._pending.fail_all(UserError(tr(OUT_OF_REACH), tr("Try again.")))
        if lost:
            logger.error(
                "%d decisions could not be written before the end: %s", lost, name_of(error)
            )
            self._say(
                tr(
                    "The last {lost} decisions could not be recorded, because {reason}. Your text is safe.",
                    lost=lost,
                    reason=reason_of(error),
                )
            )

    def _give_up(self, error: UserError) -> None:
        """Keep nothing from now on, and say so."""
        self._backlog.fail(error)
        self._pending.fail_all(error)
        self._say(str(error))

    def _say(self, sentence: str) -> None:
        try:
            self._on_problem(sentence)
        except Exception:
            # Whoever shows it is not our concern; the log must go on.
            logger.exception("a problem could not be shown")


def _up_to_command(batch: list[Record | LogCommand]) -> tuple[list[Record], LogCommand | None]:
    """The records before the first command, and that command."""
    records: list[Record] = []
    for each in batch:
        if isinstance(each, LogCommand):
            return records, each
        records.append(each)
    return records, None
