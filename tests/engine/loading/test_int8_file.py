"""A model that is stored in int8 computes what the same model computes when it is rounded while it is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_model import SENTENCES, make_tiny_model

from cowrite.base.errors import UserError
from cowrite.engine.loading.int8_file import WEIGHTS, write_int8
from cowrite.engine.loading.load import load_model
from cowrite.engine.loading.weights import Weights
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.quantize import Int8Linear, Quantization
from cowrite.models.inspection import require_safe_model
from cowrite.personalize.networks.dequantized_weights import DequantizedWeights
from cowrite.personalize.training.job import parameters_of

CPU = torch.device("cpu")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A tiny model, and the same in int8."""
    original, packed = make_tiny_model(tmp_path / "original"), tmp_path / "packed"
    packed.mkdir()
    write_int8(original, packed)
    return original, packed


def products(folder: Path) -> list[Int8Linear]:
    network = cast(Decoder, load_model(folder, CPU, Quantization.INT8).network)
    layers = [
        getattr(layer, name)
        for layer in network._layers
        for name in ("qkv", "output", "gate_up", "down")
    ]
    return cast(list[Int8Linear], [*layers, network._head])


def test_every_product_has_the_very_same_weights(folders: tuple[Path, Path]) -> None:
    for expected, got in zip(*map(products, folders), strict=True):
        assert torch.equal(expected.weight, got.weight)
        assert torch.equal(expected.scale, got.scale)


def test_only_the_embedding_is_rounded(folders: tuple[Path, Path]) -> None:
    original, packed = (Weights(folder) for folder in folders)
    assert set(original) == set(packed)
    for name in original:
        tensor = original[name]
        close = packed[name]
        assert close.dtype == tensor.dtype
        if tensor.dim() == 1:
            assert torch.equal(close, tensor)
        else:
            # Half a step of rounding to int8, and half of one to bf16.
            step = tensor.float().abs().amax(dim=1, keepdim=True) / 127
            assert torch.all(
                (close.float() - tensor.float()).abs() <= 0.51 * step + 2**-8 * step * 127
            )


@pytest.mark.parametrize("kind", list(Quantization))
def test_every_kind_answers_almost_the_same(folders: tuple[Path, Path], kind: Quantization) -> None:
    logits = []
    for folder in folders:
        loaded = load_model(folder, CPU, kind)
        ids = torch.tensor([loaded.vocabulary.encode(SENTENCES[0])])
        with torch.inference_mode():
            logits.append(loaded.network(ids).float().flatten())
    least = (
        0.97 if kind is Quantization.NF4 else 0.995
    )  # four bits turn small differences into steps
    assert torch.nn.functional.cosine_similarity(*logits, dim=0) > least


def test_it_is_half_as_large_and_has_as_many_weights(folders: tuple[Path, Path]) -> None:
    original, packed = folders
    sizes = [sum(each.numel() for each in load_file(f / WEIGHTS).values()) for f in folders]
    weights = [require_safe_model(folder).parameters for folder in folders]
    assert weights[0] == weights[1] == parameters_of(original)
    assert parameters_of(packed) == sizes[1]  # with the scales, which are few
    assert (packed / WEIGHTS).stat().st_size < 0.6 * (original / WEIGHTS).stat().st_size


def test_training_sees_what_is_served(folders: tuple[Path, Path]) -> None:
    both = [DequantizedWeights(f, Quantization.INT8, CPU, torch.float32) for f in folders]
    names = [f"model.layers.0.self_attn.{name}_proj" for name in "qkv"]
    (expected, _), (got, _) = (each.linear(names) for each in both)
    assert torch.equal(expected, got)
    assert torch.equal(*(each.head() for each in both))
    nf4 = [DequantizedWeights(f, Quantization.BF16, CPU, torch.float32) for f in folders]
    close, exact = (each.linear(names)[0] for each in nf4)
    assert torch.allclose(close, exact, atol=float(exact.abs().max()) / 100)


def test_the_same_model_gives_the_same_bytes(folders: tuple[Path, Path], tmp_path: Path) -> None:
    original, packed = folders
    again = tmp_path / "again"
    again.mkdir()
    write_int8(original, again)
    assert (again / WEIGHTS).read_bytes() == (packed / WEIGHTS).read_bytes()


@pytest.mark.expects_warnings
@pytest.mark.parametrize("damage", ["no scale", "a shorter scale"])
def test_weights_without_their_scales_are_refused(folders: tuple[Path, Path], damage: str) -> None:
    _, packed = folders
    tensors = load_file(packed / WEIGHTS)
    name = "model.layers.0.mlp.down_proj.weight_scale"
    if damage == "no scale":
        del tensors[name]
    else:
        tensors[name] = tensors[name][:-1].clone()
    save_file(tensors, packed / WEIGHTS, metadata={"format": "pt"})
    with pytest.raises(UserError, match="quantized"):
        require_safe_model(packed)
    with pytest.raises(UserError, match="damaged"):
        load_model(packed, CPU, Quantization.INT8)
