"""One line that says which keys take a suggestion; it can be turned off."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from cowrite.editor.appearance.theme import Theme
from cowrite.editor.commands.key_rules import native
from cowrite.editor.page.ghost_commands import HINT_WORDS
from cowrite.editor.page.ghost_keys import GhostKeymap


class KeyHint(QLabel):
    """The line "Tab word · Shift+Tab all · Esc dismiss", following the keymap."""

    def __init__(self, theme: Theme, keymap: GhostKeymap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Suggestion keys")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.set_theme(theme)
        self.set_keymap(keymap)

    def set_theme(self, theme: Theme) -> None:
        """Use the theme's quiet colour."""
        self.setStyleSheet(f"color: {theme.quiet}; background: transparent;")

    def set_keymap(self, keymap: GhostKeymap) -> None:
        """Name the first key of each action."""
        parts = [
            f"{native(keymap[action][0])} {word}"
            for action, word in HINT_WORDS.items()
            if keymap.get(action)
        ]
        self.setText(" · ".join(parts))
