"""One line that says which keys take a suggestion; it can be turned off."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from cowrite.editor.appearance.theme import Theme
from cowrite.editor.commands.key_rules import native
from cowrite.editor.page.ghost_commands import HINTS
from cowrite.editor.page.ghost_keys import GhostAction, GhostKeymap
from cowrite.localization import tr


class KeyHint(QLabel):
    """The line "Tab word · Shift+Tab all · Esc dismiss", following the keymap.

    Where there are several suggestions, "Alt+] next (1 of 3)" is the last of it.
    """

    def __init__(self, theme: Theme, keymap: GhostKeymap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Suggestion keys"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._keymap = keymap
        self._shown: tuple[int, int] | None = None
        self._instead = ""
        self.set_theme(theme)
        self._name_keys()

    def setText(self, text: str) -> None:  # noqa: D102 - Qt's name
        super().setText(text)
        self.setAccessibleDescription(text)

    def set_theme(self, theme: Theme) -> None:
        """Use the theme's quiet colour."""
        self.setStyleSheet(f"color: {theme.quiet}; background: transparent;")

    def set_keymap(self, keymap: GhostKeymap) -> None:
        """Name the first key of each action."""
        self._keymap = keymap
        self._name_keys()

    def show_number(self, number: int, count: int) -> None:
        """Say how to turn to another suggestion where there are several, and which one of them is shown (from 1)."""
        shown = (number, count) if count > 1 else None
        if shown != self._shown:
            self._shown = shown
            self._name_keys()

    def set_instead(self, text: str) -> None:
        """Show this while keys are about something else; an empty one shows the keys of suggestions again."""
        if text != self._instead:
            self._instead = text
            self._name_keys()

    def _name_keys(self) -> None:
        if self._instead:
            self.setText(self._instead)
            return
        parts = [
            tr(hint, key=native(self._keymap[action][0]))
            for action, hint in HINTS.items()
            if self._keymap.get(action)
        ]
        turns = self._keymap.get(GhostAction.NEXT)
        if self._shown is not None and turns:
            number, count = self._shown
            key = native(turns[0])
            parts.append(
                tr("{key} next ({number} of {count})", key=key, number=number, count=count)
            )
        self.setText(" · ".join(parts))
