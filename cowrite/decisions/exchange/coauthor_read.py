"""CoAuthor sessions (Lee et al. 2022, coauthor.stanford.edu), event by event, as events of the log.

One file is one session, one line one event; offsets of ``textDelta`` are those of Quill, UTF-16 units. What the log has
no place for, such as where the pointer was, is kept in ``details["coauthor"]``: one entry for each line that the row
stands for, without any text, so that the same lines can be written again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cowrite.base.records import Record, SchemaError
from cowrite.base.utf16 import utf16_length
from cowrite.decisions.database.rebuild import text_hash
from cowrite.decisions.database.rows import Document, Session
from cowrite.decisions.details import MOST
from cowrite.decisions.events import Event, EventKind, JsonValue
from cowrite.decisions.exchange.bundle import IMPORTED, Bundle

PREFIX = f"{IMPORTED}coauthor:"
SETTINGS = (
    "currentN",
    "currentMaxToken",
    "currentTemperature",
    "currentTopP",
    "currentPresencePenalty",
    "currentFrequencyPenalty",
)
PASTED_FROM = 20
"""So many UTF-16 units at once were not typed."""

MOST_CANDIDATES = 10_000


@dataclass(slots=True)
class _Offered:
    id: str
    opened_ms: int
    texts: list[str]


def read_coauthor(name: str, lines: Iterable[Any]) -> Bundle:
    """The session of a file called ``name``. Raises SchemaError for what is no such session."""
    return _Reader(name).read(lines)


class _Reader:
    def __init__(self, name: str) -> None:
        self._id = PREFIX + name
        self._events: list[Event] = []
        self._settings: dict[str, str] = {}
        self._asked = ""
        self._offered: _Offered | None = None
        self._chosen: tuple[_Offered, Record, list[JsonValue]] | None = None
        self._taken: _Offered | None = None
        self._count = 0

    def read(self, lines: Iterable[Any]) -> Bundle:
        first: Record | None = None
        last: Record | None = None
        for each in lines:
            last = Record.of(each)
            if first is None:
                first = last
                if first.text("eventName") != "system-initialize":
                    first.refuse("eventName", "should be system-initialize in the first line")
            self._read_line(last)
        if first is None or last is None:
            raise SchemaError("", "is empty")
        if self._chosen is not None:
            self._accept(None)
        if self._offered is not None:
            self._end(EventKind.SUPERSEDED, last, [])
        started = first.moment("eventTimestamp")
        session = Session(
            id=self._id, started_ms=started, program_version="CoAuthor", platform="imported"
        )
        document = Document(id=self._id, path="", first_seen_ms=started)
        return Bundle([session], [document], self._events)

    def _read_line(self, line: Record) -> None:
        stub = self._stub(line)
        match line.text("eventName"):
            case "system-initialize":
                self._initialize(line, stub)
            case "text-insert" | "text-delete":
                self._edit(line, stub)
            case "suggestion-get":
                self._asked = self._new_id()
                self._put(EventKind.REQUESTED, line, [stub], self._asked, trigger="key")
            case "suggestion-open":
                self._open(line, stub)
            case "suggestion-hover" | "suggestion-up" | "suggestion-down":
                self._turn(line, stub)
            case "suggestion-select":
                self._select(line, stub)
            case "suggestion-close":
                self._close(line, stub)
            case "cursor-forward" | "cursor-backward" | "cursor-select":
                self._move(line, stub)
            case _:
                line.refuse("eventName", "is not one that Cowrite knows")

    # --- what is kept of a line beside the row ---

    def _stub(self, line: Record) -> dict[str, JsonValue]:
        stub: dict[str, JsonValue] = {
            "n": line.count("eventNum", MOST),
            "event": line.text("eventName"),
            "source": line.text("eventSource"),
            "t": line.moment("eventTimestamp"),
            "cursor": line.count("currentCursor", MOST),
            "index": line.integer("currentSuggestionIndex", -1, MOST_CANDIDATES),
            "hover": -1
            if line.fields.get("currentHoverIndex") == ""
            else line.integer("currentHoverIndex", -1, MOST_CANDIDATES),
        }
        settings = {name: _setting(line, name) for name in SETTINGS}
        if settings != self._settings:
            self._settings = settings
            stub["settings"] = list(settings.values())
        return stub

    def _new_id(self) -> str:
        self._count += 1
        return f"{self._id}:{self._count}"

    def _put(
        self,
        kind: EventKind,
        line: Record,
        stubs: list[JsonValue],
        suggestion_id: str = "",
        *,
        start: int | None = None,
        end: int | None = None,
        **details: JsonValue,
    ) -> None:
        offset = line.count("currentCursor", MOST) if start is None else start
        if stubs:
            details["coauthor"] = stubs
        self._events.append(
            Event(
                kind=kind,
                at_ms=line.moment("eventTimestamp"),
                session_id=self._id,
                suggestion_id=suggestion_id,
                document_id=self._id,
                revision=line.count("eventNum", MOST),
                start=offset,
                end=offset if end is None else end,
                model="GPT-3",
                details=details,
            )
        )

    # --- the text ---

    def _initialize(self, line: Record, stub: JsonValue) -> None:
        text = line.prose("currentDoc")
        self._put(
            EventKind.OPENED,
            line,
            [stub],
            start=0,
            end=utf16_length(text),
            hash=text_hash(text),
            length=utf16_length(text),
            text=text,
        )

    def _edit(self, line: Record, stub: dict[str, JsonValue]) -> None:
        splices = _splices(line)
        by_model = line.text("eventSource") == "api" and any(inserted for _, _, inserted in splices)
        suggestion = self._chosen[0] if self._chosen else self._offered or self._taken
        for number, (start, removed, inserted) in enumerate(splices):
            self._put(
                EventKind.EDITED,
                line,
                [stub if number == 0 else {"n": stub["n"], "more": number}],
                suggestion.id if by_model and suggestion else "",
                start=start,
                end=start + utf16_length(inserted),
                origin="accepted" if by_model else _origin(inserted),
                inserted=inserted,
                removed=removed,
            )
        if by_model and self._chosen is not None:
            self._accept(line)

    def _move(self, line: Record, stub: dict[str, JsonValue]) -> None:
        place = line.record("cursorRange")
        start, length = place.count("index", MOST), place.count("length", MOST)
        self._put(EventKind.MOVED, line, [stub], start=start, end=start + length)

    # --- suggestions ---

    def _open(self, line: Record, stub: JsonValue) -> None:
        if self._offered is not None:
            self._end(EventKind.SUPERSEDED, line, [])
        candidates = [
            _candidate(each, n) for n, each in enumerate(line.records("currentSuggestions"))
        ]
        texts = [str(each["text"]) for each in candidates]
        self._offered = _Offered(
            self._asked or self._new_id(), line.moment("eventTimestamp"), texts
        )
        self._asked = ""
        listed: list[JsonValue] = list(candidates)
        self._put(EventKind.GENERATED, line, [stub], self._offered.id, candidates=listed)
        self._put(
            EventKind.SHOWN,
            line,
            [],
            self._offered.id,
            text=texts[0] if texts else "",
            candidate=0,
            candidates=len(texts),
        )

    def _turn(self, line: Record, stub: dict[str, JsonValue]) -> None:
        hovers = line.text("eventName") == "suggestion-hover"
        index = stub["hover" if hovers else "index"]
        texts = self._offered.texts if self._offered else []
        known = isinstance(index, int) and 0 <= index < len(texts)
        self._put(
            EventKind.TURNED,
            line,
            [stub],
            self._offered.id if self._offered else "",
            candidate=index,
            text=texts[index] if known and isinstance(index, int) else "",
        )

    def _select(self, line: Record, stub: JsonValue) -> None:
        if self._offered is None:
            line.refuse("eventName", "is a choice where nothing was offered")
        self._chosen, self._offered = (self._offered, line, [stub]), None

    def _close(self, line: Record, stub: JsonValue) -> None:
        if self._chosen is not None:
            self._chosen[2].append(stub)
        elif self._offered is not None:
            asked_again: dict[str, JsonValue] = {"reason": "asked_again"} if self._asked else {}
            self._end(EventKind.REJECTED, line, [stub], **asked_again)
        else:
            self._put(EventKind.MOVED, line, [stub])

    def _accept(self, insertion: Record | None) -> None:
        """The row of the choice stands after that of the text it brought."""
        if self._chosen is None:
            return
        offered, line, stubs = self._chosen
        self._chosen, self._taken = None, offered
        text, start = "", line.count("currentCursor", MOST)
        if insertion is not None:
            start, _, text = _splices(insertion)[0]
        hover = stubs[0]["hover"] if isinstance(stubs[0], dict) else 0
        self._put(
            EventKind.ACCEPTED,
            line,
            stubs,
            offered.id,
            start=start,
            end=start + utf16_length(text),
            text=text,
            characters=len(text),
            candidate=candidate_of(text, offered.texts, hover if isinstance(hover, int) else 0),
            on_screen_ms=line.moment("eventTimestamp") - offered.opened_ms,
        )

    def _end(
        self, kind: EventKind, line: Record, stubs: list[JsonValue], **details: JsonValue
    ) -> None:
        offered, self._offered = self._offered, None
        if offered is not None:
            self._put(
                kind,
                line,
                stubs,
                offered.id,
                start=None,
                end=None,
                text=offered.texts[0] if offered.texts else "",
                taken="",
                candidate=0,
                on_screen_ms=line.moment("eventTimestamp") - offered.opened_ms,
                **details,
            )


def candidate_of(text: str, candidates: Sequence[str], otherwise: int) -> int:
    """Which of ``candidates`` was taken: the one whose text it is, for the index of the data may be another's."""
    wanted = text.strip()
    for number, each in enumerate(candidates):
        if each.strip() == wanted:
            return number
    return otherwise


def _candidate(given: Record, position: int) -> dict[str, JsonValue]:
    text, original = given.prose("trimmed"), given.prose("original")
    unknown = isinstance(given.fields.get("probability"), str)
    probability = 0.0 if unknown else given.number("probability", 0, 1)
    candidate: dict[str, JsonValue] = {
        "text": text,
        "logprob": round(math.log(probability), 4) if probability else None,
        "probability": given.fields["probability"],
        "tokens": [],
    }
    if original != text:
        candidate["original"] = original
    index = given.integer("index", -1, MOST_CANDIDATES)
    if index != position:
        candidate["index"] = index
    return candidate


def _setting(line: Record, name: str) -> str:
    value = line.fields.get(name)
    return line.text(name) if isinstance(value, str) else f"{line.number(name):g}"


def _splices(line: Record) -> list[tuple[int, int, str]]:
    """A Quill delta as changes one after the other: offset, units removed, text inserted."""
    splices: list[tuple[int, int, str]] = []
    place, touches = 0, False
    for op in line.record("textDelta").records("ops"):
        if "retain" in op.fields:
            place += op.count("retain", MOST)
            touches = False
            continue
        removed, inserted = op.count("delete", MOST, 0), op.prose("insert", "")
        if touches:
            start, gone, text = splices[-1]
            splices[-1] = (start, gone + removed, text + inserted)
        else:
            splices.append((place, removed, inserted))
        touches = True
        place += utf16_length(inserted)
    if place > MOST:
        line.refuse("textDelta", "is out of range")
    if not splices:
        line.refuse("textDelta", "changes nothing")
    return splices


def _origin(inserted: str) -> str:
    if not inserted:
        return "deleted"
    return "pasted" if utf16_length(inserted) >= PASTED_FROM else "typed"
