"""Opens a file as the editor does, puts its text on a document, and saves that."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from generated_files import GeneratedFile

from cowrite.base.errors import UserError
from cowrite.documents.files import read_document, save_atomically
from cowrite.documents.text_codec import encode
from cowrite.editor.page.tracked_text import TrackedText


class Outcome(Enum):
    """What became of the bytes."""

    SAME = "same"
    REFUSED = "not opened, or for reading only"
    CHANGED = "changed"


def open_and_save(generated: GeneratedFile, path: Path) -> Outcome:
    """Write the file, open it and save it. A file that is not opened for writing is never written."""
    path.write_bytes(generated.data)
    try:
        loaded = read_document(path)
    except UserError:
        return Outcome.REFUSED
    if loaded.read_only_reason:
        return Outcome.REFUSED
    content = TrackedText()
    content.load(loaded.text)
    save_atomically(path, encode(content.text(), loaded.format))
    return Outcome.SAME if path.read_bytes() == generated.data else Outcome.CHANGED
