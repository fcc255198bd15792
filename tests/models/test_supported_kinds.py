"""Every kind of model that may be imported is computed by the engine exactly as transformers computes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_up_model import PLENTY
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from cowrite.base.errors import UserError
from cowrite.cli.installing.tools import real_tools
from cowrite.engine.offline import forbid_downloads
from cowrite.models.inspection import SUPPORTED_KINDS, require_safe_model
from cowrite.models.install import Installer
from cowrite.models.store import Measured, ModelStore
from cowrite.models.tools import Tools
from cowrite.settings.paths import Paths

forbid_downloads()

import torch  # noqa: E402
from transformers import AutoConfig, AutoModelForCausalLM  # noqa: E402

from cowrite.engine.loading.load import load_model  # noqa: E402
from cowrite.engine.measurement.measure import measure_quantizations  # noqa: E402
from cowrite.engine.networks.quantize import Quantization  # noqa: E402

TEXT = "The old lighthouse stood on the hill above the town. " * 8


def make_model(folder: Path, model_type: str, *, tied: bool, shard: str = "5GB") -> Path:
    """A tiny model of random weights as transformers itself saves it, with a tokenizer of single bytes."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={each: i for i, each in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    config = AutoConfig.for_model(
        model_type,
        vocab_size=len(alphabet),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=512,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
        tie_word_embeddings=tied,
    )
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.save_pretrained(folder, max_shard_size=shard)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
@pytest.mark.parametrize("model_type", SUPPORTED_KINDS.values())
def test_the_engine_computes_what_transformers_computes(
    tmp_path: Path, model_type: str, tied: bool
):
    folder = make_model(tmp_path / "m", model_type, tied=tied)
    require_safe_model(folder)
    ours = load_model(folder, torch.device("cpu"), Quantization.BF16).network
    theirs = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokens = torch.arange(1, 40)[None]
    with torch.inference_mode():
        wanted = theirs(input_ids=tokens, use_cache=False).logits
        got = ours(tokens).float()
    assert torch.nn.functional.cosine_similarity(wanted.flatten(), got.flatten(), dim=0) > 0.9999


def real_tools_on_the_cpu() -> Tools:
    def measure(folder: Path) -> dict[str, list[Measured]]:
        measurements = measure_quantizations(folder, "cpu", TEXT)
        return {
            "cpu": [
                Measured(
                    kind=each.kind,
                    loss_increase_pct=each.loss_increase_pct,
                    tokens_per_s=each.tokens_per_s,
                )
                for each in measurements
            ]
        }

    real = real_tools(Paths.find())
    return Tools(
        fetch=real.fetch,
        convert=real.convert,
        prove=real.prove,
        measure=measure,
        free_disk=lambda _: PLENTY,
        free_memory=lambda: PLENTY,
    )


@pytest.mark.parametrize("shard", ["5GB", "50KB"], ids=["one file", "many files"])
def test_a_real_folder_is_imported_measured_and_loads(tmp_path: Path, shard: str):
    folder = make_model(tmp_path / "Tiny", "llama", tied=False, shard=shard)
    assert (len(list(folder.glob("*.safetensors"))) > 1) == (shard == "50KB")
    store = ModelStore(tmp_path / "models")
    model = Installer(store, real_tools_on_the_cpu()).import_path(folder)
    assert store.verify("tiny") == model
    assert {each.kind for each in model.manifest.quantization["cpu"].measured} == {"int8", "nf4"}
    kind = Quantization(model.quantizations()["cpu"])
    assert load_model(model.path, torch.device("cpu"), kind).quantization is kind


def test_a_folder_whose_weights_are_of_another_model_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    folder = make_model(tmp_path / "Tiny", "llama", tied=True)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}))
    store = ModelStore(tmp_path / "models")
    with pytest.raises(UserError):
        Installer(store, real_tools_on_the_cpu()).import_path(folder)
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 1}))
    with pytest.raises(UserError):
        Installer(store, real_tools_on_the_cpu()).import_path(folder)
    assert store.ids() == []
