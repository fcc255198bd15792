"""Decisions from CoAuthor sessions, one a line, each with what was offered, chosen, and left of it at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from cowrite.decisions.events import Event, EventKind, JsonValue
from cowrite.decisions.exchange.bundle import IMPORTED, Bundle
from cowrite.decisions.exchange.coauthor_read import candidate_of
from cowrite.decisions.rows import Document, Session

PREFIX = f"{IMPORTED}coauthor-decisions:"
LEAST_RUN = 4
"""So many characters in a row count as what is left of a text; fewer are there by chance."""

Line = Mapping[str, Any]


def read_decisions(lines: Iterable[Line]) -> Bundle:
    """All sessions of such a file. Raises KeyError, TypeError or ValueError for what is no such line."""
    bundle = Bundle()
    seen: dict[str, int] = {}
    for line in lines:
        session = PREFIX + str(line["session"])
        if session not in seen:
            started = int(line["t_ms"])
            bundle.sessions.append(
                Session(
                    id=session, started_ms=started, program_version="CoAuthor", platform="imported"
                )
            )
            bundle.documents.append(Document(id=session, path="", first_seen_ms=started))
        seen[session] = seen.get(session, 0) + 1
        bundle.events += _events(line, session, seen[session])
    return bundle


def _events(line: Line, session: str, number: int) -> Iterator[Event]:
    shown_ms, on_screen_ms = int(line["t_ms"]), int(line["latency_ms"])
    texts = [str(each) for each in line["suggestions"]]
    offset = int(line["cursor"])

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
        context=str(line["context"]),
        after=line.get("after"),
        genre=str(line["genre"]),
        writer=str(line["writer"]),
    )
    ended_ms = shown_ms + on_screen_ms
    if line["decision"] == "reject":
        yield make(
            EventKind.REJECTED,
            ended_ms,
            text=texts[0] if texts else "",
            taken="",
            candidate=0,
            on_screen_ms=on_screen_ms,
        )
        return
    if line["decision"] != "accept":
        raise ValueError("a decision that is neither accept nor reject")
    text = str(line["inserted"])
    end = offset + len(text.encode("utf-16-le", "surrogatepass")) // 2
    yield make(
        EventKind.ACCEPTED,
        ended_ms,
        end,
        text=text,
        characters=len(text),
        candidate=candidate_of(text, texts, int(line["index"])),
        on_screen_ms=on_screen_ms,
    )
    yield make(EventKind.KEPT, ended_ms, end, **_fate(text, line))


def _fate(text: str, line: Line) -> dict[str, JsonValue]:
    """How much is left at the end; where the data do not tell what stands there, neither does the row."""
    fate: dict[str, JsonValue] = {"when": "close", "characters": len(text)}
    if line["survived_verbatim"]:
        return fate | {"state": "exact", "distance": 0, "kept": 1.0, "now": text}
    after = line.get("after")
    if not isinstance(after, str):
        return fate | {"state": "edited"}
    matcher = SequenceMatcher(None, text, after, autojunk=False)
    runs = [run for run in matcher.get_matching_blocks() if run.size >= LEAST_RUN]
    if not runs:
        return fate | {"state": "gone", "distance": len(text), "kept": 0.0, "now": ""}
    now = after[runs[0].b : runs[-1].b + runs[-1].size]
    kept = round(sum(run.size for run in runs) / len(text), 4)
    return fate | {"state": "edited", "distance": levenshtein(text, now), "kept": kept, "now": now}


def levenshtein(one: str, other: str) -> int:
    """The fewest insertions, deletions and replacements of characters that turn ``one`` into ``other``."""
    row = list(range(len(other) + 1))
    for number, a in enumerate(one, 1):
        diagonal, row[0] = row[0], number
        for place, b in enumerate(other, 1):
            best = diagonal if a == b else 1 + min(diagonal, row[place], row[place - 1])
            diagonal, row[place] = row[place], best
    return row[-1]
