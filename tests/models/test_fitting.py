"""What a model needs and how fast it is, before it is loaded: known answers, and what follows from them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.engine.cards import SHAPES, Shape
from cowrite.models.fitting import (
    Machine,
    Use,
    both_fit,
    fit,
    memory_bytes,
    seconds_per_token,
    shape_like,
    shape_of,
)

STARTER = Shape(name="starter", layers=30, hidden=576, heads=9, kv_heads=3, head_dim=64, mlp=1536,
                vocabulary=49_152, tied=True)  # fmt: skip
SMALL = Machine(memory=8_000_000_000, bandwidth=20e9)
LARGE = Machine(memory=64_000_000_000, bandwidth=40e9, multiplies_bf16=True)
WITH_CARD = Machine(memory=32_000_000_000, bandwidth=40e9, card="A card", card_memory=12_000_000_000,
                    card_bandwidth=500e9)  # fmt: skip
QWEN_1_7B, QWEN_4B, QWEN_8B = SHAPES


def test_the_shape_is_what_config_json_says() -> None:
    config = {"hidden_size": 576, "num_attention_heads": 9, "num_hidden_layers": 30, "num_key_value_heads": 3,
              "intermediate_size": 1536, "vocab_size": 49_152, "tie_word_embeddings": True}  # fmt: skip
    assert shape_of(config, "starter") == STARTER


@pytest.mark.parametrize("config", [{}, {"hidden_size": "x", "num_attention_heads": 1}])
def test_a_config_without_sizes_gives_no_shape(config: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError)):
        shape_of(config)


@pytest.mark.parametrize("millions", [135, 360, 600, 1_700, 4_000, 8_000, 14_000])
def test_a_shape_for_a_number_of_parameters_has_about_as_many(millions: int) -> None:
    shape = shape_like(millions * 1_000_000)
    table = shape.vocabulary * shape.hidden * (1 if shape.tied else 2)
    assert shape.linear_weights + table == pytest.approx(millions * 1e6, rel=0.15)


def test_the_starter_model_suggests_on_a_small_machine() -> None:
    found = fit(STARTER, SMALL, parameters=135_000_000)
    assert (found.use, found.device, found.kind) == (Use.SUGGESTIONS, "cpu", "int8")
    assert found.memory_bytes < 1_000_000_000
    assert not found.reason


def test_what_is_too_slow_for_suggestions_is_offered_for_passages() -> None:
    found = fit(QWEN_4B, Machine(memory=32_000_000_000, bandwidth=20e9), is_installed=True)
    assert found.use is Use.PASSAGES
    assert "passages" in found.reason


def test_what_has_no_room_says_how_much_it_needs() -> None:
    found = fit(QWEN_8B, SMALL, is_installed=True)
    assert found.use is Use.NOTHING
    assert "GB of memory" in found.reason


def test_what_cannot_be_prepared_here_does_not_fit() -> None:
    roomy = Machine(memory=20_000_000_000, bandwidth=40e9, multiplies_bf16=True)
    assert fit(QWEN_8B, roomy, is_installed=True).fits
    assert not fit(QWEN_8B, roomy, parameters=8_000_000_000).fits


def test_a_card_is_judged_by_its_own_memory() -> None:
    found = fit(QWEN_4B, WITH_CARD, is_installed=True)
    assert (found.device, found.use) == ("cuda", Use.SUGGESTIONS)
    tiny_card = Machine(
        memory=32_000_000_000, bandwidth=40e9, card_memory=2_000_000_000, card_bandwidth=500e9
    )
    assert fit(QWEN_4B, tiny_card, is_installed=True).device == "cpu"
    assert "graphics card" in fit(QWEN_4B, tiny_card, device="cuda").reason


def test_a_processor_without_bf16_keeps_a_second_copy() -> None:
    plain = Machine(memory=8_000_000_000, bandwidth=20e9)
    with_bf16 = Machine(memory=8_000_000_000, bandwidth=20e9, multiplies_bf16=True)
    more = memory_bytes(STARTER, "int8", "cpu", plain) - memory_bytes(
        STARTER, "int8", "cpu", with_bf16
    )
    attention, up = 30 * (576 * 576 * 2 + 2 * 192 * 576), 30 * 3072 * 576
    # Inputs come in blocks of 512, so 576 of them take as much as 1,024.
    padded = (attention + up + 49_152 * 576) * 1024 / 576 + 30 * 576 * 1536
    assert more == pytest.approx(2 * padded, rel=0.12)


def test_two_models_share_what_is_there_once() -> None:
    assert both_fit(STARTER, QWEN_1_7B, Machine(memory=16_000_000_000, bandwidth=80e9))
    assert not both_fit(STARTER, QWEN_8B, SMALL)
    barely = Machine(
        memory=round(memory_bytes(QWEN_1_7B, "int8", "cpu", SMALL) / 0.8), bandwidth=80e9
    )
    assert fit(QWEN_1_7B, barely, kind="int8", is_installed=True).fits
    assert not both_fit(QWEN_1_7B, QWEN_1_7B, barely)


def test_two_models_fit_where_each_has_a_place_of_its_own() -> None:
    # The card holds the one; the other is on the processor, because the card has no room for it.
    machine = Machine(
        memory=64_000_000_000, bandwidth=200e9, card_memory=4_000_000_000, card_bandwidth=500e9
    )
    assert both_fit(QWEN_1_7B, QWEN_4B, machine)


@given(
    kind=st.sampled_from(["int8", "nf4", "bf16"]),
    device=st.sampled_from(["cpu", "cuda"]),
    tokens=st.integers(0, 8_192),
)
def test_more_context_needs_more_memory(kind: str, device: str, tokens: int) -> None:
    less = memory_bytes(QWEN_1_7B, kind, device, WITH_CARD, tokens=tokens)
    assert memory_bytes(QWEN_1_7B, kind, device, WITH_CARD, tokens=tokens + 64) > less > 0


@given(bandwidth=st.floats(1e9, 1e12), kind=st.sampled_from(["int8", "nf4", "bf16"]))
def test_more_bandwidth_is_never_slower(bandwidth: float, kind: str) -> None:
    def machine(factor: float) -> Machine:
        return Machine(memory=1, bandwidth=bandwidth * factor)

    slow = seconds_per_token(QWEN_1_7B, kind, "cpu", machine(1))
    assert 0 < seconds_per_token(QWEN_1_7B, kind, "cpu", machine(2)) < slow


@given(memory=st.integers(10**9, 10**12), more=st.integers(0, 10**12))
def test_what_fits_fits_a_larger_machine_too(memory: int, more: int) -> None:
    def fits(size: int) -> bool:
        return fit(QWEN_4B, Machine(memory=size, bandwidth=40e9), parameters=4_000_000_000).fits

    assert fits(memory + more) or not fits(memory)
