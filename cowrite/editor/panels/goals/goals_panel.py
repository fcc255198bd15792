"""Goals: how many words today and in this document, and what was written in the days before. Nobody is scolded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFormLayout, QProgressBar, QVBoxLayout, QWidget

from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.common.wheel_guard import NumberBox
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.writing.progress import WritingProgress
from cowrite.localization import tr

LARGEST_GOAL = 1_000_000
DAYS = 14
_GRID_PX = 8
_BAR_PX = 6
_PLOT_PX = 72


class GoalsPanel(QWidget):
    """Follows ``view``, and another one when it is told to. ``words`` asks how many words its text has.

    ``daily_goal`` asks for the setting, ``set_daily_goal`` changes it.
    """

    accessible_role = Role.Client

    def __init__(
        self,
        view: DocumentView,
        progress: WritingProgress,
        appearance: Appearance,
        *,
        words: Callable[[], int],
        daily_goal: Callable[[], int],
        set_daily_goal: Callable[[int], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._view, self._progress, self._appearance = view, progress, appearance
        self._words, self._daily_goal = words, daily_goal
        self._following = Connections()
        self.today = PlainLabel("", self)
        self.document = PlainLabel("", self)
        self.row = PlainLabel("", self)
        self.today_bar, self.document_bar = self._bar(tr("Today")), self._bar(tr("This document"))
        self.today_goal = self._box(tr("Words a day"), set_daily_goal)
        self.document_goal = self._box(tr("Words of this document"), self._set_document_goal)
        self.plot = DaysPlot(progress, self)
        self._lay_out()
        self.setFocusProxy(self.today_goal)
        progress.changed.connect(self.refresh)
        appearance.changed.connect(self._on_appearance)
        self._on_appearance()
        self.follow(view)

    def _bar(self, name: str) -> QProgressBar:
        bar = QProgressBar(self)
        bar.setTextVisible(False)
        bar.setAccessibleName(name)
        return bar

    def _box(self, name: str, changed: Callable[[int], object]) -> NumberBox:
        box = NumberBox(self)
        box.setRange(0, LARGEST_GOAL)
        box.setSingleStep(100)
        box.setGroupSeparatorShown(True)
        box.setSpecialValueText(tr("no goal"))
        box.setAccessibleName(name)
        box.setKeyboardTracking(False)
        box.valueChanged.connect(changed)
        return box

    def _lay_out(self) -> None:
        self.row.setWordWrap(True)
        form = self._form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(tr("Words a day"), self.today_goal)
        form.addRow(tr("This document"), self.document_goal)
        column = self._column = QVBoxLayout(self)
        for part in (self.today, self.today_bar, self.document, self.document_bar):
            column.addWidget(part)
        column.addLayout(form)
        column.addWidget(self.plot)
        column.addWidget(self.row)
        column.addStretch(1)

    def close_for_good(self) -> None:
        """The window goes: follow nothing more."""
        self._following.end()
        self._progress.changed.disconnect(self.refresh)
        self._appearance.changed.disconnect(self._on_appearance)

    # --- what is shown ---

    def follow(self, view: DocumentView) -> None:
        """Show the goal of this one from now on."""
        self._following.end()
        self._view = view
        self._following.add(view.document.identity_changed, self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is so now."""
        progress, document = self._progress, self._view.document
        today = progress.today()
        written, goal = progress.days.on(today), self._daily_goal()
        self._show(self.today, self.today_bar, _said_of_today(written, goal), written, goal)
        words, wanted = self._words(), progress.goal_of(document)
        self._show(
            self.document, self.document_bar, _said_of_document(words, wanted), words, wanted
        )
        for box, value in ((self.today_goal, goal), (self.document_goal, wanted)):
            if box.value() != value and not box.hasFocus():
                box.blockSignals(True)
                box.setValue(value)
                box.blockSignals(False)
        self.document_goal.setEnabled(not document.is_private)
        days = progress.days.in_a_row(today)
        said = tr("You wrote on {count} days in a row.", count=days) if days > 1 else ""
        self.row.setText(said)
        self.row.setVisible(days > 1)
        self.plot.refresh()

    @staticmethod
    def _show(label: PlainLabel, bar: QProgressBar, said: str, words: int, goal: int) -> None:
        label.setText(said)
        bar.setVisible(goal > 0)
        bar.setRange(0, max(1, goal))
        bar.setValue(min(words, max(1, goal)))
        bar.setAccessibleDescription(said)

    def _set_document_goal(self, words: int) -> None:
        self._progress.set_goal(self._view.document, words)

    def _on_appearance(self) -> None:
        theme, scale = self._appearance.theme, self._appearance.scale
        line = mixed(theme.page, theme.ink, 0.12)
        height = round(_BAR_PX * scale)
        for bar in (self.today_bar, self.document_bar):
            bar.setFixedHeight(height)
            bar.setStyleSheet(
                f"QProgressBar {{ background: {line}; border: none; border-radius: {height // 2}px; }}"
                f"QProgressBar::chunk {{ background: {theme.accent}; border-radius: {height // 2}px; }}"
            )
        self._column.setSpacing(round(_GRID_PX * scale))
        self.plot.set_look(theme, scale)


def _said_of_today(words: int, goal: int) -> str:
    if not goal:
        return tr("{words:,} words today", words=words)
    return tr("{words:,} of {goal:,} words today", words=words, goal=goal)


def _said_of_document(words: int, goal: int) -> str:
    if not goal:
        return tr("{words:,} words in this document", words=words)
    return tr("{words:,} of {goal:,} words in this document", words=words, goal=goal)


class DaysPlot(QWidget):
    """A bar for each of the last days, today at the right; the numbers are in the tool tip and for screen readers."""

    accessible_role = Role.Chart

    def __init__(self, progress: WritingProgress, parent: QWidget) -> None:
        super().__init__(parent)
        self._progress = progress
        self._theme: Theme | None = None
        self.setAccessibleName(tr("Words of the last days"))

    def set_look(self, theme: Theme, scale: float) -> None:
        """Take the theme's colours, at that scale."""
        self._theme = theme
        self.setFixedHeight(round(_PLOT_PX * scale))
        self.update()

    def refresh(self) -> None:
        """Show what is so now."""
        today = self._progress.today()
        days = [today - timedelta(days=back) for back in range(DAYS)]
        lines = [
            tr("{day:%Y-%m-%d}: {words:,}", day=day, words=self._progress.days.on(day))
            for day in days
        ]
        self.setToolTip("\n".join(lines))
        self.setAccessibleDescription("; ".join(lines))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: D102 - Qt's name
        if self._theme is None:
            return
        today = self._progress.today()
        words = [self._progress.days.on(today - timedelta(days=n)) for n in reversed(range(DAYS))]
        most = max(1, *words)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        step, height = self.width() / DAYS, self.height()
        for number, count in enumerate(words):
            colour = self._theme.accent if number == DAYS - 1 else self._theme.quiet
            painter.setBrush(
                QColor(colour if count else mixed(self._theme.page, self._theme.ink, 0.12))
            )
            size = max(2.0, (height - 2) * count / most)
            painter.drawRoundedRect(
                QRectF(number * step + step * 0.15, height - size, step * 0.7, size), 2, 2
            )
        painter.end()
