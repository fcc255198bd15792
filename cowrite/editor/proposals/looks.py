"""How a hunk looks: old words quiet and struck, new ones underlined in the room that the line leaves for them.

Not by colour alone: the strike and the line below tell old from new, and a box the hunk that keys are about.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QTextCharFormat

from cowrite.editor.appearance.theme import Theme
from cowrite.editor.page.layer_ranges import LinePart

_NEW, _NEW_ON_DARK = "#12502F", "#93DBAA"
_STRIKE, _STRIKE_ON_DARK = "#B3261E", "#F2857C"
_LINE_PX, _FOCUSED_LINE_PX = 1.0, 2.0
_UNDERLINE_BELOW_PX = 3.0
_RADIUS_PX = 3.0


def new_colour(theme: Theme) -> str:
    """Of new words."""
    return _NEW_ON_DARK if theme.is_dark else _NEW


def strike_colour(theme: Theme) -> str:
    """Of the line through old words."""
    return _STRIKE_ON_DARK if theme.is_dark else _STRIKE


def old_style(theme: Theme, *, focused: bool) -> QTextCharFormat:
    """Of old words. On the ground of the hunk that keys are about, quiet ones could not be read in every theme."""
    result = QTextCharFormat()
    result.setForeground(QColor(theme.ink if focused else theme.quiet))
    return result


def new_style(theme: Theme) -> QTextCharFormat:
    """Of new words that are laid out with the paragraph."""
    result = QTextCharFormat()
    result.setForeground(QColor(new_colour(theme)))
    result.setFontUnderline(True)
    result.setBackground(QColor(theme.selection))
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWords:
    """``text`` in ``font`` of a device with ``dots_per_inch``; ``gap`` pixels after the start of a room of ``room``."""

    text: str
    font: QFont
    dots_per_inch: int
    room: float
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HunkMark:
    """An underlay: paints one part of a hunk. The room for ``new`` words is at the right end of it.

    ``strikes`` says that what stands there is old; it is not where new words only come after it.
    """

    theme: Theme
    focused: bool
    strikes: bool = True
    new: NewWords | None = None

    def __call__(self, painter: QPainter, part: LinePart) -> None:
        """Paint it behind a part of a line."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = min(self.new.room, part.box.width()) if self.new is not None else 0.0
        old = part.box.adjusted(0, 0, -room, 0)
        marked = part.box if self.strikes else part.box.adjusted(old.width(), 0, 0, 0)
        if self.focused and marked.width() > 0:
            painter.fillRect(marked, QColor(self.theme.selection))
        if self.strikes and old.width() > 0:
            self._strike(painter, old, part)
        if self.new is not None and part.box.width() >= self.new.room:
            self._write(painter, QRectF(old.right(), old.top(), room, old.height()), part, self.new)
        painter.restore()

    def _strike(self, painter: QPainter, box: QRectF, part: LinePart) -> None:
        width = 1.4 * part.scale
        painter.setPen(QPen(QColor(strike_colour(self.theme)), width))
        y = part.baseline - 0.2 * box.height()
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))

    def _write(self, painter: QPainter, box: QRectF, part: LinePart, new: NewWords) -> None:
        colour = QColor(new_colour(self.theme))
        font = QFont(new.font)
        # The page is zoomed by the resolution that it is laid out for.
        font.setPointSizeF(font.pointSizeF() * new.dots_per_inch / painter.device().logicalDpiY())
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(QPointF(box.left() + new.gap, part.baseline), new.text)
        width = (_FOCUSED_LINE_PX if self.focused else _LINE_PX) * part.scale
        painter.setPen(QPen(colour, width))
        y = min(part.baseline + _UNDERLINE_BELOW_PX * part.scale, part.line.bottom() - width / 2)
        left, right = box.left() + new.gap, box.right() - new.gap / 2
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        if self.focused:
            self._frame(painter, box.adjusted(new.gap / 2, 0, 0, 0), part.scale)

    def _frame(self, painter: QPainter, box: QRectF, scale: float) -> None:
        painter.setPen(QPen(QColor(self.theme.accent), 1.5 * scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = _RADIUS_PX * scale
        painter.drawRoundedRect(box.adjusted(0, -1, 0, 1), radius, radius)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageMark:
    """An underlay: a tint behind the passage that is being worked on, and a dotted line below it."""

    theme: Theme

    def __call__(self, painter: QPainter, part: LinePart) -> None:
        """Paint it behind a part of a line."""
        painter.save()
        colour = QColor(self.theme.accent)
        colour.setAlphaF(0.12)
        painter.fillRect(part.box, colour)
        pen = QPen(QColor(self.theme.accent), part.scale)
        pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        y = part.baseline + _UNDERLINE_BELOW_PX * part.scale
        painter.drawLine(QPointF(part.box.left(), y), QPointF(part.box.right(), y))
        painter.restore()
