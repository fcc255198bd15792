"""How each origin is marked: a tint behind the words and a line below them, of another kind for each.

The kind of the line alone tells the origins apart; the colours are for quickness. Text that the writer typed bears no
mark: a page of one's own looks as it always does.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.localization import tr_noop
from cowrite.provenance.authorship_share import Kind

Style = Qt.PenStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The line's style and width in pixels at 100 %, its colours on light and dark pages, and how deep the tint is.

    ``name`` is what the legend says.
    """

    name: str
    style: Qt.PenStyle
    width: float
    light: str
    dark: str
    tint: float

    def colour(self, theme: Theme) -> str:
        """Of the line."""
        return self.dark if theme.is_dark else self.light

    def ground(self, theme: Theme) -> str:
        """The colour behind the words."""
        return mixed(theme.page, self.colour(theme), self.tint)


MARKS: dict[Kind, Mark] = {
    Kind.ACCEPTED: Mark(
        name=tr_noop("accepted as suggested"),
        style=Style.SolidLine,
        width=2.0,
        light="#1C5FA6",
        dark="#7DB5F0",
        tint=0.13,
    ),
    Kind.EDITED: Mark(
        name=tr_noop("accepted, then edited"),
        style=Style.DashLine,
        width=2.0,
        light="#7B3FA0",
        dark="#CFA0EE",
        tint=0.13,
    ),
    Kind.REWRITTEN: Mark(
        name=tr_noop("rewritten by the model"),
        style=Style.DashDotLine,
        width=2.0,
        light="#A03355",
        dark="#F09BB4",
        tint=0.13,
    ),
    Kind.PASTED: Mark(
        name=tr_noop("pasted"),
        style=Style.DotLine,
        width=2.0,
        light="#8A5A00",
        dark="#E0B45C",
        tint=0.13,
    ),
    Kind.LOADED: Mark(
        name=tr_noop("already in the file"),
        style=Style.CustomDashLine,
        width=1.0,
        light="#605E58",
        dark="#9A988F",
        tint=0.0,
    ),
}


def paint_mark(
    painter: QPainter, mark: Mark, theme: Theme, box: QRectF, baseline: float, scale: float
) -> None:
    """Mark what stands in ``box``; the line lies a little below ``baseline``. All in pixels."""
    if mark.tint:
        painter.fillRect(box, QColor(mark.ground(theme)))
    pen = QPen(QColor(mark.colour(theme)), mark.width * scale, mark.style)
    if mark.style is Style.CustomDashLine:
        # Sparse, for it may go through a whole book.
        pen.setDashPattern([1.0, 4.0])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    y = baseline + 4.0 * scale
    painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
