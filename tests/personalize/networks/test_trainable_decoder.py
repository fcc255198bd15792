"""The training forward: the same numbers as transformers, PEFT and TRL give, for every family the plan knows."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from peft_oracle import CPU, load, peft_model, save, stir, tokens
from safetensors.torch import load_file
from tiny_model import make_tiny_model
from torch.nn import functional as F

from cowrite.engine.loading.load import load_model
from cowrite.engine.networks.quantize import Quantization
from cowrite.personalize.networks.trainable import LoraShape
from cowrite.personalize.settings import TARGETS
from cowrite.personalize.training.adapter_file import WEIGHTS

pytestmark = pytest.mark.usefixtures("in_fp32")


@pytest.mark.parametrize("family", ["llama", "qwen2", "qwen3", "gemma", "gemma3_text", "mistral"])
def test_an_adapter_computes_in_peft_what_it_computes_here(family: str, tmp_path: Path) -> None:
    wishes = {"sliding_window": 5} if family in ("mistral", "gemma3_text") else {}
    folder = make_tiny_model(tmp_path / "tiny", family=family, **wishes)
    model = load(folder)
    stir(model)
    ids = tokens(20)
    theirs = peft_model(folder, save(model, tmp_path / "adapter"))
    with torch.no_grad():
        logits = theirs(input_ids=ids[None]).logits[0]
        expected = F.cross_entropy(logits[:-1], ids[1:], reduction="none")
        ours = model.token_losses(ids, [20], torch.arange(1, 20))
        with model.without_adapter():
            plain = model.token_losses(ids, [20], torch.arange(1, 20))
    torch.testing.assert_close(ours, expected, rtol=1e-4, atol=1e-4)
    assert (ours - plain).abs().max() > 1e-3


def test_gradients_are_those_of_peft(tmp_path: Path, tiny_model_dir: Path) -> None:
    model = load(tiny_model_dir)
    stir(model)
    ids = tokens(24)
    theirs = peft_model(tiny_model_dir, save(model, tmp_path / "adapter"))
    loss = F.cross_entropy(theirs(input_ids=ids[None]).logits[0, :-1], ids[1:])
    loss.backward()
    ours = model.token_losses(ids, [24], torch.arange(1, 24)).mean()
    ours.backward()
    assert ours.item() == pytest.approx(loss.item(), abs=1e-5)
    gradients = {
        name.replace(".default.", "."): parameter.grad
        for name, parameter in theirs.named_parameters()
        if parameter.grad is not None
    }
    for layer in model.layers:
        for linear in layer.adapted:
            for i, part in enumerate(linear.parts):
                at = f"base_model.model.{part.name}"
                rows = slice(i * linear.rank, (i + 1) * linear.rank)
                for name, ours_grad in (("A", linear.a.grad[rows]), ("B", linear.b[i].grad)):
                    expected = gradients.pop(f"{at}.lora_{name}.weight")
                    torch.testing.assert_close(ours_grad, expected, rtol=1e-3, atol=1e-6)
    assert not gradients


@pytest.mark.parametrize("checkpointing", [False, True])
def test_texts_packed_together_do_not_see_each_other(
    tiny_model_dir: Path, checkpointing: bool
) -> None:
    model = load(tiny_model_dir, checkpointing=checkpointing)
    stir(model)
    texts = [tokens(length, seed=length) for length in (7, 19, 12)]
    apart = [model.token_losses(t, [len(t)], torch.arange(1, len(t))) for t in texts]
    sum(each.sum() for each in apart).backward()
    expected = [parameter.grad.clone() for parameter in model.parameters()]
    model.zero_grad()
    at = torch.tensor([*range(1, 7), *range(8, 26), *range(27, 38)])
    together = model.token_losses(torch.cat(texts), [7, 19, 12], at)
    together.sum().backward()
    torch.testing.assert_close(together, torch.cat(apart), rtol=1e-5, atol=1e-5)
    for parameter, gradient in zip(model.parameters(), expected, strict=True):
        torch.testing.assert_close(parameter.grad, gradient, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", ["int8", "nf4", "bf16"])
def test_the_base_is_the_one_that_is_served(tiny_model_dir: Path, kind: str) -> None:
    ids = tokens(64)  # many rows, so that the engine computes in fp32
    with torch.no_grad():
        ours = load(tiny_model_dir, kind=kind).token_losses(ids, [64], torch.arange(1, 64))
        served = load_model(tiny_model_dir, CPU, Quantization(kind))
        logits = served.network(ids[None])[0].float()
        unrounded = load(tiny_model_dir).token_losses(ids, [64], torch.arange(1, 64))
    expected = F.cross_entropy(logits[:-1], ids[1:], reduction="none")
    # The engine's kernels for four bits compute in bf16.
    difference = (ours - expected).abs().mean()
    assert difference < 0.02
    if kind == "nf4":
        assert difference < (unrounded - expected).abs().mean() / 4


def test_dropout_is_drawn_from_the_seed_and_computed_again_alike(tiny_model_dir: Path) -> None:
    shape = LoraShape(rank=4, alpha=8, dropout=0.5, targets=TARGETS)
    ids, at = tokens(16), torch.arange(1, 16)
    results = []
    for checkpointing in (False, True):
        model = load(tiny_model_dir, shape, checkpointing=checkpointing)
        stir(model)
        losses = model.token_losses(ids, [16], at, seed=3)
        losses.sum().backward()
        results.append((losses.detach(), [p.grad for p in model.parameters()]))
        other = model.token_losses(ids, [16], at, seed=4)
        assert not torch.equal(losses, other)
    torch.testing.assert_close(results[0], results[1])


def test_frozen_layers_and_other_targets_get_no_factors(
    tmp_path: Path, tiny_model_dir: Path
) -> None:
    shape = LoraShape(rank=4, alpha=8, dropout=0.0, targets=("q_proj", "up_proj"), frozen_layers=1)
    model = load(tiny_model_dir, shape)
    stir(model)
    names = {name for name, _ in model.factors()}
    at = "base_model.model.model.layers.1"
    assert names == {
        f"{at}.{part}.lora_{side}.weight"
        for part in ("self_attn.q_proj", "mlp.up_proj")
        for side in "AB"
    }
    theirs = peft_model(tiny_model_dir, save(model, tmp_path / "adapter", shape))
    ids = tokens(12)
    with torch.no_grad():
        expected = F.cross_entropy(theirs(input_ids=ids[None]).logits[0, :-1], ids[1:])
        ours = model.token_losses(ids, [12], torch.arange(1, 12)).mean()
    torch.testing.assert_close(ours, expected, rtol=1e-4, atol=1e-4)


def test_factors_are_read_back(tmp_path: Path, tiny_model_dir: Path) -> None:
    model = load(tiny_model_dir)
    stir(model)
    folder = save(model, tmp_path / "adapter")
    again = load(tiny_model_dir)
    again.set_factors(load_file(folder / WEIGHTS))
    torch.testing.assert_close(again.copy_factors(), model.copy_factors(), rtol=0, atol=0)
    with pytest.raises(ValueError, match="another shape"):
        again.set_factors({})
