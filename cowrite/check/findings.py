"""What may be found in a text, and how a finding is told and remembered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum

from cowrite.localization import tr_noop

_AROUND = 24  # characters on each side by which a finding is known again


class Kind(StrEnum):
    """The kinds of findings; the values are their names in settings, in JSON and in the file of what was dismissed."""

    NAME = "name"
    QUOTE = "quote"
    ECHO = "echo"
    SENTENCE = "sentence"
    ADVERBS = "adverbs"
    FILLER = "filler"
    AGE = "age"
    TENSE = "tense"
    PASSIVE = "passive"


TITLES = {
    Kind.NAME: tr_noop("Names spelled two ways"),
    Kind.QUOTE: tr_noop("Quotations left open"),
    Kind.ECHO: tr_noop("Echoes"),
    Kind.SENTENCE: tr_noop("Overlong sentences"),
    Kind.ADVERBS: tr_noop("Heaped adverbs"),
    Kind.FILLER: tr_noop("Filler"),
    Kind.AGE: tr_noop("Ages that contradict"),
    Kind.TENSE: tr_noop("Tense slips"),
    Kind.PASSIVE: tr_noop("Passive voice"),
}
DEFAULT_KINDS = (Kind.NAME, Kind.QUOTE, Kind.ECHO, Kind.SENTENCE, Kind.ADVERBS, Kind.FILLER)
"""Those that were measured to be precise (benchmarks/check.py); the others are there for who wants them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """From ``start`` to ``end`` of a paragraph, or of the whole text, a reader would stumble.

    ``message`` is a sentence for the writer; ``weight``, 0 to 1, is how much it matters beside the others; ``subject``
    tells findings of one kind apart that have to do with different things.
    """

    kind: Kind
    start: int
    end: int
    message: str
    weight: float
    subject: str = ""

    def moved(self, by: int) -> Finding:
        """The same, ``by`` further on."""
        return replace(self, start=self.start + by, end=self.end + by)


def key_of(finding: Finding, paragraph: str) -> str:
    """By what a finding in ``paragraph`` is known again once it was dismissed, wherever the paragraph has moved to.

    A digest, so that what is kept of it tells nothing of the text.
    """
    start, end = finding.start, finding.end
    # All of a long sentence would be another one with each letter; its beginning is enough.
    place = paragraph[max(0, start - _AROUND) : min(end, start + _AROUND) + _AROUND]
    known = finding.subject or place
    text = f"{finding.kind}\n{known}".encode("utf-8", "replace")
    return hashlib.sha256(text).hexdigest()[:16]
