"""The headings of a document as pieces of its text that can be moved, with all that is below them."""

from __future__ import annotations

from cowrite.base.text_changes import ChangeKind
from cowrite.base.utf16 import utf16_length
from cowrite.editor.document.document import Document
from cowrite.editor.markup.structure import DocumentStructure, Heading
from cowrite.markdown.editing import shifted_heading
from cowrite.markdown.sections import section_end, swapped


def levels_of(headings: tuple[Heading, ...]) -> list[int]:
    """Their levels, in order."""
    return [each.level for each in headings]


def move(document: Document, structure: DocumentStructure, index: int, place: int) -> int | None:
    """Put the section of heading ``index`` before heading ``place``, or at the end; one undo step.

    Returns where the section begins then, in UTF-16 units; None if it stays where it is. Whose words these are goes
    along. Raises UserError where the text may only be read.
    """
    headings = structure.headings
    pieces = swapped(levels_of(headings), index, place)
    if pieces is None:
        return None
    first, second = (_place_of(document, headings, *each) for each in pieces)
    # What stands between the two, and after them, stays there: only the two change places.
    edits = []
    for here, other in ((first, second), (second, first)):
        text = document.content.text_between(*other)
        document.provenance.copied(*other, text)
        edits.append((*here, text))
    document.edit_all(edits, ChangeKind.PASTED)
    if pieces[0][0] == index:
        return second[1] - (first[1] - first[0])
    return first[0]


def shift_levels(document: Document, structure: DocumentStructure, index: int, by: int) -> None:
    """Make the heading and all below it ``by`` levels lower; nothing where one of them would have no level any more.

    Raises UserError where the text may only be read.
    """
    headings = structure.headings
    text = document.content.document
    edits = []
    for each in headings[index : section_end(levels_of(headings), index)]:
        block = text.findBlockByNumber(each.block_number)
        edit = shifted_heading(block.text(), by)
        if edit is None:
            return
        start = block.position() + utf16_length(block.text()[: edit.start])
        edits.append((start, start + edit.end - edit.start, edit.text))
    document.edit_all(edits, ChangeKind.TYPED)


def _place_of(
    document: Document, headings: tuple[Heading, ...], first: int, last: int
) -> tuple[int, int]:
    """From where to where the headings up to ``last`` reach with their text, without the empty lines at the end."""
    text = document.content.document
    start = text.findBlockByNumber(headings[first].block_number)
    block = text.lastBlock()
    if last < len(headings):
        block = text.findBlockByNumber(headings[last].block_number).previous()
    while block.blockNumber() > start.blockNumber() and not block.text().strip():
        block = block.previous()
    return start.position(), block.position() + block.length() - 1
