"""The number of words in the status line of a window: of the text in front, and of what is selected in it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cowrite.base.text_changes import ChangeKind
from cowrite.base.text_counts import TextCounts
from cowrite.editor.common.connections import Connections
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.markup.text_counter import TextCounter, prose_of, selected_prose_of
from cowrite.editor.shell.status_line import StatusLine

SELECTION_PAUSE_MS = 120


class WindowCounts(QObject):
    """Counts for ``status_line``, once a view is followed.

    Signals: ``counted(Document, int words, frozenset kinds)`` of the text in front, with the kinds of changes since the
    last time; ``shown()`` after the status line says so.
    """

    counted = Signal(object, int, object)
    shown = Signal()

    def __init__(self, view: DocumentView, status_line: StatusLine, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._status_line = status_line
        self._following = Connections()
        self._counts = TextCounts()
        self._selected: TextCounts | None = None
        self._kinds: set[ChangeKind] = set()
        self._whole = TextCounter(lambda: prose_of(self._view), self._on_counted, self)
        self._part = TextCounter(lambda: selected_prose_of(self._view), self._on_part, self)

    def follow(self, view: DocumentView) -> None:
        """Count the text of this one from now on."""
        self.close()
        self._view = view
        self._following.add(view.page.selectionChanged, self._on_selection)
        self._selected = None
        self._kinds = {ChangeKind.LOADED}  # what was typed last in another document is not known
        self._whole.changed()
        self._on_selection()

    @property
    def words(self) -> int:
        """How many words the text had when it was counted last."""
        return self._counts.words

    def text_changed(self, kind: ChangeKind) -> None:
        """Count anew, in a moment."""
        self._kinds.add(kind)
        self._whole.changed()
        self._on_selection()

    def close(self) -> None:
        """Count nothing more."""
        self._following.end()
        self._whole.close()
        self._part.close()

    def _on_selection(self) -> None:
        if self._view.page.textCursor().hasSelection():
            self._part.changed(SELECTION_PAUSE_MS)
            return
        self._part.close()
        if self._selected is not None:
            self._selected = None
            self._show()

    def _on_counted(self, counts: TextCounts) -> None:
        self._counts = counts
        kinds, self._kinds = frozenset(self._kinds), set()
        self.counted.emit(self._view.document, counts.words, kinds)
        self._show()
        self.shown.emit()

    def _on_part(self, counts: TextCounts) -> None:
        self._selected = counts
        self._show()

    def _show(self) -> None:
        self._status_line.set_counts(self._counts, self._selected)
