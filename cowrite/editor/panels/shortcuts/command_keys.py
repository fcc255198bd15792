"""The keys of one command: each can be taken away, another be pressed; what stands in the way is said."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cowrite.editor.commands.key_rules import native
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.panels.shortcuts.key_changes import ChosenKeys, KeyChanges
from cowrite.editor.panels.shortcuts.key_recorder import KeyRecorder
from cowrite.localization import tr, tr_noop

NO_KEY = tr_noop("no key")


class CommandKeys(QWidget):
    """Shows the keys of one command. ``chosen()`` is the setting “keys”; ``change(keys)`` is told what it becomes."""

    def __init__(
        self,
        registry: CommandRegistry,
        changes: KeyChanges,
        chosen: Callable[[], ChosenKeys],
        change: Callable[[ChosenKeys], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._registry, self._changes = registry, changes
        self._chosen, self._change = chosen, change
        self._id = ""
        self._waiting: QKeySequence | None = None
        self.title = PlainLabel("", self)
        self.said = PlainLabel("", self)
        self.recorder = KeyRecorder(self)
        self.reset = QPushButton(tr("&Reset"), self)
        self.take_over = QPushButton(tr("&Take it over"), self)
        self.cancel = QPushButton(tr("Ca&ncel"), self)
        self._keys = QHBoxLayout()
        self._lay_out()

    def _lay_out(self) -> None:
        for button in (self.reset, self.take_over, self.cancel):
            button.setAutoDefault(False)
        self.recorder.recorded.connect(self._on_recorded)
        self.recorder.clicked.connect(self._settle)
        self.reset.setToolTip(tr("Give the command the keys it had when Cowrite was installed"))
        self.reset.clicked.connect(self._on_reset)
        self.take_over.clicked.connect(self._on_take_over)
        self.cancel.clicked.connect(self._on_cancel)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.said.setWordWrap(True)
        self.said.setAccessibleName(tr("Message"))
        row = QHBoxLayout()
        row.setSpacing(8)
        self._keys.setSpacing(8)
        row.addLayout(self._keys)
        row.addWidget(self.recorder)
        row.addWidget(self.reset)
        row.addStretch(1)
        answer = QHBoxLayout()
        answer.setSpacing(8)
        answer.addWidget(self.said, 1)
        answer.addWidget(self.take_over)
        answer.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addLayout(row)
        column.addLayout(answer)

    # --- what is shown ---

    def show_command(self, command_id: str) -> None:
        """Be about this command; about none if it is empty."""
        self._id = command_id
        self._settle()
        self.follow()

    def follow(self) -> None:
        """Show its keys as they are now."""
        self.setEnabled(bool(self._id))
        while (item := self._keys.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if not self._id:
            self.title.setText("")
            return
        command = self._registry.command(self._id)
        self.title.setText(tr(command.help) or command.name)
        keys = self._registry.keys_of(self._id)
        for key in keys:
            self._keys.addWidget(self._key_button(key))
        if not keys:
            self._keys.addWidget(QLabel(tr(NO_KEY), self))
        self.reset.setEnabled(self._changes.is_changed(self._id))

    def _key_button(self, key: QKeySequence) -> QPushButton:
        button = QPushButton(f"{native(key).replace('&', '&&')}  ✕", self)
        button.setAutoDefault(False)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        remove = tr("Remove {key}", key=native(key))
        button.setAccessibleName(remove)
        button.setToolTip(remove)
        button.clicked.connect(partial(self._on_removed, key))
        return button

    def _say(self, text: str, *, waiting: QKeySequence | None = None) -> None:
        self._waiting = waiting
        self.said.setText(text)
        self.take_over.setVisible(waiting is not None)
        self.cancel.setVisible(waiting is not None)

    def _settle(self) -> None:
        self._say("")

    # --- what is done ---

    def _on_recorded(self, key: QKeySequence) -> None:
        if refusal := self._changes.refusal(self._id, key):
            self._say(refusal)
            return
        holder = self._changes.holder(self._id, key)
        if holder is not None and holder.available():
            command = tr(holder.help) or holder.name
            said = tr("{key} is the key of “{command}”.", key=native(key), command=command)
            self._say(said, waiting=key)
            self.take_over.setFocus()
            return
        self._add(key)

    def _add(self, key: QKeySequence) -> None:
        self._change(self._changes.with_key(self._chosen(), self._id, key))
        self._settle()
        self.recorder.setFocus()

    def _on_take_over(self) -> None:
        if self._waiting is not None:
            self._add(self._waiting)

    def _on_cancel(self) -> None:
        self._settle()
        self.recorder.setFocus()

    def _on_removed(self, key: QKeySequence) -> None:
        self.recorder.setFocus()  # the button goes; the keyboard must not go with it
        self._change(self._changes.without_key(self._chosen(), self._id, key))
        self._settle()

    def _on_reset(self) -> None:
        self.recorder.setFocus()
        self._change(self._changes.reset(self._chosen(), self._id))
        self._settle()
