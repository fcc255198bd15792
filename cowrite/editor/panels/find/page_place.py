"""Where the writer is on a page, to come back to it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QTextCursor

from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.page.page_edit import PageEdit


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlace:
    """The two ends of the selection, in UTF-16 units, of which one is the ``caret``; ``scroll`` is in pixels."""

    anchor: int
    caret: int
    scroll: int

    @classmethod
    def of(cls, view: DocumentView) -> PagePlace:
        """Where the writer is now."""
        cursor = view.page.textCursor()
        return cls(anchor=cursor.anchor(), caret=cursor.position(), scroll=view.scroll)

    @property
    def selection(self) -> tuple[int, int]:
        """From where to where something was selected."""
        return min(self.anchor, self.caret), max(self.anchor, self.caret)

    def show_in(self, view: DocumentView) -> None:
        """Be there again."""
        select(view.page, (self.anchor, self.caret))
        view.set_scroll(self.scroll)


def select(page: PageEdit, place: tuple[int, int]) -> None:
    """Select from one place to the other, at which the caret then is; neither beyond the end of the text."""
    end = page.document().characterCount() - 1
    cursor = page.textCursor()
    cursor.setPosition(min(place[0], end))
    cursor.setPosition(min(place[1], end), QTextCursor.MoveMode.KeepAnchor)
    page.setTextCursor(cursor)
