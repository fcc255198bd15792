"""The events of the decision log, one row each.

Offsets are UTF-16 code units from the start of the document: the unit of Qt's cursors and of the CoAuthor logs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

CONTINUE = "continue"
"""The task of a suggestion at the caret; the events of logs that had no tasks yet are all of it."""
TASK_PATTERN = r"[a-z][a-z0-9_-]{0,39}"
"""What the name of a task may be: a word of the program's own."""

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]


class EventKind(StrEnum):
    """What happened. Every suggestion that was SHOWN ends in exactly one of :data:`OUTCOMES`.

    From OPENED on they are about the document and not about a suggestion; EDITED tells every change of its text, so
    that a session can be played back.
    """

    REQUESTED = "requested"
    GENERATED = "generated"
    NOT_SHOWN = "not_shown"
    SHOWN = "shown"
    ACCEPTED_PARTIAL = "accepted_partial"
    ACCEPTED = "accepted"
    TYPED_THROUGH = "typed_through"
    REJECTED = "rejected"
    IGNORED = "ignored"
    SUPERSEDED = "superseded"
    KEPT = "kept"
    TURNED = "turned"
    OPENED = "opened"
    EDITED = "edited"
    MOVED = "moved"
    SAVED = "saved"
    CLOSED = "closed"


OUTCOMES = frozenset(
    {
        EventKind.ACCEPTED,
        EventKind.TYPED_THROUGH,
        EventKind.REJECTED,
        EventKind.IGNORED,
        EventKind.SUPERSEDED,
    }
)


DECISIONS = frozenset(
    {
        EventKind.ACCEPTED,
        EventKind.ACCEPTED_PARTIAL,
        EventKind.TYPED_THROUGH,
        EventKind.REJECTED,
        EventKind.IGNORED,
    }
)
"""What the writer did with a suggestion. That one went away by itself is no decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of the log. ``at_ms`` is Unix time in milliseconds; ``start`` and ``end`` are UTF-16 offsets.

    ``suggestion_id`` is shared by all events of one suggestion, and ``task`` is what the model was asked for; it means
    nothing in events about no suggestion. ``details`` holds what only this kind of event has, such as the candidates of
    GENERATED or the reason of NOT_SHOWN; it must be JSON.
    """

    kind: EventKind
    at_ms: int
    session_id: str
    suggestion_id: str
    document_id: str
    revision: int
    start: int
    end: int
    model: str = ""
    adapter: str = ""
    task: str = CONTINUE
    details: Mapping[str, JsonValue] = field(default_factory=dict)


def is_of_hunk(event: Event) -> bool:
    """Whether ``event`` is about a change proposed for a passage, and not about a suggestion at the caret."""
    return bool(event.suggestion_id) and event.task != CONTINUE


def is_task(name: object) -> bool:
    """Whether ``name`` may be the name of a task."""
    return isinstance(name, str) and re.fullmatch(TASK_PATTERN, name) is not None


class EventSink(Protocol):
    """Where events go. ``record`` returns at once and never raises: a failing log must not disturb the writer."""

    def record(self, event: Event) -> None:
        """Take ``event``."""
        ...
