"""An exam of one model: every task on its bundled examples, against doing nothing, within a limit of time.

The first example of every task comes before the second of any, so that a slow model is judged on all of them by less. A
task that cannot pass any more is not tried further.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from cowrite.engine.messages import (
    AnyResult,
    CompletionRequest,
    InstructRequest,
    Task,
)
from cowrite.localization import tr_noop
from cowrite.proposals.proposal import Proposal
from cowrite.tasks.exam.examples import LESS_THAN_COPYING, Example, bundled_examples
from cowrite.tasks.exam.results import NOT_ENOUGH, NOT_REACHED, TaskMark
from cowrite.tasks.passage.registry import NO_TEMPLATE, PASSAGE_TASKS
from cowrite.tasks.passage.running import run_work
from cowrite.tasks.passage.work import PassageRequest, WordKnowledge

LIMIT_S = 110.0
"""After so many seconds no example is begun."""
LEAST_SCORE = 0.7
"""Of 1, the mean of a task's examples, unless they are measured by SARI."""
LEAST_GAIN = 0.05
"""So much more than doing nothing."""
DID_NOTHING = tr_noop("In the exam it did none of what was asked.")
NO_BETTER = tr_noop("In the exam it did no better than leaving the passage as it was.")
_NO_BETTER = {
    "shorten": tr_noop("In the exam it did no better than cutting the end of the passage off."),
    "summarize": tr_noop("In the exam it did no better than the first sentences of the passage."),
}
_LANGUAGE = "en_US"


class _Enough(Exception):
    """More was asked after the first answer, which counts."""


@dataclass(slots=True)
class _Sheet:
    """The scores of one task so far, those of doing nothing, and what was refused."""

    scores: list[float] = field(default_factory=list)
    nothing: list[float] = field(default_factory=list)
    refused: str = ""


class Exam:
    """``ask`` puts a task to the model, and ``words_of`` tells what is known of the words of a text.

    ``has_template``: the model was taught conversations. ``scores``: it can say how probable a text is. ``said`` is
    told which task is tried, with how much of the exam is done, 0 to 1.
    """

    def __init__(
        self,
        ask: Callable[[Task], AnyResult],
        words_of: Callable[[str], WordKnowledge | None],
        *,
        has_template: bool,
        scores: bool = True,
        said: Callable[[str, float], None] = lambda *_: None,
        clock: Callable[[], float] = time.monotonic,
        examples: Mapping[str, tuple[Example, ...]] | None = None,
    ) -> None:
        self._ask = ask
        self._words_of = words_of
        self._has_template = has_template
        self._scores = scores
        self._said = said
        self._clock = clock
        self._examples = bundled_examples() if examples is None else examples

    def marks(self) -> dict[str, TaskMark]:
        """How the model did at each task, in the order of the registry. Raises what ``ask`` raises."""
        sheets = {name: _Sheet() for name in PASSAGE_TASKS}
        ends_at = self._clock() + LIMIT_S
        tried = [name for name in PASSAGE_TASKS if name in self._examples and self._may_try(name)]
        rounds = zip_longest(*(self._examples[name] for name in tried))
        turns = [each for one_round in rounds for each in one_round if each is not None]
        for number, example in enumerate(turns):
            now = self._clock()
            if now >= ends_at:
                break
            sheet = sheets[example.task]
            part = max(number / len(turns), 1 - (ends_at - now) / LIMIT_S)
            if can_pass(sheet.scores, len(self._examples[example.task]), example):
                self._said(example.task, part)
                self._try(example, sheet)
        return {name: self._mark(name, sheet) for name, sheet in sheets.items()}

    def _may_try(self, name: str) -> bool:
        return self._has_template or not PASSAGE_TASKS[name].needs_template

    def _try(self, example: Example, sheet: _Sheet) -> None:
        proposal = self._answer(example)
        answer = proposal.versions[0].text if proposal.versions else ""
        sheet.refused = sheet.refused or proposal.refused
        sheet.scores.append(example.score(answer))
        sheet.nothing.append(example.score_of_nothing(answer))

    def _answer(self, example: Example) -> Proposal:
        """What becomes of the passage if the model is asked once."""
        request = PassageRequest(
            passage=example.passage,
            instruction=example.instruction,
            language=_LANGUAGE,
            thoroughness=1.0,
            words=self._words_of(example.passage),
            scores=self._scores,
        )
        is_written = False

        def ask(task: Task) -> AnyResult:
            nonlocal is_written
            # What is asked after an answer was written is another one, or what people would think of this one.
            if is_written:
                raise _Enough
            is_written = isinstance(task, InstructRequest | CompletionRequest)
            return self._ask(task)

        shown = [Proposal(task=example.task, passage=example.passage)]
        try:
            return run_work(PASSAGE_TASKS[example.task].work(request), ask, shown.append)
        except _Enough:
            return shown[-1]

    def _mark(self, name: str, sheet: _Sheet) -> TaskMark:
        if not self._may_try(name):
            return TaskMark(passed=False, why=NO_TEMPLATE)
        if not sheet.scores:
            return TaskMark(passed=True, why=NOT_REACHED)
        score, nothing = _mean(sheet.scores), _mean(sheet.nothing)
        example = self._examples[name][0]
        gain = LESS_THAN_COPYING / 100 if example.references else LEAST_GAIN
        least = 0.0 if example.references else LEAST_SCORE
        passed = score >= least and score >= nothing + gain
        # It was given up where it could not pass any more.
        cut_short = not can_pass(sheet.scores, len(self._examples[name]), example)
        return TaskMark(
            passed=passed and not cut_short,
            score=round(score, 3),
            nothing=round(nothing, 3),
            examples=len(sheet.scores),
            why="" if passed and not cut_short else _why(score, nothing, example),
        )


def can_pass(scores: list[float], examples: int, example: Example) -> bool:
    """Whether the mean may still be good enough if all further examples are done perfectly."""
    if example.references:
        return True
    return (sum(scores) + examples - len(scores)) / examples >= LEAST_SCORE


def _why(score: float, nothing: float, example: Example) -> str:
    if example.task in _NO_BETTER and score <= nothing + LEAST_GAIN:
        return _NO_BETTER[example.task]
    if score <= 0:
        return DID_NOTHING
    if example.references or score <= nothing + LEAST_GAIN:
        return NO_BETTER
    return NOT_ENOUGH.format(score=f"{score:.0%}", needed=f"{LEAST_SCORE:.0%}")


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
