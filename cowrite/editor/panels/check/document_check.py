"""Checks one document while its panel is shown, a few milliseconds at a time and not before the writer pauses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QTextBlock

from cowrite.base.utf16 import in_units
from cowrite.check.checker import TextChecker
from cowrite.check.findings import Finding
from cowrite.check.languages import SAMPLE_CHARACTERS, language_of
from cowrite.check.paragraph import LONGEST
from cowrite.editor.common.connections import Connections
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.markup.structure import structure_of
from cowrite.spelling.prose import masked

PAUSE_MS = 900
SLICE_S = 0.003
_LOOK_AGAIN_AT = (0, 120, 600, 3_000)
"""The first words may be few: at these sizes, in UTF-16 units, it is looked again what language they are in."""


class DocumentCheck(QObject):
    """Of the document of one view. Signal: ``changed()`` when everything was looked at after an edit.

    Nothing is looked at before :meth:`begin`.
    """

    changed = Signal()

    def __init__(self, view: DocumentView, parent: QObject) -> None:
        super().__init__(parent)
        self._document = view.document
        self._page = view.page
        self._text = view.document.content.document
        self._structure = structure_of(view.document)
        self._checker = TextChecker(self._text_of, 0)
        self._looked_at = 0
        self._work: Iterator[int | None] | None = None
        self.is_settled = False
        self._may_work = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer)
        self._following = Connections()
        self._following.add(self._text.contentsChange, self._on_contents_change)
        self._following.add(self._structure.changed, self._on_structure_changed)
        self._begin()

    def begin(self) -> None:
        """Look at the text from now on."""
        self._may_work = True
        self._timer.start(0)

    def close(self) -> None:
        """Look at nothing more. May be called again."""
        self._may_work = False
        self._following.end()
        self._timer.stop()
        self._work = None

    # --- what was found ---

    def found_in(self, block: QTextBlock) -> tuple[Finding, ...]:
        """What was found in a paragraph, its places in UTF-16 units; nothing while it is being written."""
        number = block.blockNumber()
        return self._checker.found(number) if self._checker.is_known(number) else ()

    def found(self) -> Iterator[tuple[int, str, Finding]]:
        """All of it: the number of the paragraph, what a reader reads of it, and the finding."""
        for number in range(len(self._checker)):
            findings = self._checker.found(number) if self._checker.is_known(number) else ()
            if findings:
                text = self._text_of(number)
                yield from ((number, text, each) for each in findings)

    # --- the text changes ---

    def _begin(self) -> None:
        """Read everything anew, as the language that it is in."""
        self._looked_at = self._due()
        language = language_of(self._sample())
        self._checker = TextChecker(self._text_of, self._text.blockCount(), language)

    def _due(self) -> int:
        return sum(self._document.length >= size for size in _LOOK_AGAIN_AT)

    def _sample(self) -> str:
        parts: list[str] = []
        size, block = 0, self._text.begin()
        while block.isValid() and size < SAMPLE_CHARACTERS:
            parts.append(self._structure.prose_text(block)[:SAMPLE_CHARACTERS])
            size += len(parts[-1])
            block = block.next()
        return "\n".join(parts)

    def _text_of(self, number: int) -> str:
        block = self._text.findBlockByNumber(number)
        text = in_units(block.text()[:LONGEST])
        ranges = [
            (start, min(end, len(text)))
            for start, end in self._structure.prose_ranges(block)
            if start < len(text)
        ]
        return masked(text, ranges)

    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        last_place = self._text.characterCount() - 1
        first = self._text.findBlock(min(position, last_place)).blockNumber()
        last = self._text.findBlock(min(position + added, last_place)).blockNumber()
        new = last - first + 1
        old = new - self._text.blockCount() + len(self._checker)
        if old < 1 or old == len(self._checker):
            self._checker = TextChecker(
                self._text_of, self._text.blockCount(), self._checker.language
            )
        else:
            self._checker.replace(first, old, new)
        self._later()

    def _on_structure_changed(self, first: int, last: int) -> None:
        last = min(last, len(self._checker) - 1)
        if first <= last:
            self._checker.replace(first, last - first + 1, last - first + 1)
            self._later()

    def _later(self) -> None:
        self._work = None
        self.is_settled = False
        if self._may_work:
            self._timer.start(PAUSE_MS)

    # --- checking ---

    def _on_timer(self) -> None:
        if self._document.is_closed:
            return
        if self._document.is_loading or not self._document.content.is_quiet:
            self._timer.start(PAUSE_MS)
            return
        if self._work is None:
            if self._due() != self._looked_at:
                self._begin()
            self._work = self._checker.steps(self._in_order())
        until = time.perf_counter() + SLICE_S
        for _ in self._work:
            if time.perf_counter() > until:
                self._timer.start(0)
                return
        self._work = None
        self.is_settled = True
        self.changed.emit()

    def _in_order(self) -> list[int]:
        """The numbers of the paragraphs, those in sight first."""
        count = len(self._checker)
        first = min(next(iter(self._page.seen.first_lines()), 0), count)
        return list(chain(range(first, count), range(first)))
