"""What the insights are made of: big figures, sections that are a plot or a table, bars with names."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QStackedLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cowrite.decisions.statistics.report import Table
from cowrite.editor.appearance.theme import Theme
from cowrite.editor.common.accessible_role import ATTRIBUTE, Role
from cowrite.editor.common.focus_ring import FocusRing
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.localization import listed, tr

MOST_ROWS = 9
"""A longer table scrolls."""


class Figure(QWidget):
    """One big figure with what it counts below it."""

    accessible_role = Role.Grouping

    def __init__(self, value: str, caption: str, *, family: str, points: float) -> None:
        super().__init__()
        self.setAccessibleName(tr("{number} {caption}", number=value, caption=caption))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        number = PlainLabel(value)
        number.setStyleSheet(f"font-family: '{family}'; font-size: {points * 2.4:.1f}pt;")
        column.addWidget(number)
        column.addWidget(quiet_label(caption))
        column.addStretch()


class Section(QWidget):
    """A title, and a picture in whose place the numbers can be shown."""

    def __init__(self, title: str, picture: QWidget, table: Table) -> None:
        super().__init__()
        self._stack = QStackedLayout()
        self.table = table_widget(table)
        setattr(picture, ATTRIBUTE, Role.Chart)
        picture.setAccessibleName(title)
        picture.setAccessibleDescription(sentence_of(table))
        heading = PlainLabel(title)
        heading.setStyleSheet("font-weight: 600;")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(heading)
        self._stack.addWidget(picture)
        self._stack.addWidget(self.table)
        column.addSpacing(4)
        column.addLayout(self._stack, 1)

    def show_numbers(self, shown: bool) -> None:
        """The table, or the picture."""
        self._stack.setCurrentIndex(1 if shown else 0)


class Bars(QWidget):
    """Names with a bar and a figure each, the longest bar first."""

    def __init__(self, rows: Sequence[tuple[str, int]]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        if not rows:
            grid.addWidget(quiet_label(tr("Every suggestion was shown.")), 0, 0)
        most = max((count for _, count in rows), default=1)
        for at, (name, count) in enumerate(rows):
            label = PlainLabel(name)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            bar = QProgressBar()
            bar.setTextVisible(False)
            bar.setRange(0, most)
            bar.setValue(count)
            bar.setAccessibleName(tr("{name}: {value}", name=name, value=count))
            number = QLabel(f"{count:,}")
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for place, widget in enumerate((label, bar, number)):
                grid.addWidget(widget, at, place)
        grid.setRowStretch(len(rows), 1)


def quiet_label(text: str) -> QLabel:
    """Small print that wraps, in the theme's quiet colour."""
    label = PlainLabel(text)
    label.setWordWrap(True)
    label.setForegroundRole(label.palette().ColorRole.PlaceholderText)
    return label


def key_label(words: Sequence[tuple[str, str]], hollow: int = 0) -> QLabel:
    """What colours mean: (word, colour) each; the first ``hollow`` of them are those of edges."""
    signs = ["□"] * hollow + ["■"] * (len(words) - hollow)
    said = zip(words, signs, strict=True)
    label = QLabel(
        "&nbsp;&nbsp; ".join(f"<span style='color:{c}'>{s}</span> {w}" for (w, c), s in said)
    )
    label.setTextFormat(Qt.TextFormat.RichText)
    return label


def table_widget(table: Table) -> QTableWidget:
    """The table, to be read and copied from by key."""
    widget = QTableWidget(len(table.rows), len(table.header))
    widget.setAccessibleName(table.title)
    widget.setHorizontalHeaderLabels(list(table.header))
    widget.verticalHeader().hide()
    widget.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    widget.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    widget.setTabKeyNavigation(False)
    widget.setShowGrid(False)
    widget.setFrameShape(QFrame.Shape.NoFrame)
    FocusRing(widget)
    widget.setWordWrap(False)
    for row, cells in enumerate(table.rows):
        for column, cell in enumerate(cells):
            item = QTableWidgetItem(cell)
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            widget.setItem(row, column, item)
    height = round(1.7 * widget.fontMetrics().height())
    widget.verticalHeader().setDefaultSectionSize(height)
    widget.setMinimumHeight((min(len(table.rows), MOST_ROWS) + 1) * height)
    widget.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    header = widget.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    first = widget.horizontalHeaderItem(0)
    if first is not None:
        first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return widget


def sentence_of(table: Table) -> str:
    """A table read aloud."""
    return tr("; ").join(
        tr("{name}: {value}", name=row[0], value=_figures_of(table, row)) for row in table.rows
    )


def _figures_of(table: Table, row: Sequence[str]) -> str:
    return listed(f"{n} {v}" for n, v in zip(table.header[1:], row[1:], strict=True))


def table_style(theme: Theme) -> str:
    """Tables as quiet as the page they lie on."""
    return (
        f"QTableWidget {{ background: {theme.page}; border: none; padding: 0; }}"
        f"QHeaderView, QHeaderView::section {{ background: {theme.page}; color: {theme.quiet}; border: none;"
        " padding: 2px 3px; margin: 0; }"
    )
