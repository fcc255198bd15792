"""Which document is which, across sessions."""

from __future__ import annotations

import os
import uuid
from pathlib import Path


def document_id_for(path: Path | None) -> str:
    """The same for the same file every time; new for a document that has no file yet."""
    if path is None:
        return uuid.uuid4().hex
    return uuid.uuid5(uuid.NAMESPACE_URL, Path(os.path.realpath(path)).as_uri()).hex
