"""The proof at import: what does not compute what its author meant is refused by a sentence that names it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tiny_hf import Tensors, edit_config, edit_tensors, make
from tokenizers import AddedToken, Tokenizer

from cowrite.base.errors import UserError
from cowrite.engine.offline import forbid_downloads

forbid_downloads()

import torch  # noqa: E402

from cowrite.engine.loading import load, proof  # noqa: E402
from cowrite.engine.loading.proof import LEAST_COSINE, prove  # noqa: E402
from cowrite.engine.networks.layer_plan import LayerPlan, Sight  # noqa: E402

LAYER = "model.layers.1"
Q = f"{LAYER}.self_attn.q_proj.weight"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("whole") / "m", "llama", tie_word_embeddings=False)


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "m"))


def test_a_sound_model_is_proved_and_its_progress_told(folder: Path):
    parts: list[float] = []
    assert prove(folder, parts.append) > 0.9999
    assert parts == sorted(parts)
    assert parts[-1] == 1.0
    assert len(parts) > 5


# --- the tensors -----------------------------------------------------------------------------------------------------


def drop(name: str) -> Callable[[Tensors], Tensors]:
    return lambda tensors: {each: tensors[each] for each in tensors if each != name}


def add(name: str, *shape: int) -> Callable[[Tensors], Tensors]:
    return lambda tensors: tensors | {name: torch.ones(*shape)}


def put(name: str, value: float) -> Callable[[Tensors], None]:
    def change(tensors: Tensors) -> None:
        tensors[name].view(-1)[5] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (drop(Q), f"lack “{Q}”"),
        (drop("model.norm.weight"), "lack “model.norm.weight”"),
        (drop("lm_head.weight"), "lack “lm_head.weight”"),
        (drop("model.embed_tokens.weight"), "lack “model.embed_tokens.weight”"),
        (add(f"{LAYER}.self_attn.q_proj.bias", 64), "hold “.*q_proj.bias”, which a model of this kind"),
        (add("model.layers.3.self_attn.q_proj.weight", 64, 64), "hold “model.layers.3"),
        (add("score.weight", 2, 64), "hold “score.weight”"),
        (add("model.norm.weight", 63), "“model.norm.weight” is 63, and its config.json describes 64"),
        (add(Q, 32, 64), "is 32 × 64, and its config.json describes 64 × 64"),
        (put(Q, float("nan")), f"“{Q}” holds values that are no numbers"),
        (put("model.norm.weight", float("inf")), "“model.norm.weight” holds values that are no"),
        (put("lm_head.weight", -float("inf")), "“lm_head.weight” holds values that are no"),
        (lambda t: {n.removeprefix("model."): x for n, x in t.items()}, "lack “model.embed_tokens"),
        (lambda t: {f"language_model.{n}": x for n, x in t.items()}, "lack “lm_head.weight”"),
    ],
)  # fmt: skip
def test_tensors_that_are_not_those_of_the_kind_are_named(
    folder: Path, change: Callable[[Tensors], Any], words: str
):
    edit_tensors(folder, change)
    with pytest.raises(UserError, match=words):
        prove(folder)


def test_frequencies_in_older_files_are_not_read(folder: Path):
    name = "model.layers.0.self_attn.rotary_emb.inv_freq"
    edit_tensors(folder, lambda tensors: tensors | {name: torch.full((8,), 7.0)})
    assert prove(folder) > 0.9999
    load.load_model(folder, torch.device("cpu"), load.Quantization.BF16)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16])
def test_weights_of_every_plain_type_are_proved(folder: Path, dtype: torch.dtype):
    edit_tensors(folder, lambda tensors: {n: x.to(dtype) for n, x in tensors.items()})
    assert prove(folder) > 0.9999


def test_an_output_layer_beside_tied_embeddings_must_be_the_embedding(folder: Path):
    edit_config(folder, tie_word_embeddings=True)
    with pytest.raises(UserError, match="output layer of its own"):
        prove(folder)
    edit_tensors(folder, lambda t: t | {"lm_head.weight": t["model.embed_tokens.weight"].clone()})
    assert prove(folder) > 0.9999
    edit_tensors(folder, drop("lm_head.weight"))
    assert prove(folder) > 0.9999
    edit_config(folder, tie_word_embeddings=...)  # what a Llama does when nothing is said
    with pytest.raises(UserError, match=r"lack “lm_head\.weight”"):
        prove(folder)


@pytest.mark.parametrize("family", ["llama", "smollm3"])
def test_loading_never_ties_what_is_not_tied(tmp_path: Path, family: str, caplog: object):
    folder = make(tmp_path / "m", family, tie_word_embeddings=False)
    edit_tensors(folder, drop("lm_head.weight"))
    with pytest.raises(UserError, match="damaged"):
        load.load_model(folder, torch.device("cpu"), load.Quantization.BF16)


def test_a_vocabulary_of_another_size_is_named(folder: Path):
    edit_config(folder, vocab_size=300)
    with pytest.raises(UserError, match=r"weight” is .* describes 300 × 64"):
        prove(folder)


def test_tokens_without_rows_are_refused_and_rows_without_tokens_never_chosen(
    folder: Path, whole: Path
):
    rows = json.loads((folder / "config.json").read_text())["vocab_size"]
    names = ("model.embed_tokens.weight", "lm_head.weight")

    def cut(tensors: Tensors) -> Tensors:
        return tensors | {name: tensors[name][: rows - 1].clone() for name in names}

    def lengthen(tensors: Tensors) -> Tensors:
        return tensors | {name: torch.cat([tensors[name]] * 2) for name in names}

    edit_tensors(folder, cut)
    edit_config(folder, vocab_size=rows - 1)
    with pytest.raises(UserError, match=f"tokenizer has {rows} tokens, .* only {rows - 1}"):
        prove(folder)
    shutil.copy(whole / "model.safetensors", folder)
    edit_tensors(folder, lengthen)
    edit_config(folder, vocab_size=2 * rows)
    assert prove(folder) > 0.9999
    loaded = load.load_model(folder, torch.device("cpu"), load.Quantization.BF16)
    assert set(range(rows, 2 * rows)) <= set(loaded.vocabulary.never_chosen(2 * rows))


def test_an_added_token_may_have_no_row(folder: Path):
    """As the smaller ones of Gemma 3 are published, whose larger siblings see pictures."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    rows = json.loads((folder / "config.json").read_text())["vocab_size"]
    fill = [AddedToken(f"<filler {i}>", special=True) for i in range(rows)]
    tokenizer.add_tokens(fill[: rows + 1 - tokenizer.get_vocab_size()])
    assert tokenizer.get_vocab_size() == rows + 1
    tokenizer.save(str(folder / "tokenizer.json"))
    assert prove(folder) > 0.9999
    loaded = load.load_model(folder, torch.device("cpu"), load.Quantization.BF16)
    name = tokenizer.id_to_token(rows)
    ids = loaded.vocabulary.encode(f"a {name} b")
    assert max(ids) < rows
    assert b"".join(map(loaded.vocabulary.bytes_of, ids)) == f"a {name} b".encode()


def test_more_ends_of_a_text_are_read_from_generation_config(folder: Path):
    (folder / "generation_config.json").write_text('{"eos_token_id": [7, 9]}')
    loaded = load.load_model(folder, torch.device("cpu"), load.Quantization.BF16)
    assert {0, 7, 9} <= loaded.stop_tokens


# --- a forward pass that computes something else ---------------------------------------------------------------------


def refuse(folder: Path, said: str = "not what its author meant") -> None:
    with pytest.raises(UserError, match=said):
        prove(folder)


def with_plan(monkeypatch: pytest.MonkeyPatch, change: Callable[[LayerPlan], LayerPlan]) -> None:
    real = LayerPlan.from_config

    def from_config(config: Any) -> LayerPlan | None:
        plan = real(config)
        return plan and change(plan)

    monkeypatch.setattr(proof.LayerPlan, "from_config", from_config)


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: replace(plan, sights=tuple(Sight(20_000.0) for _ in plan.sights)),
        lambda plan: replace(plan, sights=tuple(Sight(10_000.0, 4096) for _ in plan.sights)),
        lambda plan: replace(plan, attention_scale=plan.attention_scale * 1.2),
        lambda plan: replace(plan, norm_eps=0.05),
        lambda plan: replace(plan, norm_offset=0.1),
        lambda plan: replace(plan, embedding_scale=1.3),
        lambda plan: replace(plan, activation="gelu_pytorch_tanh"),
    ],
    ids=["base", "window", "scale", "epsilon", "norms", "embedding", "activation"],
)
@pytest.mark.expects_warnings
def test_another_formula_is_caught(
    folder: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[LayerPlan], LayerPlan]
):
    with_plan(monkeypatch, change)
    refuse(folder)


@pytest.mark.expects_warnings
def test_stretched_positions_that_are_not_stretched_are_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """As published: nothing within a short text says so, because only slow frequencies are stretched."""
    rope = {
        "rope_type": "llama3",
        "rope_theta": 500_000.0,
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
    }
    folder = make(tmp_path / "m", "llama", rope_parameters=rope, max_position_embeddings=131_072)
    plain = LayerPlan.from_config(
        json.loads((folder / "config.json").read_text()) | {"rope_parameters": {"rope_theta": 5e5}}
    )
    monkeypatch.setattr(proof.LayerPlan, "from_config", lambda _: plain)
    refuse(folder)


@pytest.mark.expects_warnings
def test_a_window_that_was_overlooked_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = make(tmp_path / "m", "mistral", sliding_window=1024)
    assert prove(folder) > 0.9999
    with_plan(
        monkeypatch, lambda plan: replace(plan, sights=tuple(Sight(10_000.0) for _ in plan.sights))
    )
    refuse(folder)


def turned_halves(tensor: torch.Tensor) -> torch.Tensor:
    """As GGUF has the rows of queries and keys: the two coordinates of a pair one after the other."""
    return tensor.view(-1, 2, 8, tensor.shape[1]).transpose(1, 2).reshape(tensor.shape)


@pytest.mark.parametrize(
    ("part", "damage"),
    [
        ("self_attn.q_proj.weight", turned_halves),
        ("self_attn.k_proj.weight", turned_halves),
        ("self_attn.q_proj.bias", torch.zeros_like),
        ("mlp.down_proj.weight", torch.randn_like),
        ("self_attn.v_proj.weight", lambda tensor: tensor * 1.1),
        ("input_layernorm.weight", lambda tensor: tensor * 0.8),
    ],
)
@pytest.mark.expects_warnings
def test_weights_that_arrive_otherwise_are_caught(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    damage: Callable[[torch.Tensor], torch.Tensor],
):
    """The engine's reading alone is damaged; the reference reads the same file by itself."""
    folder = make(tmp_path / "m", "qwen2", head_dim=16)
    real = load.Weights.__getitem__

    class Damaged(load.Weights):
        def __getitem__(self, name: str) -> torch.Tensor:
            tensor = real(self, name)
            return damage(tensor) if name == f"{LAYER}.{part}" else tensor

    assert prove(folder) > 0.9999
    monkeypatch.setattr(load, "Weights", Damaged)
    refuse(folder)


@pytest.mark.expects_warnings
def test_a_damaged_fallback_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = make(tmp_path / "m", "granite")
    real = load.Weights.__getitem__

    class Damaged(load.Weights):
        def __getitem__(self, name: str) -> torch.Tensor:
            tensor = real(self, name)
            return torch.randn_like(tensor) if name == Q else tensor

    monkeypatch.setattr(load, "Weights", Damaged)
    refuse(folder)


@pytest.mark.expects_warnings
def test_no_number_is_no_agreement(folder: Path, monkeypatch: pytest.MonkeyPatch):
    with_plan(monkeypatch, lambda plan: replace(plan, attention_scale=float("nan")))
    refuse(folder, "are no numbers")
    assert 0.99 < LEAST_COSINE < 1


@pytest.mark.expects_warnings
def test_what_the_libraries_raise_is_a_sentence(folder: Path):
    edit_config(folder, num_attention_heads=5)
    with pytest.raises(UserError, match=r"do not fit together|describes"):
        prove(folder)
