"""How a document's text changes, told from whoever changed it to whoever follows it.

Offsets are UTF-16 code units from the start of the document, as in Qt.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class ChangeKind(Enum):
    """Where a change of the text came from. The values are those of the decision log and stay."""

    TYPED = "typed"
    PASTED = "pasted"
    DELETED = "deleted"
    UNDO = "undo"
    REDO = "redo"
    ACCEPTED = "accepted"
    REPLACED = "replaced"  # by find and replace
    REWRITTEN = "rewritten"  # by the model, as the writer asked
    DICTATED = "dictated"
    OTHER_VERSION = "version"  # from another version of the text: an earlier one, or what another program made of it
    LOADED = "loaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """One change of the document: at ``offset``, ``removed`` units went and ``inserted`` came."""

    kind: ChangeKind
    offset: int
    removed: int
    inserted: str
