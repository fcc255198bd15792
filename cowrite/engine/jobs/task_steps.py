"""From a task to the work on it: which prompt, which way of decoding, and which answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cowrite.base.errors import UserError
from cowrite.engine.decoding.answer import Answer, Answerer, AnswerRules
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.edit_scoring import EditScorer
from cowrite.engine.decoding.joins import Joiner
from cowrite.engine.decoding.scoring import Scorer
from cowrite.engine.decoding.step_control import StepControl, Steps, TaskRefusedError
from cowrite.engine.messages import (
    AnyResult,
    Candidate,
    CompletionRequest,
    CompletionResult,
    EditsRequest,
    EditsResult,
    FillInRequest,
    InstructRequest,
    InstructResult,
    ScoreRequest,
    ScoreResult,
    Task,
    Timings,
    Token,
)
from cowrite.engine.prompts import Prompt, PromptBuilder
from cowrite.engine.tokens.prompt_tokens import prompt_tokens
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.localization import tr

# So much of what comes after a gap tells which words fit into it.
COMPARED_CHARACTERS = 160
# An answer that begins to repeat what comes after the gap has left it.
REPEATED_CHARACTERS = 16


class TaskSteps:
    """Does tasks on what ``completer`` has loaded and read; ``prompts_of`` makes what puts them to its model."""

    def __init__(
        self, completer: Completer, prompts_of: Callable[[Vocabulary], PromptBuilder] | None
    ) -> None:
        self._completer = completer
        self._prompts_of = prompts_of
        self._answerer = Answerer(completer.model, completer.cache)
        self._scorer = Scorer(completer.model, completer.cache)
        self._edit_scorer = EditScorer(completer.model, completer.cache)
        self._joiner = Joiner(self._scorer)

    def begin(self, task: Task, control: StepControl) -> Steps[AnyResult]:
        """The work on ``task``, step by step. Raises Cancelled, and TaskRefusedError if this model cannot do it."""
        try:
            return (yield from self._work(task, control))
        except UserError as error:
            raise TaskRefusedError(error.message, error.advice) from error

    def _work(self, task: Task, control: StepControl) -> Steps[AnyResult]:
        match task:
            case CompletionRequest():
                return self._continue(task, control)
            case FillInRequest():
                return self._fill_in(task, control)
            case InstructRequest():
                return self._instruct(task, control)
            case ScoreRequest():
                return self._score(task, control)
            case EditsRequest():
                return self._score_edits(task, control)

    def _continue(self, task: CompletionRequest, control: StepControl) -> Steps[CompletionResult]:
        found = yield from self._completer.steps(task, control)
        return (yield from self._joiner.steps(task, found, control))

    def _instruct(self, task: InstructRequest, control: StepControl) -> Steps[InstructResult]:
        rules = AnswerRules(
            max_tokens=task.max_tokens,
            stop=task.stop,
            temperature=task.temperature,
            seed=task.seed,
            allowed=task.allowed,
            banned=task.banned,
            copied=tuple(self._completer.model.vocabulary.encode(task.copied)),
        )
        prompt = self._prompts().instruct(task.system, task.user)
        answer = yield from self._answer(prompt, rules, control)
        return InstructResult(
            candidate=answer.candidate,
            **self._about(answer.timings, answer.prompt_tokens, answer.cached_tokens),
        )

    def _fill_in(self, task: FillInRequest, control: StepControl) -> Steps[CompletionResult]:
        most_tokens = self._completer.max_prompt_tokens - task.max_tokens
        prompt = (
            self._prompts().fill_in(task.before, task.after, most_tokens)
            if self._prompts_of is not None
            else None
        )
        if prompt is None:
            return (yield from self._compare_endings(task, control))
        rules = AnswerRules(
            max_tokens=task.max_tokens,
            stop=_stop_texts(task),
            temperature=task.temperature,
            seed=task.seed,
        )
        answer = yield from self._answer(prompt.prompt, rules, control)
        found = _fitted(answer.candidate, task, goes_on=prompt.goes_on)
        return CompletionResult(
            candidates=(found,) if found.text.strip() else (),
            adapter_scale=self._completer.adapter_scale,
            **self._about(answer.timings, answer.prompt_tokens, answer.cached_tokens),
        )

    def _compare_endings(
        self, task: FillInRequest, control: StepControl
    ) -> Steps[CompletionResult]:
        """Several ways to go on from the text before, in order of the probability of all with the text after."""
        request = CompletionRequest(
            before=task.before,
            after=task.after,
            max_words=task.max_words,
            max_tokens=task.max_tokens,
            candidates=task.candidates,
            temperature=task.temperature,
            seed=task.seed,
            is_private=task.is_private,
        )
        found = yield from self._completer.steps(request, control)
        texts = [each.text for each in found.candidates]
        if len(texts) < 2 or not task.after.strip():
            return found
        scored = yield from self._scorer.steps(
            ScoreRequest(
                before=task.before,
                variants=tuple(texts),
                after=task.after[:COMPARED_CHARACTERS],
            ),
            control,
        )
        ranks = sorted(range(len(texts)), key=lambda at: -scored.scores[at].logprob)
        total = found.timings.total + scored.total_ms
        return replace(
            found,
            candidates=tuple(found.candidates[at] for at in ranks),
            timings=replace(found.timings, total=total),
        )

    def _score(self, task: ScoreRequest, control: StepControl) -> Steps[ScoreResult]:
        found = yield from self._scorer.steps(task, control)
        timings = Timings(
            prefill=found.prefill_ms, first_token=found.total_ms, total=found.total_ms
        )
        return ScoreResult(
            scores=found.scores,
            read_tokens=found.read_tokens,
            **self._about(timings, found.context_tokens, found.cached_tokens),
        )

    def _score_edits(self, task: EditsRequest, control: StepControl) -> Steps[EditsResult]:
        found = yield from self._edit_scorer.steps(task, control)
        timings = Timings(
            prefill=found.prefill_ms, first_token=found.total_ms, total=found.total_ms
        )
        return EditsResult(
            scores=found.scores,
            logprob=found.logprob,
            tokens=found.tokens,
            read_tokens=found.read_tokens,
            **self._about(timings, found.context_tokens, found.cached_tokens),
        )

    def _answer(self, prompt: Prompt, rules: AnswerRules, control: StepControl) -> Steps[Answer]:
        tokens = prompt_tokens(self._completer.model.vocabulary, prompt)
        return self._answerer.steps(tokens or [self._completer.model.start_token], rules, control)

    def _prompts(self) -> PromptBuilder:
        if self._prompts_of is None:
            raise UserError(
                tr("This model cannot do that."), tr("Choose another model in the settings.")
            )
        return self._prompts_of(self._completer.model.vocabulary)

    def _about(self, timings: Timings, prompt_tokens: int, cached_tokens: int) -> dict[str, Any]:
        """What every answer tells; the fields of :class:`~cowrite.engine.messages.TaskResult`."""
        return {
            "model": self._completer.model_id,
            "adapter": self._completer.adapter_id,
            "device": str(self._completer.model.device),
            "quantization": self._completer.model.quantization.value,
            "timings": timings,
            "prompt_tokens": prompt_tokens,
            "cached_tokens": cached_tokens,
        }


def _stop_texts(task: FillInRequest) -> tuple[str, ...]:
    """Where words for the gap have left it: where they repeat what comes after, or at the end of a line within one."""
    ending = task.after.strip()[:REPEATED_CHARACTERS]
    repeated = (ending,) if len(ending) == REPEATED_CHARACTERS else ()
    is_within_line = task.before[-1:] not in ("", "\n") and task.after[:1] not in ("", "\n", "\r")
    return (*repeated, "\n") if is_within_line else repeated


def _fitted(candidate: Candidate, task: FillInRequest, *, goes_on: bool) -> Candidate:
    """``candidate`` with no more words than were asked for, and, unless it ``goes_on``, with spaces around it."""
    end = _end_of_words(candidate.text, task.max_words)
    tokens, left = list[Token](), end
    for each in candidate.tokens:
        if left > 0:
            tokens.append(replace(each, text=each.text[:left]))
            left -= len(each.text)
    before, after = task.before[-1:], task.after[:1]
    if tokens and not goes_on:
        if before.isalnum() and tokens[0].text[:1].isalnum():
            tokens[0] = replace(tokens[0], text=f" {tokens[0].text}")
        if after.isalnum() and tokens[-1].text[-1:].isalnum():
            tokens[-1] = replace(tokens[-1], text=f"{tokens[-1].text} ")
    return Candidate(
        text="".join(each.text for each in tokens),
        logprob=sum(each.logprob for each in tokens),
        tokens=tuple(tokens),
        is_cut=candidate.is_cut and end == len(candidate.text),
    )


def _end_of_words(text: str, most: int) -> int:
    """Where the word number ``most`` of ``text`` ends; its end, if it has no more."""
    ends = [found.end() for found in re.finditer(r"\S+", text)]
    return ends[most - 1] if len(ends) > most else len(text)
