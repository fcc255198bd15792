"""Which sentences of a passage an answer stands on, so that a writer can look them up.

Each sentence of the answer stands on the one with which it shares most words, each word counting the more the fewer
sentences have it (inverse document frequency, Spärck Jones 1972).
"""

from __future__ import annotations

import math
import re
from collections import Counter

from cowrite.base.sentences import sentence_around
from cowrite.base.words import split_without_space

_WORD = re.compile(r"\w+")
LEAST_SHARED = 0.2
"""Of the weight of a sentence of the answer; what shares less stands on nothing."""
_STEM = 5


def sentences_of(text: str) -> list[tuple[int, int]]:
    """Where the sentences of ``text`` begin and end, without the white space around them."""
    found: list[tuple[int, int]] = []
    at = 0
    for paragraph in re.split(r"(\n+)", text):
        place = 0
        while place < len(paragraph):
            end = sentence_around(paragraph, place)[1]
            bare = paragraph[place:end].strip()
            if bare:
                start = at + place + paragraph[place:end].index(bare)
                found.append((start, start + len(bare)))
            place = max(end, place + 1)
        at += len(paragraph)
    return found


def standing_on(passage: str, answer: str) -> tuple[tuple[int, int], ...]:
    """The places in ``passage`` of the sentences that ``answer`` stands on, in order; each once."""
    places = sentences_of(passage)
    bags = [content_words(passage[start:end]) for start, end in places]
    spread = Counter(word for bag in bags for word in bag)
    weight = {word: math.log(1 + len(bags) / count) for word, count in spread.items()}
    unknown = math.log(1 + len(bags))
    chosen: set[int] = set()
    for start, end in sentences_of(answer):
        words = content_words(answer[start:end])
        total = sum(weight.get(word, unknown) for word in words)
        shared = [sum(weight[word] for word in words & bag) for bag in bags]
        if shared and total and max(shared) >= LEAST_SHARED * total:
            chosen.add(shared.index(max(shared)))
    return tuple(places[number] for number in sorted(chosen))


def content_words(text: str) -> set[str]:
    """The words of ``text`` in lower case and without their endings, so that “walks” and “walked” are one."""
    found = (part for word in _WORD.findall(text) for part in split_without_space(word))
    return {word.lower()[:_STEM] for word in found if len(word) > 3 or not word.isascii()}
