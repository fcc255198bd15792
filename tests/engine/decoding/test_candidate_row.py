"""A candidate that grows token by token: what was typed against all that the model expects is no error."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from cowrite.engine.decoding.candidate_row import CandidateRow
from cowrite.engine.decoding.choice import ChosenToken
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.networks.quantize import Quantization


@pytest.fixture(scope="module")
def model(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir, torch.device("cpu"), Quantization.BF16)


@pytest.mark.parametrize("agreed", [-1.0, -50.0, -math.inf])
@pytest.mark.parametrize("sure", [0.0, -1e-9, -0.5])
def test_letters_that_nobody_expected_after_a_sure_beginning_have_a_probability(
    model: LoadedModel, sure: float, agreed: float
) -> None:
    first, second = model.vocabulary.encode_inside("q"), model.vocabulary.encode_inside("z")
    row = CandidateRow(b"qz", typed=b"qz")
    row.take(ChosenToken(first[0], sure), model, CompletionRequest(before="qz"))
    row.take(ChosenToken(second[0], -1.0, agreed=agreed), model, CompletionRequest(before="qz"))
    assert row.chosen == (first[0], second[0])
    assert math.isfinite(row.candidate().logprob)
    assert row.candidate().logprob <= 0.0
    assert row.remaining <= 0.0
