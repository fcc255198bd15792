"""The page of a replay: shows any text, caret and ghost it is given, and lets nobody write."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QTextCursor
from PySide6.QtWidgets import QWidget

from cowrite.base.diff import common_prefix, common_suffix
from cowrite.base.utf16 import half_pairs_replaced, utf16_length
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.common.focus_ring import FocusRing
from cowrite.editor.common.qt_text import for_qt, without_structure
from cowrite.editor.page.layer_ranges import Layer, LayerRange, LinePart
from cowrite.editor.page.page_edit import PageEdit
from cowrite.localization import tr
from cowrite.suggest.replay.playback import Frame

TAKEN_TINT = 0.28


class ReplayPage(PageEdit):
    """Shows frames of a playback."""

    def __init__(self, theme: Theme, fonts: Fonts, parent: QWidget | None = None) -> None:
        super().__init__(theme, fonts, reduced_motion=True, parent=parent)
        self._text_shown = ""
        self.setReadOnly(True)
        self.setAccessibleName(tr("The page at that time"))
        self.setTabChangesFocus(True)
        self.setMinimumHeight(160)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        FocusRing(self)

    def show_frame(self, frame: Frame, *, keep_mark: bool = False) -> None:
        """Show the text, the caret, the ghost, and what was decided; what was taken before is marked no longer."""
        self.hide_ghost()
        if not keep_mark:
            self.clear_marks()
        self._change_text(half_pairs_replaced(frame.text))
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(frame.caret, self._length()))
        self.setTextCursor(cursor)
        self.keep_caret_comfortable()
        if frame.ghost:
            ghost = half_pairs_replaced(frame.ghost)
            self.show_ghost(ghost, index=frame.index, count=max(1, frame.count))
        elif frame.offered and frame.is_refused:
            self.show_ghost(half_pairs_replaced(frame.offered))
            self.strike_ghost()
        if frame.taken is not None:
            self._mark(*frame.taken)

    def clear_marks(self) -> None:
        """Mark nothing as just taken."""
        self.layers.clear(Layer.PLAYBACK)

    @property
    def marked(self) -> str:
        r"""What is marked as just taken, lines separated by ``\n``."""
        lines, block = [], self.document().begin()
        while block.isValid():
            for each in self.layers.ranges(Layer.PLAYBACK, block):
                base = block.position()
                lines.append(self.text_between(base + each.start, base + each.end))
            block = block.next()
        return "\n".join(lines)

    def _mark(self, start: int, end: int) -> None:
        self.clear_marks()
        tint = QColor(mixed(self.theme.page, self.theme.accent, TAKEN_TINT))
        block = self.document().findBlock(min(start, self._length()))
        while block.isValid() and block.position() < end:
            first, last = start - block.position(), end - block.position()
            mark = LayerRange(start=max(0, first), end=last, underlay=partial(_paint_mark, tint))
            self.layers.set(Layer.PLAYBACK, block, [mark])
            block = block.next()

    def _length(self) -> int:
        return self.document().characterCount() - 1

    def _change_text(self, text: str) -> None:
        """Only what differs, so that nothing else is laid out again."""
        old, self._text_shown = self._text_shown, text
        if old == text:
            return
        prefix = common_prefix(old, text)
        rest, new = old[prefix:], text[prefix:]
        suffix = common_suffix(rest, new)
        document = self.document()
        document.setUndoRedoEnabled(False)
        cursor = QTextCursor(document)
        start = utf16_length(old[:prefix])
        cursor.setPosition(start)
        gone = utf16_length(rest[: len(rest) - suffix])
        cursor.setPosition(start + gone, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(for_qt(without_structure(new[: len(new) - suffix])))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        if event.key() == Qt.Key.Key_Space:
            event.ignore()  # the window plays and pauses
            return
        super().keyPressEvent(event)

    def _paint_over(self, painter: QPainter) -> None:
        super()._paint_over(painter)
        if not self.hasFocus():  # the writer's caret is there, whoever has the keys now
            painter.fillRect(self.caret_rect(), QColor(self.theme.accent))


def _paint_mark(tint: QColor, painter: QPainter, part: LinePart) -> None:
    painter.fillRect(part.line, tint)
