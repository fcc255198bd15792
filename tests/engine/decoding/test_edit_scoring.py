"""Scores of edits: what reading each whole text says, with and without other models' networks, and what is left out."""

from __future__ import annotations

import pytest
import torch
from tiny_model import make_tiny_model

from cowrite.base.errors import UserError
from cowrite.engine.decoding.edit_scoring import EditScorer, EditScores
from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.decoding.scoring import Scorer
from cowrite.engine.decoding.step_control import StepControl
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import EditsRequest, ScoreRequest, TextEdit
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.steps import Cancelled, finish

BEFORE = "She had not been there for a long time. "
TEXT = "The old lighthouse stood on the hill above the town."
EDITS = (
    TextEdit(start=19, end=24, after="stands"),
    TextEdit(start=0, end=3, after="An"),
    TextEdit(start=25, end=28, after=""),
    TextEdit(start=28, end=28, after="the "),
    TextEdit(start=51, end=52, after=""),
    TextEdit(start=52, end=52, after="."),
)
FAMILIES = {"llama": {}, "mistral": {"sliding_window": 12}, "phi3": {"sliding_window": 12}}
# bf16 keys and values are rounded otherwise in passes of another size; nats for each token.
TOLERANCE = 0.06 * 20


@pytest.fixture(scope="module", params=FAMILIES)
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    folder = tmp_path_factory.mktemp("model") / "m"
    make_tiny_model(folder, family=request.param, **FAMILIES[request.param])
    return load_model(folder, torch.device("cpu"), Quantization.BF16)


def scored(model: LoadedModel, request: EditsRequest, *, gives_way: bool = False) -> EditScores:
    scorer = EditScorer(model, PrefixCache(model))
    return finish(scorer.steps(request, StepControl(gives_way=gives_way)))


@pytest.mark.parametrize("before", ["", BEFORE])
@pytest.mark.parametrize("gives_way", [False, True])
def test_an_edit_gains_what_the_whole_text_gains(
    model: LoadedModel, before: str, gives_way: bool
) -> None:
    found = scored(
        model,
        EditsRequest(before=before, text=TEXT, edits=EDITS, after="\n", window=100),
        gives_way=gives_way,
    )
    variants = (TEXT, *(TEXT[: e.start] + e.after + TEXT[e.end :] for e in EDITS))
    scorer = Scorer(model, PrefixCache(model))
    whole = finish(scorer.steps(ScoreRequest(before=before, variants=variants, after="\n"))).scores
    for score, variant in zip(found.scores, whole[1:], strict=True):
        assert score is not None
        assert score.gain == pytest.approx(variant.logprob - whole[0].logprob, abs=TOLERANCE)


def test_a_shorter_window_reads_less(model: LoadedModel) -> None:
    wide, narrow = (
        scored(model, EditsRequest(before="", text=TEXT, edits=EDITS, window=window))
        for window in (8, 1)
    )
    assert narrow.read_tokens < wide.read_tokens
    assert narrow.logprob == pytest.approx(wide.logprob, abs=TOLERANCE)


def test_what_cannot_gain_enough_is_left_out(model: LoadedModel) -> None:
    request = EditsRequest(before="", text=TEXT, edits=EDITS, after="\n")
    everything = scored(model, request)
    none = scored(
        model, EditsRequest(before="", text=TEXT, edits=EDITS, after="\n", least_gain=1e6)
    )
    two = scored(model, EditsRequest(before="", text=TEXT, edits=EDITS, after="\n", most=2))
    assert None not in everything.scores
    assert set(none.scores) == {None}
    assert none.read_tokens < everything.read_tokens
    assert sum(score is not None for score in two.scores) == 2


def test_an_edit_that_changes_nothing_has_no_score(model: LoadedModel) -> None:
    same = TextEdit(start=0, end=3, after="The")
    assert scored(model, EditsRequest(before="", text=TEXT, edits=(same,))).scores == (None,)
    assert scored(model, EditsRequest(before="", text="", edits=())).scores == ()


def test_a_text_too_long_for_the_model_is_refused_in_a_sentence(model: LoadedModel) -> None:
    with pytest.raises(UserError, match="too long"):
        scored(model, EditsRequest(before="", text=TEXT * 400, edits=EDITS[:1]))


def test_what_is_not_wanted_any_more_ends(model: LoadedModel) -> None:
    scorer = EditScorer(model, PrefixCache(model))
    request = EditsRequest(before="", text=TEXT, edits=EDITS)
    with pytest.raises(Cancelled):
        finish(scorer.steps(request, StepControl(cancelled=lambda: True)))
    again = finish(scorer.steps(request))
    assert again.scores == scored(model, request).scores
