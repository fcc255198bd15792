"""A real but tiny Llama with a byte-level tokenizer, made on the spot: for invariants, not for quality."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.engine.offline import forbid_downloads

forbid_downloads()

import torch  # noqa: E402
from safetensors.torch import save_file  # noqa: E402
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers  # noqa: E402
from transformers import AutoConfig, AutoModelForCausalLM  # noqa: E402

if TYPE_CHECKING:
    from cowrite.engine.loading.load import LoadedModel

SENTENCES = [
    "The old lighthouse stood on the hill above the town.",
    "She had not been to the lighthouse since the light went out.",
    "Die Straße war naß, und ein Käuzchen schrie; 你好，世界 😀.",
]


def make_tiny_model(
    folder: Path, *, family: str = "llama", seed: int = 0, **wishes: object
) -> Path:
    """A model of random weights, about 200,000 parameters, in ``folder``, in safetensors."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = byte_level_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    shape = {
        "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "max_position_embeddings": 512,
        "bos_token_id": 0,
        "eos_token_id": 0,
        "pad_token_id": 0,
        "tie_word_embeddings": family in ("llama", "gemma", "gemma3_text"),
    }
    config = AutoConfig.for_model(family, **shape | wishes)
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    config.architectures = [type(model).__name__]
    (folder / "config.json").write_text(json.dumps(config.to_dict(), default=str))
    tied = "lm_head.weight" if shape["tie_word_embeddings"] else ""
    # Larger weights than a fresh model has, so that its choices differ clearly.
    tensors = {
        name: (tensor * 3).to(torch.bfloat16).contiguous().clone()
        for name, tensor in model.state_dict().items()
        if name != tied
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


@contextmanager
def counted(model: LoadedModel) -> Iterator[list[int]]:
    """How many tokens the model reads at a time."""
    sizes: list[int] = []
    handle = model.network.register_forward_pre_hook(
        lambda _, arguments: sizes.append(arguments[0].shape[1])
    )
    try:
        yield sizes
    finally:
        handle.remove()


def byte_level_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return tokenizer
