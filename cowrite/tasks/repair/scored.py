"""The hunks of an answer that a model wrote, judged as repair judges its own changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cowrite.engine.messages import EditsRequest, EditsResult, TextEdit
from cowrite.proposals.proposal import Hunk, Proposal, Version, composed
from cowrite.tasks.passage.work import PassageRequest, PassageWork
from cowrite.tasks.repair.bounds import (
    MOST_LEAD,
    EditSignals,
    RepairBounds,
    SentenceSignals,
    fitted_bounds,
)
from cowrite.tasks.repair.candidates import Candidates
from cowrite.tasks.repair.edits import EditKind
from cowrite.tasks.repair.kinds import kind_of
from cowrite.tasks.repair.work import CONTEXT_CHARACTERS, TASK, WINDOW_TOKENS

_LINE = re.compile(r"[^\n]+")


def scored(
    version: Version,
    request: PassageRequest,
    bounds: RepairBounds | None = None,
    *,
    task: str = TASK,
) -> PassageWork:
    """``version`` with those of its hunks that are probable enough to be right, each with its confidence and kind.

    One that goes over the end of a line is left out: nothing is known of its like.
    """
    passage, kept = request.passage, list[Hunk]()
    for start, end, hunks in _by_line(passage, version.hunks):
        result = yield EditsRequest(
            before=(request.before + passage[:start])[-CONTEXT_CHARACTERS:],
            text=passage[start:end],
            edits=tuple(
                TextEdit(start=each.start - start, end=each.end - start, after=each.after)
                for each in hunks
            ),
            after="\n",
            window=WINDOW_TOKENS,
        )
        if not isinstance(result, EditsResult):
            raise TypeError("edits are answered with their scores")
        kept += _rated(hunks, result, request, bounds or RepairBounds())
        yield Proposal(task=task, passage=passage, versions=(_version(passage, kept),))
    return Proposal(task=task, passage=passage, versions=(_version(passage, kept),))


def _by_line(passage: str, hunks: Sequence[Hunk]) -> Iterator[tuple[int, int, list[Hunk]]]:
    for line in _LINE.finditer(passage):
        inside = [each for each in hunks if line.start() <= each.start and each.end <= line.end()]
        if inside:
            yield line.start(), line.end(), inside


def _rated(
    hunks: Sequence[Hunk], result: EditsResult, request: PassageRequest, bounds: RepairBounds
) -> Iterator[Hunk]:
    fitted, candidates = fitted_bounds(), Candidates(request.words)
    words = [each for each in re.findall(r"[^\W\d_]+", request.passage) if len(each) > 1]
    sentence = SentenceSignals(
        words=len(words),
        unknown=sum(map(candidates.is_unknown, words)) / max(1, len(words)),
        surprise=-result.logprob / max(1, result.tokens),
    )
    found = [
        (
            hunk,
            EditSignals(kind=_kind(hunk, candidates), score=score, lead=MOST_LEAD, is_name=False),
        )
        for hunk, score in zip(hunks, result.scores, strict=True)
        if score is not None
    ]
    sure = fitted.probabilities([signals for _, signals in found], sentence, bounds)
    for (hunk, signals), one in zip(found, sure, strict=True):
        if one >= fitted.least(request.thoroughness, signals.kind):
            yield replace(hunk, confidence=round(one, 3), kind=signals.kind.value)


def _kind(hunk: Hunk, candidates: Candidates) -> EditKind:
    return kind_of(hunk.before, hunk.after, is_unknown=candidates.is_unknown(hunk.before.strip()))


def _version(passage: str, hunks: Sequence[Hunk]) -> Version:
    return Version(text=composed(passage, hunks), hunks=tuple(hunks))
