"""Answers that a benchmark remembers are those of the engine, whatever bounds are asked for."""

from __future__ import annotations

import importlib
import math
from pathlib import Path
from typing import Any

import pytest

from cowrite.engine.messages import CompletionRequest, CompletionResult
from cowrite.models.store import ModelStore

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
TEXT = (
    "Once upon a time there was a little girl who lived in a house at the edge of the forest. Her grandmother was very "
    "ill, and her mother said that she should take a cake and some wi"
)


@pytest.fixture
def answers_module(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("_answers")


@pytest.mark.starter_model
def test_an_answer_cut_to_its_bounds_is_the_one_the_engine_gives(
    answers_module: Any, starter_models_dir: Path, tmp_path: Path
) -> None:
    from cowrite.engine.jobs.runtime import Runtime

    installed = ModelStore(starter_models_dir).quick_check("smollm2-135m-instruct")
    runtime = Runtime.open(
        installed.path, model_id=installed.id, device="cpu", quantizations={"cpu": "int8"}
    )
    asked: list[CompletionRequest] = []

    def ask(request: CompletionRequest) -> CompletionResult:
        asked.append(request)
        result = runtime.complete(request)
        assert result is not None
        return result

    file = tmp_path / "answers.sqlite"
    try:
        answers = answers_module.Answers(file, "m", lambda: (ask, runtime.ngrams.learn))
        requests = [
            CompletionRequest(
                before=TEXT[:end], max_words=words, max_tokens=20, min_word_logprob=math.log(least)
            )
            for end in range(40, len(TEXT), 13)
            for words in (1, 3)
            for least in (0.05, 0.4)
        ]
        for request in requests:
            direct = runtime.complete(request)
            assert direct is not None
            found = answers(request)
            assert [each.text for each in found.candidates] == [e.text for e in direct.candidates]
            assert [each.is_cut for each in found.candidates] == [
                each.is_cut for each in direct.candidates
            ]
            for one, other in zip(found.candidates, direct.candidates, strict=True):
                assert [t.logprob for t in one.tokens] == pytest.approx(
                    [t.logprob for t in other.tokens], abs=0.02
                )
        assert len(asked) == len(requests) // 4
        again = answers_module.Answers(file, "m", lambda: pytest.fail("it is in the file"))
        for request in requests:
            assert again(request).candidates == answers(request).candidates
    finally:
        runtime.close()
