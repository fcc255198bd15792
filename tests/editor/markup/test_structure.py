"""What the paragraphs of a document are follows every edit, undo and change of its file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_document import plain_document
from pytestqt.qtbot import QtBot

from cowrite.base.text_changes import ChangeKind
from cowrite.base.utf16 import utf16_encoded, utf16_length
from cowrite.editor.document.document import Document
from cowrite.editor.markup.structure import DocumentStructure, Heading, structure_of
from cowrite.editor.page.caret import nearest_place
from cowrite.markdown.kinds import TextKind
from cowrite.markdown.spans import spans

PARTS = st.lists(
    st.sampled_from(
        ["\n", "\n\n", "# ", "## One", "*", "**", "`", "```\n", "- ", "> ", "<!--", "-->", "%%", "word ", "🦊", "---\n",
         "===\n", "[a]", "[a]: https://a.org\n", "    ", "内「", "key: x\n"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@pytest.fixture
def document(qapp: object) -> Iterator[Document]:
    made = plain_document()
    yield made
    made.close()
    made.deleteLater()


def kinds_of(structure: DocumentStructure, document: Document) -> list[TextKind]:
    """The kind of each UTF-16 unit of the text, line ends left out."""
    result: list[TextKind] = []
    block = document.content.document.begin()
    while block.isValid():
        for start, end, kind in structure.marks(block).kinds:
            result += [kind] * (end - start)
        block = block.next()
    return result


def kinds_anew(text: str) -> list[TextKind]:
    result: list[TextKind] = []
    for each in spans(text, markdown=True):
        for character in text[each.start : each.end]:
            if character != "\n":
                result += [each.kind] * utf16_length(character)
    return result


@settings(max_examples=120, deadline=None)
@given(
    PARTS,
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12), PARTS, st.booleans()), max_size=8),
)
def test_edits_and_undo_lead_to_what_reading_anew_finds(
    qapp: object, start: str, edits: list[tuple[int, int, str, bool]]
) -> None:
    document = plain_document()
    try:
        document.load(start)
        structure = structure_of(document)
        told: dict[int, tuple[object, ...]] = {}
        content = document.content.document

        def look(first: int, last: int) -> None:
            for number in range(first, last + 1):
                told[number] = structure.marks(content.findBlockByNumber(number)).kinds

        structure.changed.connect(look)
        for at, count, text, undoes in edits:
            first = nearest_place(content, min(at, document.length))
            last = nearest_place(content, min(first + count, document.length))
            if undoes:
                document.undo()
            else:
                document.edit(first, max(first, last), text, ChangeKind.PASTED)
            assert kinds_of(structure, document) == kinds_anew(document.text())
        anew = DocumentStructure(document)
        assert structure.headings == anew.headings
        assert structure.breaks == anew.breaks
    finally:
        document.close()
        document.deleteLater()


def test_headings_follow_the_text(document: Document, qtbot: QtBot) -> None:
    document.load("# One\n\ntext *here*\n\n## Two `x` **three** ##\n")
    structure = structure_of(document)
    assert structure.headings == (Heading(0, 1, "One"), Heading(4, 2, "Two x three"))
    with qtbot.waitSignal(structure.headings_changed):
        document.edit(0, 0, "\n", ChangeKind.PASTED)
    assert [each.block_number for each in structure.headings] == [1, 5]
    with qtbot.waitSignal(structure.headings_changed):
        document.edit(1, 3, "", ChangeKind.REPLACED)
    assert [each.title for each in structure.headings] == ["Two x three"]


def test_typing_in_prose_tells_of_the_paragraph_alone(document: Document) -> None:
    document.load("# One\n\nfirst\n\nsecond\n\nthird\n")
    structure = structure_of(document)
    assert structure.headings
    told: list[tuple[int, int]] = []
    heard: list[str] = []
    structure.changed.connect(lambda first, last: told.append((first, last)))
    structure.headings_changed.connect(lambda: heard.append("headings"))
    document.edit(20, 20, "x", ChangeKind.PASTED)
    assert told == [(4, 5)]
    assert not heard


def test_many_edits_of_one_step_are_told_once(document: Document) -> None:
    document.load("a\n\nb\n\nc\n")
    structure = structure_of(document)
    told: list[tuple[int, int]] = []
    structure.changed.connect(lambda first, last: told.append((first, last)))
    document.edit_all([(0, 1, "*x*"), (6, 7, "`y`")], ChangeKind.REPLACED)
    assert told == [(0, 5)]
    assert kinds_of(structure, document) == kinds_anew(document.text())


def test_places_are_utf16_units(document: Document) -> None:
    document.load("🦊 *fox* 🦊")
    structure = structure_of(document)
    block = document.content.document.begin()
    assert structure.prose_ranges(block) == ((0, 3), (4, 7), (8, 11))
    assert structure.kind_at(3) is TextKind.MARK
    assert structure.kind_at(4) is TextKind.PROSE
    assert utf16_encoded(document.text())[6:8] == "*".encode("utf-16-le")


def test_what_a_reader_reads(document: Document) -> None:
    document.load("Un*believ*able `code` [the harbour](https://a.org)%%note%%")
    structure = structure_of(document)
    block = document.content.document.begin()
    assert structure.prose_text(block).split() == ["Unbelievable", "the", "harbour"]


def test_a_plain_text_stays_plain(document: Document, tmp_path: Path, qtbot: QtBot) -> None:
    document.load("Chapter 1\n\n*not emphasis*")
    structure = structure_of(document)
    last = document.content.document.lastBlock()
    assert structure.marks(last).styles
    with qtbot.waitSignal(structure.markdown_changed):
        document.become(tmp_path / "a.txt")
        document.tell_identity()
    assert not structure.is_markdown
    assert structure.marks(last).styles == ()
    assert structure.prose_ranges(last) == ((0, 14),)
    qtbot.waitUntil(lambda: structure.is_settled)
    assert structure.headings == (Heading(0, 1, "Chapter 1"),)
    with qtbot.waitSignal(structure.markdown_changed):
        document.become(tmp_path / "a.md")
        document.tell_identity()
    assert structure.marks(last).styles


def test_a_long_text_is_looked_through_while_idle(document: Document, qtbot: QtBot) -> None:
    text = "```\nno\n```\n\n# A\n\nwords\n\n" * 3000
    document.load(text)
    structure = structure_of(document)
    qtbot.waitUntil(lambda: structure.is_settled)
    assert len(structure.headings) == 3000
    assert structure.marks(document.content.document.lastBlock()).kinds == ()
    structure.close()
