"""What the suggestion controller needs from the outside, and what the outside tells it.

Offsets are UTF-16 code units from the start of the document, as in Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cowrite.engine.messages import Job, JobId, JobListener


@dataclass(frozen=True, slots=True, kw_only=True)
class CaretContext:
    """The text around the caret and what else decides whether a suggestion is welcome.

    ``before`` and ``after`` may be cut to the nearest few thousand characters; lines end in
    ``\\n``. ``revision`` grows with every change of the text. ``length`` is the size of the whole
    document in UTF-16 units.
    """

    document_id: str
    revision: int
    offset: int
    before: str
    after: str
    length: int = 0
    has_selection: bool = False
    has_focus: bool = True
    read_only: bool = False


class Page(Protocol):
    """The visible document as the controller sees it. Ghost text is never part of the document."""

    def caret_context(self) -> CaretContext:
        """What stands around the caret now."""
        ...

    def insert_accepted(self, text: str) -> None:
        """Insert at the caret as an undo step of its own.

        Reported back as a change of kind ACCEPTED before returning.
        """
        ...

    def show_ghost(self, text: str, *, index: int, count: int) -> None:
        """Show ``text`` at the caret, or replace what is shown; candidate ``index`` (from 0) of ``count``."""
        ...

    def hide_ghost(self) -> None:
        """Show no ghost."""
        ...


class EngineJobs(Protocol):
    """Where jobs for the engine go."""

    def next_job_id(self) -> JobId:
        """A number no other job has."""
        ...

    def submit(self, job: Job, listener: JobListener) -> None:
        """Have ``job`` done; ``listener`` is told on this thread, of an inline job unless a newer one comes first."""
        ...

    def prefetch(self, jobs: Sequence[Job]) -> None:
        """Have answers ready for when just one of these is asked, in this order and no others; no listener is told."""
        ...

    def cancel(self, job_id: JobId) -> None:
        """Drop the job; one that has ended is none of ours any more."""
        ...


class Timer(Protocol):
    """One single-shot timer; starting it again replaces the earlier start."""

    def start(self, delay_ms: int, callback: Callable[[], None]) -> None:
        """Call ``callback`` once, ``delay_ms`` from now."""
        ...

    def stop(self) -> None:
        """Do not call."""
        ...


class GhostKeys(Protocol):
    """What the page's keys do to a ghost.

    Each returns whether the key was used; if not, the page handles it as usual.
    """

    def accept_word(self) -> bool:
        """Take the next word."""
        ...

    def accept_all(self) -> bool:
        """Take all of it."""
        ...

    def reject(self) -> bool:
        """Say no to it."""
        ...

    def turn(self, step: int) -> bool:
        """Show the candidate ``step`` further on."""
        ...

    def ask_now(self) -> bool:
        """Ask without waiting."""
        ...

    def ask_sentences(self) -> bool:
        """Ask for ways to end this sentence, or for next ones."""
        ...
