"""“GPU pack”: what it is for, whether it is of use here, getting it, and switching it on and off.

It may be closed while a pack is being installed; nothing depends on it.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from cowrite.base.errors import UserError
from cowrite.editor.common.background import Background
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.fit_to_screen import keep_on_screen
from cowrite.editor.dialogs.dialogs import Dialogs, Erase
from cowrite.editor.panels.packs.pack_host import PackHost
from cowrite.editor.panels.packs.pack_state import PackState, look
from cowrite.editor.panels.shared.growing_dialog import GrowingDialog
from cowrite.editor.panels.shared.plain_parts import plain_button, wrapped_label
from cowrite.localization import sentences, tr, tr_noop
from cowrite.packs.progress import progress_text
from cowrite.packs.store import PackStore

WIDTH_CHARACTERS = 66
FROM_NEXT_START = tr_noop("This holds from the next start of Cowrite.")


class PacksWindow(GrowingDialog):
    """See the module's docstring."""

    def __init__(self, store: PackStore, host: PackHost, dialogs: Dialogs, parent: QWidget) -> None:
        super().__init__(parent)
        self._store, self._host, self._dialogs = store, host, dialogs
        self._state: PackState | None = None
        self._was_running = host.is_running
        self.setWindowTitle(tr("GPU pack"))
        self.introduction = wrapped_label(
            tr(
                "With an NVIDIA graphics card, Cowrite can use larger models. It needs the GPU pack for that, a "
                "download of about 3 GB. Without it, everything works on the processor."
            ),
            self,
        )
        self.card = wrapped_label(tr("Looking at this computer…"), self)
        self.pack = wrapped_label("", self)
        self.source = QLineEdit(self)
        self.source.setAccessibleName(tr("Folder or address of the pack"))
        self.source.setPlaceholderText(tr("Folder or address of the pack"))
        self.choose = plain_button(tr("Choose &folder…"), self._on_choose, self)
        self.progress = QProgressBar(self)
        self.progress.setAccessibleName(tr("Progress"))
        self.progress.setTextVisible(False)
        self.said = wrapped_label("", self)
        self.said.setAccessibleName(tr("Message"))
        self.install = plain_button(tr("&Install"), self._on_install, self)
        self.switch = plain_button(tr("&Switch on"), self._on_switch, self)
        self.back = plain_button(tr("&Back to the last one"), self._on_back, self)
        self.remove = plain_button(tr("&Remove…"), self._on_remove, self)
        self.close_button = plain_button(tr("C&lose"), self.close, self)
        self._lay_out()
        self._background = Background("packs", self)
        self.finished.connect(self._background.close)
        following = Connections()
        following.add(host.changed, self._on_host)
        self.finished.connect(following.end)
        self.source.textChanged.connect(lambda _: self._show())
        self._show()
        keep_on_screen(self)
        self.refresh()

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.addWidget(self.source, 1)
        where.addWidget(self.choose)
        buttons = QHBoxLayout()
        for button in (self.install, self.switch, self.back, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(14)
        for label in (self.introduction, self.card, self.pack):
            column.addWidget(label)
        column.addLayout(where)
        column.addWidget(self.progress)
        column.addWidget(self.said)
        column.addStretch(1)
        column.addLayout(buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * WIDTH_CHARACTERS)

    # --- what is shown ---

    def refresh(self) -> None:
        """Look at what is there."""
        store = self._store
        self._background.run(lambda: look(store), self._looked, self._fail)

    def _looked(self, state: PackState) -> None:
        self._state = state
        self.card.setText(state.card)
        self.pack.setText(state.sentence)
        if state.unfinished_source and not self.source.text() and not self._host.is_running:
            self.source.setText(state.unfinished_source)
        self._show()

    def _fail(self, error: UserError) -> None:
        self.said.setText(str(error))
        self._show()

    def _show(self) -> None:
        host, state = self._host, self._state
        running = host.is_running
        progress = host.progress
        is_new = state is not None and not running
        used = state.used if state else None
        self.source.setEnabled(not running)
        self.choose.setEnabled(not running)
        known = state is not None and bool(
            state.known_bytes or (state.has_downloads and host.source)
        )
        has_pack = bool(state and state.installed)
        self.install.setText(tr("&Pause") if running else self._install_title())
        self.install.setEnabled(running or (is_new and (known or bool(self.source.text().strip()))))
        self.switch.setText(tr("&Switch off") if used else tr("&Switch on"))
        self.switch.setEnabled(is_new and has_pack)
        self.back.setVisible(bool(state and state.has_previous and used))
        self.back.setEnabled(is_new)
        can_discard = not has_pack and bool(state and state.has_downloads)
        self.remove.setText(tr("&Discard download…") if can_discard else tr("&Remove…"))
        self.remove.setEnabled(is_new and (has_pack or can_discard))
        self.progress.setVisible(running)
        if progress is None or not running:
            return
        self.said.setText(progress_text(progress))
        self.progress.setRange(0, 1000 if progress.bytes_total else 0)
        self.progress.setValue(round(1000 * progress.fraction))

    def _install_title(self) -> str:
        has_part = self._state is not None and self._state.has_downloads
        return tr("&Go on") if has_part else tr("&Install")

    def _on_host(self) -> None:
        running, progress = self._host.is_running, self._host.progress
        ended, self._was_running = self._was_running and not running, running
        self._show()
        if ended and progress is not None:
            self.said.setText(sentences(progress.message, progress.advice))
            self.refresh()

    # --- what is done ---

    def _on_choose(self) -> None:
        folder = self._dialogs.folder_for(self, tr("Folder of the pack"))
        if folder is not None:
            self.source.setText(str(folder))

    def _on_install(self) -> None:
        if self._host.is_running:
            self._host.pause()
            return
        self._host.start(self.source.text().strip() or self._host.source)

    def _on_switch(self) -> None:
        state, store = self._state, self._store
        if state is None or not state.installed:
            return
        name = state.installed[-1].folder.name
        self._change(store.off if state.used else lambda: store.use(name))

    def _on_back(self) -> None:
        self._change(self._store.back)

    def _on_remove(self) -> None:
        state, store = self._state, self._store
        if state is None:
            return
        if not state.installed:
            self._discard()
            return
        name = (state.used or state.installed[-1]).folder.name
        what = tr("Remove {name}?", name=name)
        details = tr("Its files are deleted. To use it again it has to be downloaded again.")
        if self._dialogs.about_erasing(self, what, details) is Erase.ERASE:
            self._change(lambda: store.remove(name), tr("The pack was removed."))

    def _discard(self) -> None:
        details = tr("Installing the pack later begins anew.")
        what = tr("Discard what was downloaded of the pack?")
        if self._dialogs.about_erasing(self, what, details) is Erase.ERASE:
            self.source.clear()
            self._change(self._store.discard_downloads, tr("The download was discarded."))

    def _change(self, change: Callable[[], object], said: str = "") -> None:
        def done(_: object) -> None:
            self.said.setText(said or tr(FROM_NEXT_START))
            self.refresh()

        self._background.run(change, done, self._failed_change)

    def _failed_change(self, error: UserError) -> None:
        self._fail(error)
        self.refresh()
