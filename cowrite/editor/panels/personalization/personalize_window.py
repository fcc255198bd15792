"""“Personalize”: what Cowrite would learn from, how learning goes, and the versions that came of it.

It may be closed while it learns; nothing depends on it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cowrite.base.errors import UserError
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.common.accessible_role import ATTRIBUTE, Role
from cowrite.editor.common.background import Background
from cowrite.editor.common.fit_to_screen import keep_on_screen
from cowrite.editor.common.focus_ring import stop_at_if_it_scrolls
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.dialogs.path_list import PathList
from cowrite.editor.panels.personalization.adapter_history import AdapterHistory
from cowrite.editor.panels.personalization.learning_host import LearningHost, PreviewReader
from cowrite.editor.panels.personalization.learning_pages import (
    BeforePage,
    RunningPage,
    push_button,
)
from cowrite.editor.panels.personalization.learning_strings import (
    AT_NIGHT,
    AT_NIGHT_DETAILS,
    INTRODUCTION,
    LOOKING,
    OWN_TEXTS,
    outcome,
)
from cowrite.editor.panels.personalization.noticed_list import NoticedList
from cowrite.editor.panels.personalization.version_list import VersionList
from cowrite.editor.panels.shared.parts import quiet_label, table_style
from cowrite.localization import tr
from cowrite.personalize.learning_messages import LearningPreview, LearningResult
from cowrite.settings.preferences import Preferences
from cowrite.tasks.passage.noticed import Noticed

WIDTH_PX, HEIGHT_PX = 720, 780


class PersonalizeWindow(QDialog):
    """``begin()`` starts a run; ``read_preview(PreviewReader)`` asks what there is to learn from;
    ``change(preference=value)`` is kept.

    ``host`` and ``history`` outlive the window.
    """

    def __init__(
        self,
        *,
        host: LearningHost,
        history: AdapterHistory,
        appearance: Appearance,
        begin: Callable[[], None],
        read_preview: Callable[[PreviewReader], None],
        preferences: Preferences,
        change: Callable[..., None],
        dialogs: Dialogs,
        not_now: str = "",
        noticed: Sequence[Noticed] = (),
        change_noticed: Callable[[tuple[Noticed, ...]], None] = lambda _: None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Personalize"))
        self._host = host
        self._history = history
        self._appearance = appearance
        self._read_preview = read_preview
        self._preview: LearningPreview | None = None
        self._plots: Any = None
        self._not_now = not_now
        self._background = Background("plots", self)
        self._asking = PreviewReader(self)
        self._chosen = preferences.own_texts
        self.own_texts = self._own_texts(dialogs, change)
        self.before = BeforePage(begin, self.check_again, self.own_texts)
        self.running = RunningPage(host.hold, host.stop)
        self.versions = VersionList()
        self.noticed = NoticedList(noticed, change_noticed)
        self.at_night = self._at_night(preferences, change)
        self.not_now = quiet_label("")
        self.end = push_button(tr("&Close"), self.close)
        self.pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self.show_not_now(not_now)
        self._dress()
        keep_on_screen(self)
        self._background.run(
            lambda: importlib.import_module("cowrite.editor.panels.personalization.loss_plot"),
            self._on_plots,
        )
        self._history.refresh()
        if host.is_running:
            self._on_started()
            self._on_pausing(True)
        else:
            self.check_again()

    def _own_texts(self, dialogs: Dialogs, change: Callable[..., None]) -> PathList:
        paths = PathList("own_texts", self._chosen, dialogs, shrinks=True)
        paths.setAccessibleName(tr(OWN_TEXTS))
        paths.changed.connect(lambda chosen: change(own_texts=chosen))
        return paths

    def _at_night(self, preferences: Preferences, change: Callable[..., None]) -> QCheckBox:
        box = QCheckBox(tr(AT_NIGHT))
        box.setChecked(preferences.learn_at_night)
        box.setAccessibleDescription(tr(AT_NIGHT_DETAILS))
        box.toggled.connect(lambda on: change(learn_at_night=on))
        box.toggled.connect(lambda _: self.show_not_now(self._not_now))
        return box

    def _lay_out(self) -> None:
        self.pages.addWidget(self.before)
        self.pages.addWidget(self.running)
        self.title = QLabel(tr("Make it yours"))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 20, 24, 8)
        column.setSpacing(16)
        column.addWidget(self.title)
        column.addWidget(quiet_label(tr(INTRODUCTION)))
        column.addWidget(self.pages, 3)
        schedule = QVBoxLayout()
        schedule.setSpacing(2)
        schedule.addWidget(self.at_night)
        schedule.addWidget(self.not_now)
        column.addLayout(schedule)
        column.addWidget(self.noticed)
        column.addWidget(self.versions, 2)
        # With a large text, or on a small screen, it is taller than the window.
        area = QScrollArea()
        setattr(area, ATTRIBUTE, Role.Pane)
        area.setAccessibleName(tr("Content"))
        stop_at_if_it_scrolls(area)
        area.setWidget(inner)
        area.setWidgetResizable(True)
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, 24, 0)
        row.addStretch(1)
        row.addWidget(self.end)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 16)
        whole.addWidget(area, 1)
        whole.addLayout(row)

    def _connect(self) -> None:
        self._asking.found.connect(self._on_found)
        self._asking.failed.connect(self._on_failed)
        self._host.started.connect(self._on_started)
        self._host.progressed.connect(self._on_progressed)
        self._host.pausing.connect(self._on_pausing)
        self._host.ended.connect(self._on_ended)
        self._history.read.connect(self.versions.show_history)
        self._history.said.connect(self.versions.say)
        self.versions.use_asked.connect(self._history.use)
        self.versions.back_asked.connect(lambda: self._history.go_back())
        self._appearance.changed.connect(self._dress)
        self.finished.connect(self._end)

    # --- what is told ---

    def follow(self, preferences: Preferences) -> None:
        """Show what was switched elsewhere."""
        self.at_night.setChecked(preferences.learn_at_night)
        if preferences.own_texts != self._chosen:
            self._chosen = preferences.own_texts
            if self.own_texts.paths != self._chosen:
                self.own_texts.set_paths(self._chosen)
            if not self._host.is_running:
                self.check_again()

    def show_not_now(self, sentence: str) -> None:
        """Why it does not learn by itself just now."""
        self._not_now = sentence
        self.not_now.setText(
            sentence if sentence and self.at_night.isChecked() else tr(AT_NIGHT_DETAILS)
        )

    def check_again(self) -> None:
        """Ask anew what there is to learn from."""
        self._preview = None
        self._leave(self.before.start, self.before.again)
        self.before.show_message(tr(LOOKING))
        self._read_preview(self._asking)

    def _on_found(self, preview: LearningPreview) -> None:
        self._preview = preview
        self.before.show_preview(preview, self._appearance)

    def _on_failed(self, error: UserError) -> None:
        self.before.show_message(str(error), may_check_again=True)

    def _on_started(self) -> None:
        self._asking.close()
        self.running.show_run(self._host.run)
        had_focus = self.before.isAncestorOf(self.focusWidget() or self)
        self.pages.setCurrentWidget(self.running)
        if had_focus:
            self.running.pause.setFocus()

    def _on_progressed(self, _: object) -> None:
        self.running.show_progress()

    def _leave(self, *buttons: QPushButton) -> None:
        """These are about to be of no use: nothing that changes something is to have the keyboard in their place."""
        if self.focusWidget() in buttons:
            self.end.setFocus()

    def _on_pausing(self, _: bool) -> None:
        if self._host.is_stopping:
            self._leave(self.running.pause, self.running.stop)
            self.running.show_stopping()
        else:
            self.running.show_pause(held=self._host.is_held, gives_way=self._host.gives_way)

    def _on_ended(self, result: LearningResult) -> None:
        self._leave(self.running.pause, self.running.stop)
        self.before.show_outcome(outcome(result))
        self.pages.setCurrentWidget(self.before)
        self._history.refresh()
        self.check_again()

    # --- how it looks ---

    def _on_plots(self, plots: Any) -> None:
        self._plots = plots
        self._draw()

    def _draw(self) -> None:
        if self._plots is None:
            return
        font = self._appearance.fonts.chrome(self._appearance.scale)
        font.setPointSizeF(max(font.pointSizeF(), 9.0 * self._appearance.scale))
        dress = self._plots.Dress(theme=self._appearance.theme, font=font)
        self.running.use_plot(self._plots.LossPlot(dress), self._plots.line_colours(dress))

    def _dress(self) -> None:
        theme, scale = self._appearance.theme, self._appearance.scale
        points = max(self._appearance.fonts.chrome(scale).pointSizeF(), 9.0 * scale)
        family = self._appearance.fonts.body().family()
        self.title.setStyleSheet(f"font-family: '{family}'; font-size: {points * 1.8:.1f}pt;")
        # A header with room around it is narrower than its table.
        self.setStyleSheet(f"{table_style(theme)} QHeaderView {{ padding: 0; }}")
        if self._preview is not None:
            self.before.show_preview(self._preview, self._appearance)
        self._draw()
        available = self.screen().availableGeometry().size() * 0.9
        if not self.isVisible():
            self.resize(
                min(round(WIDTH_PX * max(1.0, scale)), available.width()),
                min(round(HEIGHT_PX * max(1.0, scale)), available.height()),
            )

    # --- the end ---

    def _end(self) -> None:
        self._appearance.changed.disconnect(self._dress)
        for signal, slot in (
            (self._host.started, self._on_started),
            (self._host.progressed, self._on_progressed),
            (self._host.pausing, self._on_pausing),
            (self._host.ended, self._on_ended),
            (self._history.read, self.versions.show_history),
            (self._history.said, self.versions.say),
        ):
            signal.disconnect(slot)
        self._asking.close()
        self._background.close()
        self.running.drop_plot()
