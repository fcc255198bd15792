"""How many words stand below each heading, counted in slices so that a long text never holds up a key."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from cowrite.base.text_counts import count_text
from cowrite.editor.document.document import Document
from cowrite.editor.markup.structure import DocumentStructure
from cowrite.editor.markup.text_counter import SLICE_S

PAUSE_MS = 1_000
_LOOK_AT_THE_CLOCK = 8  # paragraphs


class ChapterWords(QObject):
    """Signal: ``counted(list)``: for each heading, the words from it to the next one of any level."""

    counted = Signal(list)

    def __init__(self, document: Document, structure: DocumentStructure, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._structure = document, structure
        self._left: Iterator[None] | None = None
        self._began = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_due)

    def changed(self, pause_ms: int = PAUSE_MS) -> None:
        """Count ``pause_ms`` milliseconds after the last of these calls."""
        self._left = None
        self._timer.start(pause_ms)

    def stop(self) -> None:
        """Count nothing more."""
        self._left = None
        self._timer.stop()

    def _on_due(self) -> None:
        if self._document.is_closed:
            return
        if self._left is None:
            self._left = self._slices()
        self._began = time.perf_counter()
        if next(self._left, self) is self:
            self._left = None
        else:
            self._timer.start(0)

    def _slices(self) -> Iterator[None]:
        structure = self._structure
        begins = [each.block_number for each in structure.headings]
        words = [0] * len(begins)
        if not begins:
            self.counted.emit(words)
            return
        block = self._document.content.document.findBlockByNumber(begins[0])
        chapter, number = 0, begins[0]
        while block.isValid():
            while chapter + 1 < len(begins) and begins[chapter + 1] <= number:
                chapter += 1
            words[chapter] += count_text(structure.prose_text(block)).words
            block, number = block.next(), number + 1
            if number % _LOOK_AT_THE_CLOCK == 0 and time.perf_counter() - self._began > SLICE_S:
                yield
        self.counted.emit(words)
