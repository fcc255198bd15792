"""The playback of a past session: for any moment of it the text, the caret, the ghost, and in words what happened.

Pauses are shortened. Where one seeks to is told from the nearest of the snapshots taken on the way.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from cowrite.base.utf16 import utf16_length, utf16_slice
from cowrite.decisions.events import DECISIONS, OUTCOMES, Event, EventKind, is_of_hunk
from cowrite.decisions.rebuild import TextRebuilder
from cowrite.localization import tr, tr_noop

LONGEST_PAUSE_MS = 3_000
SNAPSHOT_EVERY = 250
_STEPS = 1_000
# Each holds the whole text: of a novel and a long day there must not be hundreds of them.
MOST_SNAPSHOTS = 32
_LONGEST_QUOTE = 60


class Decision(StrEnum):
    """What the writer did with a suggestion. That one went away by itself is no decision."""

    TAKEN = "taken"
    TYPED = "typed"
    REFUSED = "refused"
    PASSED_OVER = "passed over"


_DECISION_OF = {
    EventKind.ACCEPTED: Decision.TAKEN,
    EventKind.ACCEPTED_PARTIAL: Decision.TAKEN,
    EventKind.TYPED_THROUGH: Decision.TYPED,
    EventKind.REJECTED: Decision.REFUSED,
    EventKind.IGNORED: Decision.PASSED_OVER,
}

_SAID = {
    EventKind.OPENED: tr_noop("Opened"),
    EventKind.SAVED: tr_noop("Saved"),
    EventKind.CLOSED: tr_noop("Closed"),
    EventKind.SHOWN: tr_noop("Suggested"),
    EventKind.TURNED: tr_noop("Showed another"),
    EventKind.ACCEPTED_PARTIAL: tr_noop("Accepted"),
    EventKind.ACCEPTED: tr_noop("Accepted"),
    EventKind.TYPED_THROUGH: tr_noop("Typed as suggested"),
    EventKind.REJECTED: tr_noop("Dismissed"),
    EventKind.IGNORED: tr_noop("Ignored"),
    EventKind.SUPERSEDED: tr_noop("Suggestion withdrawn"),
}
_SAID_OF_CHANGE = {
    EventKind.SHOWN: tr_noop("Change proposed"),
    EventKind.ACCEPTED: tr_noop("Change accepted"),
    EventKind.REJECTED: tr_noop("Change rejected"),
    EventKind.IGNORED: tr_noop("Change ignored"),
    EventKind.SUPERSEDED: tr_noop("Changed otherwise"),
}
_EDITED = {
    "typed": tr_noop("Writing"),
    "pasted": tr_noop("Pasted"),
    "deleted": tr_noop("Deleted"),
    "undo": tr_noop("Undone"),
    "redo": tr_noop("Redone"),
    "accepted": "",  # that it was taken is an event of its own
    "replaced": tr_noop("Replaced"),
    "rewritten": tr_noop("Rewritten"),
    "dictated": tr_noop("Dictated"),
    "version": tr_noop("Another version"),
    "loaded": tr_noop("Loaded"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is to be seen. ``played_ms`` is its place in the playback, ``at_ms`` when it was, in Unix time.

    ``caret`` and all other places count UTF-16 units. ``ghost`` is candidate ``index`` of ``count``; empty if there was
    none. ``said`` stays from frame to frame until there ``is_new_message``. ``is_known`` is false where the log does
    not tell the text; it is empty then. ``change`` says what became of the text in this frame: where, how many units
    went, what came. With a ``decision``, ``offered`` is what it was about, and ``taken`` where what was taken begins
    and ends.
    """

    played_ms: int
    at_ms: int
    text: str
    caret: int
    ghost: str
    index: int
    count: int
    said: str
    is_new_message: bool
    kind: EventKind
    document_id: str
    is_known: bool
    change: tuple[int, int, str] | None = None
    decision: Decision | None = None
    offered: str = ""
    taken: tuple[int, int] | None = None

    @property
    def is_refused(self) -> bool:
        """Whether the writer said no to a suggestion in this frame."""
        return self.decision is Decision.REFUSED


@dataclass(frozen=True, slots=True)
class _Step:
    """One key, or one event that is no typing."""

    at_ms: int
    event: Event
    start: int = 0
    removed: int = 0
    inserted: str | None = None


@dataclass(frozen=True, slots=True)
class _State:
    texts: Mapping[str, str]
    document: str = ""
    caret: int = 0
    ghost: str = ""
    place: int = 0
    index: int = 0
    count: int = 0
    said: str = ""
    # Of the last suggestion: its id, all that it said, and what was left of it before it went.
    suggestion: str = ""
    whole: str = ""
    left: str = ""


class Playback:
    """The playback of ``events``, in the order of the log; ``texts`` are those of documents before them, by id."""

    def __init__(self, events: Sequence[Event], texts: Mapping[str, str] | None = None) -> None:
        self._steps = [step for event in events for step in _steps_of(event)]
        self._played = _shortened([step.at_ms for step in self._steps])
        self._decisions = [n for n, step in enumerate(self._steps) if step.event.kind in DECISIONS]
        self._every = max(SNAPSHOT_EVERY, len(self._steps) // MOST_SNAPSHOTS)
        self._state = _State(dict(texts or {}))
        self._snapshots = [self._state]
        self._rebuilders: dict[str, TextRebuilder] = {}
        self._number = 0
        self._reset(self._state)

    def __len__(self) -> int:
        return len(self._steps)

    def prepare(self, between: Callable[[], None] = lambda: None) -> None:
        """Play it all once, so that whoever seeks need not wait for the way there.

        ``between`` is called between the steps of what takes long; what it raises ends it.
        """
        for number in range(0, len(self), _STEPS):
            between()
            self.frame(number)

    @property
    def duration_ms(self) -> int:
        """How long the playback is, with its pauses shortened."""
        return self._played[-1] if self._played else 0

    @property
    def decisions(self) -> Sequence[int]:
        """The numbers of the frames in which the writer decided about a suggestion."""
        return self._decisions

    def decision_after(self, number: int) -> int | None:
        """The first decision after a frame, by its number; None if there is none. From the beginning on: after -1."""
        place = bisect_right(self._decisions, number)
        return self._decisions[place] if place < len(self._decisions) else None

    def decision_before(self, number: int) -> int | None:
        """The last decision before a frame, by its number; None if there is none."""
        place = bisect_left(self._decisions, number)
        return self._decisions[place - 1] if place else None

    def decision_of(self, number: int) -> Decision | None:
        """What was decided in a frame, if anything."""
        return _DECISION_OF.get(self._steps[number].event.kind)

    def number_at(self, played_ms: float) -> int:
        """The number of the frame that is seen at a place of the playback."""
        return max(0, bisect_right(self._played, played_ms) - 1)

    def played_at(self, number: int) -> int:
        """The place in the playback at which a frame begins."""
        return self._played[number]

    def frame(self, number: int) -> Frame:
        """The frame of that number, 0 to ``len() - 1``."""
        self._seek(number + 1)
        step, state = self._steps[number], self._state
        known = self._rebuilders.get(state.document)
        event, decision = step.event, self.decision_of(number)
        change = None if step.inserted is None else (step.start, step.removed, step.inserted)
        return Frame(
            played_ms=self._played[number],
            at_ms=step.at_ms,
            text=known.text() if known else "",
            caret=min(state.caret, known.length) if known else 0,
            ghost=state.ghost,
            index=state.index,
            count=state.count,
            said=state.said,
            is_new_message=bool(_said(event, state)),
            kind=event.kind,
            document_id=event.document_id,
            is_known=known is not None and known.is_known,
            change=change,
            decision=decision,
            offered=_about(event, state) if decision else "",
            taken=(event.start, event.end)
            if decision is Decision.TAKEN and event.end > event.start
            else None,
        )

    # --- inside: the state after a number of steps ---

    def _seek(self, count: int) -> None:
        nearest = min(count // self._every, len(self._snapshots) - 1)
        if count < self._number or nearest * self._every > self._number:
            self._number = nearest * self._every
            self._reset(self._snapshots[nearest])
        while self._number < count:
            self._state = self._after(self._steps[self._number], self._state)
            self._number += 1
            if self._number == self._every * len(self._snapshots):
                texts = {name: each.text() for name, each in self._rebuilders.items()}
                self._snapshots.append(replace(self._state, texts=texts))

    def _reset(self, state: _State) -> None:
        self._state = state
        self._rebuilders = {name: TextRebuilder(text) for name, text in state.texts.items()}

    def _after(self, step: _Step, state: _State) -> _State:
        event = step.event
        document = event.document_id
        text = self._rebuilders.setdefault(document, TextRebuilder())
        if document != state.document:
            state = replace(state, document=document, ghost="", caret=0)
        said = _said(event, state) or state.said
        if step.inserted is not None:
            text.splice(step.start, step.removed, step.inserted)
            caret = step.start + utf16_length(step.inserted)
            ghost = _left_of_ghost(state, step)
            left = ghost or state.left
            return replace(state, caret=caret, place=caret, ghost=ghost, left=left, said=said)
        match event.kind:
            case EventKind.OPENED:
                text.follow(event)
                state = replace(state, ghost="", caret=text.length)
            case _ if is_of_hunk(event):
                pass  # it stands among the words, and no ghost goes for it
            case EventKind.SHOWN:
                ghost = str(event.details.get("text", ""))
                state = replace(
                    state,
                    ghost=ghost,
                    suggestion=event.suggestion_id,
                    whole=ghost,
                    left=ghost,
                    place=event.start,
                    caret=event.start,
                    index=_whole(event.details.get("candidate")),
                    count=_whole(event.details.get("candidates")),
                )
            case EventKind.TURNED if state.ghost:
                turned = str(event.details.get("text", "")) or state.ghost
                index = _whole(event.details.get("candidate"))
                state = replace(state, ghost=turned, whole=turned, left=turned, index=index)
            case EventKind.MOVED if event.end > event.start or not state.ghost:
                state = replace(state, caret=event.end)
            case kind if kind in OUTCOMES:
                state = replace(state, ghost="")
        return replace(state, said=said)


def _left_of_ghost(state: _State, step: _Step) -> str:
    """What the ghost still says when its own beginning was written; nothing after any other change."""
    inserted = step.inserted or ""
    if step.removed or step.start != state.place or not state.ghost.startswith(inserted):
        return ""
    return state.ghost[len(inserted) :]


def _steps_of(event: Event) -> list[_Step]:
    if event.kind is not EventKind.EDITED:
        return [_Step(event.at_ms, event)]
    given = event.details.get("inserted")
    inserted = given if isinstance(given, str) else ""
    removed, keys = _whole(event.details.get("removed")), event.details.get("keys")
    steps: list[_Step] = []
    done = 0
    for key in keys if isinstance(keys, list) and keys else [[0, utf16_length(inserted)]]:
        after_ms, size = (_whole(key[0]), _whole(key[1])) if isinstance(key, list) else (0, 0)
        text = utf16_slice(inserted, done, done + size)
        steps.append(_Step(event.at_ms + after_ms, event, event.start + done, removed, text))
        done, removed = done + size, 0
    return steps


def _shortened(moments: Sequence[int]) -> list[int]:
    """The moments from 0 on, no two neighbours further apart than the longest pause; a clock set back stands still."""
    played: list[int] = []
    for number, moment in enumerate(moments):
        pause = moment - moments[number - 1] if number else 0
        played.append((played[-1] if played else 0) + max(0, min(pause, LONGEST_PAUSE_MS)))
    return played


def _said(event: Event, state: _State) -> str:
    if event.kind is EventKind.EDITED:
        return tr(_EDITED.get(str(event.details.get("origin")), ""))
    names = _SAID_OF_CHANGE if is_of_hunk(event) else _SAID
    words, text = tr(names.get(event.kind, "")), _quoted(_about(event, state))
    return tr("{what}: {text}", what=words, text=text) if text else words


def _about(event: Event, state: _State) -> str:
    """The text that a suggestion's event is about; empty if it is about none, or the log does not tell."""
    text = event.details.get("text")
    if event.kind is EventKind.OPENED or event.kind is EventKind.SUPERSEDED:
        return ""
    if isinstance(text, str) and text:
        return text
    if is_of_hunk(event):
        return str(event.details.get("original") or "")
    if event.kind not in DECISIONS or event.suggestion_id != state.suggestion:
        return ""
    return state.whole if event.kind is EventKind.TYPED_THROUGH else state.left


def _quoted(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        return ""
    return f"“{words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + '…'}”"


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
