"""The windows beside the page that need nothing but what is there: insights, settings, what is kept.

Each is imported when it is asked for: the first window of a start does not wait for them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cowrite.base.clock import Clock
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.assistance.model_host import ModelHost
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.show_dialog import (
    close_without_assistance,
    show_dialog,
    show_once,
)
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.document.document import UNTITLED, Document
from cowrite.editor.panels.personalization.learning import Learning
from cowrite.editor.panels.privacy.log_maintenance import LogMaintenance
from cowrite.editor.reading.read_aloud import ReadAloud
from cowrite.editor.shell.extras_room import ExtrasRoom
from cowrite.editor.shell.models_room import ModelsRoom
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.localization import tr
from cowrite.remote.keys import ServerKeys
from cowrite.settings.paths import Paths

if TYPE_CHECKING:
    from cowrite.interchange.pictures import NearbyPictures


class ToolWindows(QObject):
    """Each is shown beside the window that asked for it, and goes with it."""

    def __init__(
        self,
        *,
        manager: WindowManager,
        model: ModelHost,
        learning: Learning,
        log_maintenance: LogMaintenance,
        appearance: Appearance,
        paths: Paths,
        dialogs: Dialogs,
        clock: Clock,
        reading: ReadAloud,
        server_keys: ServerKeys,
        models: ModelsRoom,
        extras: ExtrasRoom,
    ) -> None:
        super().__init__(manager)
        self._manager = manager
        self._model = model
        self._learning = learning
        self._log_maintenance = log_maintenance
        self._appearance = appearance
        self._paths = paths
        self._dialogs = dialogs
        self._clock = clock
        self._reading = reading
        self._server_keys = server_keys
        self.models = models
        self.extras = extras

    def show_insights(self, parent: EditorWindow) -> None:
        """Show what suggestions were worth."""
        from cowrite.editor.panels.insights.insights_window import InsightsWindow

        def make() -> InsightsWindow:
            log, now_ms = self._paths.decision_log, self._clock.unix_ms
            window = InsightsWindow(
                log,
                now_ms,
                self._appearance,
                self._dialogs,
                parent,
                keep_in=self._paths.saves_dir,
            )
            parent.closed.connect(window.close)
            close_without_assistance(window, self._manager.preferences_changed)
            return window

        show_once(parent, InsightsWindow, make, command="insights.show")

    def show_replay(self, parent: EditorWindow) -> None:
        """Show how past sessions went."""
        from cowrite.editor.panels.replay.replay_window import ReplayWindow

        def make() -> ReplayWindow:
            chosen = self._manager.preferences
            window = ReplayWindow(
                self._paths.decision_log,
                self._appearance,
                face=chosen.font,
                column=chosen.column_characters,
                parent=parent,
            )
            parent.closed.connect(window.close)
            close_without_assistance(window, self._manager.preferences_changed)
            return window

        show_once(parent, ReplayWindow, make, command="replay.show")

    def show_personalize(self, parent: EditorWindow) -> None:
        """Show what Cowrite learns, and from what."""
        from cowrite.editor.panels.personalization.personalize_window import PersonalizeWindow

        def make() -> PersonalizeWindow:
            window = self._learning.make_panel(parent)
            parent.closed.connect(window.close)
            close_without_assistance(window, self._manager.preferences_changed)
            return window

        show_once(parent, PersonalizeWindow, make, command="personalization.show")
        self._learning.scheduler.refresh()

    def show_settings(self, parent: EditorWindow) -> None:
        """Show the settings; what is changed is used at once."""
        from cowrite.editor.panels.settings.settings_dialog import SettingsDialog

        def make() -> SettingsDialog:
            dialog = SettingsDialog(
                self._manager.preferences,
                self._model.model_names,
                lambda name, value: self._manager.change(**{name: value}),
                parent,
                dialogs=self._dialogs,
                ask_for_voices=self._reading.ask_for_voices,
            )
            self._manager.preferences_changed.connect(dialog.follow)
            return dialog

        show_once(parent, SettingsDialog, make, command="settings.show")

    def show_server(self, parent: EditorWindow) -> None:
        """Show where a model of the writer's on another computer is, and what it is used for."""
        from cowrite.editor.panels.server.server_dialog import ServerDialog
        from cowrite.tasks.exam.elsewhere import keep

        def make() -> ServerDialog:
            dialog = ServerDialog(
                self._manager.preferences,
                self._server_keys,
                self._manager.change,
                parent,
                keep_exam=lambda exam: keep(self._paths.models_dir, exam),
            )
            following = Connections()
            following.add(self._manager.preferences_changed, dialog.follow)
            # What answers now still has the key in memory.
            dialog.key_in_use_forgotten.connect(self._model.try_again)
            dialog.finished.connect(following.end)
            parent.closed.connect(dialog.close)
            close_without_assistance(dialog, self._manager.preferences_changed)
            return dialog

        show_once(parent, ServerDialog, make, command="server.show")

    def show_print(self, parent: EditorWindow, *, export: bool = False) -> None:
        """Show the text in front as it will be on paper; with ``export`` ask for the file of a PDF at once."""
        from cowrite.documents.export import write_export
        from cowrite.editor.panels.printing.manuscript import title_of
        from cowrite.editor.panels.printing.print_window import PDF, PrintServices, PrintWindow
        from cowrite.editor.panels.printing.typesetting import PrintedText
        from cowrite.markdown.kinds import is_markdown

        document = parent.active_view.document
        path, text = document.path, document.text()
        markdown = is_markdown(path)
        stem = path.stem if path else ""
        folder = path.parent if path else Path.home()
        keep_in = self._paths.saves_dir
        suggested = folder / f"{stem or tr(UNTITLED)}.pdf"
        wanted = self._dialogs.file_to_save(parent, suggested, PDF) if export else None
        if export and wanted is None:
            return

        def problem_with(chosen: Path) -> str:
            is_open = document.is_in(chosen) or document.is_elsewhere(chosen)
            return tr("The PDF cannot replace a text that is open. Choose another name.") * is_open

        services = PrintServices(
            dialogs=self._dialogs,
            fonts=self._appearance.fonts,
            preferences=lambda: self._manager.preferences,
            change=lambda name, value: self._manager.change(**{name: value}),
            write=lambda to, data: write_export(
                to.absolute(), data, keep_in=keep_in, only_files=True
            ),
            problem_with=problem_with,
        )
        title = title_of(text, markdown=markdown) or stem
        printed = PrintedText(
            text=text, title=title, markdown=markdown, pictures=_pictures_of(document)
        )
        for before in parent.findChildren(PrintWindow):
            before.close()  # the text may be another one by now
        window = PrintWindow(printed, wanted or suggested, services, parent)
        parent.closed.connect(window.close)
        self._manager.preferences_changed.connect(window.follow)
        show_dialog(window, command="file.print")
        if wanted is not None:
            window.write_pdf(wanted)

    def show_privacy(self, parent: EditorWindow) -> None:
        """Show what is stored, and what can be done about it."""
        from cowrite.editor.panels.privacy.privacy_dialog import PrivacyDialog
        from cowrite.remote.told import where_text_goes

        def make() -> PrivacyDialog:
            dialog = PrivacyDialog(
                self._log_maintenance,
                self._dialogs,
                parent.active_view.document.document_id,
                parent.active_view.document.name,
                assistance=self._manager.preferences.assistance,
                sent=where_text_goes(self._manager.preferences),
                is_kept=self._manager.preferences.keep_log,
                set_keep_log=lambda on: self._manager.change(keep_log=on),
                open_folder=lambda: self._manager.show_place(self._paths.data),
                parent=parent,
            )
            self._manager.preferences_changed.connect(dialog.follow)
            return dialog

        show_once(parent, PrivacyDialog, make, command="privacy.show")


def _pictures_of(document: Document) -> NearbyPictures:
    """The pictures beside its file, and those that will lie there once it has one."""
    from cowrite.interchange.pictures import NearbyPictures

    path, imported = document.path, document.imported
    return NearbyPictures(
        path.parent if path is not None else None, imported.files if imported is not None else {}
    )
