"""A program to open as often as a test likes; what is still open at its end is closed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from open_program import OpenIt, OpenProgram, put_model
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from waiting_disk import WaitingDisk

from cowrite.settings.paths import Paths


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
