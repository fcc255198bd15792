"""CoAuthor sessions (Lee et al. 2022, coauthor.stanford.edu), event by event, as events of the log.

One file is one session, one line one event; offsets of ``textDelta`` are those of Quill, UTF-16 units. What the log has
no place for, such as where the pointer was, is kept in ``details["coauthor"]``: one entry for each line that the row
stands for, without any text, so that the same lines can be written again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from msgspec import Meta

from cowrite.base.json_values import SchemaError
from cowrite.base.records import Moment, Name, Number, Prose, decode
from cowrite.base.utf16 import utf16_length
from cowrite.decisions.database.rows import DocumentRow, SessionRow
from cowrite.decisions.details import MOST
from cowrite.decisions.events import Event, EventKind, JsonValue
from cowrite.decisions.exchange.bundle import IMPORTED, Bundle
from cowrite.decisions.rebuild import text_hash
from cowrite.localization import tr

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

_Whole = Annotated[int, Meta(ge=0, le=MOST)]
_Index = Annotated[int, Meta(ge=-1, le=MOST_CANDIDATES)]
_Probability = Annotated[int, Meta(ge=0, le=1)] | Annotated[float, Meta(ge=0, le=1)] | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a session, with the names of the data set; what only some events have is read where it is used."""

    eventName: Name
    eventSource: Name
    eventTimestamp: Moment
    eventNum: _Whole
    currentCursor: _Whole
    currentSuggestionIndex: _Index
    currentHoverIndex: _Index | Literal[""]
    currentN: Name | Number
    currentMaxToken: Name | Number
    currentTemperature: Name | Number
    currentTopP: Name | Number
    currentPresencePenalty: Name | Number
    currentFrequencyPenalty: Name | Number
    currentDoc: Any = None
    currentSuggestions: Any = None
    cursorRange: Any = None
    textDelta: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _CursorRange:
    index: _Whole
    length: _Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    original: Prose
    trimmed: Prose
    probability: _Probability
    index: _Index


@dataclass(frozen=True, slots=True, kw_only=True)
class _Op:
    retain: _Whole | None = None
    delete: _Whole = 0
    insert: Prose = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delta:
    ops: tuple[_Op, ...]


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
        self._chosen: tuple[_Offered, Line, list[JsonValue]] | None = None
        self._taken: _Offered | None = None
        self._count = 0

    def read(self, lines: Iterable[Any]) -> Bundle:
        first: Line | None = None
        last: Line | None = None
        for each in lines:
            last = decode(each, Line)
            if first is None:
                first = last
                if first.eventName != "system-initialize":
                    problem = tr("should be system-initialize in the first line")
                    raise SchemaError("eventName", problem)
            self._read_line(last)
        if first is None or last is None:
            raise SchemaError("", tr("is empty"))
        if self._chosen is not None:
            self._accept(None)
        if self._offered is not None:
            self._end(EventKind.SUPERSEDED, last, [])
        started = first.eventTimestamp
        session = SessionRow(
            id=self._id, started_ms=started, program_version="CoAuthor", platform="imported"
        )
        document = DocumentRow(id=self._id, path="", first_seen_ms=started)
        return Bundle([session], [document], self._events)

    def _read_line(self, line: Line) -> None:
        stub = self._stub(line)
        match line.eventName:
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
                raise SchemaError("eventName", tr("is not one that Cowrite knows"))

    # --- what is kept of a line beside the row ---

    def _stub(self, line: Line) -> dict[str, JsonValue]:
        stub: dict[str, JsonValue] = {
            "n": line.eventNum,
            "event": line.eventName,
            "source": line.eventSource,
            "t": line.eventTimestamp,
            "cursor": line.currentCursor,
            "index": line.currentSuggestionIndex,
            "hover": -1 if line.currentHoverIndex == "" else line.currentHoverIndex,
        }
        settings = {name: _setting(getattr(line, name)) for name in SETTINGS}
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
        line: Line,
        stubs: list[JsonValue],
        suggestion_id: str = "",
        *,
        start: int | None = None,
        end: int | None = None,
        **details: JsonValue,
    ) -> None:
        offset = line.currentCursor if start is None else start
        if stubs:
            details["coauthor"] = stubs
        self._events.append(
            Event(
                kind=kind,
                at_ms=line.eventTimestamp,
                session_id=self._id,
                suggestion_id=suggestion_id,
                document_id=self._id,
                revision=line.eventNum,
                start=offset,
                end=offset if end is None else end,
                model="GPT-3",
                details=details,
            )
        )

    # --- the text ---

    def _initialize(self, line: Line, stub: JsonValue) -> None:
        text = decode(line.currentDoc, str, "currentDoc")
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

    def _edit(self, line: Line, stub: dict[str, JsonValue]) -> None:
        splices = _splices(line)
        by_model = line.eventSource == "api" and any(inserted for _, _, inserted in splices)
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

    def _move(self, line: Line, stub: dict[str, JsonValue]) -> None:
        place = decode(line.cursorRange, _CursorRange, "cursorRange")
        self._put(EventKind.MOVED, line, [stub], start=place.index, end=place.index + place.length)

    # --- suggestions ---

    def _open(self, line: Line, stub: JsonValue) -> None:
        if self._offered is not None:
            self._end(EventKind.SUPERSEDED, line, [])
        given = decode(line.currentSuggestions, tuple[_Offer, ...], "currentSuggestions")
        candidates = [_candidate(each, n) for n, each in enumerate(given)]
        texts = [str(each["text"]) for each in candidates]
        self._offered = _Offered(self._asked or self._new_id(), line.eventTimestamp, texts)
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

    def _turn(self, line: Line, stub: dict[str, JsonValue]) -> None:
        hovers = line.eventName == "suggestion-hover"
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

    def _select(self, line: Line, stub: JsonValue) -> None:
        if self._offered is None:
            raise SchemaError("eventName", tr("is a choice where nothing was offered"))
        self._chosen, self._offered = (self._offered, line, [stub]), None

    def _close(self, line: Line, stub: JsonValue) -> None:
        if self._chosen is not None:
            self._chosen[2].append(stub)
        elif self._offered is not None:
            asked_again: dict[str, JsonValue] = {"reason": "asked_again"} if self._asked else {}
            self._end(EventKind.REJECTED, line, [stub], **asked_again)
        else:
            self._put(EventKind.MOVED, line, [stub])

    def _accept(self, insertion: Line | None) -> None:
        """The row of the choice stands after that of the text it brought."""
        if self._chosen is None:
            return
        offered, line, stubs = self._chosen
        self._chosen, self._taken = None, offered
        text, start = "", line.currentCursor
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
            on_screen_ms=line.eventTimestamp - offered.opened_ms,
        )

    def _end(
        self, kind: EventKind, line: Line, stubs: list[JsonValue], **details: JsonValue
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
                on_screen_ms=line.eventTimestamp - offered.opened_ms,
                **details,
            )


def candidate_of(text: str, candidates: Sequence[str], otherwise: int) -> int:
    """Which of ``candidates`` was taken: the one whose text it is, for the index of the data may be another's."""
    wanted = text.strip()
    for number, each in enumerate(candidates):
        if each.strip() == wanted:
            return number
    return otherwise


def _candidate(given: _Offer, position: int) -> dict[str, JsonValue]:
    probability = 0.0 if isinstance(given.probability, str) else given.probability
    candidate: dict[str, JsonValue] = {
        "text": given.trimmed,
        "logprob": round(math.log(probability), 4) if probability else None,
        "probability": given.probability,
        "tokens": [],
    }
    if given.original != given.trimmed:
        candidate["original"] = given.original
    if given.index != position:
        candidate["index"] = given.index
    return candidate


def _setting(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _splices(line: Line) -> list[tuple[int, int, str]]:
    """A Quill delta as changes one after the other: offset, units removed, text inserted."""
    splices: list[tuple[int, int, str]] = []
    place, touches = 0, False
    for op in decode(line.textDelta, _Delta, "textDelta").ops:
        if op.retain is not None:
            place += op.retain
            touches = False
            continue
        if touches:
            start, gone, text = splices[-1]
            splices[-1] = (start, gone + op.delete, text + op.insert)
        else:
            splices.append((place, op.delete, op.insert))
        touches = True
        place += utf16_length(op.insert)
    if place > MOST:
        raise SchemaError("textDelta", tr("is out of range"))
    if not splices:
        raise SchemaError("textDelta", tr("changes nothing"))
    return splices


def _origin(inserted: str) -> str:
    if not inserted:
        return "deleted"
    return "pasted" if utf16_length(inserted) >= PASTED_FROM else "typed"
