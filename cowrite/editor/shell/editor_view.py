"""A document in a window: its page, and the suggestions that are made for it."""

from __future__ import annotations

from cowrite.editor.assistance.suggestion_binding import SuggestionBinding
from cowrite.editor.document.document import Document
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.page.page_edit import PageEdit


class EditorView(DocumentView):
    """A :class:`DocumentView` with ``suggestions``, once they are bound to it."""

    def __init__(self, document: Document, page: PageEdit) -> None:
        super().__init__(document, page)
        self._suggestions: SuggestionBinding | None = None

    def bind(self, suggestions: SuggestionBinding) -> None:
        """Have suggestions made by it from now on."""
        self._suggestions = suggestions

    @property
    def suggestions(self) -> SuggestionBinding:
        """Who makes suggestions for the page. Raises RuntimeError before :meth:`bind`."""
        if self._suggestions is None:
            raise RuntimeError("no suggestions are bound to this view")
        return self._suggestions

    def close(self) -> None:
        """End what is suggested, then put the document away. May be called again."""
        if self._suggestions is not None:
            self._suggestions.close()
        super().close()
