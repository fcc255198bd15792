"""A window beside the page, open without the program around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.settings.preferences import Preferences


class PanelHarness:
    """Preferences and an appearance for the window that a test shows."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, theme: str) -> None:
        self.qtbot = qtbot
        self.preferences = Preferences(theme=theme)
        self.appearance = Appearance(qapp, load_themes(), Fonts(), self.preferences)

    def show(self, window: QWidget) -> None:
        with self.qtbot.waitExposed(window):
            window.show()

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=20_000)

    def close(self, window: QWidget) -> None:
        window.close()
        window.deleteLater()


Harness = TypeVar("Harness")


@contextmanager
def opening(
    make: Callable[[str], Harness], close: Callable[[Harness], None]
) -> Iterator[Callable[..., Harness]]:
    """Opens harnesses, each with a theme; all are closed at the end."""
    harnesses: list[Harness] = []

    def open_one(theme: str = "light") -> Harness:
        harnesses.append(make(theme))
        return harnesses[-1]

    yield open_one
    for harness in harnesses:
        close(harness)
