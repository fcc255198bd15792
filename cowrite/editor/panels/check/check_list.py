"""The worklist: a row for each finding, what matters most first; it jumps to the place, and dismisses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cowrite.base.printable import one_line
from cowrite.check.findings import TITLES, Finding
from cowrite.editor.appearance.theme import Theme
from cowrite.editor.common.plain_label import tool_tip
from cowrite.localization import tr

MOST_ROWS = 500
_AROUND = 20
_SPACE_PX = 6
_ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A finding in the paragraph ``number``; ``text`` is what stands there, ``key`` by what it is known again."""

    number: int
    text: str
    finding: Finding
    key: str

    @property
    def passage(self) -> str:
        """The words around it."""
        text, finding = self.text, self.finding
        start = max(0, finding.start - _AROUND)
        start = 0 if not start else text.find(" ", start, finding.start) + 1 or finding.start
        end = min(len(text), finding.start + 3 * _AROUND)
        before, after = "…" if start else "", "…" if end < len(text) else ""
        return one_line(f"{before}{text[start:end].strip()}{after}")


class CheckList(QListWidget):
    """Signals: ``chosen(Row)`` by a click or Enter, ``dismissed(Row)`` by Delete."""

    chosen = Signal(object)
    dismissed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self.setAccessibleName(tr("Findings"))
        self._delegate = _RowDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.itemClicked.connect(self._on_clicked)

    def set_look(self, theme: Theme, scale: float) -> None:
        """Take the theme's colours, and space that goes with the size of letters."""
        self._delegate.quiet = QColor(theme.quiet)
        self._delegate.space_px = round(_SPACE_PX * scale)
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Have these rows, up to a number that nobody reads to the end; the chosen one stays chosen."""
        rows = rows[:MOST_ROWS]
        if list(rows) == self._rows:
            return
        here = self.current
        place = self.currentRow()
        self._rows = list(rows)
        self.clear()
        for row in rows:
            item = QListWidgetItem(one_line(row.finding.message))
            item.setToolTip(tool_tip(f"{tr(TITLES[row.finding.kind])}\n{row.finding.message}"))
            item.setData(_ROW, row)
            self.addItem(item)
        keys = [row.key for row in rows]
        if here is not None and here.key in keys:
            self.setCurrentRow(keys.index(here.key))
        elif here is not None and rows:
            self.setCurrentRow(min(place, len(rows) - 1))

    @property
    def rows(self) -> Sequence[Row]:
        """What is shown."""
        return self._rows

    @property
    def current(self) -> Row | None:
        """The row that is chosen."""
        item = self.currentItem()
        row: Row | None = item.data(_ROW) if item is not None else None
        return row

    def choose(self, row: Row) -> None:
        """Choose a row, without jumping."""
        self.setCurrentRow(self._rows.index(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        row = self.current
        if row is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(row)
        elif row is not None and event.key() == Qt.Key.Key_Delete:
            self.dismissed.emit(row)
        else:
            super().keyPressEvent(event)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(_ROW))


_Index = QModelIndex | QPersistentModelIndex
_WRAPPED = int(Qt.TextFlag.TextWordWrap)


class _RowDelegate(QStyledItemDelegate):
    """Paints a row: what it is about, on as many lines as it needs, and below it the words, quiet, on one."""

    def __init__(self, parent: QListWidget) -> None:
        super().__init__(parent)
        self._list = parent
        self.quiet = QColor()
        self.space_px = _SPACE_PX

    def _message_height(self, option: QStyleOptionViewItem, index: _Index, width: int) -> int:
        message = str(index.data(Qt.ItemDataRole.DisplayRole))
        area = QRect(0, 0, max(1, width), 10_000)
        return option.fontMetrics.boundingRect(area, _WRAPPED, message).height()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        width = self._list.viewport().width() - 2 * self.space_px
        line = option.fontMetrics.lineSpacing()
        height = self._message_height(option, index, width) + line + 2 * self.space_px
        return QSize(width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        self.initStyleOption(option, index)
        message, option.text = option.text, ""
        widget: QWidget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        space, row = self.space_px, index.data(_ROW)
        rect: QRect = option.rect.adjusted(space, space, -space, -space)
        palette: QPalette = option.palette
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        painter.save()
        painter.setFont(option.font)
        painter.setPen(palette.color(role))
        height = self._message_height(option, index, rect.width())
        painter.drawText(QRect(rect.left(), rect.top(), rect.width(), height), _WRAPPED, message)
        if not selected:
            painter.setPen(self.quiet)
        passage = option.fontMetrics.elidedText(
            row.passage, Qt.TextElideMode.ElideRight, rect.width()
        )
        painter.drawText(rect.left(), rect.bottom() - option.fontMetrics.descent(), passage)
        painter.restore()
