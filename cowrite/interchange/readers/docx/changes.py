"""Tracked changes: who changed what and when, and what an end of a paragraph that was changed means."""

from __future__ import annotations

from datetime import datetime

from cowrite.interchange.manuscript import Change, ChangeKind
from cowrite.interchange.readers.docx import sayings
from cowrite.interchange.readers.docx.names import Element, W

INSERTED = {W + "ins": sayings.INSERTION, W + "moveTo": sayings.MOVE}
DELETED = {W + "del": sayings.DELETION, W + "moveFrom": sayings.MOVE}
FORMATTED = (
    W + "rPrChange", W + "pPrChange", W + "sectPrChange", W + "tblPrChange", W + "trPrChange", W + "tcPrChange",
    W + "numberingChange",
)  # fmt: skip


def change_of(element: Element) -> Change:
    """The change that an element such as ``w:ins`` stands for."""
    kind = ChangeKind.DELETED if element.tag in DELETED else ChangeKind.INSERTED
    author = " ".join((element.get(W + "author") or "").split())
    return Change(kind, author, _when(element.get(W + "date")))


def marked_end(properties: Element | None) -> Element | None:
    """The element that says that the end of a paragraph was inserted or deleted; a deletion counts more."""
    marks = None if properties is None else properties.find(W + "rPr")
    if marks is None:
        return None
    found = None
    for element in marks:
        if element.tag in DELETED:
            return element
        if element.tag in INSERTED:
            found = element
    return found


def _when(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
