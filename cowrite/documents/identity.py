"""Which document is which, across sessions."""

from __future__ import annotations

import os
import uuid
from pathlib import Path


def document_id_for(path: Path | None) -> str:
    """The same for the same file every time, by whatever link; new for a document that has no file yet."""
    if path is None:
        return uuid.uuid4().hex
    resolved = Path(
        os.path.normcase(os.path.realpath(path))
    )  # Windows tells names apart without case
    return uuid.uuid5(uuid.NAMESPACE_URL, resolved.as_uri()).hex
