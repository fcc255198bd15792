"""Hunks in the log: each change that was proposed for a passage is a suggestion of its own, of the task that made it.

A hunk that is shown is a SHOWN whose ``original`` stands in the text and would become its ``text``; ``hunk_kind`` says
what kind of change it is, ``proposal`` is the same for all hunks of one answer, and ``context`` and ``after`` are some
of the passage on either side. ACCEPTED means taken, REJECTED left, SUPERSEDED that the writer changed the words
themselves, IGNORED that the proposal went away undecided. What became of a taken one later is KEPT, as for any
suggestion; of a pure deletion nothing is left that could be looked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from cowrite.decisions.database.log_file import NoLogError, open_for_reading
from cowrite.decisions.database.rows import SELECT_EVENTS, event_from_row
from cowrite.decisions.events import CONTINUE, Event, EventKind, JsonValue, is_of_hunk
from cowrite.proposals.proposal import Hunk

CONTEXT_CHARACTERS, AFTER_CHARACTERS = 300, 120
"""So much of the passage on either side goes with a hunk."""

# The condition of the index for statistics, word for word, or SQLite does not use it.
_HUNKS = f"""{SELECT_EVENTS} WHERE kind IN ('shown', 'accepted', 'rejected', 'ignored', 'superseded', 'kept')
    AND kind IN ('requested', 'generated', 'not_shown', 'shown', 'accepted_partial', 'accepted',
            'typed_through', 'rejected', 'ignored', 'superseded', 'kept')
    AND substr(session_id, 1, 6) <> 'import' AND task <> '{CONTINUE}' AND suggestion_id <> '' ORDER BY id"""


class HunkOutcome(Enum):
    """What the writer did with a hunk. EDITED: changed the words that it was about; IGNORED: nothing."""

    TAKEN = EventKind.ACCEPTED
    LEFT = EventKind.REJECTED
    EDITED = EventKind.SUPERSEDED
    IGNORED = EventKind.IGNORED


_OUTCOMES = {outcome.value: outcome for outcome in HunkOutcome}


@dataclass(frozen=True, slots=True, kw_only=True)
class HunkDecision:
    """One hunk on which the writer decided.

    ``before`` was to become ``after``; ``context`` stood before it and ``following`` after it. ``state`` is what the
    last look later says of a taken one (“exact”, “edited”, “gone”; empty where nobody looked), ``now`` what stands
    there since. ``shown`` is its first event, ``others`` those after it.
    """

    task: str
    kind: str
    before: str
    after: str
    context: str
    following: str
    outcome: HunkOutcome
    shown: Event
    others: tuple[Event, ...] = ()
    confidence: float | None = None
    state: str = ""
    now: str = ""

    @property
    def is_wanted(self) -> bool | None:
        """Whether the writer wanted the change, and left it there; None if that cannot be said."""
        if self.outcome is HunkOutcome.TAKEN:
            return self.state != "gone"
        return False if self.outcome is HunkOutcome.LEFT else None


def hunk_details(
    hunk: Hunk, *, passage: str, proposal_id: str, version: int
) -> dict[str, JsonValue]:
    """What SHOWN says of ``hunk`` of ``passage``; ``version`` counts from 0."""
    details: dict[str, JsonValue] = {
        "text": hunk.after,
        "original": hunk.before,
        "hunk_kind": hunk.kind,
        "proposal": proposal_id,
        "version": version,
    }
    if hunk.confidence is not None:
        details["confidence"] = round(hunk.confidence, 4)
    if passage[hunk.start : hunk.end] == hunk.before:
        details["context"] = passage[max(0, hunk.start - CONTEXT_CHARACTERS) : hunk.start]
        details["after"] = passage[hunk.end : hunk.end + AFTER_CHARACTERS]
    return details


def hunk_decisions(events: Iterable[Event]) -> list[HunkDecision]:
    """The hunks in ``events`` (oldest first) on which was decided, in the order in which they were shown."""
    shown: dict[str, Event] = {}
    later: dict[str, list[Event]] = {}
    for event in events:
        key = event.suggestion_id
        if not is_of_hunk(event):
            continue
        if event.kind is EventKind.SHOWN and key not in shown:
            if isinstance(event.details.get("original"), str):
                shown[key], later[key] = event, []
        elif key in shown:
            later[key].append(event)
    return [found for key, event in shown.items() for found in _decided(event, later[key])]


def _decided(shown: Event, later: list[Event]) -> Iterator[HunkDecision]:
    ended = next((each for each in later if each.kind in _OUTCOMES), None)
    if ended is None:
        return
    kept = next((each for each in reversed(later) if each.kind is EventKind.KEPT), None)
    confidence = shown.details.get("confidence")
    yield HunkDecision(
        task=shown.task,
        kind=_text(shown, "hunk_kind"),
        before=_text(shown, "original"),
        after=_text(shown, "text"),
        context=_text(shown, "context"),
        following=_text(shown, "after"),
        outcome=_OUTCOMES[ended.kind],
        shown=shown,
        others=tuple(later),
        confidence=float(confidence) if isinstance(confidence, int | float) else None,
        state=_text(kept, "state") if kept else "",
        now=_text(kept, "now") if kept else "",
    )


def read_hunk_decisions(path: Path) -> list[HunkDecision]:
    """Those of the log at ``path`` that this writer made; none of a log that is not there yet.

    Raises UserError if the log is damaged, newer or out of reach.
    """
    try:
        with open_for_reading(path) as connection:
            return decisions_in(connection)
    except NoLogError:
        return []


def decisions_in(connection: sqlite3.Connection) -> list[HunkDecision]:
    """The same of an open log. Raises sqlite3.Error or ValueError."""
    return hunk_decisions(map(event_from_row, connection.execute(_HUNKS)))


def _text(event: Event, name: str) -> str:
    value = event.details.get(name)
    return value if isinstance(value, str) else ""
