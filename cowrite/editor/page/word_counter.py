"""How many words a text has, counted in pieces so that a long one never holds up a key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer

PIECE_CHARACTERS = 30_000
PAUSE_MS = 250

# Chinese and Japanese put no spaces between words; there a character counts as one, as word processors do it.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_CJK}]|[^\W_](?:(?![{_CJK}])[\w'’-])*")


def count_words(text: str) -> int:
    """The number of words; a Chinese or Japanese character is one."""
    return sum(1 for _ in _WORD.finditer(text))


def pieces(text: str, size: int = PIECE_CHARACTERS) -> Iterator[str]:
    """``text`` in pieces of about ``size`` characters that end between words, where there are any."""
    start = 0
    while start < len(text):
        end = min(start + size, len(text))
        if end < len(text):
            cut = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            end = cut + 1 if cut > start else end
        yield text[start:end]
        start = end


class WordCounter(QObject):
    """Counts ``read_text()`` a moment after the last :meth:`changed`, and tells ``show``."""

    def __init__(
        self, read_text: Callable[[], str], show: Callable[[int], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._read_text = read_text
        self._show = show
        self._left: Iterator[str] | None = None
        self._count = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_due)

    def changed(self) -> None:
        """The text is another one."""
        self._left = None
        self._timer.start(PAUSE_MS)

    def close(self) -> None:
        """Count nothing more."""
        self._left = None
        self._timer.stop()

    def _on_due(self) -> None:
        if self._left is None:
            self._left, self._count = pieces(self._read_text()), 0
        piece = next(self._left, None)
        if piece is None:
            self._left = None
            self._show(self._count)
            return
        self._count += count_words(piece)
        self._timer.start(0)
