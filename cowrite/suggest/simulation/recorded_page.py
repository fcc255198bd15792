"""A page on which a recorded session is played back: edits anywhere, a caret, a place for a ghost."""

from __future__ import annotations

from collections.abc import Callable

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length, utf16_slice
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.simulation.plain_page import CONTEXT_CHARACTERS


class RecordedPage:
    """Implements :class:`cowrite.suggest.ports.Page`; offsets are UTF-16 units. Nothing is ever taken on it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.caret = utf16_length(text.removesuffix("\n"))
        self.ghost = ""
        self.has_focus = True
        self._revision = 0
        self._on_change: Callable[[TextChange], None] = lambda _: None

    def connect(self, on_change: Callable[[TextChange], None]) -> None:
        """Who is told of every change."""
        self._on_change = on_change

    def caret_context(self) -> CaretContext:
        """What stands around the caret."""
        before = utf16_slice(self.text, 0, self.caret)
        length = utf16_length(self.text)
        return CaretContext(
            document_id="recorded",
            revision=self._revision,
            offset=self.caret,
            before=before[-CONTEXT_CHARACTERS:],
            after=utf16_slice(self.text, self.caret, length)[:CONTEXT_CHARACTERS],
            length=length,
            has_focus=self.has_focus,
        )

    def edit(self, start: int, removed: int, inserted: str, kind: ChangeKind) -> None:
        """Change the text as it was recorded; the caret stands behind what came in."""
        length = utf16_length(self.text)
        before = utf16_slice(self.text, 0, start)
        self.text = before + inserted + utf16_slice(self.text, start + removed, length)
        self.caret = start + utf16_length(inserted)
        self._revision += 1
        self._on_change(TextChange(kind=kind, offset=start, removed=removed, inserted=inserted))

    def insert_accepted(self, text: str) -> None:
        """Nobody takes anything: the hands are recorded ones."""
        raise NotImplementedError(f"recorded hands took {len(text)} characters")

    def show_ghost(self, text: str, *, index: int, count: int) -> None:  # noqa: ARG002 - the page's port
        """Show ``text`` at the caret."""
        self.ghost = text

    def hide_ghost(self) -> None:
        """Show nothing."""
        self.ghost = ""
