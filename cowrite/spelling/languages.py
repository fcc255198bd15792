"""Which installed language a text is in, found out without loading a dictionary of each."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path

from cowrite.spelling.words import Word

logger = logging.getLogger(__name__)

SAMPLE_WORDS = 1_000
_FEWEST_WORDS = 5
_LEAST_KNOWN = 0.4
_NEAR = 0.04
_REGION = 0.003
_SET = re.compile(rb"^SET\s+(\S+)", re.MULTILINE)


def detected(words: Iterable[Word], available: Mapping[str, Path], preferred: str) -> str | None:
    """The language in whose ``.dic`` file most of the first words are stems; None if too few are, or too few words.

    Of several that know nearly as many (the regions of one language) it is ``preferred``, where that is one of them and
    no other knows more by three words in a thousand. Reads the files: for a thread on which nobody waits.
    """
    forms = Counter(word.form for word in islice(words, SAMPLE_WORDS))
    total = sum(forms.values())
    if total < _FEWEST_WORDS:
        return None
    shares = {language: known_share(forms, path) / total for language, path in available.items()}
    best = max(shares.values(), default=0.0)
    if best < _LEAST_KNOWN:
        return None
    near = [language for language, share in shares.items() if share >= best - _NEAR]
    first = max(near, key=lambda language: shares[language])
    if preferred in near and shares[preferred] >= best - _REGION:
        return preferred
    return first


def known_share(forms: Mapping[str, int], path: Path) -> int:
    """How many of the counted ``forms`` are stems of the dictionary in ``path``; none if it cannot be read."""
    try:
        data = b"\n" + path.read_bytes().replace(b"\r", b"")
        said = _SET.search(path.with_suffix(".aff").read_bytes())
        encoding = said[1].decode("ascii") if said else "latin-1"
        return sum(count for form, count in forms.items() if _has_stem(data, form, encoding))
    except (OSError, LookupError, UnicodeError):
        logger.info("a dictionary could not be looked into")
        return 0


def _has_stem(data: bytes, form: str, encoding: str) -> bool:
    for each in dict.fromkeys((form, form.lower())):
        try:
            stem = b"\n" + each.encode(encoding)
        except UnicodeEncodeError:
            continue
        if any(stem + end in data for end in (b"/", b"\n", b"\t")):
            return True
    return False
