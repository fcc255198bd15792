"""The line below the page: what the model is doing on the left, words and origin on the right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cowrite.editor.theme import Theme
from cowrite.engine.messages import EngineStatus


class StatusLine(QWidget):
    """Fades while the writer types and comes back on a pause or when the pointer moves."""

    problem_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""

    def set_scale(self, scale: float) -> None:
        """Scale its sizes; 1.0 is 100 %."""

    def set_model_status(self, status: EngineStatus) -> None:
        """Show the engine's state as one dot and one word, and how far an installation is."""

    def say(self, text: str, ms: int = 4000) -> None:
        """Show a plain message for ``ms`` milliseconds; 0 keeps it until the next one."""

    def set_word_count(self, words: int) -> None:
        """Show the number of words."""

    def set_origin(self, text: str) -> None:
        """Show where the words came from, such as "12 % suggested"; empty shows nothing."""

    def fade(self) -> None:
        """Fade, because the writer is typing; it comes back by itself after a pause."""

    def wake(self) -> None:
        """Come back at once."""
