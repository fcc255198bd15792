"""A page on a document. What else is bound to the two, such as suggestions, is added by whoever puts them together."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cowrite.editor.document.document import Document
from cowrite.editor.page.caret import nearest_place
from cowrite.editor.page.page_edit import PageEdit


class DocumentView(QObject):
    """Shows ``document`` on ``page``, which was made for it, and goes with the page. A window holds views.

    Signal: ``closing()``: what is bound to the two lets go of what outlives them. It may come more than once.
    """

    closing = Signal()

    def __init__(self, document: Document, page: PageEdit) -> None:
        super().__init__(page)
        self.document = document
        self.page = page
        document.setParent(self)
        page.setReadOnly(bool(document.read_only_reason))
        document.read_only_changed.connect(page.setReadOnly)
        page.copied.connect(document.provenance.copied)

    @property
    def caret(self) -> int:
        """Where the caret stands, in UTF-16 units."""
        return self.page.caret()

    def place_caret(self, offset: int) -> None:
        """Put the caret at ``offset`` (UTF-16 units), or at the nearest place before it where a caret may stand."""
        self.page.place_caret(nearest_place(self.page.document(), offset))

    @property
    def scroll(self) -> int:
        """How far the page is scrolled, in pixels."""
        return self.page.verticalScrollBar().value()

    def set_scroll(self, scroll: int) -> None:
        """Scroll the page to there."""
        self.page.verticalScrollBar().setValue(scroll)

    def focus(self) -> None:
        """Give the page the keyboard."""
        self.page.setFocus()

    def close(self) -> None:
        """The document is not open any more, and the page shows what it was. May be called again."""
        self.closing.emit()
        self.document.close()
        self.document.content.detach()
