"""Emphasis, links and headings by keys, on the page of a view: each a single undo step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QTextBlock, QTextCursor

from cowrite.base.text_changes import ChangeKind
from cowrite.base.utf16 import utf16_index, utf16_length
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.markup.structure import structure_of
from cowrite.markdown.editing import LineEdit, linked, toggled, with_heading


def may_format(view: DocumentView) -> bool:
    """Whether the text is Markdown and may be changed."""
    return structure_of(view.document).is_markdown and not view.page.isReadOnly()


def toggle(view: DocumentView, marks: str) -> None:
    """Make what is selected bold or italic, or plain again; without a selection the word at the caret."""
    cursor = view.page.textCursor()
    blocks = _selected_blocks(view)
    if len(blocks) == 1:
        _change_line(view, blocks[0], lambda line, start, end: toggled(line, start, end, marks))
        return
    edits = []
    for block in blocks:
        line = block.text()
        start, end = _within(block, cursor.selectionStart()), _within(block, cursor.selectionEnd())
        if line[start:end].strip():
            edits.append((block, toggled(line, start, end, marks)))
    added = [each for each in edits if len(each[1].text) > each[1].end - each[1].start]
    places = [_in_document(block, edit) for block, edit in (added or edits)]
    if not places:
        return
    view.document.edit_all(places, ChangeKind.TYPED)
    # The marks are selected too, so that the key takes them away again.
    grown = sum(utf16_length(text) - (end - start) for start, end, text in places)
    _select(view, places[0][0], places[-1][1] + grown)


def link(view: DocumentView) -> None:
    """Make what is selected the text of a link, or the word at the caret."""
    _change_line(view, _selected_blocks(view)[0], linked)


def set_heading(view: DocumentView, level: int) -> None:
    """Make the paragraph of the caret a heading of ``level``, or prose with 0."""
    cursor = view.page.textCursor()
    block = cursor.block()
    caret = _within(block, cursor.position())
    _apply(view, block, with_heading(block.text(), level, caret))


def _change_line(
    view: DocumentView, block: QTextBlock, change: Callable[[str, int, int], LineEdit]
) -> None:
    cursor = view.page.textCursor()
    start, end = _within(block, cursor.selectionStart()), _within(block, cursor.selectionEnd())
    _apply(view, block, change(block.text(), start, end))


def _apply(view: DocumentView, block: QTextBlock, edit: LineEdit) -> None:
    position, line = block.position(), edit.applied(block.text())
    view.document.edit(*_in_document(block, edit), ChangeKind.TYPED)
    first, last = (position + utf16_length(line[:each]) for each in edit.selected)
    _select(view, first, last)


def _select(view: DocumentView, first: int, last: int) -> None:
    cursor = view.page.textCursor()
    cursor.setPosition(first)
    cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
    view.page.setTextCursor(cursor)


def _selected_blocks(view: DocumentView) -> list[QTextBlock]:
    cursor, document = view.page.textCursor(), view.page.document()
    block, last = document.findBlock(cursor.selectionStart()), cursor.selectionEnd()
    found = [block]
    while (block := block.next()).isValid() and block.position() < last:
        found.append(block)
    return found


def _within(block: QTextBlock, position: int) -> int:
    """``position`` of the document as a character of the paragraph, or the end of it that is nearest."""
    text = block.text()
    units = max(0, min(position - block.position(), block.length() - 1))
    return utf16_index(text, units)


def _in_document(block: QTextBlock, edit: LineEdit) -> tuple[int, int, str]:
    line, position = block.text(), block.position()
    start = position + utf16_length(line[: edit.start])
    return start, position + utf16_length(line[: edit.end]), edit.text
