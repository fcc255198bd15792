"""Knobs: what may be said, what is said back, and the defaults."""

from __future__ import annotations

import pytest

from cowrite.base.errors import UserError
from cowrite.personalize.settings import (
    KNOBS,
    TARGETS,
    TrainingSettings,
    default_settings,
    with_changes,
)

PLAIN = TrainingSettings()


def test_changes_are_taken_over() -> None:
    changes = ["rank=8", "learning-rate=1e-3", "gradient_checkpointing=yes", "optimizer=sgd"]
    changed = with_changes(PLAIN, [*changes, "target_modules=q_proj, v_proj", "max_minutes=1.5"])
    assert changed.rank == 8
    assert changed.learning_rate == 1e-3
    assert changed.gradient_checkpointing
    assert changed.optimizer == "sgd"
    assert changed.target_modules == ("q_proj", "v_proj")
    assert changed.max_minutes == 1.5
    assert with_changes(changed, ["target_modules=all"]).target_modules == TARGETS


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("rank", "is not a setting"),
        ("rnak=8", "Did you mean rank"),
        ("colour=red", "The settings are: optimizer"),
        ("rank=8.5", "a whole number from 1 to 256"),
        ("rank=0", "a whole number from 1 to 256"),
        ("dropout=nan", "a number from 0 to 0.9"),
        ("learning_rate=fast", "a number from"),
        ("gradient_checkpointing=perhaps", "yes or no"),
        ("optimizer=adam", "Choose adamw or sgd"),
        ("target_modules=q_proj,head", "some of q_proj"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(change: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        with_changes(PLAIN, [change])


def test_sizes_fit_into_each_other() -> None:
    changed = with_changes(PLAIN, ["sequence_tokens=16384"])
    assert changed.sequence_tokens <= changed.micro_batch_tokens <= changed.batch_tokens


def test_every_number_has_limits_that_hold_its_default() -> None:
    for name, value in PLAIN.to_json().items():
        if type(value) in (int, float):
            least, most, _ = KNOBS[name]
            assert least <= value <= most


def test_defaults_follow_model_text_and_machine() -> None:
    def chosen(
        parameters: int = 135_000_000, tokens: int = 200_000, **wishes: object
    ) -> TrainingSettings:
        about = {"cores": 2, "free_bytes": 16 << 30, "has_card": False} | wishes
        return default_settings(parameters=parameters, tokens=tokens, **about)  # type: ignore[arg-type]

    starter = chosen()
    assert (starter.learning_rate, starter.rank, starter.alpha) == (2e-3, 16, 32)
    assert (starter.dropout, starter.batch_tokens, starter.threads) == (0.05, 4096, 2)
    assert chosen(1_700_000_000).learning_rate == 2e-4
    assert chosen(8_000_000_000).learning_rate == 1e-4
    assert chosen(tokens=1_000_000, has_card=True).batch_tokens == 8192
    assert chosen(tokens=20_000).batch_tokens == 1024
    assert chosen(wishes=TrainingSettings(max_minutes=10)).batch_tokens < 2048
    assert chosen(free_bytes=1 << 30).gradient_checkpointing
    assert not starter.gradient_checkpointing
    assert chosen(has_card=True).sequence_tokens > starter.sequence_tokens
