"""The windows beside the page that need nothing but what is there: insights, settings, what is kept."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cowrite.editor.desk import Desk
from cowrite.editor.help import show_once
from cowrite.editor.insights_window import InsightsWindow
from cowrite.editor.keeping_dialog import KeepingDialog
from cowrite.editor.log_keeping import LogKeeping
from cowrite.editor.look import Look
from cowrite.editor.model_host import ModelHost
from cowrite.editor.questions import Questions
from cowrite.editor.replay_window import ReplayWindow
from cowrite.editor.settings_dialog import SettingsDialog
from cowrite.editor.window import EditorWindow
from cowrite.settings.paths import Paths
from cowrite.suggest.clock import Clock


class SideWindows(QObject):
    """Each is shown beside the window that asked for it, and goes with it."""

    def __init__(
        self,
        *,
        desk: Desk,
        model: ModelHost,
        keeping: LogKeeping,
        look: Look,
        paths: Paths,
        questions: Questions,
        clock: Clock,
    ) -> None:
        super().__init__(desk)
        self._desk = desk
        self._model = model
        self._keeping = keeping
        self._look = look
        self._paths = paths
        self._questions = questions
        self._clock = clock

    def show_insights(self, parent: EditorWindow) -> None:
        """Show what suggestions were worth."""

        def make() -> InsightsWindow:
            log, now_ms = self._paths.decision_log, self._clock.unix_ms
            window = InsightsWindow(
                log, now_ms, self._look, self._questions, parent, keep_in=self._paths.saves_dir
            )
            parent.closed.connect(window.close)
            return window

        show_once(parent, InsightsWindow, make)

    def show_replay(self, parent: EditorWindow) -> None:
        """Show how past sessions went."""

        def make() -> ReplayWindow:
            chosen = self._desk.preferences
            window = ReplayWindow(
                self._paths.decision_log,
                self._look,
                face=chosen.font,
                column=chosen.column_characters,
                parent=parent,
            )
            parent.closed.connect(window.close)
            return window

        show_once(parent, ReplayWindow, make)

    def show_settings(self, parent: EditorWindow) -> None:
        """Show the settings; what is changed is used at once."""

        def make() -> SettingsDialog:
            dialog = SettingsDialog(
                self._desk.preferences,
                self._model.model_names,
                lambda name, value: self._desk.change(**{name: value}),
                parent,
                questions=self._questions,
            )
            self._desk.preferences_changed.connect(dialog.follow)
            return dialog

        show_once(parent, SettingsDialog, make)

    def show_keeping(self, parent: EditorWindow) -> None:
        """Show what is stored, and what can be done about it."""

        def make() -> KeepingDialog:
            dialog = KeepingDialog(
                self._keeping,
                self._questions,
                parent.keeper.document_id,
                parent.keeper.name,
                is_kept=self._desk.preferences.keep_log,
                set_keeping=lambda on: self._desk.change(keep_log=on),
                open_folder=lambda: self._desk.show_place(self._paths.data),
                parent=parent,
            )
            self._desk.preferences_changed.connect(dialog.follow)
            return dialog

        show_once(parent, KeepingDialog, make)
