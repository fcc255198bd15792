"""The whole program driven by a test: a scripted engine, scripted dialogs, real windows and real files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget
from scripted_engine import MODEL, ScriptedEngine

from cowrite.app.program import Program
from cowrite.base.clock import Clock, SystemClock
from cowrite.documents.files_to_open import FilesToOpen, check_files
from cowrite.editor.common.disk import Disk
from cowrite.editor.common.flow import Later
from cowrite.editor.dialogs.dialogs import Changed, Erase, Reset, ToBin, Unsaved
from cowrite.editor.dialogs.encoding_dialog import EncodingQuestion
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.panels.personalization.learning import LearningCommand
from cowrite.editor.shell.window import EditorWindow
from cowrite.engine.messages import EngineState
from cowrite.models.store import FORMAT, MANIFEST
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore

if TYPE_CHECKING:  # the scripts of failed inputs run without pytest
    from pytestqt.qtbot import QtBot

Answer = TypeVar("Answer")
STARTER = "smollm2-135m-instruct"
# A little more than the controller's “readable_ms”.
READABLE_AFTER_MS = 120


class LaterClock:
    """Another clock, whose intervals a test can lengthen instead of waiting."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._later_ms = 0.0

    def monotonic_ms(self) -> float:
        return self._clock.monotonic_ms() + self._later_ms

    def unix_ms(self) -> int:
        return self._clock.unix_ms()

    def pass_by(self, milliseconds: float) -> None:
        """From now on it is so much later."""
        self._later_ms += milliseconds


def no_learning(options: Sequence[str]) -> list[str]:
    raise AssertionError(f"nobody asked to learn with {options}")


class ScriptedDialogs:
    """Answers what it was told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.open: list[Path] = []
        self.save: Path | None = None
        self.suggested: Path | None = None
        self.files: list[Path] = []
        self.folder: Path | None = None
        self.unsaved = Unsaved.CANCEL
        self.erase = Erase.CANCEL
        self.reset = Reset.CANCEL
        self.to_bin = ToBin.CANCEL
        self.name = ""
        self.changed = Changed.CANCEL
        self.encoding: str | None = None
        self.shown: list[EncodingQuestion] = []
        self.asked: list[str] = []
        self.gone = False

    def files_to_open(self, parent: QWidget, folder: Path | None) -> list[Path]:
        self.asked.append("open")
        return self.open

    def file_to_save(self, parent: QWidget, suggested: Path, filters: str = "") -> Path | None:
        self.asked.append("save")
        self.suggested = suggested
        return self.save

    def files_for(self, parent: QWidget, title: str, filters: str = "") -> list[Path]:
        self.asked.append(title)
        return self.files

    def folder_for(self, parent: QWidget, title: str) -> Path | None:
        self.asked.append(title)
        return self.folder

    def name_for(self, parent: QWidget, title: str, label: str, before: str = "") -> str:
        self.asked.append(f"{title}: {before}")
        return self.name

    def about_erasing(self, parent: QWidget, what: str, details: str) -> Erase:
        self.asked.append(what)
        return self.erase

    def about_bin(self, parent: QWidget, name: str, *, is_folder: bool) -> ToBin:
        self.asked.append(f"bin: {name}")
        return self.to_bin

    def about_resetting(self, parent: QWidget) -> Reset:
        self.asked.append("reset")
        return self.reset

    def about_unsaved(self, parent: QWidget, name: str) -> Unsaved:
        self.asked.append("unsaved")
        return self.unsaved

    def about_several_unsaved(self, parent: QWidget, names: Sequence[str]) -> Unsaved:
        self.asked.append(f"unsaved: {', '.join(names)}")
        return self.unsaved

    def about_changed(self, parent: QWidget, name: str, *, is_gone: bool = False) -> Changed:
        self.asked.append("changed")
        self.gone = is_gone
        return self.changed

    def about_encoding(self, parent: QWidget, question: EncodingQuestion) -> str | None:
        self.asked.append("encoding")
        self.shown.append(question)
        return self.encoding


def put_model(paths: Paths, model_id: str = STARTER) -> None:
    """A folder that looks like an installed model, as far as the window can tell."""
    folder = paths.models_dir / model_id
    folder.mkdir(parents=True)
    manifest = {
        "format": FORMAT,
        "id": model_id,
        "name": MODEL,
        "licence": "",
        "source": "",
        "parameters": 1,
        "files": {},
        "quantization": {"cpu": {"default": "int8", "measured": []}},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest))


def choose(paths: Paths, **values: Any) -> None:
    """Write a settings file; without motion, with room for many words, and so that files hold what a test saves."""
    usual = {
        "reduced_motion": True,
        "max_words": 12,
        "welcomed": True,
        "autosave": False,
        "open_in": "windows",
    }
    PreferencesStore(paths.settings_file).save(Preferences(**usual | values))


class OpenProgram:
    """A running program. ``engine`` is what it got; ``engines`` are all of them, none of them with ``real_engine``."""

    def __init__(
        self,
        qtbot: QtBot,
        application: QApplication,
        paths: Paths,
        *,
        files: Sequence[Path] = (),
        engine: Callable[[], ScriptedEngine] = ScriptedEngine,
        real_engine: bool = False,
        command: Sequence[str] = (),
        install_model: bool = False,
        clock: Clock | None = None,
        learning: LearningCommand | None = None,
        disk: Disk | None = None,
        watches_files: bool = False,
    ) -> None:
        self.qtbot = qtbot
        self.paths = paths
        self.clock = LaterClock(clock or SystemClock())
        self.dialogs = ScriptedDialogs()
        self.engines: list[ScriptedEngine] = []
        if not paths.settings_file.exists():
            choose(paths)

        def make_engine(*_: object) -> ScriptedEngine:
            self.engines.append(engine())
            return self.engines[-1]

        self.program = Program(
            application,
            paths,
            make_engine=None if real_engine else make_engine,
            command=lambda _model: list(command),
            dialogs=self.dialogs,
            clock=self.clock,
            learning=learning or no_learning,
            disk=disk,
        )
        if (
            not watches_files
        ):  # a test that changes a file asks what is done when that is found at the next save
            self.program._shared.watcher = None
        opening = check_files(files) if files else FilesToOpen()
        opened = self.program.open(opening, install_model=install_model)
        self.until(lambda: opened.is_done)
        self.until(lambda: self.window.isVisible() and self.page.hasFocus())
        self.until(lambda: self.program.has_begun)

    @property
    def engine(self) -> ScriptedEngine:
        return self.engines[-1]

    @property
    def windows(self) -> list[EditorWindow]:
        return self.program.manager.windows

    @property
    def window(self) -> EditorWindow:
        return self.windows[-1]

    @property
    def page(self) -> PageEdit:
        return self.window.active_view.page

    @property
    def state_word(self) -> str:
        button = self.window.status_line.findChild(QPushButton)
        assert button is not None
        return str(button.text())

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=20_000)

    def until_settled(self) -> None:
        """Wait until no disk is waited for."""
        self.until(lambda: not self.program.manager.is_busy)

    def finish(self, flow: Later[Answer]) -> Answer:
        """Wait until ``flow`` is done; its result."""
        self.until(lambda: flow.is_done)
        return flow.result

    def until_ready(self) -> None:
        self.until(lambda: self.program.bridge.status.state is EngineState.READY)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.page, text)

    def press(
        self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.window.windowHandle(), key, modifiers)

    def press_keys(self, name: str) -> None:
        """Press a key by its portable name, such as "Ctrl+Shift+P"."""
        pressed = QKeySequence(name)[0]  # type: ignore[index]
        self.press(pressed.key(), pressed.keyboardModifiers())

    def suggest(self, before: str, text: str) -> None:
        """Type ``before``, answer ``text``, and wait until it can be read."""
        asked = len(self.engine.requests)
        self.type(before)
        self.until(
            lambda: len(self.engine.requests) > asked and self.engine.last.before.endswith(before)
        )
        self.engine.answer(text)
        self.until(lambda: self.page.ghost_text == text)
        self.until_readable()

    def until_readable(self) -> None:
        """A key that follows the ghost at once is not meant for it: let the clock be that much later."""
        self.clock.pass_by(READABLE_AFTER_MS)
        QApplication.processEvents()

    def menu_action(self, menu: str, title: str) -> QAction:
        """The entry of a menu of the front window, after the menu was opened."""
        found = next(
            action.menu()
            for action in self.window.menuBar().actions()
            if action.text().replace("&", "") == menu
        )
        assert isinstance(found, QMenu)
        found.aboutToShow.emit()
        return next(
            action
            for action in found.actions()
            if action.text().replace("&", "").split("\t")[0] == title
        )

    def click_message(self, label: str) -> None:
        button = next(
            button
            for bar in self.window.messages.bars
            for button in bar.buttons
            if button.text() == label
        )
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def close(self) -> None:
        """End as “Quit” does."""
        self.program.close()
        forget(self.program)

    def crash(self) -> None:
        """End as if killed: nothing is asked, noted or flushed that is not on disk already."""
        self.program.journal_writer.wait_until_idle()
        self.until_settled()
        session = self.paths.session_file.read_bytes()
        kept = {path: path.read_bytes() for path in self.paths.journal_dir.iterdir()}
        self.close()
        self.paths.session_file.write_bytes(session)
        for path in self.paths.journal_dir.iterdir():
            path.unlink()
        for path, data in kept.items():
            path.write_bytes(data)


def forget(thing: QObject) -> None:
    """Delete it, and the windows that wait to be deleted."""
    thing.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


OpenIt = Callable[..., OpenProgram]


def journals(paths: Paths) -> list[str]:
    return [path.name for path in paths.journal_dir.glob("*.journal")]
