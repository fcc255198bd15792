"""Printing from the window: what is seen is what comes out, and writing goes on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from open_program import OpenIt, OpenProgram
from pdf_reader import characters, page_count
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage, QPdfWriter
from PySide6.QtTest import QTest

from cowrite.editor.panels.printing.print_window import PrintWindow
from cowrite.editor.panels.printing.printer_choice import PrinterChoice

BOOK = "# One\n\nShe said „ja“ *then*.%% Ж %%\n\n# Two\n\n第二天下雨了。\n\n<!-- Щ -->\n"
Key = Qt.Key


def opened(program: OpenProgram, entry: str = "Print…") -> PrintWindow:
    program.menu_action("File", entry).trigger()
    window = program.window.findChild(PrintWindow)
    assert isinstance(window, PrintWindow)
    return window


def ready(program: OpenProgram) -> PrintWindow:
    window = opened(program)
    program.until(window.print.isEnabled)
    program.until(lambda: not window.progress.isVisible())
    return window


def with_book(open_it: OpenIt, tmp_path: Path, text: str = BOOK) -> OpenProgram:
    file = tmp_path / "book.md"
    file.write_text(text, encoding="utf-8")
    return open_it(files=[file])


def test_a_pdf_has_the_pages_and_the_signs_and_nothing_else(
    open_it: OpenIt, tmp_path: Path
) -> None:
    program = with_book(open_it, tmp_path)
    window = ready(program)
    assert window.page_count.text() == "of 2"
    program.dialogs.save = tmp_path / "book.pdf"
    window.save.click()
    program.until(lambda: window.said.text().startswith("Saved"))
    data = (tmp_path / "book.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert page_count(data) == 2
    found = characters(data)
    assert set("OneShsaid„ja“th.第二天下雨了。2") <= found
    assert not found & set("ЖЩ#*%<")
    assert program.page.text().startswith("# One"), "the text is as it was"
    window.close()


def test_export_asks_for_the_file_at_once(open_it: OpenIt, tmp_path: Path) -> None:
    program = with_book(open_it, tmp_path)
    program.dialogs.save = tmp_path / "there.pdf"
    window = opened(program, "Export as PDF…")
    program.until(lambda: window.said.text() == "Saved as there.pdf.")
    assert page_count((tmp_path / "there.pdf").read_bytes()) == 2
    window.close()


def test_an_export_without_a_file_leaves_nothing_behind(open_it: OpenIt, tmp_path: Path) -> None:
    program = with_book(open_it, tmp_path)
    program.menu_action("File", "Export as PDF…").trigger()
    assert program.dialogs.asked == ["save"]
    assert program.window.findChild(PrintWindow) is None


def test_a_text_that_is_open_is_not_replaced_and_a_disk_that_refuses_is_said(
    open_it: OpenIt, tmp_path: Path
) -> None:
    program = with_book(open_it, tmp_path)
    window = ready(program)
    program.dialogs.save = tmp_path / "book.md"
    window.save.click()
    assert "cannot replace a text that is open" in window.said.text()
    assert (tmp_path / "book.md").read_text(encoding="utf-8") == BOOK
    program.dialogs.save = tmp_path / "no such folder" / "book.pdf"
    window.save.click()
    program.until(lambda: "could not be written" in window.said.text())
    assert window.save.isEnabled()
    window.close()


def test_what_is_set_up_is_seen_at_once_and_remembered(open_it: OpenIt, tmp_path: Path) -> None:
    program = with_book(open_it, tmp_path)
    window = ready(program)
    QTest.mouseClick(window.fields.fields["print_new_page"], Qt.MouseButton.LeftButton)
    program.until(lambda: window.page_count.text() == "of 1")
    assert not program.program.manager.preferences.print_new_page
    program.program.manager.change(print_new_page=True, print_paper="A5")
    program.until(lambda: window.page_count.text() == "of 2")
    window.close()
    again = ready(program)
    assert again.fields.fields["print_paper"].currentText() == "A5"  # type: ignore[union-attr]
    again.close()


def test_pages_are_turned_by_keys_wheel_and_number(open_it: OpenIt, tmp_path: Path) -> None:
    program = with_book(open_it, tmp_path, "".join(f"# {n}\n\nText.\n\n" for n in range(9)))
    window = ready(program)
    QTest.keyClick(window.preview, Key.Key_PageDown)
    assert window.page_box.value() == 2
    QTest.keyClick(window.preview, Key.Key_End)
    assert window.page_box.value() == 9
    assert not window.next.isEnabled()
    window.page_box.setValue(4)
    assert window.preview.accessibleDescription() == "Page 4"
    QTest.keyClick(window.preview, Key.Key_Home)
    assert not window.previous.isEnabled()
    QTest.keyClick(window, Key.Key_Escape)
    assert not window.isVisible()


def test_a_printer_gets_the_pages_that_were_chosen(open_it: OpenIt, tmp_path: Path) -> None:
    program = with_book(open_it, tmp_path, "".join(f"# {n}\n\nText.\n\n" for n in range(5)))
    window = ready(program)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    asked: list[PrinterChoice] = []
    choose: Callable[[PrinterChoice], None] = asked.append
    object.__setattr__(window._services, "choose_printer", choose)
    window.print.click()
    (choice,) = asked
    assert choice.pages == 5
    choice.use(writer, 2, 3)
    program.until(lambda: window.said.text() == "Sent to the printer.")
    del writer
    assert page_count(bytes(buffer.data().data())) == 2
    window.close()


def test_writing_goes_on_while_a_long_text_is_set_and_it_can_be_cancelled(
    open_it: OpenIt, tmp_path: Path
) -> None:
    program = with_book(
        open_it, tmp_path, "It was late in the afternoon. " * 40 + "\n\n" + BOOK * 400
    )
    program.dialogs.save = tmp_path / "long.pdf"
    window = opened(program, "Export as PDF…")
    assert window.cancel.isVisible()
    QTest.keyClicks(program.page, "Meanwhile. ")
    assert program.page.text().startswith("Meanwhile. It was late")
    window.cancel.click()
    assert window.said.text() == "Cancelled."
    program.until(lambda: not window.progress.isVisible())
    assert not (tmp_path / "long.pdf").exists()
    assert window.save.isEnabled()
    window.close()


def test_closing_it_ends_what_is_under_way(open_it: OpenIt, tmp_path: Path) -> None:
    program = with_book(open_it, tmp_path, BOOK * 400)
    window = opened(program)
    window.close()
    program.program.manager.change(print_size_pt=20)
    program.until(lambda: program.window.findChild(PrintWindow) is None)


def test_pictures_beside_the_text_are_printed_and_those_that_are_not_there_are_said(
    open_it: OpenIt, tmp_path: Path
) -> None:
    picture = QImage(30, 20, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    assert picture.save(str(tmp_path / "map.png"))
    program = with_book(open_it, tmp_path, "![A map](map.png)\n\n![Ж](gone.png)\n")
    window = ready(program)
    sentence = "1 picture is not beside the text. Its description is printed."
    assert window.said.text() == sentence
    program.dialogs.save = tmp_path / "book.pdf"
    window.save.click()
    program.until(lambda: window.said.text() == f"Saved as book.pdf. {sentence}")
    data = (tmp_path / "book.pdf").read_bytes()
    assert data.count(b"/Subtype /Image") == 1
    assert "Ж" in characters(data)
    assert not characters(data) & set("Amp")
    window.close()
