"""From a task to the work on it: which prompt, which way of decoding, and which answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cowrite.base.errors import UserError
from cowrite.engine.decoding.answer import Answer, Answerer, AnswerRules
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.scoring import Scorer
from cowrite.engine.decoding.step_control import StepControl, Steps
from cowrite.engine.messages import (
    AnyResult,
    CompletionRequest,
    CompletionResult,
    FillInRequest,
    InstructRequest,
    InstructResult,
    ScoreRequest,
    ScoreResult,
    Task,
    Timings,
)
from cowrite.engine.prompts import Prompt, PromptBuilder
from cowrite.engine.tokens.prompt_tokens import prompt_tokens

# So much of what comes after a gap tells which words fit into it.
COMPARED_CHARACTERS = 160
# An answer that begins to repeat what comes after the gap has left it.
REPEATED_CHARACTERS = 16


class TaskSteps:
    """Does tasks on what ``completer`` has loaded and read; ``prompts`` puts them to its model, if it can."""

    def __init__(self, completer: Completer, prompts: PromptBuilder | None) -> None:
        self._completer = completer
        self._prompts = prompts
        self._answerer = Answerer(completer.model, completer.cache)
        self._scorer = Scorer(completer.model, completer.cache)

    def begin(self, task: Task, control: StepControl) -> Steps[AnyResult]:
        """The work on ``task``, step by step. Raises Cancelled, and UserError if this model cannot do it."""
        match task:
            case CompletionRequest():
                return self._completer.steps(task, control)
            case FillInRequest():
                return self._fill_in(task, control)
            case InstructRequest():
                return self._instruct(task, control)
            case ScoreRequest():
                return self._score(task, control)

    def _instruct(self, task: InstructRequest, control: StepControl) -> Steps[InstructResult]:
        rules = AnswerRules(
            max_tokens=task.max_tokens,
            stop=task.stop,
            temperature=task.temperature,
            seed=task.seed,
            allowed=task.allowed,
            banned=task.banned,
        )
        prompt = self._builder().instruct(task.system, task.user)
        answer = yield from self._answer(prompt, rules, control)
        return InstructResult(
            candidate=answer.candidate,
            **self._about(answer.timings, answer.prompt_tokens, answer.cached_tokens),
        )

    def _fill_in(self, task: FillInRequest, control: StepControl) -> Steps[CompletionResult]:
        most_tokens = self._completer.max_prompt_tokens - task.max_tokens
        builder = self._prompts
        prompt = builder.fill_in(task.before, task.after, most_tokens) if builder else None
        if prompt is None:
            return (yield from self._compare_endings(task, control))
        ending = task.after.strip()[:REPEATED_CHARACTERS]
        rules = AnswerRules(
            max_tokens=task.max_tokens,
            stop=(ending,) if len(ending) == REPEATED_CHARACTERS else (),
            temperature=task.temperature,
            seed=task.seed,
        )
        answer = yield from self._answer(prompt, rules, control)
        return CompletionResult(
            candidates=(answer.candidate,) if answer.candidate.text else (),
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

    def _answer(self, prompt: Prompt, rules: AnswerRules, control: StepControl) -> Steps[Answer]:
        tokens = prompt_tokens(self._completer.model.vocabulary, prompt)
        return self._answerer.steps(tokens or [self._completer.model.start_token], rules, control)

    def _builder(self) -> PromptBuilder:
        if self._prompts is None:
            raise UserError("This model cannot do that.", "Choose another model in the settings.")
        return self._prompts

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
