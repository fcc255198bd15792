"""Examples from the log of decisions: what was typed, and what became of each suggestion.

What the writer typed, after a rejected ghost as well, is learned once, with weight 1, in the text it stands in: as an
example of its own it would count twice, and cost its context again. So are words of the model that were kept, with the
little weight that they have. A decision adds what the text does not tell: corrections, and what was preferred to what.
Changes of passages are among the suggestions: what was taken or left is a pair.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cowrite.base.utf16 import utf16_length
from cowrite.decisions.database.rows import SELECT_EVENTS, event_from_row
from cowrite.decisions.events import OUTCOMES, Event, EventKind, is_of_hunk
from cowrite.decisions.exchange.bundle import is_imported
from cowrite.decisions.hunks import hunk_decisions
from cowrite.personalize.data.examples import (
    CONTEXT_CHARACTERS,
    Examples,
    ExampleSource,
    Preference,
    UnpairedPreference,
    continuation,
    correction,
    whole_text,
)
from cowrite.personalize.data.hunk_examples import hunk_preferences
from cowrite.personalize.data.replayed_text import Author, ReplayedText

KEPT_WEIGHT, PART_WEIGHT, IGNORED_WEIGHT = 0.3, 0.5, 0.3
LEAST_TYPED, LEAST_EDITED, LEAST_SEEN_MS = 15, 3, 300
MOST_TYPED = 120


@dataclass(frozen=True, slots=True)
class Row:
    """An event with its id in the log."""

    id: int
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which rows may be learned from: documents by id and path, from ``since_ms`` on, with imported sessions or not.

    Of a file that ``is_own`` what was there before the log, or was pasted, counts as the writer's too.
    """

    may_learn: Callable[[str, str], bool] = lambda _document, _path: True
    is_own: Callable[[str], bool] = lambda _path: False
    since_ms: int = 0
    imported: bool = False


def read_rows(connection: sqlite3.Connection) -> Iterator[Row]:
    """All rows, oldest first. Raises sqlite3.Error or ValueError."""
    query = SELECT_EVENTS.replace("SELECT ", "SELECT id, ", 1) + " ORDER BY id"
    for row_id, *rest in connection.execute(query):
        yield Row(row_id, event_from_row(rest))


def examples_from_log(
    connection: sqlite3.Connection, selection: Selection | None = None
) -> Examples:
    """Everything the log teaches of what ``selection`` allows. Raises sqlite3.Error or ValueError."""
    chosen = selection or Selection()
    documents = connection.execute("SELECT id, path FROM documents").fetchall()
    paths = {str(document): str(path or "") for document, path in documents}

    def is_wanted(row: Row) -> bool:
        event = row.event
        if is_imported(event.session_id) and not chosen.imported:
            return False
        return chosen.may_learn(event.document_id, paths.get(event.document_id, ""))

    rows = (row for row in read_rows(connection) if is_wanted(row))
    own = {document for document, path in paths.items() if chosen.is_own(path)}
    return examples_from_rows(rows, since_ms=chosen.since_ms, paths=paths, own=own)


def examples_from_rows(
    rows: Iterable[Row],
    *,
    since_ms: int = 0,
    paths: Mapping[str, str] = MappingProxyType({}),
    own: Collection[str] = (),
) -> Examples:
    """Examples of the rows from ``since_ms`` on; older ones only tell what stood in the text.

    ``paths`` by the ids of documents; ``own`` are ids of those of which all but the model's words is the writer's.
    """
    documents: dict[str, _Document] = {}
    histories: dict[str, _SuggestionHistory] = {}
    for row in rows:
        name = row.event.document_id
        if name not in documents:
            authors = (Author.WRITER, Author.UNKNOWN) if name in own else (Author.WRITER,)
            documents[name] = _Document(name, paths.get(name, ""), authors, histories)
        _inherit(documents, row.event)
        documents[name].follow(row)
    found = Examples()
    for document in documents.values():
        found.add(document.examples(since_ms))
    return found


def _inherit(documents: Mapping[str, _Document], event: Event) -> None:
    """A text that gets another name, as by “Save As”, is by the same authors; the log tells it anew."""
    text = str(event.details.get("text") or "") if event.kind is EventKind.OPENED else ""
    new = documents[event.document_id]
    length = utf16_length(text)
    if not text or new.holds(text, length):
        return
    same = [old for old in documents.values() if old is not new and old.holds(text, length)]
    if same:
        new.text = max(same, key=lambda old: old.edited_ms).text.copy()


@dataclass(slots=True)
class _SuggestionHistory:
    """One suggestion: what stood before it, and all its rows."""

    context: str
    shown: Row
    rows: list[Row] = field(default_factory=list)
    taken: str = ""
    outcome: Event | None = None
    kept: Event | None = None
    stands: str = ""
    typed: str = ""
    typing_at: int = -1
    is_marked: bool = False

    @property
    def key(self) -> str:
        return self.shown.event.suggestion_id

    @property
    def text(self) -> str:
        return str(self.shown.event.details.get("text") or "")

    @property
    def ids(self) -> tuple[int, ...]:
        return (self.shown.id, *(row.id for row in self.rows))

    @property
    def source(self) -> ExampleSource:
        """Where it is from."""
        shown = self.shown.event
        return ExampleSource(document=shown.document_id, at_ms=shown.at_ms, events=self.ids)

    @property
    def kept_weight(self) -> float:
        """How much the words of the model count that are still there: not at all before it is known that they stay."""
        match self.outcome.kind if self.outcome else None:
            case EventKind.ACCEPTED:
                state = self.kept.details.get("state") if self.kept else None
                return KEPT_WEIGHT if state == "exact" else 0.0
            case EventKind.REJECTED | EventKind.IGNORED if self.taken:
                return PART_WEIGHT
            case _:
                return 0.0

    def add(self, row: Row) -> None:
        event = row.event
        self.rows.append(row)
        if event.kind in (EventKind.ACCEPTED, EventKind.ACCEPTED_PARTIAL):
            self.taken += str(event.details.get("text") or "")
        if event.kind is EventKind.KEPT:
            self.kept = event
        if event.kind in OUTCOMES:
            self.outcome = event
            typed_instead = (EventKind.REJECTED, EventKind.IGNORED, EventKind.SUPERSEDED)
            if not is_of_hunk(event):
                self.typing_at = event.end if event.kind in typed_instead else -1


class _Document:
    """Follows one document through the log. ``histories`` are those of all documents: some go on under another name."""

    def __init__(
        self,
        name: str,
        path: str,
        own: Collection[Author],
        histories: dict[str, _SuggestionHistory],
    ) -> None:
        self._name = name
        self._path = path
        self._own = own
        self.text = ReplayedText()
        self._histories = histories
        self._begun: list[_SuggestionHistory] = []
        self._typing: list[_SuggestionHistory] = []
        self._rows: list[int] = []
        self._last_ms = 0
        self.edited_ms = 0

    def holds(self, text: str, length: int) -> bool:
        """Whether ``text``, of ``length`` UTF-16 units, is what stands in it now."""
        return len(self.text) == length and self.text.between(0, length) == text

    def follow(self, row: Row) -> None:
        event = row.event
        key = event.suggestion_id
        self._last_ms = max(self._last_ms, event.at_ms)
        match event.kind:
            case EventKind.EDITED | EventKind.OPENED:
                self._notice_typing(row)
                self.text.apply(event)
                self._rows.append(row.id)
                if event.kind is EventKind.EDITED:
                    self.edited_ms = event.at_ms
            case EventKind.SHOWN if key not in self._histories:
                self._histories[key] = _SuggestionHistory(self._before(event), row)
                self._begun.append(self._histories[key])
            case _ if key in self._histories:
                history = self._histories[key]
                history.add(row)
                self._record_what_stands(history, event)
                if history.typing_at >= 0 and history not in self._typing:
                    self._typing.append(history)
            case _:
                pass

    def _record_what_stands(self, history: _SuggestionHistory, event: Event) -> None:
        """Of the ghost up to here: what was taken, and what the writer had typed of it themselves."""
        takes = event.kind in (EventKind.ACCEPTED, EventKind.ACCEPTED_PARTIAL)
        if not takes and event.kind not in OUTCOMES:
            return
        stands = self.text.between(history.shown.event.start, event.end)
        history.stands = stands or history.taken
        if takes:
            if stands.endswith(str(event.details.get("text") or "")):
                history.taken = stands or history.taken
            history.is_marked |= self.text.mark(event.start, event.end, history.key)

    def _before(self, shown: Event) -> str:
        """What stood before a suggestion. Imported decisions may come without their text, and bring it along."""
        replayed = self.text.between(shown.start - CONTEXT_CHARACTERS, shown.start)
        return replayed or str(shown.details.get("context") or "")[-CONTEXT_CHARACTERS:]

    def examples(self, since_ms: int) -> Examples:
        found = Examples()
        if self._last_ms < since_ms:
            return found
        standing = [self._histories[key] for key in self.text.suggestions()]
        kept = {history.key: history.kept_weight for history in standing}
        spans = list(self.text.spans(self._own, kept))
        has_text = any(span.learns for span in spans)
        if has_text:
            stand = [history for history in standing if history.kept_weight]
            found.kept += [history.source for history in stand]
            rows = {*self._rows, *(row for history in stand for row in history.ids)}
            source = ExampleSource(
                document=self._name,
                at_ms=self.edited_ms or self._last_ms,
                events=tuple(sorted(rows)),
                path=self._path,
            )
            found.supervised.append(whole_text(spans, source))
        for history in self._begun:
            if history.shown.event.at_ms >= since_ms:
                found.add(_told_by(history, in_text=has_text and history.is_marked))
        return found

    def _notice_typing(self, row: Row) -> None:
        """What is typed where a ghost just was; an edit elsewhere ends it."""
        event = row.event
        inserted = str(event.details.get("inserted") or "")
        is_typed = event.details.get("origin") == "typed" and not event.details.get("removed")
        # The very key that ends a suggestion may be told before its outcome or after it.
        for history in list(self._typing):
            at = history.typing_at + utf16_length(history.typed)
            if is_typed and event.start == at and len(history.typed) < MOST_TYPED:
                history.typed += inserted
                history.rows.append(row)
            else:
                self._typing.remove(history)


def _told_by(history: _SuggestionHistory, *, in_text: bool) -> Examples:
    """The rows of the table in the design, one suggestion at a time; ``in_text`` if its words count in their text."""
    outcome = history.outcome
    found = Examples()
    if outcome is None:
        return found
    source = history.source
    if is_of_hunk(outcome):
        decided = hunk_decisions([history.shown.event, *(row.event for row in history.rows)])
        found.preferences += [
            pair for each in decided for pair in hunk_preferences(each, history.context, source)
        ]
        return found
    match outcome.kind:
        case EventKind.ACCEPTED:
            _accepted(history, source, found, in_text=in_text)
        case EventKind.REJECTED | EventKind.IGNORED if history.taken:
            _accepted_in_part(history, source, found, in_text=in_text)
        case EventKind.REJECTED | EventKind.IGNORED:
            _refused(history, source, found, is_rejected=outcome.kind is EventKind.REJECTED)
        case _:
            pass  # typed through, superseded: the text itself tells
    return found


def _accepted(
    history: _SuggestionHistory, source: ExampleSource, found: Examples, *, in_text: bool
) -> None:
    accepted, kept = history.taken or history.text, history.kept
    if kept is None or not accepted:
        return  # not yet known
    now, state = str(kept.details.get("now") or ""), kept.details.get("state")
    if state == "exact" and not in_text:
        found.supervised.append(continuation(history.context, accepted, source, KEPT_WEIGHT))
    # What was edited has a rival: see below.
    if state in ("exact", "gone"):
        found.unpaired.append(
            UnpairedPreference(
                context=history.context, text=accepted, desirable=state == "exact", source=source
            )
        )
    distance = kept.details.get("distance")
    if state == "edited" and now.strip() and isinstance(distance, int | float):
        found.supervised.append(correction(history.context, now, source))
        if distance >= LEAST_EDITED:
            weight = min(1.0, distance / max(1, len(accepted)))
            _prefer(history.context, now, accepted, weight, source, found)


def _accepted_in_part(
    history: _SuggestionHistory, source: ExampleSource, found: Examples, *, in_text: bool
) -> None:
    if not in_text:
        found.supervised.append(continuation(history.context, history.taken, source, PART_WEIGHT))
    if len(history.typed) >= LEAST_TYPED:
        chosen = history.stands + history.typed
        _prefer(history.context, chosen, history.text, 1.0, source, found)


def _refused(
    history: _SuggestionHistory, source: ExampleSource, found: Examples, *, is_rejected: bool
) -> None:
    assert history.outcome is not None  # noqa: S101 - asked before
    seen = history.outcome.details.get("on_screen_ms")
    if isinstance(seen, int | float) and seen < LEAST_SEEN_MS:
        return
    if len(history.typed) >= LEAST_TYPED:
        weight = 1.0 if is_rejected else IGNORED_WEIGHT
        _prefer(
            history.context, history.stands + history.typed, history.text, weight, source, found
        )
    elif is_rejected:
        found.unpaired.append(
            UnpairedPreference(
                context=history.context, text=history.text, desirable=False, source=source
            )
        )


def _prefer(
    context: str, chosen: str, rejected: str, weight: float, source: ExampleSource, found: Examples
) -> None:
    if context and chosen.strip() and rejected.strip() and chosen != rejected:
        found.preferences.append(
            Preference(
                context=context, chosen=chosen, rejected=rejected, source=source, weight=weight
            )
        )
