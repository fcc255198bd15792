"""Notes to oneself about a document: one text for each, in a folder of the program and never in the document.

They are the writer's own words, like the document: what Cowrite learned may be erased without them.
"""

from __future__ import annotations

import logging
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import read_regular
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr
from cowrite.settings.private_file import write_private

logger = logging.getLogger(__name__)

LARGEST_BYTES = 1 << 40
"""A note may be as long as the disk has room for."""
_ENDING = ".txt"


class NotesStore:
    """``folder`` is made when there is a note. May be used on any thread, by one at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, document_id: str) -> str:
        """The note of a document; empty if there is none. Raises UserError if it cannot be read."""
        try:
            return read_regular(self._file(document_id), LARGEST_BYTES).decode()
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:
            reason = reason_of(error) if isinstance(error, OSError) else tr("it is damaged")
            raise UserError(
                tr("Your notes on this text cannot be read ({reason}).", reason=reason),
                tr(
                    "They are in {file}. Your text is not affected.",
                    file=self._file(document_id),
                ),
            ) from error

    def write(self, document_id: str, text: str) -> None:
        """Keep a note; an empty one is none. Raises UserError if it cannot be kept."""
        file = self._file(document_id)
        try:
            if text.strip():
                write_private(file, text.encode("utf-8", "replace"))
            else:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise UserError(
                tr("Your notes could not be stored ({reason}).", reason=reason_of(error)),
                tr("Check that the disk is not full. Your text is not affected."),
            ) from error

    def _file(self, document_id: str) -> Path:
        return self.folder / f"{document_id}{_ENDING}"
