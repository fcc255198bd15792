"""Which installed language a text is in, found out without loading every dictionary."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path

from cowrite.spelling.checker import Checker
from cowrite.spelling.dictionary import Dictionary
from cowrite.spelling.regions import variants
from cowrite.spelling.words import Word

logger = logging.getLogger(__name__)

SAMPLE_WORDS = 10_000
_FEWEST_WORDS = 5
_LEAST_KNOWN = 0.4
_REGION = 0.0004
_END = re.compile(rb"[/\t\r\n]")
_SET = re.compile(rb"^SET\s+(\S+)", re.MULTILINE)


Open = Callable[[str], Checker]
"""Loads who knows a language, or has them already."""


def detected(
    words: Iterable[Word],
    available: Mapping[str, Path],
    preferred: str,
    opened: Open | None = None,
) -> str | None:
    """The language in whose ``.dic`` file most of the first words are stems; None if too few are, or too few words.

    Which of its regions it is, those words say that not all of them know; where they say nothing it is ``preferred``,
    if that is one of them. Reads dictionaries, and loads them unless ``opened`` does: for a thread on which
    nobody waits.
    """
    forms = Counter(word.form for word in islice(words, SAMPLE_WORDS))
    total = sum(forms.values())
    if total < _FEWEST_WORDS:
        return None
    shares = {language: known_share(forms, path) / total for language, path in available.items()}
    best = max(shares, key=lambda language: shares[language], default="")
    if not best or shares[best] < _LEAST_KNOWN:
        return None
    regions = [each for each in available if each.partition("_")[0] == best.partition("_")[0]]
    return _region(
        forms, regions, preferred, opened or (lambda each: Checker(Dictionary(available[each])))
    )


def _region(forms: Mapping[str, int], regions: Sequence[str], preferred: str, opened: Open) -> str:
    if len(regions) == 1:
        return regions[0]
    checkers = {region: opened(region) for region in regions}
    if preferred in checkers and (written := _written_as_in(forms, checkers, preferred)):
        return written
    known = {region: _known_lower(forms, checker) for region, checker in checkers.items()}
    most = max(known.values())
    if preferred in known and most - known[preferred] <= max(1, sum(forms.values()) * _REGION):
        return preferred
    return max(known, key=lambda region: known[region])


def _written_as_in(
    forms: Mapping[str, int], checkers: Mapping[str, Checker], preferred: str
) -> str | None:
    """The region whose way to write a word the text has, if it has none of the preferred region's; one is enough.

    “Harbour” in a short letter says more than how many words a dictionary happens to know.
    """
    marks = {
        region: sum(
            _is_variant(form.lower(), checkers[region], checkers[preferred]) for form in forms
        )
        for region in checkers
        if region != preferred
    }
    best = max(marks, key=lambda region: marks[region])
    against = any(_is_variant(form.lower(), checkers[preferred], checkers[best]) for form in forms)
    return best if marks[best] and not against else None


def _is_variant(form: str, here: Checker, there: Checker) -> bool:
    """Whether ``form`` is how a word is written ``here``, and ``there`` another way."""
    if there.knows_form(form) or not here.knows_form(form):
        return False
    return any(there.knows_form(each) for each in variants(form))


def _known_lower(forms: Mapping[str, int], checker: Checker) -> int:
    """Names are the same everywhere, and dictionaries differ in how many they have."""
    return sum(
        count for form, count in forms.items() if form.islower() and checker.knows_form(form)
    )


def known_share(forms: Mapping[str, int], path: Path) -> int:
    """How many of the counted ``forms`` are stems of the dictionary in ``path``; none if it cannot be read."""
    try:
        said = _SET.search(path.with_suffix(".aff").read_bytes())
        encoding = said[1].decode("ascii") if said else "latin-1"
        ways = {
            form: {each.encode(encoding, "replace") for each in (form, form.lower())}
            for form in forms
        }
        wanted = {each for encoded in ways.values() for each in encoded}
        # Line by line: of the sixty thousand stems of a language only those are kept that are wanted.
        with path.open("rb") as lines:
            stems = wanted.intersection(_END.split(line, maxsplit=1)[0] for line in lines)
        return sum(count for form, count in forms.items() if not stems.isdisjoint(ways[form]))
    except (OSError, LookupError, UnicodeError):
        logger.info("a dictionary could not be looked into")
        return 0
