"""A page without a window: a text, a caret at its end, and a place for a ghost. For simulated writers.

Behaves as the real page does with what is typed and accepted, the space after an accepted word included.
"""

from __future__ import annotations

from collections.abc import Callable

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.seams import swallows_space

CONTEXT_CHARACTERS = 6_000
# The document is learned at the end of a sentence, as the window does when the writer pauses.
SENTENCE_ENDS = frozenset(".!?\n")


class PlainPage:
    """Implements :class:`cowrite.suggest.ports.Page` for a writer who only goes forward."""

    def __init__(self, text: str, *, document_id: str = "simulated") -> None:
        self.text = text
        self.ghost = ""
        self.index = 0
        self._document_id = document_id
        self._revision = 0
        self._units = utf16_length(text)
        self._soft_space = False
        self._on_change: Callable[[TextChange], None] = lambda _: None

    def connect(self, on_change: Callable[[TextChange], None]) -> None:
        """Who is told of every change."""
        self._on_change = on_change

    def caret_context(self) -> CaretContext:
        """What stands before the caret, which is at the end."""
        return CaretContext(
            document_id=self._document_id,
            revision=self._revision,
            offset=self._units,
            before=self.text[-CONTEXT_CHARACTERS:],
            after="",
            length=self._units,
        )

    def written_of(self, whole: str) -> int:
        """How much of ``whole`` is written; a space after an accepted word is not where a mark takes its place."""
        gives_way = self.text[-1:] == " " and whole[len(self.text) - 1 : len(self.text)] != " "
        return len(self.text) - gives_way

    def next_key(self, whole: str) -> str:
        """What to press to go on to ``whole``: the space once more where a mark would take its place and must not."""
        at = self.written_of(whole)
        keeps_space = self._soft_space and at == len(self.text) and swallows_space(whole[at])
        return " " if keeps_space else whole[at]

    def type(self, character: str) -> None:
        """Press the key of one character."""
        soft, self._soft_space = self._soft_space, False
        if soft and character == " ":
            return
        removed = 1 if soft and swallows_space(character) else 0
        self._replace(removed, character, ChangeKind.TYPED)

    def insert_accepted(self, text: str) -> None:
        """Insert what was taken."""
        self._replace(0, text, ChangeKind.ACCEPTED)
        self._soft_space = text.endswith(" ")

    def show_ghost(self, text: str, *, index: int, count: int) -> None:  # noqa: ARG002 - the page's port
        """Show ``text`` at the caret."""
        self.ghost, self.index = text, index

    def hide_ghost(self) -> None:
        """Show nothing."""
        self.ghost = ""

    def _replace(self, removed: int, inserted: str, kind: ChangeKind) -> None:
        self.text = self.text[: len(self.text) - removed] + inserted
        offset = self._units - removed
        self._units = offset + utf16_length(inserted)
        self._revision += 1
        self._on_change(TextChange(kind=kind, offset=offset, removed=removed, inserted=inserted))
