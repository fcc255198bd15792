"""What learning needs of the windows of the program; the shell's own have it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QSize, SignalInstance
from PySide6.QtWidgets import QWidget

from cowrite.editor.common.flow import Later
from cowrite.editor.common.messages import Notice
from cowrite.settings.preferences import Preferences


class LearningWindow(Protocol):
    """A window with a page: says that Cowrite learns, and has room for the card that tells what came of it."""

    @property
    def closed(self) -> SignalInstance:
        """``closed()``: the window is gone for good."""

    def size(self) -> QSize:
        """Width and height in pixels."""

    def set_learning(self, learning: bool) -> None:
        """Whether Cowrite learns just now."""

    def put_above_page(self, widget: QWidget) -> None:
        """Give ``widget`` a place above the page."""


class LearningWindows(Protocol):
    """All open windows, the messages in them, and the preferences."""

    @property
    def preferences_changed(self) -> SignalInstance:
        """``preferences_changed(Preferences)``."""

    @property
    def windows(self) -> Sequence[LearningWindow]:
        """The open windows."""

    @property
    def front(self) -> LearningWindow | None:
        """The window the writer looks at."""

    @property
    def preferences(self) -> Preferences:
        """What the writer chose."""

    def change(self, **values: Any) -> None:
        """Use other values for some preferences, and keep them."""

    def save_preferences(self) -> Later[None]:
        """Write what was changed, and say when that is done: another process is about to read it."""

    def notice(self, notice: Notice) -> None:
        """Show a message in the front window; one without text takes that with its key away."""

    def show_place(self, path: Path) -> None:
        """Show a folder or a page in the system's program for it."""
