"""How an installation goes while the window of models is closed: a line in the status line, and a message."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from open_program import ScriptedDialogs
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from cowrite.editor.common.messages import Notice
from cowrite.editor.shell.models_room import ModelsRoom
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.models.progress import examining
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths

SCRIPT = (
    f"import time; print({examining('a', 'shorten', 0.5).to_json()!r}, flush=True); time.sleep(60)"
)


class Manager(QObject):
    """Has no window, and keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[object] = []
        self.notices: list[str] = []
        self.said: list[str] = []

    def notice(self, notice: Notice) -> None:
        self.notices.append(notice.text)

    def say_progress(self, text: str) -> None:
        self.said.append(text)


@pytest.fixture
def manager() -> Manager:
    return Manager()


@pytest.fixture
def room(manager: Manager, paths: Paths, tmp_path: Path, qapp: object) -> Iterator[ModelsRoom]:
    made = ModelsRoom(
        cast(WindowManager, manager),
        ModelStore(paths.models_dir),
        {},
        ScriptedDialogs(),
        paths,
        lambda _: [sys.executable, "-c", SCRIPT],
    )
    yield made
    made.close()


def test_a_model_that_is_in_place_is_said_once_before_its_exam_is_over(
    qtbot: QtBot, room: ModelsRoom, manager: Manager
) -> None:
    room.installation.download("a", "A")
    qtbot.waitUntil(lambda: bool(manager.notices), timeout=30_000)
    assert room.installation.is_running
    assert any("Finding out what it does well with passages" in each for each in manager.said)
    room.installation.skip_exam()
    qtbot.waitUntil(lambda: not room.installation.is_running, timeout=30_000)
    assert manager.notices == ["“A” is installed. Choose what to use it for in “Models”."]
    assert manager.said[-1] == ""
