"""Remembers the undo steps of a document beyond its window, where its file stays the same.

Qt's undo stack cannot be read. So the edits are followed as they are told, by the number that the stack has after each;
what they removed is worked out from the text that they began with, beside the GUI thread, when they are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.documents.versions.undo_steps import (
    MadeEdit,
    Step,
    UndoStore,
    completed,
    taken_back,
)
from cowrite.editor.common.disk import Disk, StateFiles
from cowrite.editor.common.flow import Flow
from cowrite.editor.page.listeners import ListenerStage, SaveOccasion
from cowrite.editor.page.replayed_steps import replay
from cowrite.provenance.ranges import Ranges

if TYPE_CHECKING:  # a document has an undo memory
    from cowrite.editor.document.document import Document

BEGIN_ANEW_AFTER = 200
"""So many steps after the text they began with was noted, a later one is noted as well."""
LONGEST_TEXT = 5_000_000
"""Characters; of a longer text no second copy is held."""


@dataclass(slots=True)
class _Group:
    """The edits after which the undo stack has the number ``state``."""

    state: int
    edits: list[MadeEdit] = field(default_factory=list)


class UndoMemory(QObject):
    """Follows ``document``; ``store`` and ``states`` are None where nothing is kept."""

    def __init__(
        self, document: Document, store: UndoStore | None, states: StateFiles | None, disk: Disk
    ) -> None:
        super().__init__(document)
        self._document = document
        self._store = store
        self._states = states
        self._disk = disk
        self._ranges = Ranges()
        self.forget()
        if store is not None and not document.is_private:
            document.listeners.add(ListenerStage.JOURNAL, self._on_text_changed)
            document.save_listeners.add(ListenerStage.JOURNAL, self._on_saved)
            document.identity_listeners.add(ListenerStage.JOURNAL, self._on_identity_changed)

    def forget(self) -> None:
        """Remember nothing of what was done so far."""
        self._groups: list[_Group] = []
        self._undone: list[_Group] = []
        # Texts that the steps began with: how many groups were made before each. The first begins with the first group.
        self._bases: list[tuple[int, str]] = []
        self._first_state = 0

    def close(self) -> None:
        """Keep the steps that led to what the file holds. May be called again."""
        self._keep()
        self.forget()

    # --- following ---

    def _on_text_changed(self, change: TextChange) -> None:
        before, self._ranges = self._ranges, self._document.provenance.ranges
        if change.kind is ChangeKind.LOADED:
            self.forget()
            if len(change.inserted) <= LONGEST_TEXT:
                self._bases = [(0, change.inserted)]
            return
        if not self._bases:
            return
        state = self._document.content.undo_steps
        if change.kind is ChangeKind.UNDO:
            while self._groups and self._groups[-1].state > state:
                self._undone.append(self._groups.pop())
        elif change.kind is ChangeKind.REDO:
            while self._undone and self._undone[-1].state <= state:
                self._groups.append(self._undone.pop())
        else:
            self._note(change, state, before)
        last = self._groups[-1].state if self._groups else self._first_state
        if last != state:
            self.forget()  # what is not understood is not kept
        self._bases = [each for each in self._bases if each[0] <= len(self._groups)]

    def _note(self, change: TextChange, state: int, before: Ranges) -> None:
        self._undone = []
        if not self._groups or self._groups[-1].state != state:
            self._groups.append(_Group(state))
        edits = self._groups[-1].edits
        last = edits[-1] if edits else None
        if last is not None and not change.removed:
            end = last.offset + utf16_length(last.inserted)
            if end == change.offset and len(last.inserted) < BEGIN_ANEW_AFTER:  # typed on
                edits[-1] = MadeEdit(
                    offset=last.offset,
                    removed=last.removed,
                    inserted=last.inserted + change.inserted,
                    origins=last.origins,
                )
                return
        gone = before.between(change.offset, change.offset + change.removed)
        edits.append(
            MadeEdit(
                offset=change.offset,
                removed=change.removed,
                inserted=change.inserted,
                origins=tuple((run.length, run.origin.value) for _, run in gone),
            )
        )

    # --- keeping ---

    def _on_saved(self, occasion: SaveOccasion) -> None:
        self._note_base()
        if occasion is SaveOccasion.ASKED:
            self._keep()

    def _note_base(self) -> None:
        """Let the steps begin later, when there are many: no step is kept for ever."""
        text, count = self._document.saved_text, len(self._groups)
        if self._document.is_modified or text is None or not self._bases:
            return
        if count - self._bases[-1][0] < BEGIN_ANEW_AFTER:
            return
        self._bases.append((count, text))
        if len(self._bases) > 2:
            first = self._bases[1][0]
            self._first_state = self._groups[first - 1].state
            self._groups = self._groups[first:]
            self._bases = [(number - first, base) for number, base in self._bases[1:]]

    def _keep(self) -> None:
        document, store = self._document, self._store
        if store is None or self._states is None or not document.history.is_kept:
            return
        text = document.saved_text
        if document.path is None or document.is_modified or text is None or not self._bases:
            return
        document_id, base = document.document_id, self._bases[0][1]
        made = [tuple(group.edits) for group in self._groups]

        def write() -> None:
            try:
                steps = completed(base, made, text)
            except ValueError:
                steps = []
            store.write(document_id, text, steps)

        self._states.write(f"undo {document_id}", write)

    # --- coming back ---

    def _on_identity_changed(self, _before: str) -> None:
        document = self._document
        if document.path is None or document.is_modified or not self._bases or self._groups:
            return
        if document.history.is_kept and not document.read_only_reason:
            Flow(self._restore())

    async def _restore(self) -> None:
        document, store, text = self._document, self._store, self._document.saved_text
        if store is None or not text:
            return
        revision, document_id = document.revision, document.document_id

        def read() -> tuple[list[Step], str]:
            steps = store.read(document_id, text)
            return steps, taken_back(text, steps)

        steps, base = await self._disk.run(read)
        is_same = document.revision == revision and document.document_id == document_id
        if not steps or not is_same or document.is_closed or document.content.undo_steps:
            return
        states = replay(document.content, steps)
        document.provenance.steps_came_back(steps, states)
        self._take(base, steps, states)

    def _take(self, base: str, steps: Sequence[Step], states: Sequence[int]) -> None:
        self.forget()
        self._bases = [(0, base)]
        self._ranges = self._document.provenance.ranges
        for step, state in zip(steps, states, strict=True):
            edits = [
                MadeEdit(
                    offset=each.offset,
                    removed=utf16_length(each.removed),
                    inserted=each.inserted,
                    origins=each.origins,
                )
                for each in step
            ]
            self._groups.append(_Group(state, edits))
