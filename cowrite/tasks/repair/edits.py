"""A small change that may be tried, and what kind of change it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cowrite.localization import tr_noop


class EditKind(StrEnum):
    """What a change mends. The value is what a hunk and the log call it."""

    SPELLING = tr_noop("spelling")
    INFLECTION = tr_noop("inflection")
    TENSE = tr_noop("tense")
    NUMBER = tr_noop("number")
    ARTICLE = tr_noop("article")
    PREPOSITION = tr_noop("preposition")
    WORD = tr_noop("word")
    MISSING = tr_noop("missing word")
    SUPERFLUOUS = tr_noop("superfluous word")
    DOUBLED = tr_noop("doubled word")
    COMMA = tr_noop("comma")
    CAPITAL = tr_noop("capital")
    STOP = tr_noop("full stop")
    SPACE = tr_noop("space")


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
