"""From a task to its answer: prompts of each kind of model, gaps, scores, and what this model cannot do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cowrite.engine.decoding.step_control import TaskRefusedError
from cowrite.engine.jobs.runtime import PromptsOf, Runtime
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
)
from cowrite.engine.networks.steps import finish
from cowrite.engine.prompts import FillInPrompt, Prompt, Text

BEFORE, AFTER = "It was ", " above the town, and the light went out."


class Prompts:
    """Puts everything as plain text."""

    def __init__(self, *, goes_on: bool) -> None:
        self._goes_on = goes_on

    def instruct(self, system: str, user: str) -> Prompt:
        return (Text(f"{system}{user}"),)

    def fill_in(self, before: str, after: str, most_tokens: int) -> FillInPrompt:
        assert most_tokens > 0
        return FillInPrompt((Text(f"{after} {before}"),), self._goes_on)


Open = Callable[[PromptsOf | None], Runtime]


@pytest.fixture(scope="module")
def runtimes(tiny_model_dir: Path) -> Open:
    def opened(prompts_of: PromptsOf | None) -> Runtime:
        return Runtime.open(
            tiny_model_dir, model_id="tiny", device="cpu", quantizations={"cpu": "bf16"}, prompts_of=prompts_of
        )  # fmt: skip

    return opened


def done(runtime: Runtime, task: Task) -> AnyResult:
    return finish(runtime.steps(task))


def test_a_model_that_can_only_go_on_compares_what_comes_after(runtimes: Open) -> None:
    runtime = runtimes(None)
    filled = done(runtime, FillInRequest(before=BEFORE, after=AFTER, max_words=2, candidates=12))
    gone_on = done(
        runtime,
        CompletionRequest(before=BEFORE, after=AFTER, max_words=2, max_tokens=32, candidates=12),
    )
    assert isinstance(filled, CompletionResult)
    assert isinstance(gone_on, CompletionResult)
    assert {each.text for each in filled.candidates} == {each.text for each in gone_on.candidates}
    texts = tuple(each.text for each in filled.candidates)
    assert len(texts) > 1
    scored = done(runtime, ScoreRequest(before=BEFORE, variants=texts, after=AFTER))
    assert isinstance(scored, ScoreResult)
    logprobs = [each.logprob for each in scored.scores]
    assert logprobs == pytest.approx(sorted(logprobs, reverse=True), abs=0.5)


@pytest.mark.parametrize("goes_on", [False, True])
def test_words_for_a_gap_stay_within_it(runtimes: Open, goes_on: bool) -> None:
    runtime = runtimes(lambda *_: Prompts(goes_on=goes_on))
    found = done(runtime, FillInRequest(before=BEFORE, after=AFTER, max_words=2, max_tokens=20))
    assert isinstance(found, CompletionResult)
    for candidate in found.candidates:
        assert len(candidate.text.split()) <= 2
        assert "\n" not in candidate.text
        assert candidate.text == "".join(each.text for each in candidate.tokens)
        if not goes_on:
            assert not candidate.text[0].isalnum()


def test_an_instruction_is_answered_and_says_what_it_took(runtimes: Open) -> None:
    runtime = runtimes(lambda *_: Prompts(goes_on=True))
    task = InstructRequest(user=BEFORE, system="Go. ", max_tokens=8)
    found = done(runtime, task)
    assert isinstance(found, InstructResult)
    assert len(found.candidate.tokens) <= 8
    assert (found.model, found.device, found.quantization) == ("tiny", "cpu", "bf16")
    assert found.timings.total >= found.timings.prefill > 0
    again = done(runtime, task)
    assert again.cached_tokens == again.prompt_tokens
    chosen = done(runtime, InstructRequest(user=BEFORE, allowed=("yes", "no")))
    assert isinstance(chosen, InstructResult)
    assert chosen.candidate.text in ("yes", "no")


def test_what_cannot_be_done_is_refused_and_the_engine_is_well(runtimes: Open) -> None:
    runtime = runtimes(None)
    with pytest.raises(TaskRefusedError, match="cannot do that"):
        done(runtime, InstructRequest(user="Go."))
    with pytest.raises(TaskRefusedError, match="too long"):
        done(runtime, ScoreRequest(before="", variants=("The old lighthouse. " * 300,)))
    assert isinstance(done(runtime, CompletionRequest(before=BEFORE)), CompletionResult)
