"""Where the eye is while one waits: a small chip near the end of the passage that says what is going on."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QTextCursor

from cowrite.base.printable import run_on
from cowrite.editor.appearance.theme import mixed
from cowrite.editor.common.announcing import announce
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.proposals.view_proposals import ViewProposals
from cowrite.localization import tr, tr_noop

READING = tr_noop("Reading…")
STOPS = tr_noop("Esc stops")
_SCALE = 0.72
_SHOWN_CHARACTERS = 60
_RADIUS_PX = 4.0


class ProgressChip(QObject):
    """Paints over ``page`` while there is work under way for ``proposals``."""

    def __init__(self, page: PageEdit, proposals: ViewProposals) -> None:
        super().__init__(proposals)
        self._page = page
        self._proposals = proposals
        self._was = ""
        page.overlays.append(self.paint)
        proposals.changed.connect(self._on_changed)

    @property
    def text(self) -> str:
        """What it says; empty while there is nothing to wait for."""
        if not self._proposals.is_working:
            return ""
        written = run_on(self._proposals.streamed)
        said = f"…{written[-_SHOWN_CHARACTERS:]}" if len(written) > _SHOWN_CHARACTERS else written
        return f"{said or tr(READING)}   {tr(STOPS)}"

    def _on_changed(self) -> None:
        text = self.text
        if text and not self._was:
            announce(self._page, text)
        if text != self._was:
            self._was = text
            self._page.viewport().update()

    def paint(self, painter: QPainter) -> None:
        """Paint it after the passage's paragraph, or below where there is no room; from the viewport's corner."""
        text, asked = self.text, self._proposals.asked
        if not text or asked is None:
            return
        page, theme = self._page, self._page.theme
        font = QFont(page.document().defaultFont())
        font.setPointSizeF(font.pointSizeF() * _SCALE * page.measures.scale)
        metrics = QFontMetricsF(font, painter.device())
        pad = metrics.height() / 3
        box = self._box(metrics.horizontalAdvance(text) + 2 * pad, metrics.height() + pad)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent), 1.0))
        painter.setBrush(QColor(mixed(theme.page, theme.accent, 0.08)))
        painter.drawRoundedRect(box, _RADIUS_PX, _RADIUS_PX)
        painter.setPen(QColor(theme.ink))
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def _box(self, width: float, height: float) -> QRectF:
        after = self._rect_at_end()
        room = self._page.viewport().width()
        gap = height / 3
        if after.right() + gap + width < room:
            place = QPointF(after.right() + gap, after.center().y() - height / 2)
        else:
            place = QPointF(max(gap, room - width - gap), after.bottom() + 1)
        highest = self._page.viewport().height() - height - 1
        return QRectF(place.x(), min(max(1.0, place.y()), highest), width, height)

    def _rect_at_end(self) -> QRect:
        """Of the end of the passage's paragraph: in the middle of that the chip would hide words."""
        cursor = QTextCursor(self._page.document())
        last = self._page.document().characterCount() - 1
        cursor.setPosition(min(self._proposals.end_of_passage, last))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        return self._page.cursorRect(cursor)
