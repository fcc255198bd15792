"""A session of the log as a CoAuthor file: imported ones line by line as they were, Cowrite's own told in its terms.

CoAuthor knows no taking of a part: that is text of the model inserted while the suggestion stays open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cowrite.base.utf16 import utf16_length, utf16_slice
from cowrite.decisions.events import OUTCOMES, Event, EventKind, JsonValue, is_of_hunk
from cowrite.decisions.exchange.coauthor_read import SETTINGS
from cowrite.decisions.rebuild import TextRebuilder

_OWN_SETTINGS = ("1", "0", "0", "0", "0", "0")

Line = dict[str, Any]


def coauthor_lines(events: Sequence[Event]) -> list[Line]:
    """The lines of one session and document. An own session whose text the log does not tell gives none."""
    if any("coauthor" in event.details for event in events):
        return list(_as_they_were(events))
    return _Teller().tell(events)


# --- imported sessions ---


def _as_they_were(events: Sequence[Event]) -> Iterator[Line]:
    found: dict[int, tuple[dict[str, JsonValue], list[Event]]] = {}
    for event in events:
        stubs = event.details.get("coauthor")
        for stub in stubs if isinstance(stubs, list) else []:
            if not isinstance(stub, dict) or not isinstance(number := stub.get("n"), int):
                continue
            if "more" in stub:
                if number in found:
                    found[number][1].append(event)
            else:
                found[number] = (stub, [event])
    settings: Sequence[Any] = _OWN_SETTINGS
    for number in sorted(found):
        stub, rows = found[number]
        given = stub.get("settings")
        settings = given if isinstance(given, list) else settings
        line = _line(
            str(stub["event"]),
            str(stub["source"]),
            _whole(stub["t"]),
            number,
            cursor=_whole(stub["cursor"]),
            index=_whole(stub["index"]),
            hover=_whole(stub["hover"]),
            settings=settings,
        )
        _fill(line, rows)
        yield line


def _fill(line: Line, rows: Sequence[Event]) -> None:
    """Put in what the rows tell."""
    row, name = rows[0], line["eventName"]
    if name == "system-initialize":
        line["currentDoc"] = str(row.details.get("text", ""))
    elif name in ("text-insert", "text-delete"):
        line["textDelta"] = {"ops": _ops(rows)}
    elif name == "suggestion-open":
        line["currentSuggestions"] = _suggestions(row)
    elif name.startswith("cursor-"):
        line["cursorRange"] = {"index": row.start, "length": row.end - row.start}


def _ops(rows: Sequence[Event]) -> list[dict[str, Any]]:
    ops: list[dict[str, Any]] = []
    place = 0
    for row in rows:
        if row.start > place:
            ops.append({"retain": row.start - place})
        if inserted := row.details.get("inserted"):
            ops.append({"insert": inserted})
        if removed := row.details.get("removed"):
            ops.append({"delete": removed})
        place = row.end
    return ops


def _suggestions(row: Event) -> list[Line]:
    candidates = row.details.get("candidates")
    return [
        {
            "index": each.get("index", number),
            "original": each.get("original", each.get("text", "")),
            "trimmed": each.get("text", ""),
            "probability": each.get("probability", 0.0),
        }
        for number, each in enumerate(candidates if isinstance(candidates, list) else [])
        if isinstance(each, dict)
    ]


# --- Cowrite's own ---


class _Teller:
    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._text = TextRebuilder()
        self._candidates: dict[str, list[Line]] = {}
        self._held: Event | None = None
        self._cursor = 0
        self._index = 0

    def tell(self, events: Sequence[Event]) -> list[Line]:
        for event in events:
            self._tell(event)
        self._release()
        return self._lines

    def _tell(self, event: Event) -> None:
        if is_of_hunk(event):
            return  # CoAuthor has no changes of passages; what they did to the text is an edit
        if self._held is not None and event.kind not in (
            EventKind.ACCEPTED,
            EventKind.ACCEPTED_PARTIAL,
        ):
            self._release()
        match event.kind:
            case EventKind.OPENED:
                self._open(event)
            case _ if not self._lines:
                return
            case EventKind.EDITED if event.details.get("origin") == "accepted":
                self._held = event
            case EventKind.EDITED:
                self._edit(event)
            case EventKind.MOVED:
                self._add("cursor-select", "user", event.at_ms)
                self._lines[-1]["cursorRange"] = {
                    "index": event.start,
                    "length": event.end - event.start,
                }
            case EventKind.REQUESTED:
                self._cursor = event.start
                self._add("suggestion-get", "user", event.at_ms)
            case EventKind.GENERATED:
                self._candidates[event.suggestion_id] = _suggestions(event)
            case EventKind.SHOWN:
                self._show(event)
            case EventKind.TURNED:
                self._index = _whole(event.details.get("candidate"))
                self._add("suggestion-down", "user", event.at_ms)
            case EventKind.ACCEPTED:
                self._index = _whole(event.details.get("candidate"))
                self._add("suggestion-select", "user", event.at_ms)
                self._add("suggestion-close", "api", event.at_ms)
                self._release()
            case EventKind.ACCEPTED_PARTIAL:
                self._release()
            case kind if kind in OUTCOMES:
                source = "api" if kind is EventKind.SUPERSEDED else "user"
                self._add("suggestion-close", source, event.at_ms)

    def _open(self, event: Event) -> None:
        before, was_known = self._text.text(), self._text.is_known
        self._text.follow(event)
        text = self._text.text()
        if not self._lines:
            if self._text.is_known:
                self._add("system-initialize", "api", event.at_ms)
                self._lines[-1]["currentDoc"] = text
        elif was_known and text != before:
            ops: list[Line] = [{"insert": text}] if text else []
            length = utf16_length(before)
            ops += [{"delete": length}] if length else []
            self._add("text-insert" if text else "text-delete", "user", event.at_ms)
            self._lines[-1]["textDelta"] = {"ops": ops}

    def _show(self, event: Event) -> None:
        shown = str(event.details.get("text", ""))
        known = self._candidates.get(event.suggestion_id) or [
            {"index": 0, "original": shown, "trimmed": shown, "probability": 0.0}
        ]
        self._index = 0
        self._add("suggestion-open", "api", event.at_ms)
        self._lines[-1]["currentSuggestions"] = known

    def _release(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._edit(held)

    def _edit(self, event: Event) -> None:
        """One line for each key of a burst."""
        inserted = str(event.details.get("inserted", ""))
        keys = event.details.get("keys")
        listed = keys if isinstance(keys, list) else [[0, utf16_length(inserted)]]
        place, done, removed = event.start, 0, _whole(event.details.get("removed"))
        source = "api" if event.details.get("origin") == "accepted" else "user"
        for key in listed:
            after_ms, size = (_whole(key[0]), _whole(key[1])) if isinstance(key, list) else (0, 0)
            text = utf16_slice(inserted, done, done + size)
            ops: list[Line] = [{"retain": place}] if place else []
            ops += [{"insert": text}] if text else []
            ops += [{"delete": removed}] if removed else []
            if not text and not removed:
                continue
            place, done = place + size, done + size
            removed = 0
            self._cursor = place
            self._add("text-insert" if text else "text-delete", source, event.at_ms + after_ms)
            self._lines[-1]["textDelta"] = {"ops": ops}
        self._text.follow(event)

    def _add(self, name: str, source: str, at_ms: int) -> None:
        number = len(self._lines)
        self._lines.append(
            _line(name, source, at_ms, number, cursor=self._cursor, index=self._index)
        )


def _line(
    name: str,
    source: str,
    at_ms: int,
    number: int,
    *,
    cursor: int = 0,
    index: int = 0,
    hover: int = -1,
    settings: Sequence[Any] = _OWN_SETTINGS,
) -> Line:
    return {
        "eventName": name,
        "eventSource": source,
        "eventTimestamp": at_ms,
        "textDelta": "",
        "cursorRange": "",
        "currentDoc": "",
        "currentCursor": cursor,
        "currentSuggestions": [],
        "currentSuggestionIndex": index,
        "currentHoverIndex": "" if hover < 0 else hover,
        **dict(zip(SETTINGS, settings, strict=True)),
        "eventNum": number,
    }


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
