"""A proposal for a passage. Offsets are characters of the passage; nothing outside it is ever changed by one."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

MOST_VERSIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """One change: ``before`` stands from ``start`` to ``end`` of the passage and becomes ``after``.

    ``confidence`` is how probable it is that the change is right, 0 to 1; None where nobody measured it. ``kind`` is
    what kind of change it is, such as “spelling” or “article”; empty where nobody knows. ``note`` is a sentence for the
    writer, such as that a number was changed.
    """

    start: int
    end: int
    before: str
    after: str
    confidence: float | None = None
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One answer: the whole passage with all ``hunks`` taken is ``text``. They are in order and do not touch."""

    text: str
    hunks: tuple[Hunk, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a ``task`` offers for ``passage``: ``versions``, the best first, or none and why it is ``refused``.

    ``refused`` is a sentence for the writer. A result that stands beside the text and does not replace it, such as a
    summary, has versions without hunks; ``sentences`` are the places in the passage it stands on.
    """

    task: str
    passage: str
    versions: tuple[Version, ...] = ()
    refused: str = ""
    sentences: tuple[tuple[int, int], ...] = ()


def composed(passage: str, hunks: Iterable[Hunk]) -> str:
    """``passage`` with ``hunks`` taken; they are in order and do not overlap.

    Raises ValueError if one of them is not of this passage.
    """
    parts, at = list[str](), 0
    for hunk in hunks:
        if hunk.start < at or passage[hunk.start : hunk.end] != hunk.before:
            raise ValueError("a hunk of another passage")
        parts += (passage[at : hunk.start], hunk.after)
        at = hunk.end
    return "".join((*parts, passage[at:]))


def taken(version: Version, numbers: Container[int]) -> tuple[Hunk, ...]:
    """The hunks of ``version`` whose numbers, from 0, are among ``numbers``."""
    return tuple(hunk for number, hunk in enumerate(version.hunks) if number in numbers)
