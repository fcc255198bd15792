"""Says that a word is misspelled: a screen reader cannot see the line below it, and Qt tells it of no such mark."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible

from cowrite.editor.common.announcing import announce
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.spelling.document_spelling import DocumentSpelling, Flag
from cowrite.localization import tr


class SpokenFlags(QObject):
    """Of the words at the caret of ``page``, each once: when the caret comes to one, and when one was just written."""

    def __init__(self, page: PageEdit, spelling: DocumentSpelling) -> None:
        super().__init__(spelling)
        self._page = page
        self._spelling = spelling
        self._said: Flag | None = None
        page.caret_moved.connect(self._look)
        spelling.changed.connect(self._look)

    def _look(self) -> None:
        if not QAccessible.isActive() or not self._page.hasFocus():
            return
        caret = self._page.caret()
        # After a word that was just written the caret stands behind the space, or the comma and the space.
        flag = self._spelling.flag_at(caret) or self._spelling.flag_at(max(0, caret - 2))
        if flag is not None and flag != self._said:
            announce(self._page, tr("Misspelled: {word}", word=flag.text))
        self._said = flag
