"""Emphasis where letters do not lean: Chinese and Japanese set a dot below each character instead (着重号).

Their faces have no italics, and what Qt would make of them is only upright letters pushed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QTextCharFormat

from cowrite.editor.page.layer_ranges import LayerRange, LinePart
from cowrite.typography.wide_marks import WIDE_MARKS

# By UTF-16 units: a character beyond U+FFFF is two of them.
_LETTER = re.compile(
    "[\u2e80-\u2fdf\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d]"
    "|[\ud840-\ud8bf][\udc00-\udfff]"
)
_UPRIGHT = re.compile(
    f"[{WIDE_MARKS}]*(?:(?:{_LETTER.pattern}|[\u3000-\u303f\u30fb\uff01-\uff65])[{WIDE_MARKS}]*)+"
)
_BELOW_EM, _RADIUS_EM = 0.27, 0.06

Dot = Callable[[QPainter, LinePart], None]


def parts(units: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """From where to where what is emphasized leans (True) or stands upright (False), one after the other."""
    at = start
    for upright in _UPRIGHT.finditer(units, start, end):
        if upright.start() > at:
            yield at, upright.start(), True
        yield *upright.span(), False
        at = upright.end()
    if at < end:
        yield at, end, True


def letters(units: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """From where to where each character is that has a dot if it is emphasized."""
    for letter in _LETTER.finditer(units, start, end):
        yield letter.span()


def emphasized(
    units: str, start: int, end: int, leaning: QTextCharFormat, dot: Dot
) -> Iterator[LayerRange]:
    """How what is emphasized from ``start`` to ``end`` is shown. ``units`` is the line, a character for each unit."""
    for first, last, leans in parts(units, start, end):
        if leans:
            yield LayerRange(start=first, end=last, style=leaning, covers_slot=True)
        else:
            for begin, stop in letters(units, first, last):
                yield LayerRange(start=begin, end=stop, underlay=dot)


def paint_dot(painter: QPainter, left: float, right: float, baseline: float) -> None:
    """Below the character between ``left`` and ``right``, in the painter's brush."""
    em = right - left  # these characters are as wide as they are high
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    middle = QPointF((left + right) / 2, baseline + _BELOW_EM * em)
    painter.drawEllipse(middle, _RADIUS_EM * em, _RADIUS_EM * em)
    painter.restore()
