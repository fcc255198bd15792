"""Cowrite as a test drives it: it says what is wrong with its texts, and takes keys and clicks where none are real.

``python driven_program.py [COWRITE OPTIONS]``. The environment variable COWRITE_TEXTS names the local socket on which
:mod:`desktop.text_watch` answers. COWRITE_INJECT names the one on which it takes commands, one JSON list a line, such
as ``["keys", "alt+v", "Escape"]``. Each is answered before it is carried out: what it opens may have an event loop of
its own.
"""

from __future__ import annotations

import json
import os
import sys
from collections import deque
from pathlib import Path
from typing import NoReturn

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

TESTS = Path(__file__).resolve().parents[1]
CHECK_EVERY_MS = 50
MODIFIERS = {
    "alt": Qt.KeyboardModifier.AltModifier,
    "ctrl": Qt.KeyboardModifier.ControlModifier,
    "shift": Qt.KeyboardModifier.ShiftModifier,
}
KEYS = {
    "comma": Qt.Key.Key_Comma,
    "backslash": Qt.Key.Key_Backslash,
    "BackSpace": Qt.Key.Key_Backspace,
    "Prior": Qt.Key.Key_PageUp,
    "Next": Qt.Key.Key_PageDown,
    "plus": Qt.Key.Key_Plus,
    "minus": Qt.Key.Key_Minus,
    "space": Qt.Key.Key_Space,
    "alt": Qt.Key.Key_Alt,
}
BUTTONS = {
    1: Qt.MouseButton.LeftButton,
    2: Qt.MouseButton.MiddleButton,
    3: Qt.MouseButton.RightButton,
}


class Injector(QObject):
    """Carries out what it is told, one command after the other."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._commands: deque[list[str]] = deque()
        self._server = QLocalServer(self)
        self._server.newConnection.connect(self._on_connection)
        QLocalServer.removeServer(name)
        self._server.listen(name)
        self._manager = QTimer(self)
        self._manager.timeout.connect(self._give_keyboard)
        self._manager.start(CHECK_EVERY_MS)

    @staticmethod
    def _give_keyboard() -> None:
        """What a window manager does where there is one: when a window is gone, another gets the keyboard."""
        if QApplication.activeWindow() is not None:
            return
        left = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        documents = [w for w in left if isinstance(w, QMainWindow)]
        for window in (QApplication.activeModalWidget(), *documents[-1:]):
            if window is not None:
                window.activateWindow()
                return

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._on_ready_read)

    def _on_ready_read(self) -> None:
        socket = self.sender()
        while isinstance(socket, QLocalSocket) and socket.canReadLine():
            name, *words = json.loads(bytes(socket.readLine().data()))
            if name in ("keys", "type"):
                self._commands.extend(
                    [name, each] for each in (words if name == "keys" else words[0])
                )
            else:
                self._commands.append([name, *words])
            socket.write(b"done\n")
            socket.flush()
            QTimer.singleShot(0, self, self._carry_out)

    def _carry_out(self) -> None:
        while self._commands:
            name, *words = self._commands.popleft()
            match name:
                case "keys":
                    self._press(words[0])
                case "type":
                    QTest.keyClick(_window(), words[0])
                case "click":
                    x, y, button, times = map(int, words)
                    for _ in range(times):
                        self._click(QPoint(x, y), BUTTONS[button])
                case "activate":
                    _widget(words[0]).activateWindow()
                case "close":
                    window = QApplication.activeWindow()
                    if window is not None:
                        window.close()

    @staticmethod
    def _press(combination: str) -> None:
        *held, name = combination.split("+")
        modifiers = Qt.KeyboardModifier.NoModifier
        for each in held:
            modifiers |= MODIFIERS[each]
        key = KEYS.get(name) or getattr(Qt.Key, f"Key_{name.upper() if len(name) == 1 else name}")
        QTest.keyClick(_window(), key, modifiers)

    @staticmethod
    def _click(place: QPoint, button: Qt.MouseButton) -> None:
        popup = QApplication.activePopupWidget()
        top = popup.window() if popup is not None else QApplication.topLevelAt(place)
        window = top.windowHandle() if top is not None else _window()
        if window is not None:
            QTest.mouseClick(
                window, button, Qt.KeyboardModifier.NoModifier, window.mapFromGlobal(place)
            )


def _window() -> QWindow:
    popup = QApplication.activePopupWidget()
    window = popup.windowHandle() if popup is not None else QGuiApplication.focusWindow()
    if window is None:
        window = QGuiApplication.topLevelWindows()[0]
    return window


def _widget(number: str) -> QWidget:
    return next(w for w in QApplication.topLevelWidgets() if int(w.winId()) == int(number))


def main() -> NoReturn:
    """Run the program as its own command would, to the end of the process."""
    sys.path.insert(0, str(TESTS))
    from desktop.text_watch import TextWatch

    from cowrite.__main__ import entry
    from cowrite.app import start

    make = start.make_application
    helpers: list[QObject] = []

    def make_with_helpers() -> QApplication:
        application = make()
        if not helpers:
            for variable, helper in (("COWRITE_INJECT", Injector), ("COWRITE_TEXTS", TextWatch)):
                if name := os.environ.get(variable):
                    helpers.append(helper(name))
        return application

    start.make_application = make_with_helpers
    entry()


if __name__ == "__main__":
    main()
