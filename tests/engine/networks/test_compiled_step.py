"""The compiled step computes what the layers compute, and is not used where it does not."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import torch
from made_up_adapter import adapter_tensors, write_adapter
from tiny_model import SENTENCES, make_tiny_model

from cowrite.engine.decoding.draft import MOST_DRAFTED
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.networks import compiled_step
from cowrite.engine.networks.adapter import read_adapter
from cowrite.engine.networks.compiled_step import MOST_TOKENS, CompiledStep, can_follow
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.layer_plan import LayerPlan
from cowrite.engine.networks.native.library import NoLibraryError
from cowrite.engine.networks.native.names import missing_targets
from cowrite.engine.networks.quantize import Quantization

CPU = torch.device("cpu")
COMPILED_FAMILIES = ("llama", "mistral", "qwen2", "qwen3")
OTHERS = {
    "gemma": ("gemma", {}),
    "gemma3": ("gemma3_text", {"layer_types": ["full_attention"] * 2}),
}


pytestmark = [
    pytest.mark.usefixtures("in_fp32"),
    pytest.mark.skipif(bool(missing_targets()), reason="there is no C compiler here"),
]


def load(folder: Path, family: str = "llama", **wishes: object) -> LoadedModel:
    return load_model(make_tiny_model(folder, family=family, **wishes), CPU, Quantization.INT8)


def optimized(model: LoadedModel) -> Decoder:
    assert isinstance(model.network, Decoder)
    for _ in model.network.optimizations():
        pass
    return model.network


@pytest.mark.parametrize("family", COMPILED_FAMILIES)
def test_it_computes_what_the_layers_compute(tmp_path: Path, family: str) -> None:
    model = load(tmp_path / "model", family)
    tokens = model.vocabulary.encode(" ".join(SENTENCES) * 8)[:300]
    with torch.inference_mode():
        expected = model.network(torch.tensor([tokens]))[0].float()
        decoder = optimized(model)
        assert decoder._compiled is not None
        cache = decoder.new_cache()
        got = [decoder(torch.tensor([tokens[:200]]), cache)]
        at = 200
        for size in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 44):
            got.append(decoder(torch.tensor([tokens[at : at + size]]), cache))
            at += size
    assert at == cache.length == 300
    cosine = torch.nn.functional.cosine_similarity(expected, torch.cat(got, dim=1)[0].float())
    assert cosine.min() > 0.99
    assert cosine.median() > 0.9995


def test_only_the_last_logits_are_computed_and_going_back_works(tmp_path: Path) -> None:
    model = load(tmp_path / "model")
    decoder = optimized(model)
    with torch.inference_mode():
        cache = decoder.new_cache()
        decoder(torch.arange(40)[None], cache)
        once = decoder(torch.tensor([[5, 6, 7]]), cache)
        cache.rewind(40)
        last = decoder(torch.tensor([[5, 6, 7]]), cache, last=2)
    assert last.shape[:2] == (1, 2)
    torch.testing.assert_close(last, once[:, 1:])


def test_several_rows_are_left_to_the_layers(tmp_path: Path) -> None:
    model = load(tmp_path / "model")
    decoder = optimized(model)
    with torch.inference_mode():
        cache = decoder.new_cache()
        decoder(torch.arange(40)[None], cache)
        forked = cache.fork(3, 40)
        logits = decoder(torch.tensor([[5], [5], [9]]), forked)
        alone = decoder(torch.tensor([[5]]), cache)
    assert torch.nn.functional.cosine_similarity(logits[0], alone[0]).item() > 0.999
    torch.testing.assert_close(logits[0], logits[1])


@pytest.mark.parametrize("case", list(OTHERS))
def test_what_it_cannot_follow_stays_with_torch(tmp_path: Path, case: str) -> None:
    family, wishes = OTHERS[case]
    assert optimized(load(tmp_path / "model", family, **wishes))._compiled is None


def test_beyond_a_window_the_layers_compute(tmp_path: Path) -> None:
    model = load(tmp_path / "model", "mistral", sliding_window=32)
    tokens = torch.randint(0, 300, (1, 60), generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = model.network(tokens)[0].float()
        decoder = optimized(model)
        cache = decoder.new_cache()
        got = torch.cat([decoder(part, cache) for part in tokens.split(2, dim=1)], dim=1)[0]
    assert torch.nn.functional.cosine_similarity(expected, got.float()).min() > 0.99


def test_other_kinds_of_weights_stay_with_torch(tmp_path: Path) -> None:
    model = load_model(make_tiny_model(tmp_path / "model"), CPU, Quantization.BF16)
    assert optimized(model)._compiled is None


def test_a_step_that_computes_something_else_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    read = CompiledStep.read
    monkeypatch.setattr(CompiledStep, "read", lambda *a: read(*a).flip(-1))
    with caplog.at_level(logging.WARNING):
        assert optimized(load(tmp_path / "model"))._compiled is None
    assert "something else" in caplog.text
    caplog.clear()


def test_where_there_is_no_library_torch_computes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_library() -> None:
        raise NoLibraryError("There is no library.")

    monkeypatch.setattr(compiled_step, "library", no_library)
    with caplog.at_level(logging.INFO):
        decoder = optimized(load(tmp_path / "model"))
    assert decoder._compiled is None
    assert "torch computes the decoding step: There is no library." in caplog.text
    with torch.inference_mode():
        assert torch.isfinite(decoder(torch.tensor([[1]]), decoder.new_cache())).all()


def test_a_pass_in_parts_computes_the_same_whatever_comes_between(tmp_path: Path) -> None:
    decoder = optimized(load(tmp_path / "model"))
    assert decoder._compiled is not None
    ids = torch.arange(16)[None] + 3
    with torch.inference_mode():
        whole, in_parts, other = (decoder.new_cache() for _ in range(3))
        for cache in (whole, in_parts, other):
            decoder(ids[:, :8], cache)
        expected = decoder(ids[:, 8:], whole, last=5)
        pauses, reading = 0, decoder.reading(ids[:, 8:], in_parts, last=5)
        while True:
            try:
                next(reading)
            except StopIteration as end:
                found = end.value
                break
            pauses += 1
            decoder(ids[:, :3], other)
        given_up = decoder.reading(ids[:, :4], other)
        next(given_up)
        length = other.length
        given_up.close()
    assert pauses == 3
    assert torch.equal(found, expected)
    assert torch.equal(whole.block[:, :, :, :, :16], in_parts.block[:, :, :, :, :16])
    assert (in_parts.length, other.length) == (16, length)


def test_more_tokens_than_there_is_room_for_are_refused(tmp_path: Path) -> None:
    decoder = optimized(load(tmp_path / "model"))
    assert decoder._compiled is not None
    cache = decoder.new_cache()
    cache.make_room(1, 1)
    x, turns = torch.zeros(1, 2, 64), torch.zeros(2, 16)
    with pytest.raises(ValueError, match="no room for 513 tokens, only for 512"):
        decoder._compiled.read(x, cache.block, 511, turns, turns, 1)


def test_a_draft_fits() -> None:
    assert MOST_DRAFTED < MOST_TOKENS


def test_a_plan_of_layers_that_see_differently_is_not_followed() -> None:
    plan = LayerPlan.from_config(
        {
            "model_type": "qwen3",
            "num_hidden_layers": 2,
            "hidden_size": 64,
            "num_attention_heads": 4,
            "rms_norm_eps": 1e-5,
            "layer_types": ["sliding_attention", "full_attention"],
            "use_sliding_window": True,
            "sliding_window": 8,
        }
    )
    assert plan is not None
    assert not can_follow(plan)


def in_small_steps(model: LoadedModel, tokens: list[int]) -> torch.Tensor:
    cache = model.network.new_cache()
    with torch.inference_mode():
        parts = [
            model.network(torch.tensor([tokens[at : at + 3]]), cache)[0] for at in range(0, 30, 3)
        ]
    return torch.cat(parts).float()


@pytest.mark.parametrize("early", [True, False], ids=["before compiling", "after"])
def test_an_adapter_is_computed_swapped_and_taken_away(tmp_path: Path, early: bool) -> None:
    some = {n: t for n, t in adapter_tensors(rank=8, seed=3).items() if ".layers.1." in n}
    folders = [
        write_adapter(tmp_path / "one", lora_alpha=2),
        write_adapter(tmp_path / "two", seed=2, lora_alpha=2),
        write_adapter(tmp_path / "some layers", rank=8, tensors=some, lora_alpha=4),
    ]
    plain, model = load(tmp_path / "a"), load(tmp_path / "b")
    tokens = list(range(1, 31))  # the first one of the vocabulary has an empty embedding
    if early:
        model.network.use_adapter(read_adapter(folders[0]))
    assert optimized(model)._compiled is not None
    for folder in [*folders, None]:
        adapter = read_adapter(folder) if folder else None
        plain.network.use_adapter(adapter)
        model.network.use_adapter(adapter)
        cosine = torch.nn.functional.cosine_similarity(
            in_small_steps(plain, tokens), in_small_steps(model, tokens)
        )
        assert cosine.min() > 0.98
        assert cosine.median() > 0.9995
