"""How a finding is marked on the page: a hair-thin even line below its words, in the grey of all that is quiet.

Spelling has dots in red; hits have a ground. Of what is longer than a few words the beginning is marked.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cowrite.check.findings import Finding
from cowrite.editor.appearance.theme import Theme
from cowrite.editor.page.layer_ranges import LinePart

LONGEST = 40
_WIDTH_PX = 1.0
_BELOW_PX = 4.0


def marked_part(finding: Finding, text: str) -> tuple[int, int]:
    """From where to where the page is marked, in UTF-16 units of the paragraph ``text``; whole words."""
    start, end = finding.start, finding.end
    if end - start > LONGEST:
        last = text.rfind(" ", start, start + LONGEST)
        end = last if last > start else start + LONGEST
    return start, end


def paint_mark(theme: Theme, painter: QPainter, part: LinePart) -> None:
    """Mark a part of a finding."""
    width = _WIDTH_PX * part.scale
    y = min(part.baseline + _BELOW_PX * part.scale, part.line.bottom() - width / 2)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(theme.quiet), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLine(QPointF(part.box.left(), y), QPointF(part.box.right(), y))
    painter.restore()
