"""A small change that may be tried, and what kind of change it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EditKind(StrEnum):
    """What a change mends. The value is what a hunk and the log call it."""

    SPELLING = "spelling"
    INFLECTION = "inflection"
    TENSE = "tense"
    NUMBER = "number"
    ARTICLE = "article"
    PREPOSITION = "preposition"
    WORD = "word"
    MISSING = "missing word"
    SUPERFLUOUS = "superfluous word"
    DOUBLED = "doubled word"
    COMMA = "comma"
    CAPITAL = "capital"
    STOP = "full stop"
    SPACE = "space"


@dataclass(frozen=True, slots=True)
class Edit:
    """Put ``after`` in the place of what stands from ``start`` to ``end`` of a sentence."""

    start: int
    end: int
    after: str
    kind: EditKind

    def of(self, text: str) -> str:
        """``text`` with it."""
        return text[: self.start] + self.after + text[self.end :]

    def touches(self, other: Edit) -> bool:
        """Whether the two change the same characters, or stand side by side."""
        return self.start <= other.end and other.start <= self.end


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a sign of a sentence. What ``is_fixed`` is never changed: speech, code, dialect."""

    start: int
    end: int
    text: str
    is_word: bool
    is_fixed: bool = False
