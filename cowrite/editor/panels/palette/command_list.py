"""The list in the palette: a row for each command, with its group, its keys, and whether it can be run now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from cowrite.localization import listed, tr, tr_noop, trp

_Index = QModelIndex | QPersistentModelIndex
_GRID_PX = 8
_NOWHERE = QModelIndex()
TICK = "✓"
CANNOT = tr_noop("cannot be used now")
"""Said of a command by a screen reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is shown of a command; ``checked`` is whether it is switched on, of those that are switches.

    ``why_not`` is a sentence that says why it is not ``enabled``, where more is known than that.
    """

    id: str
    text: str
    group: str
    keys: str
    enabled: bool
    checked: bool = False
    why_not: str = ""

    @property
    def spoken(self) -> str:
        """All of it for a screen reader."""
        parts = (
            self.text,
            self.group,
            self.keys,
            trp("a switch", "on") if self.checked else "",
            "" if self.enabled else self.why_not or tr(CANNOT),
        )
        return listed(filter(None, parts))


class Role(IntEnum):
    """What else a row has beside its text."""

    ROW = Qt.ItemDataRole.UserRole


class CommandListModel(QAbstractListModel):
    """The rows that are shown."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: Sequence[Row] = ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Have these instead of those of before."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, number: int) -> Row | None:
        """The row at a place; None if there is none."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rowCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: D102 - Qt's name
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102 - Qt's name
        row = self.row(index.row())
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken
            case Role.ROW:
                return row
            case _:
                return None


class CommandDelegate(QStyledItemDelegate):
    """Paints a row: the tick of what is on, the name, the group in quiet letters, and the keys at the right."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.scale = 1.0

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:  # noqa: D102 - Qt's name
        return QSize(0, option.fontMetrics.height() + 2 * self._grid)

    def paint(  # noqa: D102 - Qt's name
        self, painter: QPainter, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        row = index.data(Role.ROW)
        if not isinstance(row, Row):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & option.state.State_Selected)
        self._paint_row(painter, option, row, chosen=chosen)
        painter.restore()

    @property
    def _grid(self) -> int:
        return round(_GRID_PX * self.scale)

    def _paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, *, chosen: bool
    ) -> None:
        colours: QPalette = option.palette
        area: QRect = option.rect
        font: QFont = option.font
        ink, quiet = colours.color(colours.ColorRole.Text), _quiet()
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.color(colours.ColorRole.Highlight))
            painter.drawRoundedRect(area, self._grid / 2, self._grid / 2)
            quiet = ink if row.enabled else quiet
        painter.setFont(font)
        metrics, middle = painter.fontMetrics(), Qt.AlignmentFlag.AlignVCenter
        inner = area.adjusted(self._grid, 0, -self._grid, 0)
        tick = metrics.horizontalAdvance(TICK) + self._grid
        painter.setPen(ink if row.enabled else quiet)
        if row.checked:
            painter.drawText(inner, middle, TICK)
        keys = metrics.horizontalAdvance(row.keys)
        names = inner.adjusted(tick, 0, -(keys + 2 * self._grid if keys else 0), 0)
        text = metrics.elidedText(row.text, Qt.TextElideMode.ElideRight, names.width())
        both = metrics.horizontalAdvance(text) + metrics.horizontalAdvance(row.group)
        has_group = both + 2 * self._grid <= names.width()
        painter.drawText(names, middle, text)
        painter.setPen(quiet)
        if has_group:
            beside = names.adjusted(metrics.horizontalAdvance(text) + 2 * self._grid, 0, 0, 0)
            painter.drawText(beside, middle, row.group)
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, row.keys)


def _quiet() -> QColor:
    """Of the whole program: under a style sheet a list's own palette has another, which is hard to read."""
    return QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
