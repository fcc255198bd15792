"""Texts that are named on the command line: read as the window reads them, with what is only a guess said."""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.console import say
from cowrite.documents.files import LoadedFile, read_document
from cowrite.documents.session import remembered_encoding
from cowrite.documents.text_codec import encode
from cowrite.localization import tr
from cowrite.settings.paths import Paths, with_home


def read_text(path: Path, paths: Paths) -> str:
    """The text in ``path``, in the encoding that was chosen for it in the window, if one was.

    A guessed one is said on standard error. Raises UserError if any of it cannot be read.
    """
    return read_file(path, paths).text


def read_file(path: Path, paths: Paths) -> LoadedFile:
    """The same with how it is written. Raises UserError."""
    path = with_home(path)
    remembered = remembered_encoding(paths.session_file, path.absolute())
    loaded = read_document(path, remembered=remembered)
    if loaded.read_only_reason:
        raise UserError(
            tr("Parts of {path} cannot be read as text.", path=path),
            tr("Open it in Cowrite, choose its encoding, and save it as UTF-8."),
        )
    if loaded.format.certainty.is_guess:
        say(
            tr(
                "{path} does not say its encoding; it is read as {encoding_name}.",
                path=path,
                encoding_name=loaded.format.encoding_name,
            )
        )
    return loaded


class FilePlaces:
    r"""Where places of a loaded text are in its file, in characters: with a byte-order mark and its line ends."""

    def __init__(self, loaded: LoadedFile) -> None:
        form = loaded.format
        self._mark = 1 if form.bom else 0
        raw = encode(loaded.text, form)[len(form.bom) :].decode(form.encoding, "replace")
        self._line_starts: list[int] = []  # in the text
        self._shifts: list[int] = []  # and how much further on each is in the file
        at = shift = 0
        for line in loaded.text.split("\n"):
            self._line_starts.append(at)
            self._shifts.append(shift)
            at += len(line) + 1
            if raw.startswith("\r\n", at - 1 + shift):
                shift += 1

    def in_file(self, place: int) -> int:
        """The place in the file of a place in the text."""
        line = bisect_right(self._line_starts, place) - 1
        return place + self._shifts[line] + self._mark
