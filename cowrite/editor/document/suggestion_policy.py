"""When and where the writer wants no suggestions: snoozed for a while, or never in some files.

The shared snooze holds for all documents; what holds for one of them is its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from cowrite.base.clock import Clock
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.decisions.events import Event, EventSink
from cowrite.editor.page.listeners import ListenerStage, StagedListeners
from cowrite.settings.exclusions import excluding_entry
from cowrite.settings.preferences import Preferences
from cowrite.suggest.live.snooze import SHORT_MS, clock_time, next_morning_ms, remaining_ms
from cowrite.suggest.ports import Timer

RECHECK_MS = 30_000
"""A timer sleeps with the machine; the system clock does not."""


class PauseReason(Enum):
    """Why there are no suggestions in a document, the strongest first."""

    EXCLUDED = "excluded"
    SNOOZED_HERE = "snoozed here"
    SNOOZED = "snoozed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """One reason for silence; ``details`` is the entry that excludes a document, or the end of a snooze."""

    reason: PauseReason
    details: str = ""


class Snooze(QObject):
    """No suggestions in any window for a while. It ends by itself.

    Signals: ``changed()``; ``keep(int until_ms)`` tells what the next start should know, 0 for nothing.
    ``until_ms`` is what the last start kept.
    """

    changed = Signal()
    keep = Signal(object)  # Unix time in milliseconds does not fit into Qt's int

    def __init__(
        self, clock: Clock, timer: Timer, *, until_ms: int = 0, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._timer = timer
        self._until_ms = 0
        if remaining_ms(until_ms, clock.unix_ms()):
            self._until_ms = until_ms
            self._wait()

    @property
    def until_ms(self) -> int:
        """When it ends, in Unix time; 0 if there is none."""
        return self._until_ms

    def for_a_while(self) -> None:
        """Snooze for a quarter of an hour."""
        self._begin(self._clock.unix_ms() + SHORT_MS, kept=False)

    def until_tomorrow(self) -> None:
        """Snooze until the next morning, beyond the end of the program."""
        self._begin(next_morning_ms(self._clock.unix_ms()), kept=True)

    def wake(self) -> None:
        """End it now."""
        if self._until_ms:
            self._timer.stop()
            self._until_ms = 0
            self.keep.emit(0)
            self.changed.emit()

    def close(self) -> None:
        """Look at the clock no more."""
        self._timer.stop()

    def _begin(self, until_ms: int, *, kept: bool) -> None:
        self._until_ms = until_ms
        self._wait()
        self.keep.emit(until_ms if kept else 0)
        self.changed.emit()

    def _wait(self) -> None:
        left = remaining_ms(self._until_ms, self._clock.unix_ms())
        if left:
            self._timer.start(min(left, RECHECK_MS), self._wait)
        else:
            self.wake()


class PolicyDocument(Protocol):
    """What the policy asks of its document."""

    @property
    def is_private(self) -> bool:
        """Whether it is in a private window."""
        ...

    @property
    def is_another(self) -> bool:
        """Whether it has become another document of which the listeners have still to hear."""
        ...

    @property
    def path(self) -> Path | None:
        """Its file."""
        ...

    @property
    def listeners(self) -> StagedListeners[TextChange]:
        """Who hear of its changes."""
        ...

    @property
    def identity_listeners(self) -> StagedListeners[str]:
        """Who hear that it is another document."""
        ...


class DocumentPolicy(QObject):
    """Whether one document is to be left alone. Signal: ``changed()``.

    In a ``private`` window suggestions come as everywhere, but nothing is kept or learned.
    """

    changed = Signal()

    def __init__(self, document: PolicyDocument, snooze: Snooze, preferences: Preferences) -> None:
        super().__init__()
        self._document = document
        self._snooze = snooze
        self._excluded = preferences.excluded
        self._snoozed_here = False
        self._is_closed = False
        self._entry = self._look_up()
        document.listeners.add(ListenerStage.POLICY, self._on_text_changed)
        document.identity_listeners.add(ListenerStage.POLICY, self._on_identity_changed)
        snooze.changed.connect(self.changed)

    @property
    def pause(self) -> Pause | None:
        """Why nothing is suggested here, or None."""
        if self._entry is not None:
            return Pause(reason=PauseReason.EXCLUDED, details=self._entry)
        if self._snoozed_here:
            return Pause(reason=PauseReason.SNOOZED_HERE)
        if self._snooze.until_ms:
            return Pause(reason=PauseReason.SNOOZED, details=clock_time(self._snooze.until_ms))
        return None

    @property
    def is_private(self) -> bool:
        """Whether nothing of what is written here is kept or learned, by the writer's wish for this window."""
        return self._document.is_private

    @property
    def is_excluded(self) -> bool:
        """Whether nothing of this document may be kept or learned; in a private window it may still be asked about."""
        return self._document.is_private or self._entry is not None

    def apply(self, preferences: Preferences) -> None:
        """Follow the preferences."""
        if preferences.excluded != self._excluded:
            self._excluded = preferences.excluded
            self._entry = self._look_up()
            self.changed.emit()

    def snooze_here(self) -> None:
        """No suggestions until another document is on the page."""
        self._snoozed_here = True
        self.changed.emit()

    def wake(self) -> None:
        """End every snooze that holds here."""
        self._snoozed_here = False
        self._snooze.wake()
        self.changed.emit()

    def close(self) -> None:
        """Listen to nothing more. May be called again."""
        if self._is_closed:
            return
        self._is_closed = True
        self._document.identity_listeners.remove(self._on_identity_changed)
        self._document.listeners.remove(self._on_text_changed)
        self._snooze.changed.disconnect(self.changed)

    def _look_up(self) -> str | None:
        return excluding_entry(self._document.path, self._excluded)

    def _on_text_changed(self, change: TextChange) -> None:
        # Under a new name it is still the same text; only another one on the page ends the snooze.
        if change.kind is ChangeKind.LOADED and self._document.is_another:
            self._snoozed_here = False

    def _on_identity_changed(self, _before: str) -> None:
        self._entry = self._look_up()
        self.changed.emit()


class PausableSink:
    """An :class:`~cowrite.decisions.events.EventSink` that can be closed: what comes then is not kept anywhere."""

    def __init__(self, sink: EventSink) -> None:
        self._sink = sink
        self.is_open = True

    def record(self, event: Event) -> None:
        """Take ``event``, or let it go."""
        if self.is_open:
            self._sink.record(event)
