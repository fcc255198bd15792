"""The list of what was found in several texts: a row for each text, below it one for each hit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QTextCharFormat,
    QTextLayout,
)
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from cowrite.base.printable import excerpt, one_line
from cowrite.base.utf16 import utf16_length
from cowrite.editor.appearance.theme import Theme
from cowrite.editor.common.plain_label import tool_tip
from cowrite.editor.panels.find.text_search import FoundText
from cowrite.localization import tr
from cowrite.search.found_texts import FoundHit

_DATA = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class ResultList(QTreeWidget):
    """Signals: ``chosen(FoundText, FoundHit)`` for a click or Enter, ``checks_changed()``."""

    chosen = Signal(object, object)
    checks_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setIndentation(12)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("What was found"))
        self._pressed_x = 0.0
        self._delegate = _HitDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.itemClicked.connect(self._on_clicked)
        self.itemChanged.connect(lambda *_: self.checks_changed.emit())

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._delegate.theme = theme
        self.viewport().update()

    def add(self, text: FoundText) -> None:
        """Show a text with its hits; each can be ticked if something is to come in its place."""
        count = len(text.found.hits)
        row = QTreeWidgetItem([f"{one_line(text.name)}  {count:,}"])
        row.setData(0, _DATA, text)
        place = str(text.path) if text.path is not None else text.name
        row.setToolTip(0, tool_tip(f"{place}\n{text.found.problem}".strip()))
        can_tick = any(hit.becomes is not None for hit in text.found.hits)
        self.blockSignals(True)
        if can_tick:
            row.setFlags(
                row.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate
            )
        rows = []
        for hit in text.found.hits:
            child = QTreeWidgetItem([_words(hit)])
            child.setData(0, _DATA, hit)
            if can_tick:
                child.setCheckState(0, _CHECKED)
            rows.append(child)
        row.addChildren(rows)
        self.addTopLevelItem(row)
        row.setExpanded(True)
        self.blockSignals(False)

    def ticked(self) -> Iterator[tuple[FoundText, list[FoundHit]]]:
        """Each text with the hits in it that are ticked."""
        for row in self._rows():
            children = (row.child(number) for number in range(row.childCount()))
            hits = [
                child.data(0, _DATA)
                for child in children
                if child is not None and child.checkState(0) is _CHECKED
            ]
            if hits:
                yield row.data(0, _DATA), hits

    @property
    def tick_count(self) -> int:
        """How many hits are ticked."""
        return sum(len(hits) for _, hits in self.ticked())

    def _rows(self) -> Iterator[QTreeWidgetItem]:
        for number in range(self.topLevelItemCount()):
            if (row := self.topLevelItem(number)) is not None:
                yield row

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's name
        self._pressed_x = event.position().x()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self._choose(item)
        elif event.key() == Qt.Key.Key_Space and item is not None and self._can_tick(item):
            item.setCheckState(0, _UNCHECKED if item.checkState(0) is _CHECKED else _CHECKED)
        else:
            super().keyPressEvent(event)

    @staticmethod
    def _can_tick(item: QTreeWidgetItem) -> bool:
        return item.data(0, Qt.ItemDataRole.CheckStateRole) is not None

    def _on_clicked(self, item: QTreeWidgetItem) -> None:
        # A click on the box ticks, and Qt has just done so.
        box = self.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth) + 8
        at = self._pressed_x - self.visualItemRect(item).left()
        if not (self._can_tick(item) and 0 <= at < box):
            self._choose(item)

    def _choose(self, item: QTreeWidgetItem) -> None:
        above = item.parent()
        if above is None:
            item.setExpanded(not item.isExpanded())
        else:
            self.chosen.emit(above.data(0, _DATA), item.data(0, _DATA))


class _HitDelegate(QStyledItemDelegate):
    """Paints a hit in bold among the words around it; one that is to be replaced struck through, with what comes."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width(), round(1.6 * cast(Any, option).fontMetrics.height()))

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        super().initStyleOption(option, index)
        if not index.parent().isValid():
            cast(Any, option).font.setBold(True)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        hit = index.data(_DATA)
        if not isinstance(hit, FoundHit):
            super().paint(painter, option, index)
            return
        full = QStyleOptionViewItem(option)
        self.initStyleOption(full, index)
        row: Any = full  # PySide does not declare the fields of style options
        style = row.widget.style()
        place = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, full, row.widget)
        row.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, full, painter, row.widget)
        layout = self._layout(hit, row.font)
        top = row.rect.top() + (row.rect.height() - layout.lineAt(0).height()) / 2
        painter.save()
        painter.setClipRect(place)
        is_chosen = bool(row.state & QStyle.StateFlag.State_Selected)
        painter.setPen(QColor(self.theme.ink if is_chosen else self.theme.quiet))
        layout.draw(painter, QPointF(place.left() + 2, top))
        painter.restore()

    def _layout(self, hit: FoundHit, font: QFont) -> QTextLayout:
        before, found, becomes = map(excerpt, (hit.before, hit.hit, hit.becomes or ""))
        layout = QTextLayout(_words(hit), font)
        layout.setCacheEnabled(False)
        start, length = utf16_length(before), utf16_length(found)
        bold = QTextCharFormat()
        bold.setFontWeight(QFont.Weight.Bold)
        bold.setForeground(QColor(self.theme.ink))
        formats = []
        if hit.becomes is None:
            formats.append(_range(start, length, bold))
        else:
            struck = QTextCharFormat()
            struck.setFontStrikeOut(True)
            struck.setForeground(QColor(self.theme.ink))
            formats.append(_range(start, length, struck))
            formats.append(_range(start + length, utf16_length(becomes), bold))
        layout.setFormats(formats)
        layout.beginLayout()
        layout.createLine().setLineWidth(1e6)
        layout.endLayout()
        return layout


def _range(start: int, length: int, style: QTextCharFormat) -> QTextLayout.FormatRange:
    result = QTextLayout.FormatRange()
    result.start, result.length, result.format = start, length, style
    return result


def _words(hit: FoundHit) -> str:
    """What the row says, also to a screen reader."""
    return "".join(map(excerpt, (hit.before, hit.hit, hit.becomes or "", hit.after)))
