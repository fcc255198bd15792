"""A document in a window: its page, what its paragraphs are, and the suggestions that are made for it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QTimer

from cowrite.documents.session import SplitPlace
from cowrite.editor.appearance.theme import Theme
from cowrite.editor.assistance.suggestion_binding import SuggestionBinding
from cowrite.editor.document.document import Document
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.markup.formats import MarksShown
from cowrite.editor.markup.look import MarkdownLook
from cowrite.editor.markup.structure import structure_of
from cowrite.editor.page.geometry import LINE_HEIGHT_EM
from cowrite.editor.page.page_edit import PAGE, PageEdit
from cowrite.editor.page.split.split_page import SplitPage
from cowrite.editor.writing.focus_mode import OFF, FocusMode
from cowrite.localization import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStyle:
    """How a page looks: colours, size in percent, typeface (see ``Fonts.body``), width of its column, line height in
    multiples of the size of the letters, what stands out ("off", "sentence", "paragraph"), whether the paper moves, how
    the marks of Markdown are shown.
    """

    theme: Theme
    zoom_percent: int
    face: str
    column_characters: int
    markdown_marks: str
    line_height_em: float = LINE_HEIGHT_EM
    focus: str = OFF
    typewriter: bool = False


class EditorView(DocumentView):
    """A :class:`DocumentView` with the ``structure`` of its document, and ``suggestions`` once they are bound to it."""

    def __init__(self, document: Document, page: PageEdit) -> None:
        super().__init__(document, page)
        self.structure = structure_of(document)
        self.pane = SplitPage(page)
        self.focus_mode = FocusMode(page)
        self._look = MarkdownLook(page, self.structure)
        self._suggestions: SuggestionBinding | None = None
        self._style: PageStyle | None = None
        self._scroll_when_shown: int | None = None
        self._split_when_shown: SplitPlace | None = None

    def name_anew(self) -> None:
        """Be called in the language of the interface."""
        self.page.setAccessibleName(tr(PAGE))
        self.pane.name_anew()

    def bind(self, suggestions: SuggestionBinding) -> None:
        """Have suggestions made by it from now on."""
        self._suggestions = suggestions

    @property
    def suggestions(self) -> SuggestionBinding:
        """Who makes suggestions for the page. Raises RuntimeError before :meth:`bind`."""
        if self._suggestions is None:
            raise RuntimeError("no suggestions are bound to this view")
        return self._suggestions

    def dress(self, style: PageStyle) -> None:
        """Look like that. What stays the same is left alone: the text of a page is laid out anew for the rest."""
        before, self._style, page = self._style, style, self.page
        if before is None or before.face != style.face:
            page.set_face(style.face)
        if before is None or before.column_characters != style.column_characters:
            page.set_column(style.column_characters)
        page.set_theme(style.theme)
        # Under a style sheet Qt gives the viewport a palette of its own, which no longer follows the page's.
        page.viewport().setPalette(page.palette())
        page.set_zoom(style.zoom_percent)
        page.set_line_height(style.line_height_em)
        page.typewriter.set_on(style.typewriter)
        self.focus_mode.set_mode(style.focus)
        self._look.dress(style.theme, MarksShown(style.markdown_marks))
        self.pane.restyle()

    # --- where it was ---

    @property
    def scroll(self) -> int:
        """How far the page is scrolled, or will be when it is shown, in pixels."""
        return super().scroll if self._scroll_when_shown is None else self._scroll_when_shown

    @property
    def other_place(self) -> SplitPlace | None:
        """Where the other half of the page is, or will be when it is shown; None if the page is not split."""
        return self._split_when_shown or self.pane.other_place()

    def place(self, caret: int, scroll: int, other: SplitPlace | None = None) -> None:
        """Have the caret there, and the page scrolled to there once it is in front: it has its height only then.

        Then it is also split, if there is an ``other`` place to show.
        """
        self.place_caret(caret)
        self._scroll_when_shown, self._split_when_shown = scroll, other
        if self.page.isVisible():
            self.scroll_when_shown()

    def scroll_when_shown(self) -> None:
        """The page comes in front: scroll it to where :meth:`place` said, when it is laid out."""
        if self._scroll_when_shown is not None:
            QTimer.singleShot(0, self, self._scroll_now)

    def _scroll_now(self) -> None:
        if self._scroll_when_shown is not None and self.page.isVisible():
            scroll, self._scroll_when_shown = self._scroll_when_shown, None
            other, self._split_when_shown = self._split_when_shown, None
            if other is not None:
                self.pane.restore(other)
            self.set_scroll(scroll)

    def close(self) -> None:
        """End what is suggested, then put the document away. May be called again."""
        if self._suggestions is not None:
            self._suggestions.close()
        self.structure.close()
        super().close()
