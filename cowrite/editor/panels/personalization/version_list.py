"""The versions that were learned, as a table with what can be done about them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cowrite.editor.common.focus_ring import FocusRing
from cowrite.editor.common.plain_label import tool_tip
from cowrite.editor.panels.personalization.adapter_history import (
    AS_INSTALLED,
    History,
    Version,
    day_and_time,
)
from cowrite.editor.panels.personalization.learning_pages import plain_label, push_button
from cowrite.localization import tr, tr_noop, trn
from cowrite.localization.numbers import percent_text

HEADER = (tr_noop("Created"), tr_noop("Learned from"), tr_noop("Better by"), "")
IN_USE = tr_noop("in use")
NOTHING_YET = tr_noop("Nothing has been learned yet.")
STATE = 3
"""The column that says which version is in use, or why one cannot be."""
LEAST_ROWS = 2


class VersionList(QWidget):
    """Signals: ``use_asked(str id)``, “” for the model as it was installed; ``back_asked()``."""

    use_asked = Signal(str)
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._history = History()
        self._was_read = False
        self.heading = QLabel(tr("Your versions"))
        self.heading.setStyleSheet("font-weight: 600;")
        self.table = QTableWidget(1, len(HEADER))
        self.use = push_button(tr("&Use this version"), self._use)
        self.back = push_button(tr("&Back to previous version"), self.back_asked.emit)
        self.said = plain_label()
        self.said.setAccessibleName(tr("Message"))
        self._prepare_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.use)
        row.addWidget(self.back)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.said)
        self._fill(0, (tr(AS_INSTALLED), "", "", ""), usable=True)
        self._update()

    def show_history(self, history: History) -> None:
        """Show these versions; the selection stays where it was, if that is still there."""
        # What is in use is chosen at first, and again after it has become another.
        stays = self._was_read and history.active == self._history.active
        chosen = self._chosen() if stays else history.active
        self._history, self._was_read = history, True
        rows = [*history.versions]
        self.table.setRowCount(len(rows) + 1)
        for at, version in enumerate(rows):
            in_use = version.in_use and not version.trouble
            self._fill(at, _cells(version), usable=not version.trouble, in_use=in_use)
        as_installed = (tr(AS_INSTALLED), "", "", "" if history.active else tr(IN_USE))
        self._fill(len(rows), as_installed, usable=True, in_use=not history.active)
        ids = [*(each.id for each in rows), ""]
        wanted = chosen if chosen in ids else history.active
        self.table.selectRow(ids.index(wanted) if wanted in ids else len(rows))
        self._update()

    def say(self, sentence: str) -> None:
        """Say what was done, or why it could not be."""
        self.said.setText(sentence)

    def _prepare_table(self) -> None:
        table = self.table
        table.setAccessibleName(tr("Your versions"))
        table.setHorizontalHeaderLabels([tr(each) for each in HEADER])
        buttons = QTableWidgetItem("")
        buttons.setData(Qt.ItemDataRole.AccessibleTextRole, tr("Actions"))
        table.setHorizontalHeaderItem(len(HEADER) - 1, buttons)
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setFrameShape(QFrame.Shape.NoFrame)
        FocusRing(table)
        table.setWordWrap(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        height = round(1.7 * table.fontMetrics().height())
        table.verticalHeader().setDefaultSectionSize(height)
        table.setMinimumHeight((LEAST_ROWS + 1) * height)
        table.itemSelectionChanged.connect(self._update)
        table.itemDoubleClicked.connect(lambda _: self._use())

    def _fill(
        self, row: int, cells: tuple[str, ...], *, usable: bool, in_use: bool = False
    ) -> None:
        for column, cell in enumerate(cells):
            item = QTableWidgetItem(cell)
            if not usable:
                item.setForeground(self.palette().placeholderText())
            if in_use and column == STATE:
                font = item.font()
                font.setBold(True)
                item.setFont(font)
            item.setToolTip(tool_tip(cell))
            self.table.setItem(row, column, item)

    def _chosen(self) -> str | None:
        row = self.table.currentRow()
        if row < 0 or not self._was_read:
            return None
        versions = self._history.versions
        return versions[row].id if row < len(versions) else ""

    def _use(self) -> None:
        chosen = self._chosen()
        if chosen is not None and self.use.isEnabled():
            self.use_asked.emit(chosen)

    def _update(self) -> None:
        chosen = self._chosen()
        usable = {each.id for each in self._history.versions if not each.trouble} | {""}
        is_other = chosen is not None and chosen != self._history.active
        self.use.setEnabled(is_other and chosen in usable)
        self.back.setEnabled(self._history.may_go_back)


def _cells(version: Version) -> tuple[str, ...]:
    gain = "" if version.gain_pct is None else percent_text(version.gain_pct)
    state = version.trouble or (tr(IN_USE) if version.in_use else "")
    when = day_and_time(version.created_ms) if version.created_ms else version.id
    return when, _source(version), gain, state


def _source(version: Version) -> str:
    documents = trn("{count:,} document", "{count:,} documents", version.documents)
    if version.words is not None:
        return tr("{words:,} words, {documents}", words=version.words, documents=documents)
    return documents if version.documents else ""
