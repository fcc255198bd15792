"""A name that the model has never seen, used three times, is offered after its first two letters."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from cowrite.engine.decoding.completer import Completer
from cowrite.engine.loading.load import load_model
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.networks.quantize import Quantization
from cowrite.suggest.filter.show_filter import judge
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import SuggestSettings

NAMES = (
    "Grimblewick",
    "Oszkárné",
    "Thraxibul",
    "Quessadine",
    "Wyndelhart",
    "Müllerbach",
    "Kvothenheim",
    "Ilmatarra",
    "Zephrodel",
    "Braddlestone",
)
STORY = (
    "Nobody in the village had ever liked {0}. The trouble with {0} was that he always came too late, and the first "
    "time that {0} came too late the church had burnt down."
)
AGAIN = " So it was no surprise that on Sunday "

pytestmark = pytest.mark.starter_model


@pytest.fixture(scope="module")
def completer(starter_model_dir: Path) -> Completer:
    model = load_model(starter_model_dir, torch.device("cpu"), Quantization.INT8)
    return Completer(model, model_id="starter")


@pytest.mark.parametrize("name", NAMES)
def test_a_new_name_is_offered_after_its_first_two_letters(completer: Completer, name: str) -> None:
    story = STORY.format(name)
    before = story + AGAIN + name[:2]
    completer.ngrams.learn("story", story)
    request = CompletionRequest(before=before)
    best = completer.complete(request).candidates[0]
    context = CaretContext(
        document_id="story", revision=1, offset=len(before), before=before, after=""
    )
    shown = judge(best, context, SuggestSettings()).text
    assert shown.startswith(name[2:]), f"{best.text!r} {[t.logprob for t in best.tokens]}"


def test_it_is_not_offered_once_it_is_forgotten(completer: Completer) -> None:
    completer.ngrams.learn("story", STORY.format(NAMES[0]))
    completer.ngrams.forget("story")
    assert completer.ngrams.guesses(f"And then {NAMES[0][:2]}").trust == 0.0


def test_it_is_not_offered_in_private(completer: Completer) -> None:
    name = NAMES[0]
    completer.ngrams.learn("story", STORY.format(name))
    before = "They all went home, and there stood " + name[:2]
    answers = [
        completer.complete(CompletionRequest(before=before, is_private=is_private)).candidates[0]
        for is_private in (False, True)
    ]
    assert [each.text.startswith(name[2:]) for each in answers] == [True, False]
