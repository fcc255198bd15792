"""Words of the text that was kept back that an adapter predicts otherwise: examples for the writer, no measure.

A place is a whole word. It is right with one model if every token of it was the most probable one there, given the
tokens before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cowrite.personalize.adapters.outcome import ExamplePrediction
from cowrite.personalize.evaluation.scoring import Score, Text, TokenPrediction, counting

BEFORE_CHARACTERS = 60
LEAST_LETTERS = 4
_WORD = re.compile(r"[^\W\d_]+")
Bytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class _Found:
    gain: float
    place: ExamplePrediction


def changed_predictions(
    before: Score, after: Score, texts: Mapping[str, Text], bytes_of: Bytes, count: int
) -> tuple[ExamplePrediction, ...]:
    """At most ``count`` examples that are right in ``after`` and not in ``before``, no word twice, the clearest first.

    Both scores are of ``texts``; ``bytes_of`` tells what a token writes.
    """
    found: list[_Found] = []
    for document, text in texts.items():
        old, new = before.predictions.get(document, ()), after.predictions.get(document, ())
        found += _in_document(old, new, text, bytes_of)
    chosen: dict[str, ExamplePrediction] = {}
    for each in sorted(found, key=lambda each: -each.gain):
        chosen.setdefault(each.place.word.casefold(), each.place)
    return tuple(chosen.values())[:count]


def _in_document(
    old: Sequence[TokenPrediction], new: Sequence[TokenPrediction], text: Text, bytes_of: Bytes
) -> list[_Found]:
    written = [bytes_of(each.token) for each in new]
    counts = counting([each.size for each in new], text)
    found = []
    for start, end in _words(written):
        if not all(counts[start:end]):
            continue
        if not _is_right(new[start:end]) or _is_right(old[start:end]):
            continue
        gain = sum(each.loss for each in old[start:end]) - sum(each.loss for each in new[start:end])
        word = _decoded(written[start:end]).strip()
        if len(word) < LEAST_LETTERS or not _WORD.fullmatch(word):
            continue
        instead = bytes_of(old[start].guess).decode("utf-8", "ignore").strip()
        # The beginning of the word itself, but wrongly continued, would look right.
        if instead and not word.startswith(instead):
            found.append(_Found(gain, ExamplePrediction(_before(written[:start]), word, instead)))
    return found


def _words(written: Sequence[bytes]) -> list[tuple[int, int]]:
    """From the token with a word's space to the one before the next space or mark."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for at, piece in enumerate([*written, b"\n"]):
        goes_on = piece[:1].isalpha() or piece[:1] >= b"\x80"
        if goes_on:
            continue
        if start is not None:
            found.append((start, at))
        start = at if piece[:1] == b" " and piece[1:] else None
    return found


def _is_right(tokens: Sequence[TokenPrediction]) -> bool:
    return all(each.token == each.guess for each in tokens)


def _before(written: Sequence[bytes]) -> str:
    """The last words before a place, in one line."""
    line = " ".join(_decoded(written[-BEFORE_CHARACTERS:]).split())
    if len(line) <= BEFORE_CHARACTERS:
        return line
    return line[-BEFORE_CHARACTERS:].partition(" ")[2]


def _decoded(written: Sequence[bytes]) -> str:
    return b"".join(written).decode("utf-8", "ignore")
