"""The report for tests from outside: it tells what is there, and changes nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from open_program import OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication

from cowrite.editor.shell.ui_report import UiReport

OpenIt = Callable[..., OpenProgram]


@pytest.fixture
def report(writing: OpenProgram, tmp_path: Path) -> Iterator[UiReport]:
    made = UiReport(str(tmp_path / "report"))
    yield made
    made.close()
    made.deleteLater()
    QApplication.processEvents()


def test_it_tells_of_the_page_and_its_suggestion(writing: OpenProgram, report: UiReport) -> None:
    writing.suggest("It was a ", "lamp ")
    window = next(w for w in report.report()["windows"] if w["is_document"])
    page = window["pages"][0]
    assert (page["text"], page["caret"], page["anchor"]) == ("It was a ", 9, 9)
    assert page["ghost"] == "lamp "
    assert [menu["title"] for menu in window["menus"]][:2] == ["File", "Edit"]
    entry = next(e for e in window["menus"][0]["entries"] if e["title"] == "Save")
    assert (entry["mnemonic"], entry["key"], entry["is_enabled"]) == ("s", "Ctrl+S", True)


def test_it_answers_on_its_socket_one_line_for_one(
    writing: OpenProgram, report: UiReport, tmp_path: Path
) -> None:
    socket = QLocalSocket()
    socket.connectToServer(str(tmp_path / "report"))
    for _ in range(2):
        socket.write(b"report\n")
        writing.until(socket.canReadLine)
        assert json.loads(bytes(socket.readLine().data()))["errors"] == []
    socket.close()


def test_it_tells_of_commands_and_of_what_was_logged(
    writing: OpenProgram, report: UiReport, caplog: pytest.LogCaptureFixture
) -> None:
    report.report()
    writing.menu_action("Edit", "Select all").trigger()
    logging.getLogger("cowrite").warning("something odd")
    told = report.report()
    assert told["commands"] == ["Select all"]
    assert any("something odd" in each for each in told["errors"])


def test_it_keeps_the_page_as_a_key_found_it(writing: OpenProgram, report: UiReport) -> None:
    report.report()
    writing.press(Qt.Key.Key_Return)
    told = report.report()
    pressed = next(iter(told["at_press"]["pages"].values()))
    assert told["presses"] >= 1
    assert (pressed["text"], writing.page.text()) == ("", "\n")
