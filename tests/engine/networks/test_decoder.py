"""The decoder computes what transformers computes, family by family, at once and token by token."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tiny_model import SENTENCES, make_tiny_model
from transformers import AutoModelForCausalLM

from cowrite.engine.loading.load import load_model
from cowrite.engine.networks import decoder
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.layer_plan import FAMILIES, LayerPlan
from cowrite.engine.networks.quantize import Quantization

CPU = torch.device("cpu")
WINDOW = 8
SLIDING = {"layer_types": ["sliding_attention", "full_attention"], "sliding_window": WINDOW}
CASES = {
    **{family: (family, {}) for family in FAMILIES},
    "mistral that looks through a window": ("mistral", {"sliding_window": WINDOW}),
    "qwen3 that looks through a window": ("qwen3", {"use_sliding_window": True, **SLIDING}),
    "gemma3 that looks through a window": ("gemma3_text", {**SLIDING, "query_pre_attn_scalar": 24}),
}
CONFIG = {
    "model_type": "llama",
    "num_hidden_layers": 2,
    "hidden_size": 64,
    "num_attention_heads": 4,
    "rms_norm_eps": 1e-5,
}


@pytest.mark.parametrize("case", list(CASES))
def test_logits_are_those_of_transformers(tmp_path: Path, case: str) -> None:
    family, wishes = CASES[case]
    folder = make_tiny_model(tmp_path / "model", family=family, **wishes)
    reference = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    loaded = load_model(folder, CPU, Quantization.BF16)
    assert isinstance(loaded.network, Decoder)
    tokens = loaded.vocabulary.encode(" ".join(SENTENCES))[: 5 * WINDOW]
    with torch.inference_mode():
        expected = reference(input_ids=torch.tensor([tokens])).logits[0].float()
        assert len(tokens) > 3 * WINDOW
        at_once = loaded.network(torch.tensor([tokens]))[0].float()
        cache = loaded.network.new_cache()
        parts = [tokens[:10], tokens[10:13], *([token] for token in tokens[13:])]
        by_part = torch.cat(
            [loaded.network(torch.tensor([part]), cache)[0].float() for part in parts]
        )
    cosine = torch.nn.functional.cosine_similarity
    for got in (at_once, by_part):
        # Random weights make sharper choices than trained ones, so that a key's rounding to bf16 shows here and there.
        assert cosine(expected, got).median() > 0.9995
        assert cosine(expected, got).min() > 0.99


def test_layers_that_see_alike_share_one_mask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_tiny_model(tmp_path / "model", num_hidden_layers=4)
    loaded = load_model(folder, CPU, Quantization.BF16)
    made: list[int] = []
    mask = decoder.mask_of
    monkeypatch.setattr(decoder, "mask_of", lambda *a: made.append(1) or mask(*a))
    with torch.inference_mode():
        loaded.network(torch.tensor([[1, 2, 3]]))
    assert made == [1]


@pytest.mark.parametrize(
    "more",
    [
        {"model_type": "gemma2"},
        {"model_type": "mamba"},
        {"mlp_bias": True},
        {"hidden_act": "relu"},
        {"rope_scaling": {"type": "linear", "factor": 8.0}},
        {"rope_parameters": {"rope_type": "yarn", "rope_theta": 1e4}},
        {"partial_rotary_factor": 0.5},
        {"layer_types": ["full_attention", "chunked_attention"]},
        {"layer_types": ["full_attention"]},
        {"final_logit_softcapping": 30.0},
        {"use_bidirectional_attention": True},
        {"model_type": "gemma3_text", "sliding_window": 512, "sliding_window_pattern": 6},
        {"model_type": "qwen2", "sliding_window": 512, "use_sliding_window": True},
    ],
)
def test_what_the_plan_has_no_word_for_is_left_to_transformers(more: dict[str, object]) -> None:
    assert LayerPlan.from_config(CONFIG) is not None
    assert LayerPlan.from_config(CONFIG | more) is None
