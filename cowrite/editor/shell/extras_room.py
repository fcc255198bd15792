"""What comes to the program from outside when the writer asks for it: packs, and newer versions. One for the program.

Nearly nobody asks for it at a start, so it is imported when somebody does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cowrite.base.clock import SystemClock
from cowrite.editor.common.background import Background
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.common.show_dialog import close_without_assistance, show_once
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.engine.messages import EngineStatus
from cowrite.localization import sentences, tr
from cowrite.packs.at_start import is_one_chosen
from cowrite.settings.paths import Paths

if TYPE_CHECKING:
    from cowrite.editor.panels.packs.pack_host import PackHost
    from cowrite.editor.panels.updates.update_host import UpdateHost

PACKS_ID = "gpu_pack.show"
UPDATES_ID = "updates.show"
PACK_NOTICE, UPDATE_NOTICE, CARD_NOTICE = "pack", "update", "graphics card"
ASK_EVERY_MS = 24 * 60 * 60 * 1000


class ExtrasRoom(QObject):
    """Shows the windows of packs and updates, and says in a message what the writer would not see otherwise."""

    def __init__(self, manager: WindowManager, paths: Paths, dialogs: Dialogs) -> None:
        super().__init__(manager)
        self._manager, self._paths, self._dialogs = manager, paths, dialogs
        self._background = Background("extras", self)
        self._pack_host: PackHost | None = None
        self._update_host: UpdateHost | None = None

    @property
    def pack_host(self) -> PackHost:
        """The one that installs packs."""
        if self._pack_host is None:
            from cowrite.editor.panels.packs.pack_host import PackHost
            from cowrite.packs.progress import install_pack_command

            def command(source: str) -> Sequence[str]:
                return install_pack_command(source, self._paths.home)

            self._pack_host = PackHost(command, self)
            self._pack_host.changed.connect(self._on_pack)
        return self._pack_host

    def show_packs(self, window: EditorWindow) -> None:
        """Show the window of the GPU pack beside ``window``."""
        from cowrite.editor.panels.packs.packs_window import PacksWindow
        from cowrite.packs.store import PackStore

        def make() -> PacksWindow:
            store = PackStore.of(self._paths.data)
            dialog = PacksWindow(store, self.pack_host, self._dialogs, window)
            window.closed.connect(dialog.close)
            close_without_assistance(dialog, self._manager.preferences_changed)
            return dialog

        show_once(window, PacksWindow, make, command=PACKS_ID)

    def explain_card(self, status: EngineStatus) -> None:
        """Show what makes the graphics card compute, or say why it does not; the status line need not say so again."""
        self._manager.change(known_card=status.unused_card)
        front = self._manager.front
        if status.needs_pack and front is not None:
            self.show_packs(front)
        else:
            self._manager.notice(Notice(key=CARD_NOTICE, text=status.message))

    @property
    def update_host(self) -> UpdateHost:
        """The one that asks for newer versions."""
        if self._update_host is None:
            from cowrite.editor.panels.updates.update_host import UpdateHost
            from cowrite.updates.report import updates_command

            def command(action: str) -> Sequence[str]:
                return updates_command(action, self._paths.home)

            self._update_host = UpdateHost(command, self)
        return self._update_host

    def show_updates(self, window: EditorWindow) -> None:
        """Show the window of newer versions beside ``window``. Nobody is asked for that."""
        from cowrite.editor.panels.updates.updates_window import UpdatesWindow

        manager = self._manager

        def make() -> UpdatesWindow:
            dialog = UpdatesWindow(
                self.update_host,
                window,
                is_daily=manager.preferences.check_updates,
                set_daily=lambda on: manager.change(check_updates=on),
                show_folder=manager.show_place,
            )
            window.closed.connect(dialog.close)
            return dialog

        show_once(window, UpdatesWindow, make, command=UPDATES_ID)

    def begin(self) -> None:
        """The first window is there: say why a pack was switched off, once, and ask for newer versions if wished."""
        if self._manager.preferences.check_updates:
            self._background.run(self._asked_long_ago, self._ask_if)
        if is_one_chosen(self._paths.data):
            self._background.run(self._trouble, self._tell_trouble)

    def close(self) -> None:
        """The program ends; what was downloaded is gone on with when the writer asks for it."""
        self._background.close()
        if self._pack_host is not None:
            self._pack_host.close()
        if self._update_host is not None:
            self._update_host.close()

    def _asked_long_ago(self) -> bool:
        from cowrite.updates.seen import read_seen

        passed_ms = SystemClock().unix_ms() - read_seen(self._paths.data).checked_ms
        return not 0 <= passed_ms < ASK_EVERY_MS

    def _ask_if(self, is_due: bool) -> None:
        if is_due:
            self.update_host.changed.connect(self._on_daily)
            self.update_host.check()

    def _on_daily(self) -> None:
        """Say once that there is something newer; a check that failed is not worth a message."""
        host = self.update_host
        if host.is_running:
            return
        host.changed.disconnect(self._on_daily)
        if host.report is not None and host.report.is_newer:
            text = tr("Cowrite {version} is there.", version=host.report.version)
            act = NoticeAction(label=tr("Show…"), do=self._show_in_front)
            self._manager.notice(Notice(key=UPDATE_NOTICE, text=text, acts=(act,)))

    def _show_in_front(self) -> None:
        if self._manager.windows:
            self.show_updates(self._manager.windows[0])

    def _trouble(self) -> str:
        from cowrite.packs.store import PackStore, trouble_sentence

        store = PackStore.of(self._paths.data)
        pointer = store.pointer
        said = "" if pointer.is_told else trouble_sentence(pointer)
        if said:
            store.told()
        return said

    def _tell_trouble(self, said: str) -> None:
        if said:
            advice = tr("“GPU pack” in the menu “Suggestions” switches it on again.")
            self._manager.notice(Notice(key=PACK_NOTICE, text=sentences(said, advice)))

    def _on_pack(self) -> None:
        """While its window is closed, a message says how an installation ended."""
        from cowrite.editor.panels.packs.packs_window import PacksWindow
        from cowrite.packs.progress import PackPhase

        host = self.pack_host
        is_watched = any(
            dialog.isVisible()
            for window in self._manager.windows
            for dialog in window.findChildren(PacksWindow)
        )
        if host.is_running or host.progress is None or is_watched:
            return
        if host.progress.phase in (PackPhase.DONE, PackPhase.FAILED):
            text = sentences(host.progress.message, host.progress.advice)
            self._manager.notice(Notice(key=PACK_NOTICE, text=text))
