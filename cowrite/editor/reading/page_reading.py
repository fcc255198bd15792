"""A reading on one page: which lines there are to read, what is marked meanwhile, and how the page follows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QTextBlock

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import in_units, utf16_length
from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.document.document import Document
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.markup.structure import DocumentStructure, structure_of
from cowrite.editor.page.geometry import line_parts
from cowrite.editor.page.layer_ranges import Layer, LayerRange, LinePart
from cowrite.editor.page.listeners import ListenerStage
from cowrite.editor.page.page_edit import PageEdit
from cowrite.markdown.kinds import Style
from cowrite.speech.passages import Passage, next_passage
from cowrite.speech.reading import Reading, ReadingState, Speech
from cowrite.speech.spoken import Spoken, spoken_line

_ROUND_PX = 3.0
_FRAME_PX = 1.5
_ALONE = frozenset({Style.TABLE, Style.BREAK, Style.CODE_BLOCK})
_LINES_BELOW = 2
"""So many lines stay in sight below the one that is read."""


class DocumentLines:
    """The lines of a document, for whoever divides it into passages."""

    def __init__(self, document: Document, structure: DocumentStructure) -> None:
        self._document = document
        self._structure = structure
        self._known: dict[int, Spoken] = {}
        self._revision = -1

    def _block(self, number: int) -> QTextBlock:
        return self._document.content.document.findBlockByNumber(number)

    @property
    def count(self) -> int:
        """How many there are."""
        return self._document.content.document.blockCount()

    def number_at(self, place: int) -> int:
        """In which one a place is."""
        text = self._document.content.document
        return text.findBlock(min(place, text.characterCount() - 1)).blockNumber()

    def text(self, number: int) -> str:
        """What is written there."""
        return in_units(self._block(number).text())

    def spoken(self, number: int) -> Spoken:
        """What is said of it."""
        if self._revision != self._document.revision:
            self._known, self._revision = {}, self._document.revision
        if number not in self._known:
            block = self._block(number)
            kinds = self._structure.marks(block).kinds
            self._known[number] = spoken_line(self.text(number), kinds, at=block.position())
        return self._known[number]

    def stands_alone(self, number: int) -> bool:
        """Whether it is a heading, a row of a table or the like."""
        marks = self._structure.marks(self._block(number))
        return bool(marks.heading_level) or any(style in _ALONE for _, _, style in marks.styles)


class PageReading(QObject):
    """From the moment it is made until it is off. Signal: ``changed()``.

    Escape on the page stops it: it comes before whatever else that key is for.
    """

    changed = Signal()

    def __init__(self, view: DocumentView, speech: Speech) -> None:
        super().__init__(view)
        self.view = view
        self._page: PageEdit = view.page
        self._lines = DocumentLines(view.document, structure_of(view.document))
        self.reading = Reading(self._passage, speech, self._on_changed)
        self._last: int | None = None  # the place that was shown last
        view.closing.connect(self.stop)
        view.document.listeners.add(ListenerStage.VIEW, self._on_text_changed)
        self._page.layers.serve(Layer.READING, self._ranges)
        self._page.installEventFilter(self)

    def start(self) -> None:
        """Read what is selected, or from the caret on."""
        cursor = self._page.textCursor()
        if cursor.hasSelection():
            self.reading.start(cursor.selectionStart(), cursor.selectionEnd())
        else:
            self.reading.start(cursor.position())

    def go_on(self) -> None:
        """Read on where it was paused, and show where that is."""
        self._last = None
        self.reading.go_on()

    def stop(self) -> None:
        """Read no more."""
        self.reading.stop()

    def let_go(self) -> None:
        """Leave the page as it was. May be called again."""
        self.view.document.listeners.remove(self._on_text_changed)
        self._page.layers.serve(Layer.READING, None)
        self._page.removeEventFilter(self)
        self.deleteLater()

    # -- the text

    def _passage(self, at: int, until: int | None, from_word: bool) -> Passage | None:
        return next_passage(self._lines, at, until, from_word=from_word)

    def _on_text_changed(self, change: TextChange) -> None:
        if change.kind is ChangeKind.LOADED:
            self.stop()
        else:
            self.reading.edited(change.offset, change.removed, utf16_length(change.inserted))

    # -- the page

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if (
            not isinstance(event, QKeyEvent)
            or event.key() != Qt.Key.Key_Escape
            or event.modifiers() != Qt.KeyboardModifier.NoModifier
            or self._page.is_composing
            or self.reading.state is ReadingState.OFF
        ):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            self.stop()
            return True
        return False

    def _on_changed(self) -> None:
        if self.reading.state is not ReadingState.OFF:
            self._follow()
        self._page.seen.repaint()
        self.changed.emit()

    def _ranges(self, block: QTextBlock) -> Iterator[LayerRange]:
        followed = self.reading.followed
        if followed is None:
            return
        base, length = block.position(), block.length() - 1
        theme = self._page.theme
        kinds = [(followed.start, followed.end, paint_passage)]
        if followed.word is not None:
            kinds.append((*followed.word, paint_word))
        for start, end, paint in kinds:
            found = LayerRange(
                start=start - base, end=max(start, end) - base, underlay=partial(paint, theme)
            ).between(0, length)
            if found is not None:
                yield found

    def _follow(self) -> None:
        """Bring what is read in sight, unless the writer has scrolled away from it to look at something else."""
        followed = self.reading.followed
        if followed is None:
            return
        before, self._last = self._last, followed.word[0] if followed.word else followed.start
        if self._is_in_sight(self._last) or not (before is None or self._is_in_sight(before)):
            return
        page = self._page
        top = self._line_at(self._last).top() - page.viewport().height() / 4
        page.verticalScrollBar().setValue(round(top))

    def _is_in_sight(self, place: int) -> bool:
        line, page = self._line_at(place), self._page
        top = page.verticalScrollBar().value()
        bottom = top + page.viewport().height() - _LINES_BELOW * page.measures.line_pitch
        return top <= line.top() and line.bottom() <= bottom

    def _line_at(self, place: int) -> QRectF:
        """The line that a place is on, in pixels of the document."""
        document = self._page.document()
        block = document.findBlock(min(place, document.characterCount() - 1))
        layout = document.documentLayout()
        box = layout.blockBoundingRect(block)
        index = place - block.position()
        metrics, scale = self._page.body_metrics(), self._page.measures.scale
        part = next(line_parts(block, index, index + 1, metrics, scale), None)
        return part.line if part is not None else QRectF(box.left(), box.top(), 1, 1)


def passage_ground(theme: Theme) -> str:
    """Behind the sentence that is read."""
    return mixed(theme.page, theme.ink, 0.05)


def word_ground(theme: Theme) -> str:
    """Behind the word that is read."""
    return mixed(theme.page, theme.accent, 0.24)


def paint_passage(theme: Theme, painter: QPainter, part: LinePart) -> None:
    """Mark the sentence that is read."""
    painter.fillRect(part.line, QColor(passage_ground(theme)))


def paint_word(theme: Theme, painter: QPainter, part: LinePart) -> None:
    """Mark the word that is read: by a tint and by a frame, so that it does not depend on colour alone."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.accent), _FRAME_PX * part.scale))
    painter.setBrush(QColor(word_ground(theme)))
    box = part.box.adjusted(-part.scale, 0, part.scale, 0)
    painter.drawRoundedRect(box, _ROUND_PX * part.scale, _ROUND_PX * part.scale)
    painter.restore()
