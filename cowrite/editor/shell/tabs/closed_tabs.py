"""Files that were closed in this run, so that one closed by mistake is back with a key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from cowrite.documents.session import moved_path
from cowrite.editor.shell.editor_view import EditorView

MOST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedTab:
    """A file, and how it was looked at: ``caret`` in UTF-16 units, ``scroll`` in pixels."""

    path: Path
    caret: int
    scroll: int


class ClosedTabs:
    """Kept in memory only. Nothing of a private document is in it, and nothing of one without a file."""

    def __init__(self) -> None:
        self._closed: list[ClosedTab] = []

    @property
    def is_empty(self) -> bool:
        """Whether there is none to be opened again."""
        return not self._closed

    def note(self, view: EditorView) -> None:
        """A view is about to be closed."""
        path = view.document.path
        if path is None or view.document.is_private:
            return
        self._closed.append(ClosedTab(path=path, caret=view.caret, scroll=view.scroll))
        del self._closed[:-MOST]

    def moved(self, source: Path, target: Path) -> None:
        """The file or folder ``source`` is ``target`` now."""
        self._closed = [
            replace(each, path=moved_path(each.path, source, target) or each.path)
            for each in self._closed
        ]

    def take(self) -> ClosedTab | None:
        """The one closed last, which is not among them any more."""
        return self._closed.pop() if self._closed else None
