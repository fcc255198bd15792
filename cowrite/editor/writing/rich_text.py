"""Text with a look, in and out by the clipboard: pasted, it becomes Markdown; copied as such, it keeps its look."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from cowrite.base.errors import UserError
from cowrite.editor.common.qt_text import for_qt
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.markup.structure import DocumentStructure, structure_of
from cowrite.editor.page.page_edit import PageEdit
from cowrite.localization import tr
from cowrite.markdown.pasted import fitted

LONGEST_HTML = 400_000
"""Of a larger piece of HTML the plain text that came along is pasted: a key would wait for seconds until it is read."""


class PastedRichText:
    """A :class:`~cowrite.editor.page.incoming.RichText` of one page; ``say`` is for what was left out."""

    def __init__(
        self, page: PageEdit, structure: DocumentStructure, say: Callable[[str], None]
    ) -> None:
        self._page, self._structure = page, structure
        self._say = say

    def read(self, html: str, plain: str, place: int) -> str | None:
        """Markdown for ``html``, if the document is Markdown, and there is prose at ``place``."""
        if not self._is_prose(place):
            return None
        if plain and len(html) > LONGEST_HTML:
            self._say(tr("Pasted as plain text, because it was too long to keep its look."))
            return None
        # lxml is only loaded by those who paste such a thing.
        from cowrite.interchange.clipboard import markdown_of
        from cowrite.interchange.report import Report
        from cowrite.interchange.statement import left_out_sentence

        report = Report()
        try:
            found = markdown_of(html, report)
        except UserError:
            return None
        if found is not None and report.left_out:
            self._say(left_out_sentence(report))
        if not found:
            return None if plain else found
        return self._fitted(found, place)

    def _fitted(self, markdown: str, place: int) -> str:
        """The blocks of it on lines of their own, in the quotation or list item that the place is in."""
        document, cursor = self._page.document(), self._page.textCursor()
        end = cursor.selectionEnd() if cursor.selectionStart() == place else place
        first, last = document.findBlock(place), document.findBlock(end)
        content = self._page.content
        before = content.text_between(first.position(), place)
        after = content.text_between(end, last.position() + last.length() - 1)
        return fitted(markdown, before, after)

    def _is_prose(self, place: int) -> bool:
        structure = self._structure
        if not structure.is_markdown:
            return False
        block = self._page.document().findBlock(place)
        return not structure.begins_in_machinery(block) and not structure.is_in_code(block)


def may_copy_rich(view: DocumentView) -> bool:
    """Whether Markdown is selected."""
    return view.page.textCursor().hasSelection() and structure_of(view.document).is_markdown


def copy_rich(view: DocumentView) -> None:
    """Copy what is selected with its look, for a letter or a word processor. Raises UserError."""
    from cowrite.interchange.clipboard import html_of, plain_of
    from cowrite.interchange.report import Report

    markdown = view.page.selected_text()
    data = QMimeData()
    data.setHtml(for_qt(html_of(markdown, Report())))
    data.setText(for_qt(plain_of(markdown)))
    QGuiApplication.clipboard().setMimeData(data)
