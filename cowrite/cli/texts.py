"""Texts that are named on the command line: read as the window reads them, with what is only a guess said."""

from __future__ import annotations

import sys
from pathlib import Path

from cowrite.documents.files import read_document
from cowrite.documents.session import remembered_encoding
from cowrite.errors import UserError
from cowrite.settings.paths import Paths


def read_text(path: Path, paths: Paths) -> str:
    """The text in ``path``, in the encoding that was chosen for it in the window, if one was.

    A guessed one is said on standard error. Raises UserError if any of it cannot be read.
    """
    remembered = remembered_encoding(paths.session_file, path.expanduser().absolute())
    loaded = read_document(path, remembered=remembered)
    if loaded.read_only_reason:
        raise UserError(
            f"Parts of {path} cannot be read as text.",
            "Open it in Cowrite, choose its encoding, and save it as UTF-8.",
        )
    if loaded.format.certainty.is_guess and sys.stderr is not None:
        print(
            f"{path} does not say its encoding; it is read as {loaded.format.encoding_name}.",
            file=sys.stderr,
        )
    return loaded.text
