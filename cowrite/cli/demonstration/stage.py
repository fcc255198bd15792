"""The real program driven by a script: keys go in, pictures and what happened come out.

Nothing of the program is replaced; only the keyboard and the eyes are. Used by ``cowrite demo``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from cowrite.app.program import Program
from cowrite.base.errors import UserError
from cowrite.base.printable import excerpt
from cowrite.documents.files_to_open import FilesToOpen, check_files
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_commands import WindowCommands
from cowrite.engine.messages import EngineState
from cowrite.localization import tr
from cowrite.localization.columns import to_left
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths

# A practised typist: about 70 words a minute.
KEY_PAUSE_MS = 25
# A key that follows a suggestion at once is not meant for it.
READING_MS = 250
READY_PATIENCE_S = 120.0
GHOST_PATIENCE_S = 4.0


class Stage:
    """One run of the program. Lines about what happens are printed with the seconds since the first."""

    def __init__(self, application: QApplication, paths: Paths, pictures: Path) -> None:
        self._application = application
        self._paths = paths
        self._pictures = pictures
        self._began = time.perf_counter()
        self._program: Program | None = None
        self.saved_pictures: list[Path] = []

    # --- the program ---

    def open(self, models: ModelStore, files: Sequence[Path] = ()) -> None:
        """Start the program and wait until its window is painted. Raises UserError."""
        opening = check_files(files) if files else FilesToOpen()
        self._program = program = Program(self._application, self._paths, models=models)
        opened = program.open(opening)
        self.wait_until(lambda: opened.is_done and program.has_begun, READY_PATIENCE_S)
        self.say(tr("window"), tr("is open and ready for typing"))

    def close(self) -> None:
        """End as “Quit” does: everything is kept."""
        if self._program is None:
            return
        self._program.close()
        forget(self._program)
        self._program = None
        self.say(tr("window"), tr("is closed; its text is kept"))

    @property
    def program(self) -> Program:
        """What is running."""
        assert self._program is not None  # noqa: S101 - the script opens it first
        return self._program

    @property
    def window(self) -> EditorWindow:
        """The front window."""
        return self.program.manager.windows[-1]

    @property
    def page(self) -> PageEdit:
        """Its page."""
        return self.window.active_view.page

    def dialog(self) -> QDialog:
        """The dialog that is open over the window."""
        return next(d for d in self.window.findChildren(QDialog) if d.isVisible())

    def wait_until_ready(self) -> None:
        """Until the model answers. Raises UserError with what the window says if it never will."""
        bridge = self.program.bridge
        self.wait_until(
            lambda: bridge.status.state in {EngineState.READY, EngineState.PROBLEM},
            READY_PATIENCE_S,
        )
        if bridge.status.state is not EngineState.READY:
            raise UserError(
                bridge.status.message or tr("The model did not become ready."),
                tr("Run “cowrite doctor” to find out why."),
            )
        self.say(tr("model"), tr("{model} is ready", model=bridge.status.model))

    # --- the hands ---

    def type(self, text: str) -> None:
        """Press the keys of ``text``, one after the other."""
        self.say(tr("typed"), f"“{text.replace(chr(10), '⏎')}”")
        for character in text:
            self._send(_letter(character))
            self.pause(KEY_PAUSE_MS)

    def press(self, keys: str, what: str) -> None:
        """Press one combination such as ``Shift+Tab``."""
        combination = QKeySequence(keys)[0]  # type: ignore[index]  # PySide's stubs forget it
        self._send((combination.key(), combination.keyboardModifiers(), ""))
        ending = self.page.text()[-32:].replace("\n", "⏎")
        self.say(what, tr("{keys}, and the text ends in “{ending}”", keys=keys, ending=ending))

    def run(self, command_id: str) -> None:
        """Run a command of the window."""
        commands = self.window.findChild(WindowCommands)
        assert isinstance(commands, WindowCommands)  # noqa: S101 - every window has them
        commands.registry.run(command_id)
        self.say(tr("ran"), command_id)

    def wait_for_ghost(self) -> str:
        """The suggestion on screen, once it can be read; asked for by key if the model would rather be silent."""
        if not self.wait_until(lambda: self.page.ghost_text, GHOST_PATIENCE_S):
            self._send((Qt.Key.Key_Backslash, Qt.KeyboardModifier.AltModifier, "\\"))
            self.say(
                tr("asked"),
                tr("Alt+\\, because the model was not sure enough to suggest by itself"),
            )
            self.wait_until(lambda: self.page.ghost_text, READY_PATIENCE_S)
        self.pause(READING_MS)
        ghost = self.page.ghost_text
        self.say(tr("suggested"), f"“{ghost}”" if ghost else tr("nothing"))
        return ghost

    def _send(self, stroke: tuple[Qt.Key, Qt.KeyboardModifier, str]) -> None:
        key, modifiers, text = stroke
        target = self.window.windowHandle()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            self._application.sendEvent(target, QKeyEvent(kind, key, modifiers, text))

    # --- the eyes ---

    def picture(
        self, name: str, what: str, widget: QWidget | None = None, *, over: QWidget | None = None
    ) -> None:
        """Save what stands on screen as ``name``.png, with the menu ``over`` it.

        Raises UserError if it cannot be written.
        """
        self.pause(400)  # fades have ended
        path = self._pictures / f"{name}.png"
        picture = (widget or self.window).grab()
        if over is not None:
            painter = QPainter(picture)
            painter.drawPixmap(self.window.mapFromGlobal(over.pos()), over.grab())
            painter.end()
        if not picture.save(str(path)):
            raise UserError(
                tr("The screenshot {path} could not be saved.", path=path),
                tr("Choose another folder with --out DIR."),
            )
        self.saved_pictures.append(path)
        self.say(tr("saved"), tr("{what}: {path}", what=what, path=path))

    def say(self, what: str, text: str) -> None:
        """Print one line."""
        print(
            f"{time.perf_counter() - self._began:6.1f} s  {to_left(what, 9)}  {excerpt(text)}",
            flush=True,
        )

    # --- time ---

    def wait_until(self, condition: Callable[[], object], patience_s: float) -> bool:
        """Let the program run until ``condition`` holds; whether it came to hold in time."""
        deadline = time.perf_counter() + patience_s
        while not condition():
            if time.perf_counter() > deadline:
                return False
            self.pause(10)
        return True

    def pause(self, milliseconds: int) -> None:
        """Let the program run for so long."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()


def _letter(character: str) -> tuple[Qt.Key, Qt.KeyboardModifier, str]:
    if character == "\n":
        return Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r"
    key = Qt.Key(ord(character.upper())) if character.isascii() else Qt.Key.Key_unknown
    held = Qt.KeyboardModifier
    return key, held.ShiftModifier if character.isupper() else held.NoModifier, character


def hush_qt() -> None:
    """Do not print that an offscreen window cannot be raised; what else Qt has to say is printed."""

    def on_message(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if not message.startswith("This plugin does not support"):
            print(message, file=sys.stderr)

    qInstallMessageHandler(on_message)


def forget(thing: QObject) -> None:
    """Delete it now, and the windows that wait to be deleted."""
    thing.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
