"""One installation of a model for the whole program, and the window in which models are chosen."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from cowrite.base.errors import UserError
from cowrite.editor.assistance.model_installation import (
    InstallationState,
    ModelInstallation,
    ModelsCommand,
)
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.common.show_dialog import close_without_assistance, show_once
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.localization import tr
from cowrite.models.catalogue import CatalogueEntry
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths

ID, GPU_PACK, SETTINGS = "models.show", "gpu_pack.show", "settings.show"
NOTICE_KEY = "model installation"


class ModelsRoom(QObject):
    """Shows the window of models beside a window of ``manager``; says how an installation goes while that is closed."""

    def __init__(
        self,
        manager: WindowManager,
        store: ModelStore,
        catalogue: Mapping[str, CatalogueEntry],
        dialogs: Dialogs,
        paths: Paths,
        command: ModelsCommand,
    ) -> None:
        super().__init__(manager)
        self._manager = manager
        self._store = store
        self._catalogue = catalogue
        self._dialogs = dialogs
        self._paths = paths
        self.installation = ModelInstallation(command, self)
        self.installation.changed.connect(self._on_changed)
        self.installation.installed.connect(self._on_installed)

    def show(self, window: EditorWindow, registry: CommandRegistry) -> None:
        """Show the window of models beside ``window``, whose commands are in ``registry``."""
        # Imported when it is asked for: the first window of a start does not wait for it.
        from cowrite.editor.panels.models.models_window import ModelServices, ModelsWindow

        manager = self._manager
        has_pack = any(command.id == GPU_PACK for command in registry.commands)

        def make() -> ModelsWindow:
            services = ModelServices(
                store=self._store,
                catalogue=self._catalogue,
                installation=self.installation,
                dialogs=self._dialogs,
                preferences=lambda: manager.preferences,
                preferences_changed=manager.preferences_changed,
                change=lambda name, value: manager.change(**{name: value}),
                arrived=self._arrived,
                adapter_of=self._adapter_of,
                show_gpu_pack=partial(registry.run, GPU_PACK) if has_pack else None,
                show_download_settings=partial(_show_download_settings, window, registry),
            )
            dialog = ModelsWindow(services, window)
            window.closed.connect(dialog.close)
            close_without_assistance(dialog, manager.preferences_changed)
            return dialog

        show_once(window, ModelsWindow, make, command=ID)

    def take_dropped(
        self, window: EditorWindow, files: Sequence[Path], registry: CommandRegistry
    ) -> bool:
        """Offer to import what was dropped, if it is a model; whether it is."""
        from cowrite.models.importable import importable

        if not self._manager.preferences.assistance or not importable(files):
            return False
        path = files[0]

        def begin() -> None:
            self.installation.import_path(path)
            self.show(window, registry)

        if self.installation.is_running:
            self._manager.tell(tr("Another model is being installed. Import this one after it."))
            return True
        text = tr("“{name}” is a model. Cowrite can import it.", name=path.name)
        act = NoticeAction(label=tr("Import"), do=begin)
        notice = Notice(key=NOTICE_KEY, text=text, acts=(act,), close_label=tr("Not now"))
        self._manager.notice(notice)
        return True

    def _arrived(self, entry: CatalogueEntry) -> int:
        """On a thread: how much of a model an earlier download has left."""
        from cowrite.downloads.download import arrived_bytes
        from cowrite.models.installation import folder_of

        return arrived_bytes(folder_of(entry.origin, self._paths))

    def _adapter_of(self, model_id: str) -> str:
        """On a thread: the id of the adapter that a model uses."""
        from cowrite.personalize.adapters.registry import AdapterRegistry

        with contextlib.suppress(UserError):  # then it is used without
            return AdapterRegistry(self._paths.adapters_dir).active(model_id)
        return ""

    def close(self) -> None:
        """The program ends; what was downloaded is gone on with when the writer asks for it."""
        self.installation.close()

    def _on_changed(self) -> None:
        """While the window of models is closed, the status line says how it goes and a message how it ended."""
        from cowrite.editor.panels.models.model_strings import installing_sentence

        current = self.installation.current
        said = ""
        if current is not None and current.state is InstallationState.RUNNING:
            step = installing_sentence(current)
            said = tr("{name}: {value}", name=current.name, value=step)
        self._manager.say_progress(said)
        if current is None or self._is_watched():
            return
        if current.state is InstallationState.DONE and current.is_exam:
            text = tr(
                "“{name}” was examined. What it does well with passages stands in “Models”.",
                name=current.name,
            )
            self._manager.notice(Notice(key=NOTICE_KEY, text=text))
        elif current.state is InstallationState.FAILED:
            self._manager.notice(Notice(key=NOTICE_KEY, text=current.problem))

    def _on_installed(self, name: str) -> None:
        """It can be used, while its exam may still be going on."""
        if not self._is_watched():
            text = tr("“{name}” is installed. Choose what to use it for in “Models”.", name=name)
            self._manager.notice(Notice(key=NOTICE_KEY, text=text))

    def _is_watched(self) -> bool:
        """Whether the window of models says how it goes."""
        from cowrite.editor.panels.models.models_window import ModelsWindow

        return any(
            dialog.isVisible()
            for window in self._manager.windows
            for dialog in window.findChildren(ModelsWindow)
        )


def _show_download_settings(window: EditorWindow, registry: CommandRegistry) -> None:
    """Show those of the settings that say how the network is reached."""
    from cowrite.editor.panels.settings.setting_strings import section_name
    from cowrite.editor.panels.settings.settings_dialog import SettingsDialog

    registry.run(SETTINGS)
    for dialog in window.findChildren(SettingsDialog):
        dialog.look_for(section_name("Downloads"))
