"""Folders as transformers saves them, with tiny models of random weights that make sharp choices."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tiny_model import SENTENCES, byte_level_tokenizer

from cowrite.engine.offline import forbid_downloads

forbid_downloads()

import torch  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402
from transformers import AutoConfig, AutoModelForCausalLM  # noqa: E402

Tensors = dict[str, torch.Tensor]
WEIGHTS = "model.safetensors"
SMALL = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 2048,
    "bos_token_id": 0,
    "eos_token_id": 0,
    "pad_token_id": 0,
}


def vocabulary() -> int:
    """How many tokens the tokenizer of every such model has."""
    return int(byte_level_tokenizer().get_vocab_size())


def make(folder: Path, model_type: str, *, shard: str = "5GB", **wishes: Any) -> Path:
    """A model as transformers itself writes it."""
    config = AutoConfig.for_model(model_type, **SMALL | {"vocab_size": vocabulary()} | wishes)
    return _save(folder, config, shard)


def make_published(folder: Path, config: dict[str, Any]) -> Path:
    """A model for a published, shrunk config.json, which is in the folder exactly as given."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config))
    _save(folder, AutoConfig.from_pretrained(folder), "5GB")
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def _save(folder: Path, config: Any, shard: str) -> Path:
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim == 2:
                parameter.normal_(0, 0.2)
            elif name.endswith("bias"):
                parameter.normal_(0, 0.3)
            else:
                parameter.uniform_(0.5, 1.5)
    model.save_pretrained(folder, max_shard_size=shard)
    byte_level_tokenizer().save(str(folder / "tokenizer.json"))
    return folder


def edit_config(folder: Path, **changes: Any) -> None:
    """Write other values into config.json; ``...`` takes a key out."""
    path = folder / "config.json"
    config = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({k: v for k, v in config.items() if v is not ...}))


def edit_tensors(folder: Path, change: Callable[[Tensors], Tensors | None]) -> None:
    """Write what ``change`` makes of the tensors, which it may also change in place."""
    tensors = load_file(folder / WEIGHTS)
    changed = change(tensors) or tensors
    save_file(changed, folder / WEIGHTS, metadata={"format": "pt"})


@torch.inference_mode()
def reference_logits(folder: Path, ids: list[int]) -> torch.Tensor:
    """``(T, V)`` by transformers in fp32, with the attention that knows everything a config may ask for."""
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    logits: torch.Tensor = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0]
    return logits


def some_ids(count: int) -> list[int]:
    """As many tokens of a text as a test wants."""
    text = " ".join(SENTENCES * 20)
    return list(byte_level_tokenizer().encode(text).ids[:count])
