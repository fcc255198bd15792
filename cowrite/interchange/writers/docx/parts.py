"""What the parts of one document share: relationships, media, and numbers that must not come twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from itertools import count

from cowrite.interchange.options import WriteOptions
from cowrite.interchange.writers.common.languages import Language
from cowrite.interchange.writers.common.look import Look
from cowrite.interchange.writers.common.losses import Losses
from cowrite.interchange.writers.common.opening import Opening
from cowrite.interchange.writers.common.preparing import Prepared
from cowrite.interchange.writers.docx.numbering import Numbering

_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


class Relationships:
    """What one part refers to outside itself."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, bool]] = []
        self._known: dict[tuple[str, str], str] = {}

    def add(self, kind: str, target: str, is_outside: bool = False) -> str:
        """The id under which the part refers to ``target``; the same target has one."""
        if (kind, target) not in self._known:
            found = f"rId{len(self.rows) + 1}"
            self._known[kind, target] = found
            self.rows.append((found, _KINDS + kind, target, is_outside))
        return self._known[kind, target]


@dataclass
class Shared:
    """A document while it is written."""

    prepared: Prepared
    options: WriteOptions
    language: Language
    look: Look
    losses: Losses
    opening: Opening
    numbering: Numbering = field(default_factory=Numbering)
    notes: list[str] = field(default_factory=list)  # labels, by the number of the note less one
    media: dict[str, str] = field(default_factory=dict)  # name in the file, by source
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def new_number(self) -> int:
        """A number that no other change, bookmark or picture of the document has."""
        return next(self._numbers)

    def add_note(self, label: str) -> int:
        """The number of a new footnote with the text of that note."""
        self.notes.append(label)
        return len(self.notes)

    def media_name(self, source: str) -> str:
        """The name that a picture has in the folder ``media``."""
        image = self.prepared.images[source]
        return self.media.setdefault(source, f"image{len(self.media) + 1}.{image.ending}")


_LONGEST_BOOKMARK = 40


def bookmark_name(anchor: str) -> str:
    """The name of the bookmark at a heading; Word cuts longer ones, so that two might become one."""
    if len(anchor) <= _LONGEST_BOOKMARK:
        return anchor
    digest = hashlib.sha256(anchor.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{anchor[: _LONGEST_BOOKMARK - 9]}_{digest}"
