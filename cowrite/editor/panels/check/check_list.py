"""The worklist: a row for each finding, what matters most first; it jumps to the place, and dismisses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from cowrite.base.printable import one_line
from cowrite.check.findings import TITLES, Finding
from cowrite.editor.common.plain_label import tool_tip

MOST_ROWS = 500
_AROUND = 28
_ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A finding in the paragraph ``number``; ``text`` is what stands there, ``key`` by what it is known again."""

    number: int
    text: str
    finding: Finding
    key: str

    @property
    def words(self) -> str:
        """What the row says: what it is about, and where."""
        return f"{self.finding.message}\n{self.passage}"

    @property
    def passage(self) -> str:
        """The words around it."""
        text, finding = self.text, self.finding
        start = max(0, finding.start - _AROUND)
        end = min(len(text), finding.start + 2 * _AROUND)
        before, after = "…" if start else "", "…" if end < len(text) else ""
        return one_line(f"{before}{text[start:end].strip()}{after}")


class CheckList(QListWidget):
    """Signals: ``chosen(Row)`` by a click or Enter, ``dismissed(Row)`` by Delete."""

    chosen = Signal(object)
    dismissed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self.setAccessibleName("Findings")
        self.setWordWrap(True)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.itemClicked.connect(self._on_clicked)

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
            item = QListWidgetItem(row.words)
            item.setToolTip(tool_tip(f"{TITLES[row.finding.kind]}\n{row.finding.message}"))
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
