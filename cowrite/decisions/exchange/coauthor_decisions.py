"""Decisions from CoAuthor sessions, one a line, each with what was offered, chosen, and left of it at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from typing import Annotated, Any, Literal

from msgspec import Meta
from rapidfuzz.distance import Levenshtein

from cowrite.base.json_values import SchemaError
from cowrite.base.records import LAST_MS, Moment, Name, Prose, decode
from cowrite.base.utf16 import utf16_length
from cowrite.decisions.database.rows import DocumentRow, SessionRow
from cowrite.decisions.details import MOST
from cowrite.decisions.events import Event, EventKind, JsonValue
from cowrite.decisions.exchange.bundle import IMPORTED, Bundle
from cowrite.decisions.exchange.coauthor_read import MOST_CANDIDATES, candidate_of
from cowrite.localization import tr

PREFIX = f"{IMPORTED}coauthor-decisions:"
LEAST_RUN = 4
"""So many characters in a row count as what is left of a text; fewer are there by chance."""

MOST_COMPARED = 1_000_000
"""Characters of a text times characters of what stands there: to compare more takes too long, and says little."""


def read_decisions(lines: Iterable[Any]) -> Bundle:
    """All sessions of such a file. Raises SchemaError for what is no such line."""
    bundle = Bundle()
    seen: dict[str, int] = {}
    for each in lines:
        line = decode(each, _Line)
        session = PREFIX + line.session
        if session not in seen:
            started = line.t_ms
            bundle.sessions.append(
                SessionRow(
                    id=session, started_ms=started, program_version="CoAuthor", platform="imported"
                )
            )
            bundle.documents.append(DocumentRow(id=session, path="", first_seen_ms=started))
        seen[session] = seen.get(session, 0) + 1
        bundle.events += _events(line, session, seen[session])
    return bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """What a line tells, with the names of the data set; the last three only of a suggestion that was accepted."""

    session: Name
    t_ms: Moment
    latency_ms: Annotated[int, Meta(ge=0, le=LAST_MS)]
    suggestions: tuple[Prose, ...]
    cursor: Annotated[int, Meta(ge=0, le=MOST)]
    context: Prose
    genre: Name
    writer: Name
    decision: Literal["accept", "reject"]
    after: Prose | None = None
    inserted: Any = None
    index: Any = None
    survived_verbatim: Any = None

    def __post_init__(self) -> None:
        if self.latency_ms > LAST_MS - self.t_ms:
            raise SchemaError("latency_ms", tr("is out of range"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Accepted:
    inserted: Prose
    index: Annotated[int, Meta(ge=0, le=MOST_CANDIDATES)]
    survived_verbatim: bool


def _events(line: _Line, session: str, number: int) -> Iterator[Event]:
    make = partial(_event, line, session, number)
    first = line.suggestions[0] if line.suggestions else ""
    ended_ms = line.t_ms + line.latency_ms
    listed: list[JsonValue] = [
        {"text": each, "logprob": None, "tokens": []} for each in line.suggestions
    ]
    yield make(EventKind.GENERATED, line.t_ms, candidates=listed)
    yield make(
        EventKind.SHOWN,
        line.t_ms,
        text=first,
        candidate=0,
        candidates=len(line.suggestions),
        context=line.context,
        after=line.after,
        genre=line.genre,
        writer=line.writer,
    )
    if line.decision == "reject":
        yield make(
            EventKind.REJECTED,
            ended_ms,
            text=first,
            taken="",
            candidate=0,
            on_screen_ms=line.latency_ms,
        )
        return
    given = {name: getattr(line, name) for name in _ONLY_ACCEPTED}
    taken = decode({k: v for k, v in given.items() if v is not None}, _Accepted)
    text = taken.inserted
    end = line.cursor + utf16_length(text)
    yield make(
        EventKind.ACCEPTED,
        ended_ms,
        end,
        text=text,
        characters=len(text),
        candidate=candidate_of(text, line.suggestions, taken.index),
        on_screen_ms=line.latency_ms,
    )
    left = _retained(text, line.after, survived=taken.survived_verbatim)
    yield make(EventKind.KEPT, ended_ms, end, **left)


_ONLY_ACCEPTED = ("inserted", "index", "survived_verbatim")


def _event(
    line: _Line,
    session: str,
    number: int,
    kind: EventKind,
    at_ms: int,
    end: int | None = None,
    **details: JsonValue,
) -> Event:
    return Event(
        kind=kind,
        at_ms=at_ms,
        session_id=session,
        suggestion_id=f"{session}:{number}",
        document_id=session,
        revision=number,
        start=line.cursor,
        end=line.cursor if end is None else end,
        model="GPT-3",
        details=details,
    )


def _retained(text: str, after: str | None, *, survived: bool) -> dict[str, JsonValue]:
    """How much is left at the end; where the data do not tell what stands there, neither does the row."""
    known: dict[str, JsonValue] = {"when": "close", "characters": len(text)}
    if survived:
        return known | {"state": "exact", "distance": 0, "kept": 1.0, "now": text}
    if after is None or len(text) * len(after) > MOST_COMPARED:
        return known | {"state": "edited"}
    matcher = SequenceMatcher(None, text, after, autojunk=False)
    runs = [run for run in matcher.get_matching_blocks() if run.size >= LEAST_RUN]
    if not runs:
        return known | {"state": "gone", "distance": len(text), "kept": 0.0, "now": ""}
    now = after[runs[0].b : runs[-1].b + runs[-1].size]
    kept = round(sum(run.size for run in runs) / len(text), 4)
    return known | {
        "state": "edited",
        "distance": Levenshtein.distance(text, now),
        "kept": kept,
        "now": now,
    }
