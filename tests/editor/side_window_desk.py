"""A window beside the page, open without the program around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cowrite.editor.fonts import Fonts
from cowrite.editor.look import Look
from cowrite.editor.theme import load_themes
from cowrite.settings.preferences import Preferences


class SideWindowDesk:
    """Preferences and a look for the window that a test shows."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, theme: str) -> None:
        self.qtbot = qtbot
        self.preferences = Preferences(theme=theme)
        self.look = Look(qapp, load_themes(), Fonts(), self.preferences)

    def show(self, window: QWidget) -> None:
        with self.qtbot.waitExposed(window):
            window.show()

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=20_000)

    def close(self, window: QWidget) -> None:
        window.close()
        window.deleteLater()
        self.look.close()


Desk = TypeVar("Desk")


@contextmanager
def opening(
    make: Callable[[str], Desk], close: Callable[[Desk], None]
) -> Iterator[Callable[..., Desk]]:
    """Opens desks, each with a theme; all are closed at the end."""
    desks: list[Desk] = []

    def open_one(theme: str = "light") -> Desk:
        desks.append(make(theme))
        return desks[-1]

    yield open_one
    for desk in desks:
        close(desk)
