"""Which installed language a text is in, found out without loading every dictionary."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from itertools import islice
from pathlib import Path

from cowrite.spelling.checker import Checker
from cowrite.spelling.dictionary import Dictionary
from cowrite.spelling.words import Word

logger = logging.getLogger(__name__)

SAMPLE_WORDS = 10_000
_FEWEST_WORDS = 5
_LEAST_KNOWN = 0.4
_REGION = 0.0004
_END = re.compile(rb"[/\t]")
_SET = re.compile(rb"^SET\s+(\S+)", re.MULTILINE)


def detected(words: Iterable[Word], available: Mapping[str, Path], preferred: str) -> str | None:
    """The language in whose ``.dic`` file most of the first words are stems; None if too few are, or too few words.

    Which of its regions it is, those words say that not all of them know; where they say nothing it is ``preferred``,
    if that is one of them. Reads and loads dictionaries: for a thread on which nobody waits.
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
    return _region(forms, {each: available[each] for each in regions}, preferred)


def _region(forms: Mapping[str, int], regions: Mapping[str, Path], preferred: str) -> str:
    if len(regions) == 1:
        return next(iter(regions))
    known = {
        region: _known_lower(forms, Checker(Dictionary(path))) for region, path in regions.items()
    }
    most = max(known.values())
    if preferred in known and most - known[preferred] <= max(1, sum(forms.values()) * _REGION):
        return preferred
    return max(known, key=lambda region: known[region])


def _known_lower(forms: Mapping[str, int], checker: Checker) -> int:
    """Names are the same everywhere, and dictionaries differ in how many they have."""
    return sum(
        count for form, count in forms.items() if form.islower() and checker.knows_form(form)
    )


def known_share(forms: Mapping[str, int], path: Path) -> int:
    """How many of the counted ``forms`` are stems of the dictionary in ``path``; none if it cannot be read."""
    try:
        lines = path.read_bytes().replace(b"\r", b"").split(b"\n")
        said = _SET.search(path.with_suffix(".aff").read_bytes())
        encoding = said[1].decode("ascii") if said else "latin-1"
        stems = {_END.split(line, maxsplit=1)[0] for line in lines}
        return sum(count for form, count in forms.items() if _is_stem(form, stems, encoding))
    except (OSError, LookupError, UnicodeError):
        logger.info("a dictionary could not be looked into")
        return 0


def _is_stem(form: str, stems: Container[bytes], encoding: str) -> bool:
    return any(each.encode(encoding, "replace") in stems for each in (form, form.lower()))
