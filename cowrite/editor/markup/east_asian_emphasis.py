"""Emphasis where letters do not lean: Chinese and Japanese set a dot below each character instead (着重号).

Their faces have no italics, and what Qt would make of them is only upright letters pushed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QTextCharFormat

from cowrite.editor.page.layer_ranges import LayerRange, LinePart

# By UTF-16 units: a character beyond U+FFFF is two of them.
_LETTER = re.compile(
    "[\u2e80-\u2fdf\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d]"
    "|[\ud840-\ud8bf][\udc00-\udfff]"
)
_UPRIGHT = re.compile(f"(?:{_LETTER.pattern}|[\u3000-\u303f\u30fb\uff01-\uff65])+")
_BELOW_EM, _RADIUS_EM = 0.27, 0.06

Dot = Callable[[QPainter, LinePart], None]


def emphasized(
    units: str, start: int, end: int, leaning: QTextCharFormat, dot: Dot
) -> Iterator[LayerRange]:
    """How what is emphasized from ``start`` to ``end`` is shown. ``units`` is the line, a character for each unit."""
    at = start
    for upright in _UPRIGHT.finditer(units, start, end):
        if upright.start() > at:
            yield LayerRange(start=at, end=upright.start(), style=leaning, covers_slot=True)
        for letter in _LETTER.finditer(units, *upright.span()):
            yield LayerRange(start=letter.start(), end=letter.end(), underlay=dot)
        at = upright.end()
    if at < end:
        yield LayerRange(start=at, end=end, style=leaning, covers_slot=True)


def paint_dot(painter: QPainter, part: LinePart) -> None:
    """Below the character that ``part`` is, in the painter's brush."""
    em = part.box.width() if part.box.width() < part.box.height() else part.box.height()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    middle = QPointF(part.box.center().x(), part.baseline + _BELOW_EM * em)
    painter.drawEllipse(middle, _RADIUS_EM * em, _RADIUS_EM * em)
    painter.restore()
