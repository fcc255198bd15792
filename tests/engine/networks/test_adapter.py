"""An adapter beside quantized weights: what PEFT computes, swapped in place, refused when anything of it is odd."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy
import pytest
import torch
from made_up_adapter import TARGETS, adapter_tensors, tensor_name, write_adapter
from support.answers import same_candidates
from tiny_model import SENTENCES, make_tiny_model
from transformers import AutoModelForCausalLM

from cowrite.base.errors import UserError
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.networks.adapter import AdaptedLinear, read_adapter
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.quantize import Quantization

CPU = torch.device("cpu")


def logits_of(model: LoadedModel, tokens: list[int], sizes: list[int]) -> torch.Tensor:
    """Logits after every token, read in passes of ``sizes`` and then token by token."""
    cache = model.network.new_cache()
    parts, at = [], 0
    for size in [*sizes, *[1] * (len(tokens) - sum(sizes))]:
        parts.append(model.network(torch.tensor([tokens[at : at + size]]), cache)[0].float())
        at += size
    return torch.cat(parts)


def request(before: str) -> CompletionRequest:
    return CompletionRequest(before=before, max_words=8)


@pytest.fixture
def tiny(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir, CPU, Quantization.BF16)


@pytest.mark.usefixtures("in_fp32")
@pytest.mark.parametrize("family", ["llama", "qwen3", "gemma3_text"])
@pytest.mark.parametrize("targets", [TARGETS, ("q_proj", "v_proj"), ("k_proj", "down_proj")])
def test_logits_are_those_of_peft(tmp_path: Path, family: str, targets: tuple[str, ...]) -> None:
    from peft import LoraConfig, get_peft_model

    folder = make_tiny_model(tmp_path / "model", family=family)
    plain = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    torch.manual_seed(1)
    config = LoraConfig(
        r=4,
        lora_alpha=6,
        target_modules=list(targets),
        init_lora_weights=False,
        task_type="CAUSAL_LM",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = get_peft_model(plain, config).eval()
        reference.save_pretrained(tmp_path / "adapter")
    loaded = load_model(folder, CPU, Quantization.BF16)
    tokens = loaded.vocabulary.encode(" ".join(SENTENCES))[:48]
    with torch.inference_mode():
        expected = reference(input_ids=torch.tensor([tokens])).logits[0].float()
        without = logits_of(loaded, tokens, [20, 3])
        loaded.network.use_adapter(read_adapter(tmp_path / "adapter"))
        got = [logits_of(loaded, tokens, sizes) for sizes in ([48], [20, 3])]
    cosine = torch.nn.functional.cosine_similarity
    assert cosine(expected, without).median() < 0.98
    for each in got:
        assert cosine(expected, each).median() > 0.9995
        # Random weights make sharper choices than trained ones: a rounding to bf16 shows here and there.
        assert cosine(expected, each).min() > 0.95


@pytest.mark.parametrize("kind", [Quantization.INT8, Quantization.NF4])
def test_beside_few_bits_it_is_added_to_what_they_compute(
    tiny_model_dir: Path, tmp_path: Path, kind: Quantization
) -> None:
    model = load_model(tiny_model_dir, CPU, kind)
    adapter = read_adapter(write_adapter(tmp_path / "a"))
    assert isinstance(model.network, Decoder)
    layer = model.network._layers[0]
    x = torch.randn(1, 5, 64).to(torch.bfloat16)
    with torch.inference_mode():
        before = layer.qkv(x).float()
        model.network.use_adapter(adapter)
        after = layer.qkv(x).float()
        one = layer.qkv(x[:, :1]).float()
    more = []
    for name in TARGETS[:3]:
        pair = adapter.pairs[0, name]
        more.append(adapter.scale * (x[0].float() @ pair.a.t() @ pair.b.t()))
    expected = before[0] + torch.cat(more, dim=-1)
    assert torch.allclose(after[0], expected, rtol=0.05, atol=0.05)
    assert torch.allclose(one[0, 0], expected[0], rtol=0.05, atol=0.05)


def test_another_of_the_same_rank_is_written_in_place_and_none_leaves_nothing(
    tiny: LoadedModel, tmp_path: Path
) -> None:
    assert isinstance(tiny.network, Decoder)
    layer = tiny.network._layers[1]
    bare = layer.gate_up
    ids = torch.tensor([[1, 2, 3, 4]])
    with torch.inference_mode():
        plain = tiny.network(ids)
        tiny.network.use_adapter(read_adapter(write_adapter(tmp_path / "one")))
        wrapped, first = layer.gate_up, tiny.network(ids)
        assert isinstance(wrapped, AdaptedLinear)
        address = wrapped.up.data_ptr()
        tiny.network.use_adapter(read_adapter(write_adapter(tmp_path / "two", seed=2)))
        second = tiny.network(ids)
        assert layer.gate_up is wrapped
        assert wrapped.up.data_ptr() == address
        tiny.network.use_adapter(read_adapter(write_adapter(tmp_path / "wide", rank=8)))
        assert layer.gate_up is not wrapped
        tiny.network.use_adapter(read_adapter(tmp_path / "one"))
        again = tiny.network(ids)
        tiny.network.use_adapter(None)
        assert layer.gate_up is bare
        assert torch.equal(tiny.network(ids), plain)
    assert torch.equal(first, again)
    assert not torch.allclose(first, second)
    assert not torch.allclose(first, plain)


def test_faster_kernels_are_still_taken_over_under_an_adapter(
    tiny_model_dir: Path, tmp_path: Path
) -> None:
    with_it = load_model(tiny_model_dir, CPU, Quantization.INT8)
    without = load_model(tiny_model_dir, CPU, Quantization.INT8)
    with_it.network.use_adapter(read_adapter(write_adapter(tmp_path / "a")))
    assert len(list(with_it.network.optimizations())) == len(list(without.network.optimizations()))


def test_what_was_read_is_forgotten_and_the_answer_names_the_adapter(
    tiny: LoadedModel, tmp_path: Path
) -> None:
    completer = Completer(tiny, model_id="tiny")
    bare = completer.complete(request("The old lighthouse stood on"))
    completer.use_adapter(read_adapter(write_adapter(tmp_path / "mine")))
    adapted = completer.complete(request("The old lighthouse stood on"))
    completer.use_adapter(None)
    back = completer.complete(request("The old lighthouse stood on"))
    assert (bare.adapter, adapted.adapter, back.adapter) == ("", "mine", "")
    assert adapted.cached_tokens == back.cached_tokens == 0
    assert same_candidates(back.candidates, bare.candidates)
    assert not same_candidates(adapted.candidates, bare.candidates)


def spoil(name: str, change: Callable[[numpy.ndarray], numpy.ndarray]) -> dict[str, numpy.ndarray]:
    tensors = adapter_tensors()
    return tensors | {name: change(tensors[name])}


A0 = tensor_name(0, "q_proj", "A")
B0 = tensor_name(0, "q_proj", "B")


@pytest.mark.parametrize(
    ("settings", "tensors", "said"),
    [
        ({"peft_type": "IA3"}, None, "not a LoRA"),
        ({"use_dora": True}, None, "use_dora"),
        ({"bias": "all"}, None, "bias"),
        ({"rank_pattern": {"q_proj": 8}}, None, "rank_pattern"),
        ({"modules_to_save": ["lm_head"]}, None, "modules_to_save"),
        ({"r": 0}, None, "is invalid"),
        ({"r": 100_000}, None, "is invalid"),
        ({"lora_alpha": float("nan")}, None, "is invalid"),
        ({"r": 8}, None, "not have the declared rank"),
        ({}, {}, "is empty"),
        ({}, spoil(A0, lambda x: x * numpy.inf), "not finite"),
        ({}, spoil(B0, lambda x: x * numpy.nan), "not finite"),
        ({}, spoil(A0, lambda x: x[0]), "not a matrix"),
        ({}, spoil(A0, lambda x: x.astype(numpy.int32)), "not a matrix"),
        ({}, {A0: adapter_tensors()[A0]}, "one matrix of a pair"),
        ({}, adapter_tensors() | {"lm_head.weight": numpy.zeros((2, 2))}, "does not have"),
        ({}, {n.replace("q_proj", "x_proj"): t for n, t in adapter_tensors().items()}, "does not have"),
    ],
)  # fmt: skip
def test_what_is_odd_is_refused_in_a_sentence(
    tmp_path: Path, settings: dict[str, object], tensors: dict[str, numpy.ndarray] | None, said: str
) -> None:
    with pytest.raises(UserError, match=f"“odd” cannot be used.*{said}"):
        read_adapter(write_adapter(tmp_path / "odd", tensors=tensors, **settings))


@pytest.mark.parametrize("name", ["adapter_config.json", "adapter_model.safetensors"])
@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"\x80\x04pickle"])
def test_damaged_files_are_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    folder = write_adapter(tmp_path / "odd")
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(UserError, match="cannot be used"):
        read_adapter(folder)


def test_an_adapter_of_another_model_changes_nothing(tiny: LoadedModel, tmp_path: Path) -> None:
    deep = read_adapter(write_adapter(tmp_path / "deep", tensors=adapter_tensors(layers=3)))
    wide = spoil(A0, lambda x: numpy.concatenate([x, x], axis=1))
    others = [deep, read_adapter(write_adapter(tmp_path / "wide", tensors=wide))]
    ids = torch.tensor([[1, 2, 3]])
    with torch.inference_mode():
        before = tiny.network(ids)
        for other in others:
            with pytest.raises(UserError, match="made for another model"):
                tiny.network.use_adapter(other)
            assert torch.equal(tiny.network(ids), before)


def test_a_family_that_only_transformers_computes_says_so(tmp_path: Path) -> None:
    folder = make_tiny_model(tmp_path / "model", family="granite")
    loaded = load_model(folder, CPU, Quantization.BF16)
    with pytest.raises(UserError, match="This kind of model"):
        loaded.network.use_adapter(read_adapter(write_adapter(tmp_path / "a")))
    loaded.network.use_adapter(None)


def test_scale_with_the_root_of_the_rank(tmp_path: Path) -> None:
    adapter = read_adapter(write_adapter(tmp_path / "a", use_rslora=True))
    assert adapter.scale == pytest.approx(8 / 2)


def test_a_scaled_adapter_adds_so_much_of_the_same_in_the_same_memory(
    tiny_model_dir: Path, tmp_path: Path
) -> None:
    model = load_model(tiny_model_dir, CPU, Quantization.BF16)
    adapter = read_adapter(write_adapter(tmp_path / "a"))
    assert isinstance(model.network, Decoder)
    layer = model.network._layers[0]
    x = torch.randn(1, 3, 64).to(torch.bfloat16)
    with torch.inference_mode():
        bare = layer.qkv(x).float()
        model.network.use_adapter(adapter)
        whole, wrapped = layer.qkv(x).float() - bare, layer.qkv
        for factor in (0.5, 1.5):
            model.network.use_adapter(adapter.scaled(factor))
            assert layer.qkv is wrapped
            part = layer.qkv(x).float() - bare
            assert torch.allclose(part, factor * whole, rtol=0.05, atol=0.05)
        assert adapter.scaled(0.0) is None


def test_the_compiled_step_follows_the_scale(tiny_model_dir: Path, tmp_path: Path) -> None:
    model = load_model(tiny_model_dir, CPU, Quantization.INT8)
    assert isinstance(model.network, Decoder)
    adapter = read_adapter(write_adapter(tmp_path / "a"))
    model.network.use_adapter(adapter)
    list(model.network.optimizations())
    assert model.network._compiled is not None
    cosine = torch.nn.functional.cosine_similarity
    for factor in (0.5, 1.5):
        model.network.use_adapter(adapter.scaled(factor))
        ids = torch.tensor([[5, 6, 7, 8]])
        with torch.inference_mode():
            compiled = model.network(ids, model.network.new_cache()).float()
            layers = model.network.read(ids, model.network.new_cache()).float()
        assert cosine(compiled, layers, dim=-1).min() > 0.995
