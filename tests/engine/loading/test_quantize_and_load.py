"""A model folder becomes a quantized model that still computes what it should."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from tiny_model import SENTENCES, make_tiny_model
from transformers import AutoModelForCausalLM

from cowrite.base.errors import UserError
from cowrite.engine.loading.load import load_model
from cowrite.engine.loading.mapped_tensor import map_tensor
from cowrite.engine.networks import quantize
from cowrite.engine.networks.quantize import (
    ROWS_TO_UNPACK_BF16,
    ROWS_TO_UNPACK_FP32,
    Int8Linear,
    Quantization,
    quantized_linear,
)

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
        list(layers[-1].optimizations())
    return list(layers)


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
    least = 0.9997 if kind is Quantization.BF16 else 0.99
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


@pytest.mark.skipif(sys.platform == "win32", reason="there it is copied")
def test_the_embedding_stays_in_its_file_and_is_what_stands_there(tmp_path: Path) -> None:
    folder = make_tiny_model(tmp_path)
    file, name = folder / "model.safetensors", "model.embed_tokens.weight"
    mapped = map_tensor(file, name)
    assert mapped is not None
    before = file.read_bytes()
    with safe_open(file, framework="pt") as opened:
        assert torch.equal(mapped, opened.get_tensor(name))
    mapped[0] = 0
    assert file.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="there it is copied")
def test_what_is_loaded_computes_on_after_its_folder_is_gone(tmp_path: Path) -> None:
    folder = make_tiny_model(tmp_path)
    model = load_model(folder, CPU, Quantization.INT8)
    ids = torch.arange(6)[None]
    with torch.inference_mode():
        before = model.network(ids)
        shutil.rmtree(folder)
        assert torch.equal(model.network(ids), before)


def test_a_tensor_of_another_type_is_not_mapped(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    save_file({"half": torch.ones(3, dtype=torch.float16)}, file)
    assert map_tensor(file, "half") is None
