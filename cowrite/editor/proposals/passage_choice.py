"""Which passage is meant while the writer chooses what to do with it: marked on the page, and made larger on demand."""

from __future__ import annotations

from cowrite.base.printable import run_on
from cowrite.base.text_counts import count_text
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.proposals.passage import Passage, meant_passage
from cowrite.editor.proposals.view_proposals import ViewProposals
from cowrite.localization import tr, tr_noop, trn

NOTHING_HERE = tr_noop("Nothing stands here yet.")
_SHOWN_CHARACTERS = 60


class PassageChoice:
    """Begins with what is selected on ``page``, or with the sentence at the caret."""

    def __init__(self, page: PageEdit, proposals: ViewProposals) -> None:
        self._page = page
        self._layer = proposals.review.layer
        self._has_selection = page.textCursor().hasSelection()
        self._may_mark = proposals.asked is None and not self._has_selection
        self._is_paragraph = False
        self.passage: Passage = meant_passage(page)
        self._mark()

    def widen(self) -> None:
        """The whole paragraph, or the sentence again. What is selected stays what is meant."""
        if not self._has_selection:
            self._is_paragraph = not self._is_paragraph
            self.passage = meant_passage(self._page, whole_paragraph=self._is_paragraph)
            self._mark()

    def about(self) -> str:
        """What is meant, in words."""
        text = run_on(self.passage.text)
        if not text:
            return tr(NOTHING_HERE)
        words = count_text(self.passage.text).words
        shown = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
        size = trn("1 word", "{count:,} words", words)
        if self._has_selection:
            return tr("“{text}” ({size})", text=shown, size=size)
        if self._is_paragraph:
            return tr("“{text}” ({size}). Ctrl+Enter: the sentence only.", text=shown, size=size)
        return tr("“{text}” ({size}). Ctrl+Enter: the whole paragraph.", text=shown, size=size)

    def unmark(self) -> None:
        """Mark nothing any more, if nothing is proposed."""
        if self._may_mark:
            self._layer.clear()

    def _mark(self) -> None:
        if self._may_mark:
            self._layer.show_passage(self.passage.start, self.passage.end)
