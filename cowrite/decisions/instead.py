"""What the writer wrote in the place of a suggestion that was not wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cowrite.decisions.events import Event, EventKind

MOST_CHARACTERS = 200
_OWN = frozenset({"typed", "deleted", "undo", "redo"})
_ENDS = frozenset({EventKind.OPENED, EventKind.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """``text`` stands at UTF-16 offset ``start``; ``until_ms`` is the Unix time of the last change of it."""

    text: str
    start: int
    until_ms: int


def written_instead(
    outcome: Event, following: Iterable[Event], most: int = MOST_CHARACTERS
) -> Instead:
    """What was written where ``outcome`` ended a suggestion, corrections of it included.

    ``following`` are the events after it, in the order of the log. It ends with the first change elsewhere, of the
    model or of the clipboard, with ``most`` characters, or when the document is closed. What was deleted before the
    place moves ``start``.
    """
    start, written, until = outcome.end, b"", outcome.at_ms
    for event in following:
        if event.document_id != outcome.document_id or event.session_id != outcome.session_id:
            continue
        if event.kind in _ENDS:
            break
        if event.kind is not EventKind.EDITED:
            continue
        removed, inserted = event.details.get("removed"), event.details.get("inserted")
        if event.details.get("origin") not in _OWN or not isinstance(inserted, str):
            break
        gone = removed if isinstance(removed, int) else 0
        end = start + len(written) // 2
        if not (event.start <= end and event.start + gone >= start):
            break
        left = written[: 2 * max(0, event.start - start)]
        right = written[2 * max(0, event.start + gone - start) :]
        written = left + inserted.encode("utf-16-le", "surrogatepass") + right
        start, until = min(start, event.start), event.at_ms
        if len(written) >= 2 * most:
            break
    text = written.decode("utf-16-le", "surrogatepass")[:most]
    return Instead(text=text, start=start, until_ms=until)
