"""How hits are marked on the page: a tint behind the words, deeper and with a frame for the one the writer is at."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.page.layer_ranges import LinePart

_ROUND_PX = 3.0
_FRAME_PX = 1.5
_BESIDE_CARET_PX = 4.0


def hit_ground(theme: Theme) -> str:
    """Behind a hit."""
    return mixed(theme.page, theme.accent, 0.24)


def current_ground(theme: Theme) -> str:
    """Behind the hit that the writer is at."""
    return mixed(theme.page, theme.accent, 0.36 if theme.is_dark else 0.42)


def scope_ground(theme: Theme) -> str:
    """Behind the lines in which alone is searched."""
    return mixed(theme.page, theme.ink, 0.05)


def paint_hit(theme: Theme, painter: QPainter, part: LinePart) -> None:
    """Mark a hit."""
    _paint(painter, _outset(part), hit_ground(theme), None, part.scale)


def paint_current(theme: Theme, painter: QPainter, part: LinePart) -> None:
    """Mark the hit that the writer is at. The caret stands within the frame, which has its colour."""
    box = _outset(part, _BESIDE_CARET_PX)
    _paint(painter, box, current_ground(theme), theme.accent, part.scale)


def paint_scope(theme: Theme, painter: QPainter, part: LinePart) -> None:
    """Mark a line in which alone is searched."""
    painter.fillRect(part.line, QColor(scope_ground(theme)))


def _outset(part: LinePart, by_px: float = 1.0) -> QRectF:
    return part.box.adjusted(-by_px * part.scale, 0, by_px * part.scale, 0)


def _paint(painter: QPainter, box: QRectF, ground: str, frame: str | None, scale: float) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(frame), _FRAME_PX * scale) if frame else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, _ROUND_PX * scale, _ROUND_PX * scale)
    painter.restore()
