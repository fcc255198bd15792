"""Examples from the log of decisions: what was typed, and what became of each suggestion.

What the writer typed, after a rejected ghost as well, is learned once, with weight 1, in the text it stands in: as an
example of its own it would count twice, and cost its context again. So are words of the model that were kept, with the
little weight that they have. A decision adds what the text does not tell: corrections, and what was preferred to what.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cowrite.base.utf16 import utf16_length
from cowrite.decisions.database.rows import SELECT_EVENTS, event_from_row
from cowrite.decisions.events import OUTCOMES, Event, EventKind
from cowrite.decisions.exchange.bundle import is_imported
from cowrite.personalize.data.examples import (
    CONTEXT_CHARACTERS,
    Example,
    Examples,
    Preference,
    Source,
    Verdict,
    continuation,
    correction,
    fill_in,
    whole_text,
)
from cowrite.personalize.data.replayed_text import Author, ReplayedText

KEPT_WEIGHT, PART_WEIGHT, IGNORED_WEIGHT = 0.3, 0.5, 0.3
LEAST_TYPED, LEAST_EDITED, LEAST_SEEN_MS = 15, 3, 300
MOST_TYPED = 120
# With so much text after it, what is typed fills a gap.
LEAST_AFTER = 40
FILL_IN_WEIGHT = 0.5


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
    stories: dict[str, _Story] = {}
    for row in rows:
        name = row.event.document_id
        if name not in documents:
            hands = (Author.WRITER, Author.UNKNOWN) if name in own else (Author.WRITER,)
            documents[name] = _Document(name, paths.get(name, ""), hands, stories)
        _inherit(documents, row.event)
        documents[name].follow(row)
    found = Examples()
    for document in documents.values():
        found.add(document.examples(since_ms))
    return found


def _inherit(documents: Mapping[str, _Document], event: Event) -> None:
    """A text that gets another name, as by “Save As”, is by the same hands; the log tells it anew."""
    text = str(event.details.get("text") or "") if event.kind is EventKind.OPENED else ""
    new = documents[event.document_id]
    length = utf16_length(text)
    if not text or new.holds(text, length):
        return
    same = [old for old in documents.values() if old is not new and old.holds(text, length)]
    if same:
        new.text = max(same, key=lambda old: old.edited_ms).text.copy()


@dataclass(slots=True)
class _Story:
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
    def source(self) -> Source:
        """Where it is from."""
        shown = self.shown.event
        return Source(document=shown.document_id, at_ms=shown.at_ms, events=self.ids)

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
            self.typing_at = event.end if event.kind in typed_instead else -1


class _Document:
    """Follows one document through the log. ``stories`` are those of all documents: some go on under another name."""

    def __init__(
        self, name: str, path: str, own: Collection[Author], stories: dict[str, _Story]
    ) -> None:
        self._name = name
        self._path = path
        self._own = own
        self.text = ReplayedText()
        self._stories = stories
        self._begun: list[_Story] = []
        self._typing: list[_Story] = []
        self._rows: list[int] = []
        self._fillings: list[Example] = []
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
            case EventKind.SHOWN if key not in self._stories:
                self._stories[key] = _Story(self._before(event), row)
                self._begun.append(self._stories[key])
            case _ if key in self._stories:
                story = self._stories[key]
                story.add(row)
                self._note_what_stands(story, event)
                if story.typing_at >= 0 and story not in self._typing:
                    self._typing.append(story)
            case _:
                pass

    def _note_what_stands(self, story: _Story, event: Event) -> None:
        """Of the ghost up to here: what was taken, and what the writer had typed of it themselves."""
        takes = event.kind in (EventKind.ACCEPTED, EventKind.ACCEPTED_PARTIAL)
        if not takes and event.kind not in OUTCOMES:
            return
        stands = self.text.between(story.shown.event.start, event.end)
        story.stands = stands or story.taken
        if takes:
            if stands.endswith(str(event.details.get("text") or "")):
                story.taken = stands or story.taken
            story.is_marked |= self.text.mark(event.start, event.end, story.key)

    def _before(self, shown: Event) -> str:
        """What stood before a suggestion. Imported decisions may come without their text, and bring it along."""
        replayed = self.text.between(shown.start - CONTEXT_CHARACTERS, shown.start)
        return replayed or str(shown.details.get("context") or "")[-CONTEXT_CHARACTERS:]

    def examples(self, since_ms: int) -> Examples:
        found = Examples()
        if self._last_ms < since_ms:
            return found
        standing = [self._stories[key] for key in self.text.suggestions()]
        kept = {story.key: story.kept_weight for story in standing}
        spans = list(self.text.spans(self._own, kept))
        has_text = any(span.learns for span in spans)
        if has_text:
            stand = [story for story in standing if story.kept_weight]
            found.kept += [story.source for story in stand]
            rows = {*self._rows, *(row for story in stand for row in story.ids)}
            source = Source(
                document=self._name,
                at_ms=self.edited_ms or self._last_ms,
                events=tuple(sorted(rows)),
                path=self._path,
            )
            found.supervised.append(whole_text(spans, source))
        found.supervised += [each for each in self._fillings if each.source.at_ms >= since_ms]
        for story in self._begun:
            if story.shown.event.at_ms >= since_ms:
                found.add(_told_by(story, in_text=has_text and story.is_marked))
        return found

    def _notice_typing(self, row: Row) -> None:
        """What is typed where a ghost just was; an edit elsewhere ends it."""
        event = row.event
        inserted = str(event.details.get("inserted") or "")
        is_typed = event.details.get("origin") == "typed" and not event.details.get("removed")
        # The very key that ends a suggestion may be told before its outcome or after it.
        for story in list(self._typing):
            at = story.typing_at + utf16_length(story.typed)
            if is_typed and event.start == at and len(story.typed) < MOST_TYPED:
                story.typed += inserted
                story.rows.append(row)
            else:
                self._typing.remove(story)
        after = self.text.between(event.start, event.start + 2 * CONTEXT_CHARACTERS)
        if is_typed and len(inserted) >= LEAST_TYPED and len(after.strip()) >= LEAST_AFTER:
            before = self.text.between(event.start - CONTEXT_CHARACTERS, event.start)
            source = Source(document=self._name, at_ms=event.at_ms, events=(row.id,))
            self._fillings.append(fill_in(before, inserted, after, source, FILL_IN_WEIGHT))


def _told_by(story: _Story, *, in_text: bool) -> Examples:
    """The rows of the table in the design, one suggestion at a time; ``in_text`` if its words count in their text."""
    outcome = story.outcome
    found = Examples()
    if outcome is None:
        return found
    source = story.source
    match outcome.kind:
        case EventKind.ACCEPTED:
            _accepted(story, source, found, in_text=in_text)
        case EventKind.REJECTED | EventKind.IGNORED if story.taken:
            _accepted_in_part(story, source, found, in_text=in_text)
        case EventKind.REJECTED | EventKind.IGNORED:
            _refused(story, source, found, is_rejected=outcome.kind is EventKind.REJECTED)
        case _:
            pass  # typed through, superseded: the text itself tells
    return found


def _accepted(story: _Story, source: Source, found: Examples, *, in_text: bool) -> None:
    accepted, kept = story.taken or story.text, story.kept
    if kept is None or not accepted:
        return  # not yet known
    now, state = str(kept.details.get("now") or ""), kept.details.get("state")
    if state == "exact" and not in_text:
        found.supervised.append(continuation(story.context, accepted, source, KEPT_WEIGHT))
    # What was edited has a rival: see below.
    if state in ("exact", "gone"):
        found.verdicts.append(
            Verdict(context=story.context, text=accepted, desirable=state == "exact", source=source)
        )
    distance = kept.details.get("distance")
    if state == "edited" and now.strip() and isinstance(distance, int | float):
        found.supervised.append(correction(story.context, now, source))
        if distance >= LEAST_EDITED:
            weight = min(1.0, distance / max(1, len(accepted)))
            _prefer(story.context, now, accepted, weight, source, found)


def _accepted_in_part(story: _Story, source: Source, found: Examples, *, in_text: bool) -> None:
    if not in_text:
        found.supervised.append(continuation(story.context, story.taken, source, PART_WEIGHT))
    if len(story.typed) >= LEAST_TYPED:
        chosen = story.stands + story.typed
        _prefer(story.context, chosen, story.text, 1.0, source, found)


def _refused(story: _Story, source: Source, found: Examples, *, is_rejected: bool) -> None:
    assert story.outcome is not None  # noqa: S101 - asked before
    seen = story.outcome.details.get("on_screen_ms")
    if isinstance(seen, int | float) and seen < LEAST_SEEN_MS:
        return
    if len(story.typed) >= LEAST_TYPED:
        weight = 1.0 if is_rejected else IGNORED_WEIGHT
        _prefer(story.context, story.stands + story.typed, story.text, weight, source, found)
    elif is_rejected:
        found.verdicts.append(
            Verdict(context=story.context, text=story.text, desirable=False, source=source)
        )


def _prefer(
    context: str, chosen: str, rejected: str, weight: float, source: Source, found: Examples
) -> None:
    if context and chosen.strip() and rejected.strip() and chosen != rejected:
        found.preferences.append(
            Preference(
                context=context, chosen=chosen, rejected=rejected, source=source, weight=weight
            )
        )
