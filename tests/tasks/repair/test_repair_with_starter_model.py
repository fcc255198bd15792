"""Repair with the real starter model and the real dictionary, on sentences of our own."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.steps import finish
from cowrite.proposals.proposal import Proposal, Version, composed
from cowrite.spelling.cast import Cast
from cowrite.spelling.checker import Checker
from cowrite.spelling.dictionary import Dictionary
from cowrite.spelling.installed import SHIPPED
from cowrite.spelling.suggestions import suggestions
from cowrite.tasks.passage.work import PassageRequest
from cowrite.tasks.prompts import ModelPrompts
from cowrite.tasks.repair.work import repair_work

pytestmark = pytest.mark.starter_model


class English:
    """The shipped dictionary."""

    def __init__(self) -> None:
        self._checker = Checker(Dictionary(SHIPPED["en_GB"]))

    def knows(self, word: str) -> bool:
        return self._checker.knows_form(word)

    def suggestions(self, word: str) -> list[str]:
        return suggestions(word, self._checker, Cast())


@pytest.fixture(scope="module")
def runtime(starter_model_dir: Path) -> Runtime:
    torch.set_num_threads(1)
    return Runtime.open(
        starter_model_dir,
        model_id="starter",
        device="cpu",
        quantizations={"cpu": Quantization.INT8},
        prompts_of=ModelPrompts.of,
    )


def repaired(runtime: Runtime, passage: str, thoroughness: float) -> Version:
    work = repair_work(
        PassageRequest(
            passage=passage, language="en_GB", words=English(), thoroughness=thoroughness
        )
    )
    asked = next(work)
    while True:
        answer = None if isinstance(asked, Proposal) else finish(runtime.steps(asked))
        try:
            asked = work.send(answer)
        except StopIteration as end:
            version: Version = end.value.versions[0]
            assert composed(passage, version.hunks) == version.text
            return version


def test_a_learners_sentence_is_mended(runtime: Runtime) -> None:
    found = repaired(runtime, "Nobody could went out becouse the wether was bad.", 1.0)
    assert "go out" in found.text
    assert "because" in found.text


def test_careful_leaves_a_right_sentence_alone(runtime: Runtime) -> None:
    passage = "He was a tall man of some sixty years, and he had been to sea before the war."
    assert repaired(runtime, passage, 0.0).text == passage
