"""Tracked changes: OpenDocument keeps what was deleted at the beginning of the text, and a sign where it stood."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from cowrite.interchange.manuscript import (
    Block,
    Change,
    ChangeKind,
    Heading,
    Inline,
    LineBreak,
    NoteReference,
    Paragraph,
    Run,
)
from cowrite.interchange.writers.odt.inlines import Inlines
from cowrite.interchange.writers.odt.names import Element, add
from cowrite.interchange.writers.odt.parts import Shared


@dataclass(frozen=True, slots=True)
class DeletedEnd:
    """Where two paragraphs were joined."""

    change: Change


Piece: TypeAlias = Inline | DeletedEnd


@dataclass(frozen=True, slots=True)
class Joined:
    """Paragraphs of which all but the last had their ends deleted, and that are one now: ``block``, by its kind.

    ``inserted_end``: the change that parted it from the next.
    """

    block: Paragraph | Heading
    pieces: tuple[Piece, ...]
    inserted_end: Change | None = None


def joined(blocks: Iterable[Block]) -> list[Block | Joined]:
    """``blocks`` with paragraphs joined where an end was deleted."""
    done: list[Block | Joined] = []
    waiting: list[Piece] = []
    unjoined: Paragraph | None = None
    for block in blocks:
        end = block.end if isinstance(block, Paragraph) else None
        if isinstance(block, Paragraph) and end is not None and end.kind is ChangeKind.DELETED:
            waiting += [*block.content, DeletedEnd(end)]
            unjoined = block
            continue
        if isinstance(block, Paragraph | Heading):
            done.append(Joined(block, (*waiting, *block.content), end))
        else:
            if unjoined is not None:
                done.append(Joined(unjoined, tuple(waiting[:-1])))
            done.append(block)
        waiting, unjoined = [], None
    if unjoined is not None:
        done.append(Joined(unjoined, tuple(waiting[:-1])))
    return done


class ChangeWriter:
    """Writes pieces into paragraphs with the signs of their changes."""

    def __init__(
        self, shared: Shared, new_inlines: Callable[[Element], Inlines], style: str
    ) -> None:
        self._shared = shared
        self._new_inlines = new_inlines
        self._style = style

    def add(self, paragraph: Element, pieces: Iterable[Piece]) -> None:
        """Write ``pieces`` at the end of ``paragraph``."""
        inlines = self._new_inlines(paragraph)
        for change, group in groupby(pieces, _change_of):
            if change is None:
                inlines.add(each for each in group if not isinstance(each, DeletedEnd))
            elif change.kind is ChangeKind.INSERTED:
                number, _ = self._shared.add_change(change)
                add(paragraph, "text:change-start", {"text:change-id": number})
                inlines.add(each for each in group if not isinstance(each, DeletedEnd))
                add(paragraph, "text:change-end", {"text:change-id": number})
            else:
                add(paragraph, "text:change", {"text:change-id": self._deleted(change, group)})

    def _deleted(self, change: Change, pieces: Iterable[Piece]) -> str:
        number, holder = self._shared.add_change(change)
        style = {"text:style-name": self._style}
        inlines = self._new_inlines(add(holder, "text:p", style))
        for piece in pieces:
            if isinstance(piece, DeletedEnd):
                inlines = self._new_inlines(add(holder, "text:p", style))
            else:
                inlines.add((piece,))
        return number


def _change_of(piece: Piece) -> Change | None:
    return piece.change if isinstance(piece, Run | LineBreak | NoteReference | DeletedEnd) else None
