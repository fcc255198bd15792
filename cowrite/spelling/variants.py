"""How English words are written elsewhere: “harbour” and “harbor” are one word of two regions."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What is written in one region and in the other; each is tried in both directions, at any place of a word.
_PAIRS = (
    ("our", "or"),
    ("re", "er"),
    ("ise", "ize"),
    ("isi", "izi"),
    ("isa", "iza"),
    ("yse", "yze"),
    ("ll", "l"),
    ("ogue", "og"),
    ("ence", "ense"),
    ("ae", "e"),
    ("oe", "e"),
    ("ough", "ow"),
    ("grey", "gray"),
    ("mme", "m"),
)


def variants(form: str) -> Iterator[str]:
    """Ways in which another region may write ``form``, most of them no words: a dictionary decides."""
    for one, other in _PAIRS:
        for here, there in ((one, other), (other, one)):
            for found in re.finditer(here, form):
                yield f"{form[: found.start()]}{there}{form[found.end() :]}"
