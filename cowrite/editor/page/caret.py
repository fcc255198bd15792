"""The caret: two pixels in the accent colour, which do not blink while the writer types.

Qt's own caret inverts what is under it and cannot be coloured, so the page hides it and paints this one.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QTextBlock, QTextDocument

CARET_WIDTH_PX = 2


def nearest_place(document: QTextDocument, offset: int) -> int:
    """``offset`` (UTF-16 units), or the nearest place before it where a caret may stand: never within a character.

    A place before the text is its beginning, one after it its end.
    """
    offset = max(0, min(offset, document.characterCount() - 1))
    block = document.findBlock(offset)
    within, layout = offset - block.position(), block.layout()
    if not layout.isValidCursorPosition(within):
        within = layout.previousCursorPosition(within)
    place = block.position() + within
    # Qt's layout allows a place between the two halves of some characters, after Thai letters for one.
    return place - 1 if is_within_character(document, place) else place


def is_within_character(document: QTextDocument, place: int) -> bool:
    """Whether ``place`` (UTF-16 units) is between the two halves of a character."""
    return "\udc00" <= document.characterAt(place) <= "\udfff"


class Caret(QObject):
    """Whether the caret is to be seen, and where it was last painted.

    ``repaint`` is called with the rectangle that needs painting again.
    """

    def __init__(self, repaint: Callable[[QRect], None], parent: QObject) -> None:
        super().__init__(parent)
        self._repaint = repaint
        self._rect = QRect()
        self._lit = False
        self._blink = QTimer(self)
        self._blink.timeout.connect(self._on_blink)

    def wake(self, *, blinks: bool = True) -> None:
        """Show it, and begin a new interval: call on every key and whenever the focus comes."""
        flash_ms = QGuiApplication.styleHints().cursorFlashTime()
        if blinks and flash_ms > 0:
            self._blink.start(flash_ms // 2)
        else:
            self._blink.stop()
        if not self._lit:
            self._lit = True
            self._repaint(self._rect)

    def sleep(self) -> None:
        """Show none: the focus has gone."""
        self._blink.stop()
        self._lit = False
        self._repaint(self._rect)

    @property
    def rect(self) -> QRect:
        """Where it was put last, in viewport pixels."""
        return self._rect

    def move_to(self, rect: QRect) -> None:
        """Paint it at ``rect`` from now on."""
        if rect != self._rect:
            self._repaint(self._rect)
            self._rect = rect
            self._repaint(rect)

    def paint(self, painter: QPainter, colour: QColor) -> None:
        """Paint it if it is to be seen now."""
        if self._lit:
            painter.fillRect(self._rect, colour)

    def _on_blink(self) -> None:
        self._lit = not self._lit
        self._repaint(self._rect)


def caret_overhang_px(block: QTextBlock, index: int, *, composes: bool) -> int:
    """How much of the caret before the unit ``index`` of what is laid out in ``block`` lies before its place.

    After a space all of it and a pixel more, where no ink is; between two letters half, so that it is nearer to
    neither. It depends on what was written only: a suggestion must not move it. ``composes``: an input method does.
    """
    before = block.document().characterAt(block.position() + index - 1) if index else " "
    is_space = before.isspace() and not composes
    if block.textDirection() == Qt.LayoutDirection.RightToLeft:
        return -1 if is_space else CARET_WIDTH_PX // 2
    return CARET_WIDTH_PX + 1 if is_space else CARET_WIDTH_PX // 2
