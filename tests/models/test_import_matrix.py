"""Every family, plain and with each way to stretch positions and each quirk, is imported as what its author meant.

Through the very installer, with the real proof; what is installed is compared with transformers on the original folder.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_up_model import MEASURED, PLENTY
from published_configs import PUBLISHED, small
from tiny_hf import SMALL, edit_config, make, make_published, reference_logits, some_ids, vocabulary

from cowrite.base.errors import UserError
from cowrite.cli.installing.tools import real_tools
from cowrite.engine.offline import forbid_downloads
from cowrite.models.install import Installer
from cowrite.models.kinds import SUPPORTED_KINDS
from cowrite.models.store import InstalledModel, ModelStore
from cowrite.models.tools import Tools
from cowrite.settings.paths import Paths

forbid_downloads()

import torch  # noqa: E402

from cowrite.engine.loading.load import fill_transformers, load_model, read_decoder  # noqa: E402
from cowrite.engine.networks.key_value_cache import KeyValueCache  # noqa: E402
from cowrite.engine.networks.layer_plan import LayerPlan  # noqa: E402
from cowrite.engine.networks.quantize import Quantization  # noqa: E402

TOKENS = 100  # beyond where the stretched positions below begin
FIRST = 64
PAIRS = SMALL["hidden_size"] // SMALL["num_attention_heads"] // 2


def rope(kind: str, **values: Any) -> dict[str, Any]:
    return {"rope_parameters": {"rope_type": kind, "rope_theta": 10_000.0, **values}}


YARN = {"factor": 4.0, "original_max_position_embeddings": FIRST}
LONGROPE = {
    "short_factor": [1.0 + 0.1 * at for at in range(PAIRS)],
    "long_factor": [1.0 + at for at in range(PAIRS)],
    "original_max_position_embeddings": FIRST,
}
STRETCHED: dict[str, dict[str, Any]] = {
    "another base": {"rope_parameters": {"rope_type": "default", "rope_theta": 500.0}},
    "linear": rope("linear", factor=4.0),
    "dynamic": rope("dynamic", factor=4.0) | {"max_position_embeddings": FIRST},
    "yarn": rope("yarn", **YARN),
    "yarn with all it has": rope(
        "yarn", **YARN, beta_fast=16.0, beta_slow=2.0, mscale=0.7, mscale_all_dim=1.2, truncate=False
    ),
    "yarn with a factor for attention": rope("yarn", **YARN, attention_factor=1.5),
    "longrope": rope("longrope", **LONGROPE),
    "longrope with factors": rope("longrope", **LONGROPE, factor=8.0, attention_factor=1.3),
    "llama3": rope(
        "llama3",
        factor=8.0,
        low_freq_factor=1.0,
        high_freq_factor=4.0,
        original_max_position_embeddings=FIRST,
    ),
}  # fmt: skip
LAYERS = ["sliding_attention", "full_attention", "sliding_attention"]
QUIRKS: dict[str, tuple[str, dict[str, Any]]] = {
    "mistral through a window": ("mistral", {"sliding_window": 40}),
    "mistral without a window": ("mistral", {"sliding_window": None}),
    "phi3 through a window": ("phi3", {"sliding_window": 40}),
    "phi3 turned in part": (
        "phi3",
        {"rope_parameters": {"rope_type": "default", "rope_theta": 1e4, "partial_rotary_factor": 0.5}},
    ),
    "qwen2 with windows from some layer on": (
        "qwen2",
        {"use_sliding_window": True, "sliding_window": 40, "max_window_layers": 1},
    ),
    "qwen2 with a window that is not used": ("qwen2", {"sliding_window": 40}),
    "qwen3 with layers of two kinds": (
        "qwen3",
        {"use_sliding_window": True, "sliding_window": 40, "layer_types": LAYERS},
    ),
    "qwen3 with wide heads": ("qwen3", {"head_dim": 32}),
    "qwen3 with biases": ("qwen3", {"attention_bias": True}),
    "llama with wide heads": ("llama", {"head_dim": 32}),
    "llama with biases": ("llama", {"attention_bias": True}),
    "llama with all biases": ("llama", {"attention_bias": True, "mlp_bias": True}),
    "llama with another activation": ("llama", {"hidden_act": "relu"}),
    "llama with a large epsilon": ("llama", {"rms_norm_eps": 0.1}),
    "gemma3 with layers of two kinds": (
        "gemma3_text",
        {"sliding_window": 40, "layer_types": LAYERS, "query_pre_attn_scalar": 24},
    ),
    "gemma3 with soft caps on its logits": ("gemma3_text", {"final_logit_softcapping": 5.0}),
    "granite with multipliers": (
        "granite",
        {"embedding_multiplier": 12.0, "residual_multiplier": 0.22, "attention_multiplier": 0.1, "logits_scaling": 8.0},
    ),
    "smollm3 without positions in some layers": ("smollm3", {"no_rope_layers": [1, 0, 1]}),
    "smollm3 with windows": (
        "smollm3",
        {"use_sliding_window": True, "sliding_window": 40, "no_rope_layers": [1, 0, 1]},
    ),
}  # fmt: skip


def cheap_tools() -> Tools:
    """The real tools, but nothing is measured."""
    real = real_tools(Paths.find())
    return Tools(
        fetch=real.fetch,
        convert=real.convert,
        prove=real.prove,
        measure=lambda _: MEASURED,
        free_disk=lambda _: PLENTY,
        free_memory=lambda: PLENTY,
    )


def imported(folder: Path, tmp_path: Path) -> InstalledModel:
    return Installer(ModelStore(tmp_path / "models"), cheap_tools()).import_path(folder)


def require_alike(folder: Path, tmp_path: Path, wanted: Path | None = None) -> None:
    """What is imported from ``folder`` gives the logits of transformers on it, or on the folder ``wanted``."""
    model = imported(folder, tmp_path)
    ids = some_ids(TOKENS)
    expected = reference_logits(wanted or folder, ids)
    cosine = torch.nn.functional.cosine_similarity
    assert cosine(exact_logits(model.path, ids), expected, dim=-1).min() > 0.99999
    # As it is used. Random weights make sharp choices, in which bf16 shows.
    used = load_model(model.path, torch.device("cpu"), Quantization.BF16).network
    with torch.inference_mode():
        assert cosine(used(torch.tensor([ids]))[0].float(), expected, dim=-1).median() > 0.99


@torch.inference_mode()
def exact_logits(folder: Path, ids: list[int]) -> torch.Tensor:
    """``(T, V)`` by the engine's own network for the model, in fp32."""
    config = json.loads((folder / "config.json").read_text())
    plan, cpu = LayerPlan.from_config(config), torch.device("cpu")
    if plan is not None:
        decoder = read_decoder(plan, folder, cpu, Quantization.BF16, torch.float32)
        cache = KeyValueCache(plan, torch.float32, cpu)
        return decoder.read(torch.tensor([ids]), cache)[0]
    network = fill_transformers(folder, cpu, Quantization.BF16)
    network.model.get_input_embeddings().register_forward_hook(lambda *hook: hook[2].float())
    logits: torch.Tensor = network(torch.tensor([ids]))[0]
    return logits


def head_dim(model_type: str) -> dict[str, int]:
    return {} if model_type in ("phi3", "granite", "smollm3") else {"head_dim": 16}


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
@pytest.mark.parametrize("model_type", SUPPORTED_KINDS.values())
def test_each_family(tmp_path: Path, model_type: str, tied: bool):
    folder = make(tmp_path / "m", model_type, tie_word_embeddings=tied, **head_dim(model_type))
    require_alike(folder, tmp_path)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Models this small are computed faster by one thread than by several that wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


STRETCHABLE = [t for t in SUPPORTED_KINDS.values() if t not in ("gemma3_text", "phi3")]
OF_PHI3 = ("another base", "longrope", "longrope with factors")  # transformers has no others of it


@pytest.mark.parametrize(
    ("model_type", "stretched"),
    [*((t, s) for t in STRETCHABLE for s in STRETCHED), *(("phi3", s) for s in OF_PHI3)],
)
def test_each_way_to_stretch_positions(tmp_path: Path, model_type: str, stretched: str):
    wishes = STRETCHED[stretched]
    if model_type == "phi3":
        wishes = wishes | {"original_max_position_embeddings": FIRST}
    require_alike(make(tmp_path / "m", model_type, **head_dim(model_type) | wishes), tmp_path)


def test_gemma3_stretches_the_positions_of_its_full_layers(tmp_path: Path):
    positions = {
        "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6},
        "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
    }
    wishes = {"rope_parameters": positions, "layer_types": LAYERS, "sliding_window": 40}
    require_alike(make(tmp_path / "m", "gemma3_text", head_dim=16, **wishes), tmp_path)


@pytest.mark.parametrize("quirk", QUIRKS)
def test_each_quirk(tmp_path: Path, quirk: str):
    model_type, wishes = QUIRKS[quirk]
    require_alike(make(tmp_path / "m", model_type, **head_dim(model_type) | wishes), tmp_path)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_model_as_it_is_published(tmp_path: Path, name: str):
    folder = make_published(tmp_path / "m", small(PUBLISHED[name], vocabulary()))
    require_alike(folder, tmp_path)


def test_the_first_name_of_longrope_means_the_same(tmp_path: Path):
    """Phi-3 with 128k was first published so; transformers has since forgotten to read it."""
    config = small(PUBLISHED["microsoft/Phi-3-mini-128k-instruct"], vocabulary())
    wanted = make_published(tmp_path / "wanted", config)
    folder = Path(shutil.copytree(wanted, tmp_path / "m"))
    edit_config(folder, rope_scaling=config["rope_scaling"] | {"type": "su"})
    require_alike(folder, tmp_path, wanted)


@pytest.mark.parametrize("model_type", SUPPORTED_KINDS.values())
def test_weights_in_many_files(tmp_path: Path, model_type: str):
    folder = make(tmp_path / "m", model_type, shard="50KB", **head_dim(model_type))
    assert len(list(folder.glob("*.safetensors"))) > 2
    require_alike(folder, tmp_path)


def test_soft_caps_on_attention_are_refused_by_name(tmp_path: Path):
    folder = make(tmp_path / "m", "gemma3_text", head_dim=16, attn_logit_softcapping=50.0)
    with pytest.raises(UserError, match="attn_logit_softcapping"):
        imported(folder, tmp_path)


def test_a_model_with_an_older_tokenizer_is_imported(tmp_path: Path) -> None:
    import io

    import sentencepiece
    from tiny_tokenizers import SENTENCES

    made = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 5), model_writer=made, model_type="bpe", vocab_size=340,
        byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
        minloglevel=2,
    )  # fmt: skip
    folder = make(tmp_path / "older", "llama")
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.model").write_bytes(made.getvalue())
    installed = imported(folder, tmp_path)
    names = {path.name for path in installed.path.iterdir()}
    assert "tokenizer.json" in names
    assert "tokenizer.model" not in names
    assert (folder / "tokenizer.model").exists()
