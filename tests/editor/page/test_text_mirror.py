from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextCursor, QTextDocument

from cowrite.base.utf16 import utf16_index, utf16_length
from cowrite.editor.common.qt_text import without_structure
from cowrite.editor.page.text_mirror import (
    TextMirror,
    block_text,
    insert_exactly,
    plain_pasted,
    whole_characters,
)

SPECIAL = st.sampled_from(
    "ab\r\n\x00\x0b\x0c\u0085\u00a0\u2028\u2029\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5\ufdd6\ufeff\ufffc\ufffd\ufffe\uffff😀"
)
CHARACTERS = st.sampled_from("aab \n\t\u00a0\u2028é字😀ا")
TEXTS = st.text(CHARACTERS, max_size=30)


@given(st.text(SPECIAL | st.characters(exclude_categories=["Cs"])))
def test_what_is_only_shown_has_no_structure_and_the_same_length(text: str) -> None:
    shown = without_structure(text)
    assert utf16_length(shown) == utf16_length(text)
    assert not {"\r", "\u2029", "\ufdd0", "\ufdd1"} & set(shown)


def test_every_character_that_there_is_comes_back(qapp: object) -> None:
    every = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    assert len(every) == 1_112_064
    document = QTextDocument()
    insert_exactly(QTextCursor(document), every)
    assert TextMirror(document).text() == every
    assert document.characterCount() - 1 == utf16_length(every)


@given(st.lists(st.text(SPECIAL, max_size=6), max_size=8), st.integers(0, 12))
def test_characters_that_stand_for_others_never_change_beside_each_other(
    qapp: object, pieces: list[str], undone: int
) -> None:
    document = QTextDocument()
    document.documentLayout()
    document.contentsChange.connect(lambda at, _, added: mirror.absorb(at, added, 0, 0))
    mirror = TextMirror(document)
    told, states = "", [""]
    for number, piece in enumerate(pieces):
        at = (number * 7) % (len(told) + 1)
        cursor = QTextCursor(document)
        cursor.setPosition(utf16_length(told[:at]))
        cursor.beginEditBlock()
        insert_exactly(cursor, piece)
        cursor.endEditBlock()
        told = told[:at] + piece + told[at:]
        if piece:
            states.append(told)
        assert raw_text(document) == mirror.text() == told
    for _ in range(min(undone, len(states) - 1)):
        document.undo()
    assert mirror.text() == raw_text(document)
    for _ in range(undone):
        document.redo()
    assert mirror.text() == raw_text(document) == told


def test_halves_of_characters_keep_their_place() -> None:
    assert whole_characters("a\ud83db😀\udc00") == "a\ufffdb😀\ufffd"


@pytest.mark.parametrize(
    ("text", "units", "index"),
    [("abc", 0, 0), ("abc", 2, 2), ("a😀b", 3, 2), ("a😀b", 4, 3), ("abc", 9, 3), ("é", -1, 0)],
)
def test_index_of_utf16_units(text: str, units: int, index: int) -> None:
    assert utf16_index(text, units) == index


def test_pasted_line_ends_become_one_kind() -> None:
    assert plain_pasted("a\r\nb\rc\u2029d\u2028e\n") == "a\nb\nc\nd\u2028e\n"


@given(
    TEXTS,
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), TEXTS, st.booleans()), max_size=8),
)
def test_mirror_tells_every_edit_exactly(
    qapp: object, text: str, edits: list[tuple[float, float, str, bool]]
) -> None:
    document = QTextDocument()
    document.documentLayout()  # without one Qt reports nothing
    insert_exactly(QTextCursor(document), text)
    mirror = TextMirror(document)
    differences = []
    document.contentsChange.connect(
        lambda position, _removed, added: differences.append(mirror.absorb(position, added, 0, 0))
    )
    told = text
    for start, end, inserted, as_one in edits:
        cursor = QTextCursor(document)
        places = [utf16_length(told[: round(share * len(told))]) for share in (start, end)]
        cursor.setPosition(places[0])
        cursor.setPosition(places[1], QTextCursor.MoveMode.KeepAnchor)
        if as_one:
            cursor.beginEditBlock()
        insert_exactly(cursor, inserted)
        if as_one:
            cursor.endEditBlock()
        for difference in filter(None, differences):
            units = told.encode("utf-16-le")
            cut = slice(2 * difference.offset, 2 * (difference.offset + difference.removed))
            units = units[: cut.start] + difference.inserted.encode("utf-16-le") + units[cut.stop :]
            told = units.decode("utf-16-le")
        differences.clear()
        assert told == mirror.text() == raw_text(document)


def test_mirror_places_a_letter_among_equal_letters(qapp: object) -> None:
    document = QTextDocument()
    QTextCursor(document).insertText("aaaa")
    mirror = TextMirror(document)
    QTextCursor(document).insertText("a")
    difference = mirror.absorb(0, 5, 0, 1)
    assert difference is not None
    assert (difference.offset, difference.removed, difference.inserted) == (0, 0, "a")


def test_mirror_ignores_changes_of_looks(qapp: object) -> None:
    document = QTextDocument("one\ntwo")
    mirror = TextMirror(document)
    assert mirror.absorb(0, 7, 0, 0) is None


def test_mirror_reads_around_a_place(qapp: object) -> None:
    document = QTextDocument()
    QTextCursor(document).insertText("first 😀\nsecond\nthird")
    mirror = TextMirror(document)
    assert mirror.before(1, 3, 100) == "first 😀\nsec"
    assert mirror.before(1, 3, 5) == "\nsec"[-5:].rjust(5, "😀")
    assert mirror.after(0, 6, 100) == "😀\nsecond\nthird"
    assert mirror.after(1, 3, 4) == "ond\n"
    assert mirror.between(6, 12) == "😀\nsec"
    assert mirror.between(0, 0) == ""


def raw_text(document: QTextDocument) -> str:
    block, lines = document.begin(), []
    while block.isValid():
        lines.append(block_text(block))
        block = block.next()
    return "\n".join(lines)
