"""The document as plain strings: exact conversion, a mirror, and the real difference an edit made.

Qt's own plain text turns no-break spaces into spaces and line separators into new lines, and its change
reports cover whole paragraphs when only their look changed. Nothing here knows about widgets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat

from cowrite.base.diff import common_prefix, common_suffix
from cowrite.base.utf16 import utf16_index, utf16_length
from cowrite.editor.common.qt_text import (
    ORDER_MARKS,
    STAND_INS,
    STRUCTURE,
    TO_STAND_INS,
    for_qt,
)

# What Qt takes for structure is held in the document by a stand-in. A text may itself contain the stand-ins; so those
# that hold something carry a mark in their character format, which undo and redo keep with them.
_RELEASE = str.maketrans(STAND_INS, STRUCTURE)
_RUNS = re.compile(f"[{STRUCTURE}]+|[^{STRUCTURE}]+")
_SPECIAL = re.compile(f"[{STRUCTURE}{STAND_INS}]")
_HALVES = re.compile("[\ud800-\udfff]")
_IS_HELD = QTextFormat.Property.UserProperty.value + 1


def insert_exactly(cursor: QTextCursor, text: str) -> None:
    """Insert ``text`` so that :func:`block_text` reads exactly it, whatever Qt takes for structure."""
    if not _SPECIAL.search(text):
        cursor.insertText(for_qt(text))
        return
    plain, held = QTextCharFormat(), QTextCharFormat()
    held.setProperty(_IS_HELD, True)
    for run in _RUNS.findall(text):
        if run[0] in STRUCTURE:
            cursor.insertText(run.translate(TO_STAND_INS), held)
        else:
            cursor.insertText(for_qt(run), plain)


def has_special_characters(text: str) -> bool:
    """Whether ``text`` would not be read as it is after Qt itself had inserted it."""
    return text.startswith(ORDER_MARKS) or _SPECIAL.search(text) is not None


def block_text(block: QTextBlock) -> str:
    """The exact text of one line."""
    text = block.text()
    if text.isascii() or not _SPECIAL.search(text):
        return text
    parts = []
    fragments = block.begin()
    while not fragments.atEnd():
        fragment = fragments.fragment()
        part = fragment.text()
        is_held = fragment.charFormat().hasProperty(_IS_HELD)
        parts.append(part.translate(_RELEASE) if is_held else part)
        fragments += 1
    return "".join(parts)


def whole_characters(text: str) -> str:
    """``text`` with a replacement character for each half of one: Qt would drop it, and every later offset be wrong."""
    return _HALVES.sub("\ufffd", text)


def plain_pasted(text: str) -> str:
    r"""Text from elsewhere with every kind of line end as ``\n``."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """At ``offset``, ``removed`` UTF-16 units went and ``inserted`` came."""

    offset: int
    removed: int
    inserted: str


class TextMirror:
    """The text of every block as of the last edit, so that the next edit can be told exactly.

    Feed every ``QTextDocument.contentsChange`` to :meth:`absorb`. The cost of an edit is that of its
    paragraphs, not of the document.
    """

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._lines: list[str] = []
        self.reset()

    def reset(self) -> None:
        """Read the whole document again."""
        self._lines = _texts(self._document.begin(), self._document.blockCount())

    def text(self) -> str:
        r"""The whole document, lines separated by ``\n``."""
        return "\n".join(self._lines)

    def lines(self) -> list[str]:
        """A copy of the text of every line."""
        return list(self._lines)

    def before(self, block_number: int, units: int, limit: int) -> str:
        """Up to ``limit`` characters that end ``units`` UTF-16 units into the block."""
        line = self._lines[block_number]
        parts = [line[: utf16_index(line, units)]]
        size = len(parts[0])
        while size < limit and block_number > 0:
            block_number -= 1
            parts.append(self._lines[block_number])
            size += len(parts[-1]) + 1
        return "\n".join(reversed(parts))[-limit:]

    def after(self, block_number: int, units: int, limit: int) -> str:
        """Up to ``limit`` characters that begin ``units`` UTF-16 units into the block."""
        line = self._lines[block_number]
        parts = [line[utf16_index(line, units) :]]
        size = len(parts[0])
        while size < limit and block_number + 1 < len(self._lines):
            block_number += 1
            parts.append(self._lines[block_number])
            size += len(parts[-1]) + 1
        return "\n".join(parts)[:limit]

    def between(self, start: int, end: int) -> str:
        """The text from one document position to another, in UTF-16 units."""
        first, last = self._document.findBlock(start), self._document.findBlock(end)
        number = first.blockNumber()
        lines = self._lines[number : last.blockNumber() + 1]
        if not lines:
            return ""
        lines[-1] = lines[-1][: utf16_index(lines[-1], end - last.position())]
        lines[0] = lines[0][utf16_index(lines[0], start - first.position()) :]
        return "\n".join(lines)

    def absorb(self, position: int, added: int, start: int, end: int) -> Difference | None:
        """Follow an edit that Qt says touched ``added`` units from ``position``; None if the text is the same.

        ``start`` is where the selection began before the edit and ``end`` where the caret stands after it. A
        letter typed among equal letters could have come anywhere among them; these two say where.
        """
        document = self._document
        last_position = document.characterCount() - 1
        first = document.findBlock(min(position, last_position))
        last = document.findBlock(min(position + added, last_position))
        number = first.blockNumber()
        new_lines = _texts(first, last.blockNumber() - number + 1)
        grown = document.blockCount() - len(self._lines)
        old_end = number + len(new_lines) - grown
        old = "\n".join(self._lines[number:old_end])
        new = "\n".join(new_lines)
        if old == new:
            return None
        self._lines[number:old_end] = new_lines
        return _difference(old, new, first.position(), start, end)


def _texts(block: QTextBlock, count: int) -> list[str]:
    texts = []
    for _ in range(count):
        texts.append(block_text(block))
        block = block.next()
    return texts


def _difference(old: str, new: str, base: int, start: int, end: int) -> Difference:
    """What turns ``old`` into ``new``; both begin at document position ``base``."""
    shorter = min(len(old), len(new))
    suffix = min(common_suffix(old, new), len(new) - utf16_index(new, end - base))
    prefix = min(common_prefix(old, new), shorter - suffix, utf16_index(old, start - base))
    return Difference(
        offset=base + utf16_length(new[:prefix]),
        removed=utf16_length(old[prefix : len(old) - suffix]),
        inserted=new[prefix : len(new) - suffix],
    )
