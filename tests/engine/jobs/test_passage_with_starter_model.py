"""With the real model: a passage that is interrupted at every word has the text of one that is left alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cowrite.engine.decoding.step_control import StepControl
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.messages import CompletionRequest, CompletionResult
from cowrite.engine.networks.steps import finish

pytestmark = pytest.mark.starter_model

LETTER = (
    "Dear Margaret, I have been at the harbour for three weeks now, and the weather has not changed once. "
    "Every morning the fog comes in from the sea and lies between the houses until noon. "
)
PASSAGE = CompletionRequest(before=LETTER * 4, max_words=60, max_tokens=48, multiline=True)
TYPED = ["The old man ", LETTER, LETTER[:60], "It was ", LETTER * 4 + "And then", "Nobody knew "]
GIVES_WAY = StepControl(gives_way=True)


@pytest.fixture(scope="module")
def runtime(starter_model_dir: Path) -> Iterator[Runtime]:
    runtime = Runtime.open(
        starter_model_dir, model_id="starter", device="cpu", quantizations={"cpu": "int8"}
    )
    yield runtime
    runtime.close()


# How often it is interrupted: with every change in one way, at night in all.
EVERY = [7, 40] if os.environ.get("COWRITE_EVERY_STATE") else [17]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("every", EVERY)
def test_the_text_is_the_same(runtime: Runtime, every: int) -> None:
    alone = finish(runtime.steps(PASSAGE, GIVES_WAY))
    assert isinstance(alone, CompletionResult)
    assert len(alone.candidates[0].tokens) > 20
    runtime._loaded().cache.clear()
    steps, number, result = runtime.steps(PASSAGE, GIVES_WAY), 0, None
    while result is None:
        try:
            next(steps)
        except StopIteration as end:
            result = end.value
        if number % every == 0:
            typed = CompletionRequest(before=TYPED[number // every % len(TYPED)])
            assert runtime.complete(typed) is not None
        number += 1
    assert number > 2 * every
    assert result.candidates[0].text == alone.candidates[0].text
    runtime._loaded().cache.clear()
