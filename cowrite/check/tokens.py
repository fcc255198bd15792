"""What every check reads: the words of a paragraph, and as which language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Language(Enum):
    """As much of a language as makes a difference here."""

    ENGLISH = "en"
    CHINESE = "zh"
    OTHER = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A word from ``start`` to ``end``; ``form`` is the word in lower case, ``text`` as it stands."""

    start: int
    end: int
    text: str
    form: str
