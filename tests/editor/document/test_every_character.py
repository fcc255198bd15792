"""Every character goes through the page, the journal and the file unchanged, however it came in.

With every change these are all that Qt, the page or a file may treat in their own way, and some of those that differ
only in their numbers: ideographs, Korean syllables, what is for private use or above the first 65,536.
``COWRITE_EVERY_STATE=1``, as ``dev.py nightly`` sets it, takes them all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QTextCursor
from pytestqt.qtbot import QtBot

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.documents.files import FileStamp
from cowrite.documents.journal import Journal, JournalEntry
from cowrite.documents.text_codec import decode, encode
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.common.qt_text import for_qt
from cowrite.editor.page.caret import nearest_place
from cowrite.editor.page.page_edit import PageEdit

ALL = bool(os.environ.get("COWRITE_EVERY_STATE"))
PLANE = 0x10000
ALIKE = (range(0x3400, 0xD7A0), range(0xE010, 0xF8F0), range(PLANE + 16, 17 * PLANE))


def is_taken(number: int) -> bool:
    """Whether the character is among those that are tried."""
    is_surrogate = 0xD800 <= number < 0xE000
    is_at_an_end = (number + 16) % PLANE < 32
    differs = is_at_an_end or not any(number in numbers for numbers in ALIKE)
    return not is_surrogate and (ALL or differs or number % 113 == 0)


EVERY = "".join(map(chr, filter(is_taken, range(17 * PLANE))))
SPECIAL = st.sampled_from(
    "ab\r\n\x00\x0b\x0c\u0085\u00a0\u2028\u2029\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5\ufeff\ufffc\ufffd\ufffe\uffff😀"
)
TEXTS = st.text(SPECIAL, max_size=8)


@pytest.fixture
def page(qtbot: QtBot) -> PageEdit:
    page = PageEdit(load_themes()["light"], Fonts(), reduced_motion=True)
    qtbot.addWidget(page)
    return page


def test_they_are_what_unicode_has() -> None:
    assert len(EVERY) == 1_112_064 if ALL else len(EVERY) > 20_000
    assert {*map(chr, range(0x3400)), "\uf900", "\uffff", "\U0001fffe", "\U0010ffff"} < set(EVERY)


def test_every_character_goes_from_the_file_to_the_page_and_back(
    page: PageEdit, tmp_path: Path
) -> None:
    data = EVERY.encode()
    decoded = decode(data)
    page.content.load(decoded.text)
    assert page.text() == decoded.text
    assert page.document().characterCount() - 1 == utf16_length(decoded.text)
    journal = Journal(tmp_path)
    stamp = FileStamp(size=len(data), sha256="")
    journal.write(
        JournalEntry(
            document_id="d", path="", text=page.text(), caret=0, saved_at_ms=0, stamp=stamp
        )
    )
    (entry,), _ = journal.entries()
    page.content.load("")
    page.content.load(entry.text)
    assert encode(page.text(), decoded.format) == data


def test_every_character_can_be_pasted_taken_back_and_copied(page: PageEdit) -> None:
    pasted = EVERY.replace("\r", "").replace("\u2029", "")  # pasted, these are line ends
    source = QMimeData()
    source.setText(pasted)
    assert source.text() == pasted
    page.insertFromMimeData(source)
    assert page.text() == pasted
    page.undo()
    assert page.text() == ""
    page.redo()
    assert page.text() == pasted
    page.selectAll()
    assert page.createMimeDataFromSelection().text() == pasted


def committed(page: PageEdit, text: str) -> None:
    event = QInputMethodEvent()
    event.setCommitString(for_qt(text))
    page.inputMethodEvent(event)


def typed(page: PageEdit, text: str) -> None:
    page.type_text(text)


def accepted(page: PageEdit, text: str) -> None:
    page.insert_accepted(text)


WAYS = (typed, committed, accepted)


@pytest.mark.parametrize("way", WAYS)
def test_every_character_can_be_written(
    page: PageEdit, way: Callable[[PageEdit, str], None]
) -> None:
    way(page, EVERY)
    assert page.text() == EVERY
    assert page.text_between(0, utf16_length(EVERY)) == EVERY


@given(st.lists(st.tuples(st.sampled_from(WAYS), TEXTS, st.integers(0, 40)), max_size=8), TEXTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_them_is_told_exactly(
    page: PageEdit, edits: list[tuple[Callable[[PageEdit, str], None], str, int]], text: str
) -> None:
    page.content.load(text)
    changes: list[TextChange] = []
    connection = page.text_changed.connect(changes.append)
    told = text
    for way, written, at in edits:
        cursor = QTextCursor(page.document())
        cursor.setPosition(utf16_length(page.text()[:at]))
        page.setTextCursor(cursor)
        way(page, written)
    page.text_changed.disconnect(connection)
    for change in changes:
        units = told.encode("utf-16-le")
        head, tail = units[: 2 * change.offset], units[2 * (change.offset + change.removed) :]
        told = (head + change.inserted.encode("utf-16-le") + tail).decode("utf-16-le")
    assert page.text() == told
    while page.document().isUndoAvailable():
        page.undo()
    assert page.text() == text
    while page.document().isRedoAvailable():
        page.redo()
    assert page.text() == told


@pytest.mark.parametrize("text", ["\u2028", "\u2029", "\ufdd2", "\ufffe", "\U0001fae9", "\ue000"])
def test_a_key_writes_the_character_that_it_has(page: PageEdit, text: str) -> None:
    event = QKeyEvent(QKeyEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, for_qt(text))
    page.keyPressEvent(event)
    assert page.text() == text


def test_a_mark_at_the_beginning_is_copied(page: PageEdit) -> None:
    for text in ("\ufeffmark", "\ufffebytes"):
        page.content.load(text)
        page.selectAll()
        assert page.createMimeDataFromSelection().text() == text


def test_half_a_character_leaves_the_offsets_in_step(page: PageEdit) -> None:
    changes: list[TextChange] = []
    page.text_changed.connect(changes.append)
    page.content.load("a\ud83db")
    page.type_text("\udc00")
    assert page.text() == "\ufffda\ufffdb"
    assert [(each.kind, each.inserted) for each in changes] == [
        (ChangeKind.LOADED, "a\ufffdb"),
        (ChangeKind.TYPED, "\ufffd"),
    ]


@pytest.mark.parametrize("character", ["\U000e0100", "\U0010ffff", "\U0001f600"])
def test_no_place_from_disk_is_within_a_character(page: PageEdit, character: str) -> None:
    """Qt's layout allows it after Thai letters."""
    page.content.load(f"ดี{character}")
    assert [nearest_place(page.document(), place) for place in range(6)][2:] == [2, 2, 4, 4]
