"""A recorded session through the controller: what would have been shown when, and what of it the writer then wrote.

The keys come at their recorded times, whatever is on the screen. A ghost is right if its first word is what the writer
then wrote with their own keys at that place, corrections included. What another program's suggestion inserted counts
as pasted. A ghost that is noticed and right would have been taken; the recorded hands type on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cowrite.base.text_changes import ChangeKind
from cowrite.base.utf16 import utf16_length, utf16_slice
from cowrite.decisions.events import OUTCOMES, Event, EventKind, is_of_hunk
from cowrite.suggest.filter.key_places import TAIL_CHARACTERS, place_of_key
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.agreement import right_words
from cowrite.suggest.simulation.ghost_watch import GhostEnd, Notice, OnEvent, WatchedGhost
from cowrite.suggest.simulation.plain_page import SENTENCE_ENDS
from cowrite.suggest.simulation.recorded_page import RecordedPage
from cowrite.suggest.simulation.scene import Eyes, Scene
from cowrite.suggest.simulation.simulated_engine import Answer

# So much more than the ghost has is enough to see whether its last word ends there.
ENOUGH_MORE = 12

Learn = Callable[[str, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One edit of a session: when (milliseconds since its first event), where (UTF-16 units), what, and by whom."""

    at_ms: float
    start: int
    removed: int
    inserted: str
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReport:
    """Counts over one session, or several; ``words`` and ``keys`` are those that the writers typed themselves."""

    notice: Notice
    sessions: int
    words: int
    keys: int
    shown: int
    right: int
    glances: int
    right_glances: int
    flashes: int
    ready: int

    def __add__(self, other: SessionReport) -> SessionReport:
        """All of them together."""
        if self.notice is not other.notice:
            raise ValueError("other eyes do not add up")
        return SessionReport(
            notice=self.notice,
            sessions=self.sessions + other.sessions,
            words=self.words + other.words,
            keys=self.keys + other.keys,
            shown=self.shown + other.shown,
            right=self.right + other.right,
            glances=self.glances + other.glances,
            right_glances=self.right_glances + other.right_glances,
            flashes=self.flashes + other.flashes,
            ready=self.ready + other.ready,
        )

    def figures(self) -> dict[str, object]:
        """The figures by their names; counts are per 100 words of the writers' own."""

        def per_100_words(count: int) -> float:
            return round(100 * count / max(1, self.words), 1)

        return {
            "notice": self.notice.value,
            "sessions": self.sessions,
            "own_words": self.words,
            "own_keys": self.keys,
            "shown_per_100_words": per_100_words(self.shown),
            "flashes_per_100_words": per_100_words(self.flashes),
            "glances_per_100_words": per_100_words(self.glances),
            "wrong_glances_per_100_words": per_100_words(self.glances - self.right_glances),
            "precision": round(self.right / max(1, self.shown), 4),
            "right_when_noticed": round(self.right_glances / max(1, self.glances), 4),
            "ready_with_key": round(self.ready / max(1, self.shown), 4),
        }


class SessionReplay:
    """Plays one session back. Raises ValueError if its events are not those of one document."""

    def __init__(
        self,
        events: Sequence[Event],
        *,
        eyes: Eyes,
        settings: SuggestSettings,
        answer: Answer,
        learn: Learn,
        on_event: OnEvent = lambda *_: None,
    ) -> None:
        if not events or events[0].kind is not EventKind.OPENED:
            raise ValueError("the session does not begin with the text as it was")
        self._events = events
        self._began_ms = events[0].at_ms
        self._changes = [
            _change(event, self._began_ms) for event in events if event.kind is EventKind.EDITED
        ]
        self._learn = learn
        self._on_event = on_event
        self._page = RecordedPage(str(events[0].details["text"]))
        self._scene = Scene(
            self._page, eyes=eyes, settings=settings, answer=answer, on_event=self._happened
        )
        self._notice = eyes.notice
        self._done = 0
        self._words = self._keys = self._right = self._right_glances = 0

    def play(self, on_progress: Callable[[float], None] = lambda _: None) -> SessionReport:
        """Play it to its end."""
        self._learn("recorded", self._page.text)
        for number, event in enumerate(self._events):
            due_ms = max(float(event.at_ms - self._began_ms), self._scene.clock.now_ms)
            self._scene.wait_until(due_ms, self._noticed)
            self._replay(event)
            on_progress(number / len(self._events))
        self._scene.close()
        watch = self._scene.watch
        return SessionReport(
            notice=self._notice,
            sessions=1,
            words=self._words,
            keys=self._keys,
            shown=watch.shown,
            right=self._right,
            glances=watch.glances,
            right_glances=self._right_glances,
            flashes=watch.ends[GhostEnd.FLASH] + watch.ends[GhostEnd.TYPED_THROUGH],
            ready=watch.ready,
        )

    # --- What happens -----------------------------------------------------------------------------------------------

    def _replay(self, event: Event) -> None:
        if event.kind is EventKind.EDITED:
            change = self._changes[self._done]
            self._done += 1
            self._edit(change)
        elif event.kind is EventKind.MOVED:
            self._move_to(event.start)
        elif is_of_hunk(event):
            pass  # decided with keys of its own, beside the suggestions
        elif event.kind is EventKind.SHOWN:
            self._set_focus(False)  # the other program's list is open, and has the keys
        elif event.kind in OUTCOMES:
            self._set_focus(True)

    def _edit(self, change: Change) -> None:
        scene, page = self._scene, self._page
        self._set_focus(True)
        self._move_to(change.start + (change.removed if not change.inserted else 0))
        before = utf16_slice(page.text, max(0, change.start - TAIL_CHARACTERS), change.start)
        if change.is_own:
            scene.last_key_ms = scene.clock.now_ms
            self._keys += len(change.inserted)
            if change.inserted:
                self._words += place_of_key(before, change.inserted[0]).begins_word
                scene.watch.key(change.inserted, scene.clock.now_ms)
        page.edit(change.start, change.removed, change.inserted, _kind(change))
        if SENTENCE_ENDS & set(change.inserted):
            self._learn("recorded", page.text)
            scene.engine.words_learned()
        # What took something away agrees with no ghost.
        scene.look(inserted="\0" if change.removed else change.inserted)

    def _move_to(self, caret: int) -> None:
        if caret != self._page.caret:
            self._page.caret = caret
            self._scene.controller.caret_moved()
            self._scene.look()

    def _set_focus(self, has_focus: bool) -> None:
        if has_focus != self._page.has_focus:
            self._page.has_focus = has_focus
            self._scene.controller.focus_changed(has_focus)
            self._scene.look()

    # --- What the writer made of it ---------------------------------------------------------------------------------

    def _happened(self, kind: str, t_ms: float, text: str) -> None:
        if kind in ("shown", "changed") and self._is_right(text):
            self._right += 1
        self._on_event(kind, t_ms, text)

    def _noticed(self, ghost: WatchedGhost) -> bool:
        self._right_glances += self._is_right(ghost.text)
        return False

    def _is_right(self, ghost: str) -> bool:
        return right_words(ghost, self._written_on(len(ghost) + ENOUGH_MORE))[0] > 0

    def _written_on(self, enough: int) -> str:
        """What the writer then types here themselves, up to ``enough`` characters or until they do other things."""
        start, text = self._page.caret, ""
        for change in self._changes[self._done :]:
            at = change.start - start
            if not change.is_own or not 0 <= at <= utf16_length(text):
                break
            rest = utf16_slice(text, at + change.removed, utf16_length(text))
            text = utf16_slice(text, 0, at) + change.inserted + rest
            if utf16_length(text) >= enough:
                break
        return text


def _change(event: Event, began_ms: int) -> Change:
    inserted, removed = event.details.get("inserted", ""), event.details.get("removed", 0)
    if not isinstance(inserted, str) or not isinstance(removed, int):
        raise ValueError("an edit does not say what it changed")
    return Change(
        at_ms=event.at_ms - began_ms,
        start=event.start,
        removed=removed,
        inserted=inserted,
        is_own=event.details.get("origin") in ("typed", "deleted"),
    )


def _kind(change: Change) -> ChangeKind:
    if not change.is_own:
        return ChangeKind.PASTED
    return ChangeKind.TYPED if change.inserted else ChangeKind.DELETED
