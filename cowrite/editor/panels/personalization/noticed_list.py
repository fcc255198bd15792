"""What was noticed about the writer: a list in which each sentence can be changed, or switched off with a click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.panels.shared.parts import quiet_label
from cowrite.localization import tr, tr_noop
from cowrite.tasks.passage.habits import shown
from cowrite.tasks.passage.noticed import LONGEST_SENTENCE, Noticed, reworded

TITLE = tr_noop("What Cowrite noticed")
DETAILS = tr_noop(
    "From the changes that you accepted or rejected. What is ticked is told to the model when it works on a passage. "
    "Double-click a sentence to change it."
)
_MOST_LINES = 6


class NoticedList(QWidget):
    """Shows ``noticed``, and calls ``change`` with all of it whenever the writer put something otherwise.

    Nothing of it is to be seen while nothing was noticed.
    """

    def __init__(
        self,
        noticed: Sequence[Noticed],
        change: Callable[[tuple[Noticed, ...]], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._noticed = list(noticed)
        self._change = change
        self.list = QListWidget()
        self.list.setAccessibleName(tr(TITLE))
        self.list.setAccessibleDescription(tr(DETAILS))
        self.list.setWordWrap(True)
        for each in self._noticed:
            self.list.addItem(_item(each))
        self.list.itemChanged.connect(self._on_changed)
        rows = min(_MOST_LINES, max(1, len(self._noticed)))
        self.list.setFixedHeight(rows * self.list.fontMetrics().lineSpacing() * 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(PlainLabel(tr(TITLE)))
        column.addWidget(quiet_label(tr(DETAILS)))
        column.addWidget(self.list)
        self.setVisible(bool(self._noticed))

    def _on_changed(self, item: QListWidgetItem) -> None:
        number = self.list.row(item)
        is_on = item.checkState() is Qt.CheckState.Checked
        before = self._noticed[number]
        is_as_shown = item.text() == _shown(before)
        typed = before.sentence if is_as_shown else item.text()
        now = reworded(replace(before, is_on=is_on), typed)
        self._noticed[number] = now
        self.list.blockSignals(True)
        item.setText(_shown(now))
        item.setCheckState(_state(now))
        self.list.blockSignals(False)
        self._change(tuple(self._noticed))


def _shown(noticed: Noticed) -> str:
    """What the writer put otherwise is shown as they put it."""
    said = noticed.sentence if noticed.is_own else shown(noticed.key, noticed.sentence)
    return said[:LONGEST_SENTENCE]


def _item(noticed: Noticed) -> QListWidgetItem:
    item = QListWidgetItem(_shown(noticed))
    item.setFlags(
        Qt.ItemFlag.ItemIsEnabled
        | Qt.ItemFlag.ItemIsSelectable
        | Qt.ItemFlag.ItemIsEditable
        | Qt.ItemFlag.ItemIsUserCheckable
    )
    item.setCheckState(_state(noticed))
    return item


def _state(noticed: Noticed) -> Qt.CheckState:
    return Qt.CheckState.Checked if noticed.is_on else Qt.CheckState.Unchecked
