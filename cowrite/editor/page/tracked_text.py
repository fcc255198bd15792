"""The text of a document, without a widget: every real change is told once, with its kind, and undo steps are sensible.

Owns Qt's document, the mirror of its text, its revision and its undo steps. All edits of the program go through
:meth:`TrackedText.edit`; those that Qt makes itself (a deleted selection, an input method, undo) happen inside
:meth:`TrackedText.changes_are`. Offsets are UTF-16 code units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextDocument

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.editor.page.caret import is_within_character, nearest_place
from cowrite.editor.page.listeners import StagedListeners
from cowrite.editor.page.text_mirror import (
    Difference,
    TextMirror,
    insert_exactly,
    whole_characters,
)

EDITS = frozenset(
    {
        ChangeKind.TYPED,
        ChangeKind.PASTED,
        ChangeKind.ACCEPTED,
        ChangeKind.REPLACED,
        ChangeKind.REWRITTEN,
        ChangeKind.DICTATED,
        ChangeKind.OTHER_VERSION,
    }
)
"""The kinds that :meth:`TrackedText.edit` makes; the others come from loading, deleting, undoing and doing again."""

PART_CHARACTERS = 100_000
"""How much of a long text is loaded at a time: about 30 ms of work."""


class TextView(Protocol):
    """Who shows the text: what it must be asked, and what it hears before everybody else."""

    def caret_before(self) -> int:
        """Where the selection began before the change that is being made."""
        ...

    def caret(self) -> int:
        """Where the caret stands now."""
        ...

    def place_caret(self, offset: int) -> None:
        """Put the caret at ``offset`` and show it."""
        ...

    def prepare_to_load(self, characters: int, paragraphs: int) -> QTextBlockFormat:
        """A text of that size comes, and undo is off: set up the document; returns the format of its paragraphs."""
        ...

    def text_loaded(self) -> None:
        """Another text is there, and nobody has been told yet."""
        ...

    def take_note(self, difference: Difference, kind: ChangeKind) -> None:
        """The text changed; its paragraphs are not laid out again yet."""
        ...

    def laid_out(self) -> None:
        """The changed paragraphs are laid out."""
        ...

    def before_report(self) -> None:
        """The listeners are about to be told; the caret is in place."""
        ...


class TrackedText(QObject):
    """``listeners`` hear of every real change, once, after it happened, in the order of their stages."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = QTextDocument(self)
        self.document.documentLayout()  # without one Qt tells nobody what has changed
        self.listeners: StagedListeners[TextChange] = StagedListeners()
        self.mirror = TextMirror(self.document)
        self.view: TextView | None = None
        self._revision = 0
        self._kind = ChangeKind.TYPED
        self._holds = 0
        self._changes: list[TextChange] = []
        self._telling: TextChange | None = None
        self._edited: tuple[int, int] | None = None
        self._batch: list[tuple[int, int, str]] | None = None
        self._lines_before_batch = 0
        self.document.contentsChange.connect(self._on_contents_change)
        self.document.contentsChanged.connect(self._on_contents_changed)

    # --- reading ---

    def text(self) -> str:
        r"""The whole text, lines separated by ``\n``; exactly what was set and typed."""
        return self.mirror.text()

    def text_between(self, start: int, end: int) -> str:
        """The text from one offset to another."""
        return self.mirror.between(start, end)

    @property
    def length(self) -> int:
        """The size of the text."""
        return self.document.characterCount() - 1

    @property
    def revision(self) -> int:
        """Grows with every change of the text."""
        return self._revision

    @property
    def undo_steps(self) -> int:
        """How many changes could be undone; different for every state of the text that undo and redo can reach."""
        return self.document.availableUndoSteps()

    @property
    def has_more_to_report(self) -> bool:
        """Whether the text has changed further than the listeners have been told so far."""
        return bool(self._changes)

    @property
    def telling(self) -> TextChange | None:
        """The change that the listeners are being told of just now."""
        return self._telling

    @property
    def caret(self) -> int:
        """Where the writer is in the text; its beginning if nobody shows it."""
        return self.view.caret() if self.view is not None else 0

    def place_caret(self, offset: int) -> None:
        """Put the caret at ``offset``, or at the nearest place before it where a caret may stand."""
        if self.view is not None:
            self.view.place_caret(nearest_place(self.document, offset))

    def attach(self, view: TextView) -> None:
        """Be shown in ``view`` from now on, formatted as it wants. Undo steps begin anew; nobody is told."""
        self.view = view
        modified = self.document.isModified()
        self.document.setUndoRedoEnabled(False)
        cursor = QTextCursor(self.document)
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.setBlockFormat(view.prepare_to_load(self.length, self.document.blockCount()))
        self.document.setUndoRedoEnabled(True)
        self.document.setModified(modified)
        view.text_loaded()

    def detach(self) -> None:
        """Be shown nowhere, and tell nobody of anything. May be called again."""
        self.view = None
        self.listeners.clear()

    # --- changing ---

    def load(self, text: str) -> None:
        """Replace everything: no undo step, not modified, the caret at the start."""
        for _ in self.loading(text, part_size=len(text) + 1):
            pass

    def loading(self, text: str, part_size: int = PART_CHARACTERS) -> Iterator[None]:
        """The same in steps, each of one part of ``text``, so that the GUI thread can do something in between.

        Until the last of them the page shows what is there so far, and nobody may change anything.
        """
        document, removed = self.document, self.length
        with self.changes_are(ChangeKind.LOADED):
            document.setUndoRedoEnabled(False)
            block_format = None
            if self.view is not None:
                block_format = self.view.prepare_to_load(len(text), text.count("\n") + 1)
            cursor = QTextCursor(document)
            cursor.beginEditBlock()
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.removeSelectedText()
            if block_format is not None:
                cursor.setBlockFormat(block_format)
            parts = _parts(text, part_size)
            loaded = [self._load_part(cursor, next(parts))]
            cursor.endEditBlock()
        for part in parts:
            yield
            with self.changes_are(ChangeKind.LOADED):
                cursor = QTextCursor(document)
                cursor.movePosition(QTextCursor.MoveOperation.End)
                loaded.append(self._load_part(cursor, part))
        with self.changes_are(ChangeKind.LOADED):
            document.setUndoRedoEnabled(True)
            document.setModified(False)
            if self.view is not None:
                self.view.text_loaded()
            self._revision += 1
            whole = "".join(loaded)
            self._changes = [
                TextChange(kind=ChangeKind.LOADED, offset=0, removed=removed, inserted=whole)
            ]

    @staticmethod
    def _load_part(cursor: QTextCursor, part: str) -> str:
        exact = whole_characters(part)
        insert_exactly(cursor, exact)
        return exact

    def edit(
        self, start: int, end: int, text: str, kind: ChangeKind, *, joins_last_step: bool = False
    ) -> None:
        """Put ``text`` in the place of what stands from ``start`` to ``end``, as one undo step.

        With ``joins_last_step`` it is taken back together with the step before it. Raises ValueError for a ``kind``
        that is no edit, and for a place outside the text or within a character.
        """
        if kind not in EDITS:
            raise ValueError(f"{kind} is no kind of edit")
        self._require_place(start, end)
        text = whole_characters(text)
        cursor = QTextCursor(self.document)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        with self.changes_are(kind):
            # Among equal letters the new ones could have come anywhere: here it is known where.
            self._edited = start, start + utf16_length(text)
            try:
                if joins_last_step:
                    cursor.joinPreviousEditBlock()
                else:
                    cursor.beginEditBlock()
                cursor.removeSelectedText()
                insert_exactly(cursor, text)
                cursor.endEditBlock()
            finally:
                self._edited = None

    def edit_all(self, places: Iterable[tuple[int, int, str]], kind: ChangeKind) -> None:
        """Make several edits, each as ``(start, end, text)`` with places in the text as it is now, as one undo step.

        Each is told as a change of its own, the first in the text first, when all are made: its place is that after
        those before it. Raises ValueError as :meth:`edit` does, and for places that overlap; nothing is then changed.
        """
        if kind not in EDITS:
            raise ValueError(f"{kind} is no kind of edit")
        ordered = sorted((start, end, whole_characters(text)) for start, end, text in places)
        for start, end, _ in ordered:
            self._require_place(start, end)
        for (_, end, _), (start, _, _) in pairwise(ordered):
            if end > start:
                raise ValueError(f"two edits overlap at {start}")
        # What changes nothing makes no step.
        real = [each for each in ordered if self.text_between(*each[:2]) != each[2]]
        if not real:
            return
        cursor = QTextCursor(self.document)
        with self.changes_are(kind):
            self._batch, self._lines_before_batch = real, self.document.blockCount()
            try:
                # In one block: Qt lays out and tells everything that it spans only once.
                cursor.beginEditBlock()
                for start, end, text in reversed(real):
                    cursor.setPosition(start)
                    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                    cursor.removeSelectedText()
                    insert_exactly(cursor, text)
                cursor.endEditBlock()
            finally:
                self._batch = None

    def undo(self) -> None:
        """Take back the last step."""
        with self.changes_are(ChangeKind.UNDO):
            self.document.undo()

    def redo(self) -> None:
        """Do the last undone step again."""
        with self.changes_are(ChangeKind.REDO):
            self.document.redo()

    @contextmanager
    def changes_are(self, kind: ChangeKind) -> Iterator[None]:
        """Name the changes made inside, and report them after it: the caret is in place by then."""
        outer, self._kind = self._kind, kind
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
            self._kind = outer
        self._report()

    def _require_place(self, start: int, end: int) -> None:
        if not 0 <= start <= end <= self.length:
            raise ValueError(f"{start} to {end} is not within a text of {self.length} units")
        if any(is_within_character(self.document, place) for place in (start, end)):
            raise ValueError(f"{start} or {end} is between the two halves of a character")

    # --- what changed ---

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is being changed, and of no change anybody has still to hear."""
        return not self._holds and not self._changes

    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        start, end = self._edited or self._caret_says()
        difference = self.mirror.absorb(position, added, start, end)
        if difference is None:
            return
        if self._batch is not None:
            self._note_batch(difference, self._batch)
            return
        kind = self._kind_of(difference)
        if kind is not ChangeKind.LOADED:
            self._revision += 1
            self._changes.append(
                TextChange(
                    kind=kind,
                    offset=difference.offset,
                    removed=difference.removed,
                    inserted=difference.inserted,
                )
            )
        if self.view is not None:
            self.view.take_note(difference, kind)

    def _note_batch(self, whole: Difference, batch: Sequence[tuple[int, int, str]]) -> None:
        """Many edits were made at once: each is a change of its own."""
        each_one = _one_after_the_other(batch)
        self._revision += 1
        self._changes += [
            TextChange(kind=self._kind, offset=at.offset, removed=at.removed, inserted=at.inserted)
            for at in each_one
        ]
        if self.view is not None:
            divides = self.document.blockCount() != self._lines_before_batch or any(
                "\n" in at.inserted for at in each_one
            )
            for at in [whole] if divides else each_one:
                self.view.take_note(at, self._kind)

    def _caret_says(self) -> tuple[int, int]:
        """Between where the change was, as far as the caret tells it."""
        if self.view is not None:
            return self.view.caret_before(), self.view.caret()
        return self.length, 0  # anywhere

    def _kind_of(self, difference: Difference) -> ChangeKind:
        if self._kind is ChangeKind.TYPED and not difference.inserted:
            return ChangeKind.DELETED
        return self._kind

    def _on_contents_changed(self) -> None:
        """The changed paragraphs are laid out again."""
        if self.view is not None:
            self.view.laid_out()
        self._report()

    def _report(self) -> None:
        if self._holds:
            return
        if self.view is not None:
            self.view.before_report()
        while self._changes:
            self._tell(self._changes.pop(0))

    def _tell(self, change: TextChange) -> None:
        outer, self._telling = self._telling, change
        try:
            self.listeners.tell(change)
        finally:
            self._telling = outer


def _parts(text: str, size: int) -> Iterator[str]:
    """``text`` in parts of about ``size`` characters that end with lines, at least one."""
    start = 0
    while True:
        end = text.find("\n", start + size - 1) + 1 or len(text)
        yield text[start:end]
        start = end
        if start >= len(text):
            return


def _one_after_the_other(edits: Sequence[tuple[int, int, str]]) -> list[Difference]:
    """Edits with places in one text, in their order, each with its place after those before it."""
    grown = 0
    result = []
    for start, end, text in edits:
        result.append(Difference(offset=start + grown, removed=end - start, inserted=text))
        grown += utf16_length(text) - (end - start)
    return result
