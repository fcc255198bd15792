"""How long a text is, or what is selected of it, counted in slices so that a long one never holds up a key.

Only prose counts: no front matter, comments or code (see :mod:`cowrite.base.text_counts`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer

from cowrite.base.text_counts import TextCounts, count_text
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.markup.structure import structure_of

PAUSE_MS = 250
SLICE_S = 0.004
"""So long a slice may take: a key that comes meanwhile waits for it."""
_LOOK_AT_THE_CLOCK = 8  # paragraphs
_GAP = "\n"  # parts words and is not counted


class TextCounter(QObject):
    """Counts the ``pieces`` of a text a moment after the last :meth:`changed`, and tells ``show``."""

    def __init__(
        self,
        pieces: Callable[[], Iterator[str]],
        show: Callable[[TextCounts], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._pieces, self._show = pieces, show
        self._left: Iterator[str] | None = None
        self._counts = TextCounts()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_due)

    def changed(self, pause_ms: int = PAUSE_MS) -> None:
        """The text is another one; it is counted ``pause_ms`` milliseconds after the last of these calls."""
        self._left = None
        self._timer.start(pause_ms)

    def close(self) -> None:
        """Count nothing, until it has changed again."""
        self._left = None
        self._timer.stop()

    def _on_due(self) -> None:
        if self._left is None:
            self._left, self._counts = self._pieces(), TextCounts()
        began = time.perf_counter()
        for number, piece in enumerate(self._left):
            self._counts += count_text(piece)
            if number % _LOOK_AT_THE_CLOCK == 0 and time.perf_counter() - began > SLICE_S:
                self._timer.start(0)
                return
        self._left = None
        self._show(self._counts)


def prose_of(view: DocumentView) -> Iterator[str]:
    """What a reader reads of the text, paragraph by paragraph. Not to be used any more once the text has changed."""
    structure, block = structure_of(view.document), view.document.content.document.begin()
    while block.isValid():
        yield structure.prose_text(block, gap=_GAP)
        block = block.next()


def selected_prose_of(view: DocumentView) -> Iterator[str]:
    """The same of what is selected."""
    cursor, structure = view.page.textCursor(), structure_of(view.document)
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    block = view.document.content.document.findBlock(start)
    while block.isValid() and block.position() < end:
        position, size = block.position(), block.length() - 1
        first, last = max(0, start - position), min(size, end - position)
        yield structure.prose_text(block, start=first, end=last, gap=_GAP)
        block = block.next()
