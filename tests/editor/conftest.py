"""A program to open as often as a test likes; what is still open at its end is closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from free_gui_thread import watched
from open_program import OpenIt, OpenProgram, put_model
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from waiting_disk import WaitingDisk

from cowrite.editor.spelling import service
from cowrite.settings.paths import Paths
from cowrite.spelling.dictionary import Dictionary
from cowrite.spelling.installed import SHIPPED


@pytest.fixture(scope="session", autouse=True)
def clipboard_is_emptied() -> Iterator[None]:
    """What a test has copied is an object of Python, which Qt would delete when there is no interpreter any more."""
    yield
    if isinstance(QApplication.instance(), QApplication):
        QApplication.clipboard().clear()


@pytest.fixture(scope="session", autouse=True)
def dictionaries_are_read_once() -> Iterator[None]:
    """The dictionaries that come along never change, and hundreds of tests open a program, which reads one."""
    opened: dict[Path, Dictionary] = {}

    def open_once(path: Path) -> Dictionary:
        if path not in SHIPPED.values():
            return Dictionary(path)
        if path not in opened:
            opened[path] = Dictionary(path)
        return opened[path]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "Dictionary", open_once)
        yield


@pytest.fixture(autouse=True)
def gui_thread_is_free(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Fail a test in which the program reads, hashes or syncs a document, or joins a thread, on the GUI thread.

    The marker ``blocks_gui_thread(reason)`` is for the few that must.
    """
    if "qapp" not in request.fixturenames or request.node.get_closest_marker("blocks_gui_thread"):
        yield
        return
    with watched(monkeypatch) as found:
        yield
    if found:
        pytest.fail("on the GUI thread:\n" + "\n".join(found), pytrace=False)


@pytest.fixture
def open_it(qtbot: QtBot, qapp: QApplication, paths: Paths) -> Iterator[OpenIt]:
    """Opens the program without a model."""
    opened: list[OpenProgram] = []

    def open_program(**options: object) -> OpenProgram:
        # Each command is done when it returns; ``disk=None`` is the program's own.
        options.setdefault("disk", WaitingDisk())
        opened.append(OpenProgram(qtbot, qapp, paths, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield open_program
    for each in opened:
        each.program.close()


@pytest.fixture
def writing(open_it: OpenIt, paths: Paths) -> OpenProgram:
    """The program with a model that is ready."""
    put_model(paths)
    program = open_it()
    program.until_ready()
    return program
