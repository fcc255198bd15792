"""About: the report that is copied, and the licences, from the source and from a package."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram, choose, put_model
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton

from cowrite import __version__
from cowrite.editor.panels.about.about_dialog import AboutDialog
from cowrite.editor.panels.about.licences_window import NOT_FOUND, LicencesWindow, licences_file
from cowrite.editor.panels.about.report import collect
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]


def about_of(program: OpenProgram) -> AboutDialog:
    program.menu_action("Help", "About Cowrite").trigger()
    dialog = program.window.findChild(AboutDialog)
    assert isinstance(dialog, AboutDialog)
    return dialog


def button(window: AboutDialog | LicencesWindow, text: str) -> QPushButton:
    return next(each for each in window.findChildren(QPushButton) if text in each.text())


def copied_report(program: OpenProgram) -> dict[str, str]:
    copy = button(about_of(program), "Copy &report")
    program.until(copy.isEnabled)
    copy.click()
    assert copy.text() == "Copied"
    lines = QGuiApplication.clipboard().text().splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_the_report_has_versions_and_the_machine(open_it: OpenIt) -> None:
    report = copied_report(open_it())
    assert report["Cowrite"] == f"{__version__}, from source"
    assert report["Python"] == sys.version.split()[0]
    assert report["Qt"].split(", ")[:2][1] == "offscreen"
    assert report["torch"].startswith("2.")
    assert "threads" in report["Processor"]
    assert report["System"]


def test_the_report_names_no_file_and_no_text(
    open_it: OpenIt, paths: Paths, tmp_path: Path
) -> None:
    put_model(paths, "divorce-letters")
    choose(paths, model="divorce-letters")
    file = tmp_path / "resignation.txt"
    file.write_text("I have had enough.", "utf-8")
    program = open_it(files=[file])
    report = copied_report(program)
    assert report["Model"] == "imported"
    told = QGuiApplication.clipboard().text()
    for secret in ("divorce", "resignation", "enough", str(tmp_path), str(Path.home())):
        assert secret not in told


def test_the_report_says_that_there_is_no_ai(open_it: OpenIt, paths: Paths) -> None:
    choose(paths, assistance=False)
    assert copied_report(open_it())["Model"] == "none, without AI"


def test_a_library_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from cowrite.editor.panels.about import report

    def missing(name: str) -> str:
        raise report.PackageNotFoundError(name)

    monkeypatch.setattr(report, "version", missing)
    assert "torch: not found\n" in collect("", "xcb")


def test_the_source_says_where_the_licences_are(open_it: OpenIt) -> None:
    assert licences_file() is None
    program = open_it()
    button(about_of(program), "&Licences").click()
    window = program.window.findChild(LicencesWindow)
    assert "comes with the package" in window.findChild(QPlainTextEdit).toPlainText()


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with a list of licences."""
    file = tmp_path / "resources" / "third-party" / "licences.txt"
    file.parent.mkdir(parents=True)
    file.write_text("Qt\nLGPL\n\nnumpy\nBSD, not LGPL\n" + "more\n" * 2000, "utf-8")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    return file


def opened(program: OpenProgram) -> tuple[LicencesWindow, QPlainTextEdit, QLineEdit]:
    button(about_of(program), "&Licences").click()
    window = program.window.findChild(LicencesWindow)
    text = window.findChild(QPlainTextEdit)
    program.until(text.toPlainText)
    return window, text, window.findChild(QLineEdit)


def test_a_package_shows_its_licences_and_finds_in_them(open_it: OpenIt, packaged: Path) -> None:
    program = open_it()
    window, text, wanted = opened(program)
    assert text.toPlainText() == packaged.read_text("utf-8")
    assert text.isReadOnly()
    QTest.keyClicks(wanted, "lgp")
    QTest.keyClicks(wanted, "l")
    places = [text.textCursor().selectionStart()]
    for _ in range(2):
        QTest.keyClick(wanted, Qt.Key.Key_Return)
        places.append(text.textCursor().selectionStart())
    assert places == [3, 24, 3]
    QTest.keyClicks(wanted, "x")
    assert NOT_FOUND in [each.text() for each in window.findChildren(type(window._said))]
    wanted.clear()
    assert not window._said.text()


def test_a_list_that_cannot_be_read_is_said(open_it: OpenIt, packaged: Path) -> None:
    packaged.unlink()
    packaged.mkdir()
    _, text, _ = opened(open_it())
    assert "licences.txt" in text.toPlainText()


def test_the_window_of_licences_may_be_closed_while_it_is_read(
    open_it: OpenIt, packaged: Path
) -> None:
    program = open_it()
    button(about_of(program), "&Licences").click()
    program.window.findChild(LicencesWindow).close()
    program.until(lambda: program.window.findChild(LicencesWindow) is None)
