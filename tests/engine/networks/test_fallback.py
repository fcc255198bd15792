"""Families that transformers computes: going back and copying, near and beyond a window that layers look through."""

from __future__ import annotations

import pytest
import torch
from tiny_model import make_tiny_model

from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.quantize import Quantization

WINDOW = 16
TOKENS = [1 + (7 * i + i * i) % 250 for i in range(60)]


@pytest.fixture(scope="module", params=[{"sliding_window": WINDOW}, {}], ids=["window", "whole"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    folder = tmp_path_factory.mktemp("phi3")
    make_tiny_model(folder, family="phi3", **request.param)
    loaded = load_model(folder, torch.device("cpu"), Quantization.BF16)
    assert not isinstance(loaded.network, Decoder)
    return loaded


def fresh(model: LoadedModel, tokens: list[int]) -> torch.Tensor:
    """The logits after ``tokens``, read at once and without a cache."""
    logits: torch.Tensor = model.network(torch.tensor([tokens]), last=1)[0, 0]
    return logits


def require_close(got: torch.Tensor, expected: torch.Tensor) -> None:
    torch.testing.assert_close(got.float(), expected.float(), atol=0.06, rtol=0.06)


@pytest.mark.parametrize("length", [WINDOW - 1, WINDOW, WINDOW + 1, 3 * WINDOW])
@pytest.mark.parametrize("back", [1, 5, WINDOW - 2])
@torch.inference_mode()
def test_going_back_and_on(model: LoadedModel, length: int, back: int) -> None:
    cache = PrefixCache(model)
    cache.read(TOKENS[:length], lambda: False)
    tokens = [*TOKENS[: length - back], 252, 8]
    logits, known = cache.read(tokens, lambda: False)
    assert known == length - back
    require_close(logits, fresh(model, tokens))
    require_close(cache.append([7]), fresh(model, [*tokens, 7]))


@pytest.mark.parametrize("length", [WINDOW - 3, WINDOW, 3 * WINDOW])
@torch.inference_mode()
def test_a_copy_with_less_in_it(model: LoadedModel, length: int) -> None:
    cache = PrefixCache(model)
    cache.read(TOKENS[: length + 4], lambda: False)
    copy = cache.fork(2)
    cache.keep(length)
    less = cache.fork(2)
    for each, known in ((copy, length + 4), (less, length)):
        assert each.length == known
        logits = model.network(torch.tensor([[5], [6]]), each, last=1)[:, 0]
        for row, token in enumerate((5, 6)):
            require_close(logits[row], fresh(model, [*TOKENS[:known], token]))


@torch.inference_mode()
def test_drafts_that_are_wrong_beyond_the_window(model: LoadedModel) -> None:
    cache = PrefixCache(model)
    tokens = TOKENS[: 2 * WINDOW]
    cache.read_ahead(tokens, [3, 4, 5], lambda: False)
    cache.keep(len(tokens) + 1)
    require_close(cache.append([9]), fresh(model, [*tokens, 3, 9]))
