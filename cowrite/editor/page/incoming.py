"""What comes to a page from outside, by the clipboard or dropped on it: files, text, and text with a look."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMimeData

from cowrite.editor.page.text_mirror import plain_pasted

MARKDOWN = "text/markdown"


class RichText(Protocol):
    """Reads text that came with a look."""

    def read(self, html: str, plain: str, place: int) -> str | None:
        """What is written at ``place``, in UTF-16 units, for it; None if ``plain`` says as much."""
        ...


def files_in(data: QMimeData) -> tuple[Path, ...]:
    """The files of this computer that are dragged; none if anything else is among them."""
    urls = data.urls()
    files = tuple(Path(url.toLocalFile()) for url in urls if url.isLocalFile())
    return files if len(files) == len(urls) else ()


def has_text(data: QMimeData | None) -> bool:
    """Whether there is anything that a page can take in; there is no data where a clipboard cannot be read."""
    return data is not None and (data.hasText() or data.hasHtml())


def text_in(data: QMimeData, rich: RichText | None, place: int) -> str:
    """What is written at ``place`` for ``data``: Markdown for what has a look, if ``rich`` reads it."""
    plain = plain_pasted(data.text())
    if rich is not None and data.hasHtml() and not data.hasFormat(MARKDOWN):
        found = rich.read(data.html(), plain, place)
        if found is not None:
            return found
    return plain
