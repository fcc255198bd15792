"""Tracked changes: whether text was inserted or deleted, by whom and when."""

from __future__ import annotations

from datetime import datetime

from cowrite.interchange.manuscript import Change, ChangeKind
from cowrite.interchange.readers.rtf.document_tables import DocumentTables
from cowrite.interchange.readers.rtf.state import Characters


def change_of(characters: Characters, tables: DocumentTables) -> Change | None:
    """The change that text bears; a deletion counts more than an insertion."""
    if characters.deleted:
        author, when = characters.deleted_by, characters.deleted_when
        return Change(ChangeKind.DELETED, tables.author(author), when_of(when))
    if characters.inserted:
        author, when = characters.author, characters.when
        return Change(ChangeKind.INSERTED, tables.author(author), when_of(when))
    return None


def when_of(packed: int) -> datetime | None:
    """A time as RTF packs it into 32 bits: minute, hour, day, month, year since 1900; None if it is none."""
    packed &= 0xFFFFFFFF
    minute, hour, day = packed & 63, packed >> 6 & 31, packed >> 11 & 31
    month, year = packed >> 16 & 15, (packed >> 20 & 511) + 1900
    try:
        return datetime(year, month, day, hour, minute)  # the file does not say in which zone
    except ValueError:
        return None
