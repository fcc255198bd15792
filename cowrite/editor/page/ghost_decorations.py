"""What stands beside the end of a ghost and is no text: “2/5”, and a small key cap “Tab”.

It is painted where the line has room for it, and left out where not: the paragraph is laid out as if it were not
there. All places are in document coordinates, in pixels at the present zoom.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPaintDevice,
    QPainter,
    QTextBlock,
    QTextLayout,
    QTextLine,
)

from cowrite.base.utf16 import utf16_length, utf16_slice

CAP = "Tab"
SCALE = 0.7
"""Of the size of the prose."""
_GAP_EM, _PAD_EM = 0.7, 0.35
_ROUNDING_PX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """``number`` and the key cap, each empty where it is left out, and where their baselines begin."""

    number: str
    number_at: QPointF
    cap: str
    cap_at: QPointF
    cap_rect: QRectF
    font: QFont
    dots_per_inch: int


def place_beside(
    block: QTextBlock,
    index: int,
    *,
    number: str,
    with_cap: bool,
    font: QFont,
    device: QPaintDevice | None,
) -> Beside | None:
    """Where number and key cap go beside the ghost at ``index`` of ``block``; None where neither has room.

    ``font`` is that of the prose as it is laid out on ``device``.
    """
    line = _free_line(block, index)
    if line is None or not (number or with_cap):
        return None
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * SCALE)
    metrics = QFontMetricsF(small, device) if device is not None else QFontMetricsF(small)
    gap, pad = _GAP_EM * metrics.ascent(), _PAD_EM * metrics.ascent()
    space = _space_beside(block, line)
    number_width = metrics.horizontalAdvance(number) + gap if number else 0.0
    cap_width = metrics.horizontalAdvance(CAP) + 2 * pad + gap if with_cap else 0.0
    number = number if number_width <= space.room else ""
    width = number_width if number else 0.0
    cap = CAP if with_cap and width + cap_width <= space.room else ""
    if not (number or cap):
        return None
    left = space.left_of(width + gap, cap_width - gap)
    height = metrics.capHeight()
    rect = QRectF(left, space.baseline - height - pad, cap_width - gap, height + 2 * pad)
    return Beside(
        number=number,
        number_at=QPointF(space.left_of(gap, number_width - gap), space.baseline),
        cap=cap,
        cap_at=QPointF(left + pad, space.baseline),
        cap_rect=rect.toAlignedRect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5) if cap else QRectF(),
        font=small,
        dots_per_inch=device.logicalDpiY() if device is not None else 0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Space:
    """The free end of a line: ``room`` pixels from ``edge`` on, to the left where ``is_rtl``."""

    edge: float
    room: float
    baseline: float
    is_rtl: bool

    def left_of(self, before: float, own: float) -> float:
        """Where something ``own`` wide begins on the left, with ``before`` between it and the text."""
        return self.edge - before - own if self.is_rtl else self.edge + before


def _space_beside(block: QTextBlock, line: QTextLine) -> _Space:
    corner, taken = block.layout().position(), line.naturalTextRect()
    is_rtl = block.textDirection() == Qt.LayoutDirection.RightToLeft
    right = line.x() + line.width()
    return _Space(
        edge=corner.x() + (taken.left() if is_rtl else taken.right()),
        room=taken.left() - line.x() if is_rtl else right - taken.right(),
        baseline=corner.y() + line.y() + line.ascent(),
        is_rtl=is_rtl,
    )


def paint_beside(painter: QPainter, beside: Beside, ink: QColor, line: QColor) -> None:
    """Paint it: letters in ``ink``, the outline of the cap in ``line``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(beside.font)
    if beside.dots_per_inch:  # the page is zoomed by the resolution that it is laid out for
        zoom = beside.dots_per_inch / painter.device().logicalDpiY()
        font.setPointSizeF(font.pointSizeF() * zoom)
    painter.setFont(font)
    painter.setPen(ink)
    if beside.number:
        painter.drawText(beside.number_at, beside.number)
    if beside.cap:
        painter.drawText(beside.cap_at, beside.cap)
        painter.setPen(line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(beside.cap_rect, _ROUNDING_PX, _ROUNDING_PX)
    painter.restore()


def _free_line(block: QTextBlock, index: int) -> QTextLine | None:
    """The line on which the ghost ends, if nothing that can be seen follows it there."""
    layout: QTextLayout = block.layout()
    ghost = utf16_length(layout.preeditAreaText())
    line = layout.lineForTextPosition(index + ghost)
    if not ghost or not line.isValid():
        return None
    end = line.textStart() + line.textLength() - ghost
    following = utf16_slice(block.text(), index, max(index, end))
    return None if following.strip() else line
