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
    layout = block.layout()
    line = _free_line(block, index)
    if line is None or not (number or with_cap):
        return None
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * SCALE)
    metrics = QFontMetricsF(small, device) if device is not None else QFontMetricsF(small)
    gap, pad = _GAP_EM * metrics.ascent(), _PAD_EM * metrics.ascent()
    rtl = block.textDirection() == Qt.LayoutDirection.RightToLeft
    taken = line.naturalTextRect()
    room = taken.left() - line.x() if rtl else line.x() + line.width() - taken.right()
    number_width = metrics.horizontalAdvance(number) + gap if number else 0.0
    cap_width = metrics.horizontalAdvance(CAP) + 2 * pad + gap if with_cap else 0.0
    number = number if number_width <= room else ""
    width = number_width if number else 0.0
    cap = CAP if with_cap and width + cap_width <= room else ""
    if not (number or cap):
        return None
    corner = layout.position()
    baseline = corner.y() + line.y() + line.ascent()
    beyond = corner.x() + (taken.left() if rtl else taken.right())

    def start(before: float, own: float) -> float:
        """Where something ``own`` wide begins, with ``before`` between it and the text."""
        return beyond - before - own if rtl else beyond + before

    own_cap = cap_width - gap
    left = start(width + gap, own_cap)
    height = metrics.capHeight()
    rect = QRectF(left, baseline - height - pad, own_cap, height + 2 * pad)
    return Beside(
        number=number,
        number_at=QPointF(start(gap, number_width - gap), baseline),
        cap=cap,
        cap_at=QPointF(left + pad, baseline),
        cap_rect=rect.toAlignedRect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5) if cap else QRectF(),
        font=small,
        dots_per_inch=device.logicalDpiY() if device is not None else 0,
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
