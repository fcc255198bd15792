"""Ways in which regions of English spell the same words: “centre” and “center”, “honour” and “honor”.

A text may have the other region's way, as books of another century do, or the writers of a third country. Whether it
has, the text says: by how many words that the dictionary does not know are spelled in that way. That takes ways that
few other words have (:func:`ways`). Which region a text is from, a single word may say, if dictionaries know it in one
region only; so any letters that differ will do there (:func:`variants`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Knows = Callable[[str], bool]

_WAYS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (name, re.compile(pattern), usual)
    for name, pattern, usual in (
        ("re", r"(?<=[bcgpt])re(?=s?$)", "er"),
        ("re", r"(?<=[bcgpt])r(?=(?:ed|ing)$)", "er"),
        ("er", r"(?<=[bcgpt])er(?=s?$)", "re"),
        ("our", r"our(?=(?:s|ed|ing|ful|less|able|ably|ite|ites|er|ers|y)?$)", "or"),
        ("or", r"or(?=(?:s|ed|ing|ful|less|able|ably|ite|ites|er|ers|y)?$)", "our"),
        ("ence", r"ence(?=(?:s|less)?$)", "ense"),
        ("ense", r"ense(?=(?:s|less)?$)", "ence"),
        ("ll", r"(?<=[aeiou])ll(?=(?:ed|ing|er|ers|ous|ously|y)$)", "l"),
        ("l", r"(?<=[aeiou])l(?=(?:ed|ing|er|ers|ous|ously|y)$)", "ll"),
        ("is", r"is(?=(?:e[drs]?|ers|ing|ations?)$)", "iz"),
        ("iz", r"iz(?=(?:e[drs]?|ers|ing|ations?)$)", "is"),
        ("ys", r"ys(?=(?:e[drs]?|ers|ing)$)", "yz"),
        ("yz", r"yz(?=(?:e[drs]?|ers|ing)$)", "ys"),
        ("oul", r"oul(?=d(?:s|ed|ing|y|er)?$)", "ol"),
        ("dg", r"dg(?=ments?$)", "dge"),
        ("t", r"(?<=[lmnp])t$", "ed"),
    )
)

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


def ways(form: str) -> list[tuple[str, str]]:
    """In which ways a form may be spelled, and what it would be in the other: (“re”, “center”) of “centre”."""
    return [
        (name, form[: found.start()] + usual + form[found.end() :])
        for name, pattern, usual in _WAYS
        for found in pattern.finditer(form)
    ]


def other_way(form: str, knows: Knows) -> str:
    """The way in which ``form`` is spelled if it is a known word in the other one; else an empty string."""
    return next((name for name, usual in ways(form) if knows(usual)), "")


def variants(form: str) -> Iterator[str]:
    """Ways in which another region may write ``form``, most of them no words: a dictionary decides."""
    for one, other in _PAIRS:
        for here, there in ((one, other), (other, one)):
            for found in re.finditer(here, form):
                yield f"{form[: found.start()]}{there}{form[found.end() :]}"
