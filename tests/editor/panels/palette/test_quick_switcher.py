"""The quick switcher in a real window: open documents, recent files, headings."""

from __future__ import annotations

from pathlib import Path

from open_program import OpenIt, OpenProgram, choose
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cowrite.editor.panels.palette.switcher import QuickSwitcher
from cowrite.settings.paths import Paths


def switcher_of(program: OpenProgram) -> QuickSwitcher:
    program.press_keys("Ctrl+Shift+O")
    found = next(p for p in program.window.findChildren(QuickSwitcher) if p.isVisible())
    program.until(found.field.hasFocus)
    return found


def shown(switcher: QuickSwitcher) -> list[str]:
    rows = (switcher.model.row(number) for number in range(switcher.model.rowCount()))
    return [row.text for row in rows if row is not None]


def open_two(open_it: OpenIt, paths: Paths, tmp_path: Path) -> OpenProgram:
    choose(paths, open_in="tabs")
    for name, text in (("harbour.md", "# One\n\ntext\n\n# Two"), ("letter.txt", "Dear Bob")):
        (tmp_path / name).write_text(text)
    return open_it(files=[tmp_path / "harbour.md", tmp_path / "letter.txt"])


def test_another_document_by_a_few_letters(open_it: OpenIt, paths: Paths, tmp_path: Path) -> None:
    program = open_two(open_it, paths, tmp_path)
    assert program.window.active_view.document.name == "letter.txt"
    switcher = switcher_of(program)
    assert shown(switcher) == ["harbour.md", "letter.txt"]
    QTest.keyClicks(switcher.field, "har")
    QTest.keyClick(switcher.field, Qt.Key.Key_Return)
    program.until(lambda: program.window.active_view.document.name == "harbour.md")
    assert not switcher.isVisible()
    program.type("x")
    assert program.page.text().startswith("x")


def test_a_heading(open_it: OpenIt, paths: Paths, tmp_path: Path) -> None:
    program = open_two(open_it, paths, tmp_path)
    program.press_keys("Ctrl+Tab")
    switcher = switcher_of(program)
    QTest.keyClicks(switcher.field, "#tw")
    assert shown(switcher) == ["Two"]
    QTest.keyClick(switcher.field, Qt.Key.Key_Return)
    program.until(lambda: program.page.textCursor().block().text() == "# Two")


def test_a_file_opened_lately(open_it: OpenIt, paths: Paths, tmp_path: Path) -> None:
    program = open_two(open_it, paths, tmp_path)
    program.press_keys("Ctrl+W")
    program.until(lambda: len(program.window.views) == 1)
    switcher = switcher_of(program)
    QTest.keyClicks(switcher.field, "letter")
    QTest.keyClick(switcher.field, Qt.Key.Key_Return)
    program.until(lambda: len(program.window.views) == 2)
    assert program.window.active_view.document.name == "letter.txt"


def test_nothing_and_esc(open_it: OpenIt, paths: Paths, tmp_path: Path) -> None:
    program = open_two(open_it, paths, tmp_path)
    switcher = switcher_of(program)
    QTest.keyClicks(switcher.field, "qqqq")
    assert shown(switcher) == []
    QTest.keyClick(switcher.field, Qt.Key.Key_Return)
    QTest.keyClick(switcher.field, Qt.Key.Key_Escape)
    assert not switcher.isVisible()
    assert program.page.hasFocus()
