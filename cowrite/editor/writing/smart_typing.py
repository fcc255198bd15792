"""Typographic signs while writing: quotation marks, apostrophes, dashes and ellipses, set as they are typed.

Undo right after brings the straight sign back, which then stays. Code, addresses and pasted text are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QTextBlock

from cowrite.base.utf16 import utf16_index, utf16_length
from cowrite.editor.markup.structure import DocumentStructure
from cowrite.editor.page.page_edit import PageEdit
from cowrite.markdown.kinds import TextKind, is_markdown
from cowrite.settings.preferences import Preferences
from cowrite.typography.inline import masked_in_line
from cowrite.typography.language import LOOKED_AT_CHARACTERS, guessed_language
from cowrite.typography.signs import Masked
from cowrite.typography.styles import STYLES
from cowrite.typography.typing import SIGN_KEYS, LineEdit, TypingSession

Edits = Sequence[tuple[int, int, str]]
LONGEST_LINE = 20_000
"""In a longer line, in UTF-16 units, nothing is set: it is data, and each key would read all of it."""
_PLAIN_ENDINGS = frozenset({"", ".txt", ".text"})
_LOOK_AGAIN_UNITS = 1_000
_VARIANTS = {"'": "‘’‚‹›′", '"': "“”„«»″"}


class SmartTyping:
    """A :class:`~cowrite.editor.page.tracked_edit.TypingAid` of one page; ``path`` is where its document is."""

    def __init__(
        self,
        page: PageEdit,
        structure: DocumentStructure,
        path: Callable[[], Path | None],
        preferences: Callable[[], Preferences],
    ) -> None:
        self._page, self._structure, self._path = page, structure, path
        self._preferences = preferences
        self._session = TypingSession()
        self._straight: tuple[LineEdit, ...] = ()
        self._revision = -1
        self._guess = ("", -1)  # the language, and how much text there was

    def typed(self, start: int, end: int, text: str) -> Edits:
        """The edits that a key makes; none where it means what it says."""
        self._straight = ()
        language = self._language()
        block = self._page.document().findBlock(start)
        if not language or len(text) != 1 or block.length() > LONGEST_LINE:
            self._session.end()
            return ()
        if text in SIGN_KEYS and self._is_no_prose(block, start):
            self._session.end()
            return ()
        return self._signs(block, start, end, text, language)

    def _signs(self, block: QTextBlock, start: int, end: int, text: str, language: str) -> Edits:
        line = block.text()
        at = utf16_index(line, start - block.position())
        if end > start:
            self._session.end()
            line = line[:at] + self._rest_of_line(end)
        mask = masked_in_line if self._structure.is_markdown else _nothing_masked
        made = self._session.type(line, at, text, STYLES[language], mask=mask)
        edits = [_in_document(each, line, block.position()) for each in made.corrections]
        first, last, written = _in_document(made.edit, line, block.position())
        edits.append((first, max(last, end), self._agreed(text, written)))
        # After Enter the caret is in another line.
        self._straight = made.straight if text != "\n" else ()
        self._revision = self._page.revision + len(edits)
        return edits

    def taken_back(self) -> Edits:
        """The edits that bring the straight signs back, if a key has just set some."""
        straight, self._straight = self._straight, ()
        if not straight or self._page.revision != self._revision:
            return ()
        cursor = self._page.textCursor()
        block = cursor.block()
        if cursor.hasSelection() or straight[-1].end > len(block.text()):
            return ()
        self._session.take_back(straight)
        line = block.text()
        return [_in_document(each, line, block.position()) for each in straight]

    def shifted(self, _start: int, _end: int, *, deeper: bool) -> Edits:  # noqa: ARG002
        """No edits: signs have no levels."""
        return ()

    # --- where, and in which language ---

    def _language(self) -> str:
        """Whose signs are set; empty for none."""
        chosen = self._preferences().smart_punctuation
        path = self._path()
        is_prose = is_markdown(path) or (path is not None and path.suffix.lower() in _PLAIN_ENDINGS)
        if chosen == "off" or not is_prose:
            return ""
        return chosen if chosen in STYLES else self._guessed()

    def _guessed(self) -> str:
        language, known = self._guess
        length = self._page.content.length
        if not language or (known < LOOKED_AT_CHARACTERS and abs(length - known) > known // 4):
            text = self._page.text_between(0, min(length, LOOKED_AT_CHARACTERS))
            language = guessed_language(text)
            self._guess = language, length
        return language

    def _is_no_prose(self, block: QTextBlock, start: int) -> bool:
        if self._structure.begins_in_machinery(block) or self._structure.is_in_code(block):
            return True
        # At its end a line may be going on in what was begun there; the session sees to that.
        if start >= block.position() + block.length() - 1:
            return False
        kind = self._structure.kind_at(start)
        return kind in (TextKind.CODE, TextKind.FRONT_MATTER, TextKind.COMMENT, TextKind.ADDRESS)

    def _rest_of_line(self, place: int) -> str:
        block = self._page.document().findBlock(place)
        line = block.text()
        return line[utf16_index(line, place - block.position()) :]

    def _agreed(self, key: str, written: str) -> str:
        """The sign of a suggestion that begins with one, where the writer types the straight one along."""
        ghost = self._page.ghost_text[:1]
        return ghost if ghost and len(written) == 1 and ghost in _VARIANTS.get(key, "") else written


def _in_document(edit: LineEdit, line: str, position: int) -> tuple[int, int, str]:
    start = position + utf16_length(line[: edit.start])
    return start, start + utf16_length(line[edit.start : edit.end]), edit.text


def _nothing_masked(_line: str) -> list[Masked]:
    return []
