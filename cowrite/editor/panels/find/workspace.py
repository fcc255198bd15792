"""What the panel that searches several texts asks of the windows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from cowrite.documents.files import LoadedFile
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.document.document_view import DocumentView


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """``views`` are the open documents that may be searched from this window, which has ``active``; ``held`` are the
    files of all open documents, searched or not.

    ``read`` reads a file on any thread, and raises UserError. ``bring_forward`` shows an open document, ``open_file``
    opens a file and tells where it is shown. In ``keep_in`` old bytes are kept while a file is written into.
    """

    appearance: Appearance
    active: Callable[[], DocumentView]
    views: Callable[[], Sequence[DocumentView]]
    held: Callable[[], Sequence[Path]]
    choose_folder: Callable[[QWidget], Path | None]
    read: Callable[[Path], LoadedFile]
    bring_forward: Callable[[DocumentView], None]
    open_file: Callable[[Path, Callable[[DocumentView], None]], None]
    keep_in: Path | None
