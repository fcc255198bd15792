"""How probable it is that people want a change which a model wrote, by four things that can be seen at once.

A logistic model, fitted on machine edits that annotators accepted or rejected (R3, Du et al. 2022;
``benchmarks/hunk_gate.py`` fits and measures it). Its order is what it is for: which change to doubt first.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from cowrite.engine.messages import AnyResult, EditScore, EditsRequest, EditsResult, Task, TextEdit
from cowrite.proposals.proposal import Hunk, Version
from cowrite.settings.resources import resource_path
from cowrite.tasks.passage.work import PassageRequest

CONTEXT_CHARACTERS = 1_000
PIECE_CHARACTERS = 2_000
"""So much of a passage is read at once, up to the end of a paragraph or sentence."""
WINDOW_TOKENS = 20
MOST_FIRST, MOST_REPLACED = 10.0, 10
_WORD = re.compile(r"\w+")
_USUAL = frozenset(".,;:!?'\"()-–—’“”‘…%")
_MAY_PART = re.compile(r"\n|(?<=[.!?。！？]) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class HunkSignals:
    """What is known of a change.

    ``first`` is by how much the model finds the first token that is another one more probable than what stood there
    (nats); ``replaced`` the words that go or become others. ``has_odd_signs``: signs come that the words before did
    not have and that are not of ordinary writing; ``is_marks``: no word is in it, only marks.
    """

    first: float
    replaced: int
    has_odd_signs: bool
    is_marks: bool

    @classmethod
    def of(cls, passage: str, hunk: Hunk, score: EditScore | None) -> HunkSignals:
        """Those of ``hunk`` in ``passage``; without a score the model is taken to be undecided."""
        before, after = _whole_words(passage, hunk)
        words = len(_WORD.findall(before))
        return cls(
            first=max(-MOST_FIRST, min(MOST_FIRST, score.first)) if score else 0.0,
            replaced=min(MOST_REPLACED, words),
            has_odd_signs=any(_is_odd(each) for each in after if each not in before),
            is_marks=not words and not _WORD.search(after),
        )

    def numbers(self) -> tuple[float, ...]:
        """In the order of the weights."""
        return (
            self.first,
            float(self.replaced),
            float(self.has_odd_signs),
            float(self.is_marks),
        )


@dataclass(frozen=True, slots=True)
class HunkGate:
    """The weights of the model, one for each number, and its constant."""

    constant: float
    weights: Sequence[float]

    def confidence(self, signals: HunkSignals) -> float:
        """How probable it is that the change is wanted, 0 to 1."""
        value = self.constant + sum(
            weight * each for weight, each in zip(self.weights, signals.numbers(), strict=True)
        )
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, value))))


@cache
def fitted_gate() -> HunkGate:
    """The one that the program comes with."""
    values = json.loads(resource_path("hunk_gate.json").read_text("utf-8"))
    return HunkGate(values["constant"], tuple(values["weights"]))


def rated(version: Version, request: PassageRequest) -> Generator[Task, AnyResult | None, Version]:
    """``version`` with the confidence of each hunk that has none yet; asks the model how probable they are."""
    gate, passage = fitted_gate(), request.passage
    hunks = list(version.hunks)
    for start, end, numbers in _pieces(passage, hunks):
        before = (request.before + passage[:start])[-CONTEXT_CHARACTERS:]
        answer = yield EditsRequest(
            before=before,
            text=passage[start:end],
            edits=tuple(
                TextEdit(
                    start=hunks[n].start - start, end=hunks[n].end - start, after=hunks[n].after
                )
                for n in numbers
            ),
            window=WINDOW_TOKENS,
        )
        scores = answer.scores if isinstance(answer, EditsResult) else (None,) * len(numbers)
        for n, score in zip(numbers, scores, strict=True):
            if hunks[n].confidence is None:
                signals = HunkSignals.of(passage, hunks[n], score)
                hunks[n] = replace(hunks[n], confidence=round(gate.confidence(signals), 3))
    return replace(version, hunks=tuple(hunks))


def _pieces(passage: str, hunks: Sequence[Hunk]) -> Iterator[tuple[int, int, list[int]]]:
    """Parts of the passage that are read at once, with the numbers of the hunks in each; none without a hunk."""
    start = number = 0
    while number < len(hunks):
        end = _end_of_piece(passage, start, hunks)
        inside = []
        while number < len(hunks) and hunks[number].end <= end:
            inside.append(number)
            number += 1
        if inside:
            yield start, end, inside
        start = end


def _end_of_piece(passage: str, start: int, hunks: Sequence[Hunk]) -> int:
    """Where the part from ``start`` on ends: at no place within a hunk or at the edge of one."""
    least = start + PIECE_CHARACTERS
    if least >= len(passage):
        return len(passage)
    for match in _MAY_PART.finditer(passage, least):
        if not any(hunk.start <= match.end() <= hunk.end for hunk in hunks):
            return match.end()
    return len(passage)


def _whole_words(passage: str, hunk: Hunk) -> tuple[str, str]:
    """What stands before and after the change, with the rest of a word of which it changes a part."""
    start, end = hunk.start, hunk.end
    head = hunk.before[:1].isalnum() or hunk.after[:1].isalnum()
    tail = hunk.before[-1:].isalnum() or hunk.after[-1:].isalnum()
    while head and start > 0 and passage[start - 1].isalnum():
        start -= 1
    while tail and end < len(passage) and passage[end].isalnum():
        end += 1
    return passage[start:end], passage[start : hunk.start] + hunk.after + passage[hunk.end : end]


def _is_odd(character: str) -> bool:
    return not (character.isalnum() or character.isspace() or character in _USUAL)
