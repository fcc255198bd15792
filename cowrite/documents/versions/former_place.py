"""Whose text a file holds that was renamed or moved outside Cowrite, where that can be told for sure."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from cowrite.documents.identity import is_identity
from cowrite.documents.versions.snapshots import SUFFIX

LEAST_CHARACTERS = 100
"""Shorter texts are the same by chance, such as one that is only a title."""
_NEWEST = (
    "SELECT file.path FROM file, snapshot WHERE snapshot.id = (SELECT max(id) FROM snapshot) "
    "AND snapshot.characters = ? AND snapshot.sha256 = ?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerPlace:
    """The document with this identity was in the file ``path``, which is not there any more."""

    document_id: str
    path: Path


def former_place(folder: Path, text: str) -> FormerPlace | None:
    """The only document of those in ``folder`` whose newest version is ``text``, if its file is gone.

    None where it is not certain: more than one has that text, its file is there (this is a copy), or its folder is out
    of reach, so that the file may be there. Reads files, on any thread; what cannot be read is left out.
    """
    if len(text) < LEAST_CHARACTERS:
        return None
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    found: list[FormerPlace] = []
    for file in folder.glob(f"*{SUFFIX}"):
        document_id = file.name.removesuffix(SUFFIX)
        path = _last_file(file, len(text), digest) if is_identity(document_id) else None
        if path is not None:
            found.append(FormerPlace(document_id=document_id, path=path))
    if len(found) != 1:
        return None
    place = found[0]
    with contextlib.suppress(OSError, ValueError):
        if place.path.parent.is_dir() and not os.path.lexists(place.path):
            return place
    return None


def _last_file(file: Path, characters: int, digest: bytes) -> Path | None:
    """Where the document was whose versions are in ``file``, if the newest of them is that text."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            row = connection.execute(_NEWEST, (characters, digest)).fetchone()
    except sqlite3.Error:  # damaged, newer, or of a program that noted no files
        return None
    return Path(os.fsdecode(row[0])) if row is not None and isinstance(row[0], bytes) else None
