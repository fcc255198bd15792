"""The insights: what suggestions were worth to this writer, in a few figures and plots.

It stands at once and fills in when the log has been read; nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cowrite.decisions.statistics.figures import to_csv
from cowrite.decisions.statistics.report import nothing
from cowrite.decisions.statistics.statistics import Statistics
from cowrite.documents.export import write_export
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.common.accessible_role import ATTRIBUTE, Role
from cowrite.editor.common.background import Background
from cowrite.editor.common.fit_to_screen import keep_on_screen
from cowrite.editor.common.focus_ring import stop_at_if_it_scrolls
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.panels.insights.content import Content
from cowrite.editor.panels.insights.insights_reader import InsightsReader
from cowrite.localization import tr, tr_noop

READING = tr_noop("Loading…")
RANGES: dict[str, int | None] = {tr_noop("7 days"): 7, tr_noop("30 days"): 30, tr_noop("All"): None}
WIDTH_PX, HEIGHT_PX = 880, 780


class InsightsWindow(QDialog):
    """Shows the statistics of the log at ``path``."""

    def __init__(
        self,
        path: Path,
        now_ms: Callable[[], int],
        appearance: Appearance,
        dialogs: Dialogs,
        parent: QWidget | None = None,
        *,
        keep_in: Path | None = None,
    ) -> None:
        super().__init__(parent)
        self._keep_in = keep_in
        self.setWindowTitle(tr("Insights"))
        self._appearance = appearance
        self._dialogs = dialogs
        self._statistics: Statistics | None = None
        self._plots_ready = False
        self._exports = Background("export", self)
        self._reader = InsightsReader(path, now_ms, self)
        self._reader.answered.connect(self._on_answered)
        self._reader.plots_ready.connect(self._on_plots_ready)
        self._reader.failed.connect(self._say)
        self._build()
        appearance.changed.connect(self._dress)
        self.finished.connect(self._end)
        self._dress()
        keep_on_screen(self)
        self._ask(0)

    # --- building ---

    def _build(self) -> None:
        self.ranges = QButtonGroup(self)
        self.numbers = _button(tr("Tables"), self._show_numbers, checkable=True)
        self.numbers.setAccessibleDescription(tr("Tables instead of charts"))
        self.to_csv = _button(tr("Export CSV…"), self._export_csv)
        self.to_image = _button(tr("Export image…"), self._export_image)
        self.message = PlainLabel()
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        stop_at_if_it_scrolls(self.area)
        setattr(self.area, ATTRIBUTE, Role.Pane)
        self.area.setAccessibleName(tr("Figures and charts"))
        self._pages = QStackedWidget()
        self._pages.addWidget(self.message)
        self._pages.addWidget(self.area)
        self.outcome = PlainLabel()
        self.outcome.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 16, 0, 16)
        self._column.setSpacing(16)
        self._column.addLayout(self._top_row())
        self._column.addWidget(self._pages, 1)
        self._column.addLayout(self._bottom_row())

    def _top_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(8)
        for number, name in enumerate(RANGES):
            button = _button(tr(name), partial(self._ask, number), checkable=True)
            button.setChecked(number == 0)
            self.ranges.addButton(button, number)
            row.addWidget(button)
        row.addStretch()
        row.addWidget(self.numbers)
        return row

    def _bottom_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(8)
        row.addWidget(self.to_csv)
        row.addWidget(self.to_image)
        row.addWidget(self.outcome, 1)
        close = _button(tr("Close"), self.close)
        row.addWidget(close)
        return row

    # --- reading ---

    def _ask(self, number: int) -> None:
        self._statistics = None
        self._plots_ready = False
        self._say(tr(READING))
        self._reader.ask(list(RANGES.values())[number])

    def _on_answered(self, statistics: Statistics) -> None:
        self._statistics = statistics
        if statistics.is_empty:
            self._say(nothing(statistics))
            return
        self._fill()

    def _on_plots_ready(self) -> None:
        self._plots_ready = True
        self._fill()

    def _say(self, sentence: str) -> None:
        """A sentence in place of the figures."""
        self.message.setText(sentence)
        self._pages.setCurrentIndex(0)
        self._fill_in_buttons()

    def _fill(self) -> None:
        if self._statistics is None or self._statistics.is_empty:
            return
        content = Content(self._statistics, self._appearance, with_plots=self._plots_ready)
        content.show_numbers(self.numbers.isChecked())
        at = self.area.verticalScrollBar().value()
        self.area.setWidget(content)  # the old one goes
        self.area.verticalScrollBar().setValue(at)
        self._pages.setCurrentIndex(1)
        self._fill_in_buttons()

    @property
    def content(self) -> Content | None:
        """The figures, while some are shown."""
        widget = self.area.widget() if self._pages.currentIndex() == 1 else None
        return widget if isinstance(widget, Content) else None

    def _fill_in_buttons(self) -> None:
        self.outcome.clear()
        self.to_csv.setEnabled(self._pages.currentIndex() == 1)
        self.to_image.setEnabled(self._pages.currentIndex() == 1 and self._plots_ready)

    # --- showing ---

    def _show_numbers(self) -> None:
        if (content := self.content) is not None:
            content.show_numbers(self.numbers.isChecked())

    def _dress(self) -> None:
        theme, scale = self._appearance.theme, self._appearance.scale
        self.area.viewport().setStyleSheet(f"background: {theme.page};")
        self.message.setStyleSheet(
            f"background: {theme.page}; color: {theme.quiet}; padding: 48px;"
        )
        available = self.screen().availableGeometry().size() * 0.9
        if not self.isVisible():
            self.resize(
                min(round(WIDTH_PX * max(1.0, scale)), available.width()),
                min(round(HEIGHT_PX * max(1.0, scale)), available.height()),
            )
        self._fill()

    # --- exporting ---

    def _export_csv(self) -> None:
        if self._statistics is not None:
            self._save(
                tr("Cowrite insights") + ".csv", "CSV (*.csv)", to_csv(self._statistics).encode()
            )

    def _export_image(self) -> None:
        if (content := self.content) is None:
            return
        data = QBuffer()
        data.open(QIODevice.OpenModeFlag.WriteOnly)
        content.grab().save(data, "PNG")
        self._save(tr("Cowrite insights") + ".png", "PNG (*.png)", bytes(data.data().data()))

    def _save(self, name: str, filters: str, data: bytes) -> None:
        path = self._dialogs.file_to_save(self, Path.home() / name, filters)
        if path is None:
            return
        keep_in = self._keep_in
        self._exports.run(
            lambda: write_export(path.absolute(), data, keep_in=keep_in, only_files=True),
            lambda _: self.outcome.setText(tr("Saved as “{name}”.", name=path.name)),
            lambda error: self.outcome.setText(str(error)),
        )

    # --- the end ---

    def _end(self) -> None:
        self._appearance.changed.disconnect(self._dress)
        self._reader.close()
        self._exports.close()


def _button(text: str, do: Callable[[], object], *, checkable: bool = False) -> QPushButton:
    button = QPushButton(text)
    button.setCheckable(checkable)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _=False: do())
    return button
