"""What the context menu of a misspelled word offers: what may have been meant, and that the word is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from cowrite.base.printable import label
from cowrite.base.text_changes import ChangeKind
from cowrite.base.utf16 import utf16_length
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.spelling.document_spelling import DocumentSpelling, Flag
from cowrite.localization import tr, tr_noop
from cowrite.spelling.checker import Checker
from cowrite.spelling.suggestions import ENOUGH, suggestions

SHOWN = 5
LOOKING, NOTHING = tr_noop("Looking for suggestions…"), tr_noop("No suggestions")
_CONTEXT_UNITS = 600

Rank = Callable[[str, Sequence[str], str, Callable[[Sequence[str]], None]], None]
"""Given what stands before, the words, and what stands after, tells the last argument a better order, if ever."""


class SpellingMenu(QObject):
    """Adds to the context menus of the page of ``view``. ``rank`` asks the model which word fits best."""

    def __init__(self, view: DocumentView, spelling: DocumentSpelling, rank: Rank) -> None:
        super().__init__(view)
        self._view = view
        self._spelling = spelling
        self._rank = rank
        view.page.context_additions.append(self.add)

    def add(self, menu: QMenu, position: int) -> None:
        """Put what there is for the word at ``position`` into ``menu``, if that is misspelled."""
        flag, checker = self._spelling.flag_at(position), self._spelling.checker
        if flag is None or checker is None:
            return
        if not self._view.page.isReadOnly():
            _Suggestions(menu, self._view, self._spelling, flag, self._rank).begin(checker)
            menu.addSeparator()
        spelling, word = self._spelling, flag.text
        for title, do in (
            (tr("Add to &dictionary"), spelling.service.add_word),
            (tr("Add for this docu&ment"), spelling.add_for_document),
            (tr("&Ignore"), spelling.ignore),
        ):
            menu.addAction(title).triggered.connect(partial(_with, do, word))
        menu.addSeparator()


def _with(do: Callable[[str], None], word: str, _checked: bool = False) -> None:
    do(word)


class _Suggestions(QObject):
    """The entries of one menu. What comes while it is shown takes the places that were kept for it."""

    def __init__(
        self,
        menu: QMenu,
        view: DocumentView,
        spelling: DocumentSpelling,
        flag: Flag,
        rank: Rank,
    ) -> None:
        super().__init__(menu)
        self._menu = menu
        self._view = view
        self._spelling = spelling
        self._flag = flag
        self._rank = rank
        self._words: list[str] = []
        self._actions: list[QAction] = []
        for _ in range(SHOWN):
            action = menu.addAction("")
            action.triggered.connect(partial(self._use, action))
            self._actions.append(action)
        menu.destroyed.connect(partial(self._actions.clear))

    def begin(self, checker: Checker) -> None:
        """Show what is known at once; have the rest looked for."""
        text, cast = self._flag.text, self._spelling.cast
        quick = suggestions(text, checker, cast, thorough=False)
        if len(quick) >= ENOUGH:
            self._show(quick, tr(NOTHING))
            self._ask_model()
            return
        self._show(quick, tr(LOOKING))
        self._spelling.service.ask(lambda: suggestions(text, checker, cast), self._on_found)

    def _on_found(self, found: list[str]) -> None:
        if self._actions:
            self._show(found or self._words, tr(NOTHING))
            self._ask_model()

    def _ask_model(self) -> None:
        words = self._words
        if len(words) < 2:
            return
        content = self._view.document.content
        before = content.text_between(max(0, self._flag.start - _CONTEXT_UNITS), self._flag.start)
        end = min(content.length, self._flag.end + _CONTEXT_UNITS // 4)
        after = content.text_between(self._flag.end, end)
        self._rank(before, words, after, self._on_ranked)

    def _on_ranked(self, words: Sequence[str]) -> None:
        """Show them in this order, unless the writer is choosing one just now."""
        if self._actions and self._menu.activeAction() not in self._actions:
            self._show(list(words), tr(NOTHING))

    def _show(self, words: list[str], instead: str) -> None:
        self._words = words[:SHOWN]
        for number, action in enumerate(self._actions):
            word = self._words[number] if number < len(self._words) else ""
            is_said = (
                not word and number == len(self._words) and (instead == tr(LOOKING) or number == 0)
            )
            action.setText(label(word) if word else instead)
            action.setEnabled(bool(word))
            action.setVisible(bool(word) or is_said)

    def _use(self, action: QAction, _checked: bool = False) -> None:
        number = self._actions.index(action)
        flag, document = self._flag, self._view.document
        if document.content.text_between(flag.start, flag.end) == flag.text:
            document.edit(flag.start, flag.end, self._words[number], ChangeKind.REPLACED)
            self._view.place_caret(flag.start + utf16_length(self._words[number]))
