"""Models of published sizes with random weights, and a tokenizer as long as theirs: for memory and speed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import pre_tokenizers

from cowrite.engine.cards import Shape

# As their config.json says.
SHAPES = {
    "SmolLM2-135M": Shape(name="SmolLM2-135M", layers=30, hidden=576, heads=9, kv_heads=3, head_dim=64, mlp=1536,
                          vocabulary=49_152, tied=True),
    "SmolLM2-360M": Shape(name="SmolLM2-360M", layers=32, hidden=960, heads=15, kv_heads=5, head_dim=64, mlp=2560,
                          vocabulary=49_152, tied=True),
    "Qwen2.5-0.5B": Shape(name="Qwen2.5-0.5B", layers=24, hidden=896, heads=14, kv_heads=2, head_dim=64, mlp=4864,
                          vocabulary=151_936, tied=True),
    "Qwen3-0.6B": Shape(name="Qwen3-0.6B", layers=28, hidden=1024, heads=16, kv_heads=8, head_dim=128, mlp=3072,
                        vocabulary=151_936, tied=True),
    "Qwen3-1.7B": Shape(name="Qwen3-1.7B", layers=28, hidden=2048, heads=16, kv_heads=8, head_dim=128, mlp=6144,
                        vocabulary=151_936, tied=True),
    "SmolLM2-1.7B": Shape(name="SmolLM2-1.7B", layers=24, hidden=2048, heads=32, kv_heads=32, head_dim=64, mlp=8192,
                          vocabulary=49_152, tied=True),
    "Qwen3-4B": Shape(name="Qwen3-4B", layers=36, hidden=2560, heads=32, kv_heads=8, head_dim=128, mlp=9728,
                      vocabulary=151_936, tied=True),
}  # fmt: skip
SHARD_BYTES = 1_000_000_000
POOL = 1 << 22


def make_folder(folder: Path, shape: Shape) -> Path:
    """A model of ``shape`` in Hugging Face's layout, in bf16."""
    folder.mkdir(parents=True)
    is_qwen = shape.name.startswith("Qwen3")
    config = {
        "architectures": ["Qwen3ForCausalLM" if is_qwen else "LlamaForCausalLM"],
        "model_type": "qwen3" if is_qwen else "llama",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "intermediate_size": shape.mlp,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_dim,
        "max_position_embeddings": 8192,
        "rms_norm_eps": 1e-5,
        "hidden_act": "silu",
        "tie_word_embeddings": shape.tied,
        "bos_token_id": 0,
        "eos_token_id": 0,
    }
    (folder / "config.json").write_text(json.dumps(config))
    _write_tokenizer(folder, shape.vocabulary)
    _write_weights(folder, shape, has_head_norms=is_qwen)
    return folder


def _write_weights(folder: Path, shape: Shape, *, has_head_norms: bool) -> None:
    pool = (torch.randn(POOL, generator=torch.Generator().manual_seed(0)) * 0.02).to(torch.bfloat16)
    places: dict[str, str] = {}
    shard: dict[str, torch.Tensor] = {}

    def write() -> None:
        name = f"model-{len(set(places.values())) + 1:05}.safetensors"
        save_file(shard, folder / name, metadata={"format": "pt"})
        places.update(dict.fromkeys(shard, name))
        shard.clear()

    for name, size in _tensors(shape, has_head_norms=has_head_norms):
        count = torch.Size(size).numel()
        is_norm = len(size) == 1
        tensor = torch.ones(size) if is_norm else pool.repeat(-(-count // POOL))[:count].view(size)
        shard[name] = tensor.to(torch.bfloat16).contiguous().clone()
        if sum(each.nbytes for each in shard.values()) > SHARD_BYTES:
            write()
    write()
    index = {"metadata": {}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def _tensors(shape: Shape, *, has_head_norms: bool) -> Iterator[tuple[str, tuple[int, ...]]]:
    hidden, queries = shape.hidden, shape.heads * shape.head_dim
    kept = shape.kv_heads * shape.head_dim
    yield "model.embed_tokens.weight", (shape.vocabulary, hidden)
    for number in range(shape.layers):
        at = f"model.layers.{number}"
        yield f"{at}.input_layernorm.weight", (hidden,)
        yield f"{at}.post_attention_layernorm.weight", (hidden,)
        yield f"{at}.self_attn.q_proj.weight", (queries, hidden)
        yield f"{at}.self_attn.k_proj.weight", (kept, hidden)
        yield f"{at}.self_attn.v_proj.weight", (kept, hidden)
        yield f"{at}.self_attn.o_proj.weight", (hidden, queries)
        if has_head_norms:
            yield f"{at}.self_attn.q_norm.weight", (shape.head_dim,)
            yield f"{at}.self_attn.k_norm.weight", (shape.head_dim,)
        yield f"{at}.mlp.gate_proj.weight", (shape.mlp, hidden)
        yield f"{at}.mlp.up_proj.weight", (shape.mlp, hidden)
        yield f"{at}.mlp.down_proj.weight", (hidden, shape.mlp)
    yield "model.norm.weight", (hidden,)
    if not shape.tied:
        yield "lm_head.weight", (shape.vocabulary, hidden)


def _write_tokenizer(folder: Path, tokens: int) -> None:
    """Byte-level pairs, as many as a published one has; which they are bears on nothing that is measured."""
    drawn = random.Random(0)
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    names = ["<|endoftext|>", *letters]
    known, merges = set(names), []
    plain = [each for each in letters if each.isascii() and each.isalpha()] + ["Ġ"]
    while len(names) < tokens:
        first = (
            drawn.choice(plain) if len(merges) < 500 else names[drawn.randrange(257, len(names))]
        )
        second = drawn.choice(plain)
        if len(first) < 12 and first + second not in known:
            known.add(first + second)
            names.append(first + second)
            merges.append([first, second])
    content = {
        "version": "1.0",
        "added_tokens": [
            {"id": 0, "content": names[0], "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
             "special": True}
        ],
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "vocab": {name: at for at, name in enumerate(names)}, "merges": merges},
    }  # fmt: skip
    (folder / "tokenizer.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")
