"""A model folder becomes a quantized model that still computes what it should."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from tiny_model import SENTENCES, make_tiny_model
from transformers import AutoModelForCausalLM

from cowrite.engine import quantize
from cowrite.engine.load import load_model
from cowrite.engine.quantize import (
    ROWS_TO_UNPACK_BF16,
    ROWS_TO_UNPACK_FP32,
    FourBits,
    Int8Linear,
    Quantization,
    has_four_bit_kernel,
    quantized_linear,
)
from cowrite.errors import UserError

CPU = torch.device("cpu")


@pytest.fixture(params=[True, False], ids=["bf16-instructions", "fp32-only"])
def processor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Both kinds of processor, whichever this is: every product is right on each, only not as fast."""
    has_bf16: bool = request.param
    monkeypatch.setattr(quantize, "multiplies_bf16", lambda: has_bf16)
    return has_bf16


@pytest.mark.parametrize("rows", [1, 3, ROWS_TO_UNPACK_FP32, ROWS_TO_UNPACK_BF16, 200])
@pytest.mark.parametrize("with_bias", [False, True])
def test_int8_is_within_rounding_of_the_exact_product(
    processor: bool, rows: int, with_bias: bool
) -> None:
    generator = torch.Generator().manual_seed(rows)
    weight = torch.randn(48, 64, generator=generator, dtype=torch.bfloat16)
    bias = torch.randn(48, generator=generator, dtype=torch.bfloat16) if with_bias else None
    x = torch.randn(rows, 64, generator=generator, dtype=torch.bfloat16)
    exact = torch.nn.functional.linear(
        x.float(), weight.float(), bias.float() if with_bias else None
    )
    for layer in int8_layers(weight, bias):
        close = layer(x)
        assert close.dtype == torch.bfloat16
        cosine = torch.nn.functional.cosine_similarity
        assert cosine(close.float().flatten(), exact.flatten(), dim=0) > 0.999


def int8_layers(weight: torch.Tensor, bias: torch.Tensor | None) -> list[torch.nn.Module]:
    """Every way of holding int8 weights that works on this processor."""
    layers = [Int8Linear(weight, bias)]
    if "fbgemm" in torch.backends.quantized.supported_engines:
        layers.append(Int8Linear(weight, bias))
        list(layers[-1].improvements())
    return list(layers)


def four_bit_weights(rows: int, columns: int) -> torch.Tensor:
    """Weights as a file of 4 bits gives them: sixteen levels in each 32 of a row."""
    generator = torch.Generator().manual_seed(rows)
    levels = torch.randint(0, 16, (rows, columns // 32, 32), generator=generator)
    levels[..., 0], levels[..., 1] = 0, 15
    steps = torch.rand(rows, columns // 32, 1, generator=generator) + 0.1
    least = -8 * steps + 0.1 * torch.randn(rows, columns // 32, 1, generator=generator)
    return (levels * steps + least).view(rows, columns).to(torch.bfloat16)


@pytest.mark.parametrize("rows", [1, 2, 4, 5, 40])
@pytest.mark.parametrize("with_bias", [False, True])
def test_weights_that_were_in_four_bits_are_computed_from_them(rows: int, with_bias: bool) -> None:
    weight = four_bit_weights(64, 128)
    bias = torch.randn(64, dtype=torch.bfloat16) if with_bias else None
    layer, plain = Int8Linear(weight, bias), Int8Linear(weight, bias)
    list(layer.improvements())
    assert (layer._fours is not None) is has_four_bit_kernel()
    x = torch.randn(rows, 128)
    exact = torch.nn.functional.linear(x, weight.float(), None if bias is None else bias.float())
    cosine = torch.nn.functional.cosine_similarity
    for each in (layer, plain):
        assert cosine(each(x).flatten(), exact.flatten(), dim=0) > 0.9998


@pytest.mark.parametrize(("rows", "columns"), [(64, 128), (64, 100), (60, 128)])
def test_other_weights_are_not_squeezed_into_four_bits(rows: int, columns: int) -> None:
    weight = torch.randn(rows, columns, generator=torch.Generator().manual_seed(1))
    assert FourBits.of(weight) is None
    layer = Int8Linear(weight)
    list(layer.improvements())
    assert layer._fours is None


def test_int8_keeps_the_weights_it_was_given() -> None:
    weight = torch.randn(4, 8)
    before = weight.clone()
    Int8Linear(weight)
    assert torch.equal(weight, before)


@pytest.mark.parametrize("kind", list(Quantization))
def test_every_kind_answers_with_the_right_shape(kind: Quantization) -> None:
    layer = quantized_linear(torch.randn(64, 128, dtype=torch.bfloat16), None, kind, CPU)
    assert layer(torch.randn(2, 5, 128, dtype=torch.bfloat16)).shape == (2, 5, 64)


@pytest.mark.parametrize("family", ["llama", "qwen3"])
@pytest.mark.parametrize("kind", [Quantization.BF16, Quantization.INT8])
def test_logits_agree_with_transformers(
    processor: bool, tmp_path: Path, family: str, kind: Quantization
) -> None:
    folder = make_tiny_model(tmp_path / family, family=family)
    reference = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    loaded = load_model(folder, CPU, kind)
    ids = torch.tensor([loaded.vocabulary.encode(SENTENCES[0])])
    with torch.inference_mode():
        expected = reference(input_ids=ids).logits.float().flatten()
        got = loaded.network(ids).float().flatten()
    least = 0.9998 if kind is Quantization.BF16 else 0.99
    assert torch.nn.functional.cosine_similarity(expected, got, dim=0) > least


@pytest.mark.expects_warnings
def test_a_missing_tensor_a_missing_file_and_a_cut_file_are_plain_sentences(
    tiny_model_dir: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_model_dir, folder)
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match="damaged"):
        load_model(folder, CPU, Quantization.INT8)
    weights.unlink()
    with pytest.raises(UserError, match="damaged"):
        load_model(folder, CPU, Quantization.INT8)


def test_the_start_is_the_mark_between_documents(tiny_model_dir: Path) -> None:
    loaded = load_model(tiny_model_dir, CPU, Quantization.BF16)
    assert loaded.start_token == loaded.vocabulary.id_of("<|endoftext|>")
    assert loaded.start_token in loaded.stop_tokens
