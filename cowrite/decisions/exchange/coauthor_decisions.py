"""Decisions from CoAuthor sessions, one a line, each with what was offered, chosen, and left of it at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Any

from rapidfuzz.distance import Levenshtein

from cowrite.base.records import LAST_MS, Record
from cowrite.base.utf16 import utf16_length
from cowrite.decisions.database.rows import Document, Session
from cowrite.decisions.details import MOST
from cowrite.decisions.events import Event, EventKind, JsonValue
from cowrite.decisions.exchange.bundle import IMPORTED, Bundle
from cowrite.decisions.exchange.coauthor_read import MOST_CANDIDATES, candidate_of

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
        line = Record.of(each)
        session = PREFIX + line.text("session")
        if session not in seen:
            started = line.moment("t_ms")
            bundle.sessions.append(
                Session(
                    id=session, started_ms=started, program_version="CoAuthor", platform="imported"
                )
            )
            bundle.documents.append(Document(id=session, path="", first_seen_ms=started))
        seen[session] = seen.get(session, 0) + 1
        bundle.events += _events(line, session, seen[session])
    return bundle


def _events(line: Record, session: str, number: int) -> Iterator[Event]:
    shown_ms = line.moment("t_ms")
    on_screen_ms = line.integer("latency_ms", 0, LAST_MS - shown_ms)
    texts = [_suggested(line, each) for each in line.items("suggestions")]
    offset = line.count("cursor", MOST)
    after = line.prose("after") if line.fields.get("after") is not None else None

    def make(kind: EventKind, at_ms: int, end: int = offset, **details: JsonValue) -> Event:
        return Event(
            kind=kind,
            at_ms=at_ms,
            session_id=session,
            suggestion_id=f"{session}:{number}",
            document_id=session,
            revision=number,
            start=offset,
            end=end,
            model="GPT-3",
            details=details,
        )

    listed: list[JsonValue] = [{"text": each, "logprob": None, "tokens": []} for each in texts]
    yield make(EventKind.GENERATED, shown_ms, candidates=listed)
    yield make(
        EventKind.SHOWN,
        shown_ms,
        text=texts[0] if texts else "",
        candidate=0,
        candidates=len(texts),
        context=line.prose("context"),
        after=after,
        genre=line.text("genre"),
        writer=line.text("writer"),
    )
    ended_ms = shown_ms + on_screen_ms
    decision = line.text("decision")
    if decision == "reject":
        yield make(
            EventKind.REJECTED,
            ended_ms,
            text=texts[0] if texts else "",
            taken="",
            candidate=0,
            on_screen_ms=on_screen_ms,
        )
        return
    if decision != "accept":
        line.refuse("decision", "should be accept or reject")
    text = line.prose("inserted")
    end = offset + utf16_length(text)
    yield make(
        EventKind.ACCEPTED,
        ended_ms,
        end,
        text=text,
        characters=len(text),
        candidate=candidate_of(text, texts, line.count("index", MOST_CANDIDATES)),
        on_screen_ms=on_screen_ms,
    )
    survived = line.flag("survived_verbatim")
    yield make(EventKind.KEPT, ended_ms, end, **_retained(text, after, survived=survived))


def _suggested(line: Record, value: object) -> str:
    if not isinstance(value, str):
        line.refuse("suggestions", "should be a list of texts")
    return value


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
