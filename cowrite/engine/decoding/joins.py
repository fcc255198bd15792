"""How well the rest of the caret's line follows an answer: after each of its words, and after none of them.

An answer is worked out from what stands before the caret alone. Where text follows in the line, one more pass reads a
little of it after each word of the answer, as branches of one tree of tokens. Only who asks knows what to make of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from cowrite.base.words import goes_on_word, is_unspaced, starts_without_space
from cowrite.engine.decoding.scoring import Scorer
from cowrite.engine.decoding.step_control import StepControl, Steps
from cowrite.engine.messages import (
    Candidate,
    CompletionRequest,
    CompletionResult,
    Join,
    ScoreRequest,
)

# With no more than this to the right of the caret, it stands at the end of its line.
END_OF_LINE_CHARACTERS = 8
# So much of the line tells whether words fit before it.
READ_CHARACTERS = 20
# After so many words and marks of an answer the rest of the line is read; more of them told nothing more.
MOST_ENDS = 2
# A first word less probable than this is hardly ever right, whatever follows it.
LEAST_PROBABILITY = 0.05


class Joiner:
    """Scores joins with ``scorer``."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer

    def steps(
        self, request: CompletionRequest, found: CompletionResult, control: StepControl
    ) -> Steps[CompletionResult]:
        """``found``, the answer to ``request``, with the joins of its only candidate where there is a line to join.

        The rest of a word has none: that it goes on is as sure there as anywhere. Neither have several candidates: they
        were asked for by key and are all wanted. Raises UserError as :meth:`Scorer.steps` does, and Cancelled.
        """
        rest = rest_of_line(request.after)
        if not rest or request.candidates > 1 or not found.candidates:
            return found
        candidate = found.candidates[0]
        ends = list(ends_of_words(candidate))
        if not ends or goes_on_word(request.before, candidate.text):
            return found
        texts = [candidate.text[:end] for end in ends]
        scored = yield from self._scorer.steps(
            ScoreRequest(
                before=request.before,
                variants=("", *(text + space_between(text, rest) for text in texts)),
                after=rest,
            ),
            control,
        )
        without, *after = scored.after_logprobs
        joins = tuple(
            Join(characters=end, logprob=logprob, without=without)
            for end, logprob in zip(ends, after, strict=True)
        )
        total = found.timings.total + scored.total_ms
        return replace(
            found,
            candidates=(replace(candidate, joins=joins),),
            timings=replace(found.timings, total=total),
        )


def rest_of_line(after: str) -> str:
    """What is read of the line to the right of the caret, to the end of a word; “” where there is too little of it."""
    line = after.split("\n", 1)[0].rstrip()
    if len(line) <= END_OF_LINE_CHARACTERS:
        return ""
    if len(line) <= READ_CHARACTERS or is_unspaced(line[READ_CHARACTERS]):
        return line[:READ_CHARACTERS]
    end = line.rfind(" ", END_OF_LINE_CHARACTERS, READ_CHARACTERS + 1)
    return line[:end] if end > 0 else line[:READ_CHARACTERS]


def ends_of_words(candidate: Candidate) -> Iterator[int]:
    """Where the first MOST_ENDS words and marks of a candidate end, in its characters; none of a hopeless one.

    The last word of a candidate that is cut may go on, and does not count.
    """
    text = candidate.text
    starts = starts_without_space(text)
    found = 0
    for end in range(1, len(text) + 1):
        if found == MOST_ENDS or not _ends_at(text, end, starts):
            continue
        if candidate.is_cut and end == len(text):
            return
        if not found and _logprob_to(candidate, end) < math.log(LEAST_PROBABILITY):
            return
        found += 1
        yield end


def space_between(text: str, rest: str) -> str:
    """What must stand between ``text`` and ``rest``, so that the two do not become one word."""
    apart = text[-1:].isspace() or is_unspaced(text[-1:]) or is_unspaced(rest[:1])
    return "" if apart or not rest[:1].isalnum() else " "


def _ends_at(text: str, end: int, starts: frozenset[int]) -> bool:
    """Whether a word, or the marks after one, end at ``end``; “don” and “'t” are one word."""
    if text[end - 1].isspace():
        return False
    following = text[end : end + 2]
    if not following or following[0].isspace() or end in starts:
        return True
    return text[end - 1].isalnum() and not any(each.isalnum() for each in following)


def _logprob_to(candidate: Candidate, end: int) -> float:
    """The natural-log probability of the tokens that begin before ``end``."""
    total, at = 0.0, 0
    for token in candidate.tokens:
        if at >= end:
            break
        total += token.logprob
        at += len(token.text)
    return total
