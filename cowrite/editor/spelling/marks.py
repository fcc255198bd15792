"""How a misspelled word is marked on the page: a fine dotted line below it, the same in print size and at 200 %."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.page.layer_ranges import LinePart

_RED, _RED_ON_DARK = "#B3261E", "#F2857C"
_WIDTH_PX = 1.6
_BELOW_PX = 3.5


def mark_colour(theme: Theme) -> str:
    """Of the line: a red that every page lets be seen, and that is not that of anything else."""
    return mixed(_RED_ON_DARK if theme.is_dark else _RED, theme.page, 0.08)


def paint_mark(theme: Theme, painter: QPainter, part: LinePart) -> None:
    """Mark a part of a word."""
    width = _WIDTH_PX * part.scale
    pen = QPen(QColor(mark_colour(theme)), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setDashPattern([0.01, 2.0])  # dots as wide as the line, one width apart
    y = min(part.baseline + _BELOW_PX * part.scale, part.line.bottom() - width / 2)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.drawLine(QPointF(part.box.left() + width / 2, y), QPointF(part.box.right(), y))
    painter.restore()
