"""In the program that is driven: tells which of the texts on screen are cut off, and which no catalogue has."""

from __future__ import annotations

import json
from collections.abc import Iterator

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from support.clipping import clipped_texts
from support.shown_texts import NAMES, untranslated

from cowrite import localization
from cowrite.editor.page.page_edit import PageEdit
from cowrite.localization.languages import CHINESE

SHORTEST_OF_A_WRITER = 5
LISTS_OF_FILES = ("QListView", "QTreeView", "QSidebar")
"""In a file dialog: files and folders are called in every language what they are called."""


class TextWatch(QObject):
    """Answers every line on the local socket ``name`` with a JSON list of what is wrong with the windows of now."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._server = QLocalServer(self)
        self._server.newConnection.connect(self._on_connection)
        QLocalServer.removeServer(name)
        self._server.listen(name)

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._on_ready_read)

    def _on_ready_read(self) -> None:
        socket = self.sender()
        while isinstance(socket, QLocalSocket) and socket.canReadLine():
            socket.readLine()
            answer = json.dumps([*faults_of_texts()])
            socket.write(answer.encode("utf-8", "surrogatepass") + b"\n")
            socket.flush()


def faults_of_texts() -> Iterator[str]:
    """Of every window on screen. What the writer wrote is in the language it was written in."""
    for window in QApplication.topLevelWidgets():
        if not window.isVisible():
            continue
        # A menu takes what it needs. Qt's own file dialog stands in for the system's, and shows whole paths.
        if not isinstance(window, QMenu | QFileDialog):
            yield from (f"{_named(window)} cuts off {each}" for each in clipped_texts(window))
        if localization.current() == CHINESE:
            for each in untranslated(window, NAMES, is_written=_is_written):
                if not (isinstance(window, QFileDialog) and each.startswith(LISTS_OF_FILES)):
                    yield f"{_named(window)} has in English {each}"


def _is_written(text: str) -> bool:
    core = text.strip(" …“”\n")
    return len(core) >= SHORTEST_OF_A_WRITER and any(
        core in page.text() for page in QApplication.allWidgets() if isinstance(page, PageEdit)
    )


def _named(window: QWidget) -> str:
    return f"{type(window).__name__} “{window.windowTitle()}”"
