"""Texts that are named on the command line: read as the window reads them, with what is only a guess said."""

from __future__ import annotations

from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.console import say
from cowrite.documents.files import read_document
from cowrite.documents.session import remembered_encoding
from cowrite.settings.paths import Paths, with_home


def read_text(path: Path, paths: Paths) -> str:
    """The text in ``path``, in the encoding that was chosen for it in the window, if one was.

    A guessed one is said on standard error. Raises UserError if any of it cannot be read.
    """
    path = with_home(path)
    remembered = remembered_encoding(paths.session_file, path.absolute())
    loaded = read_document(path, remembered=remembered)
    if loaded.read_only_reason:
        raise UserError(
            f"Parts of {path} cannot be read as text.",
            "Open it in Cowrite, choose its encoding, and save it as UTF-8.",
        )
    if loaded.format.certainty.is_guess:
        say(f"{path} does not say its encoding; it is read as {loaded.format.encoding_name}.")
    return loaded.text
