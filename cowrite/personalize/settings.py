"""Every hyperparameter of a training run, its bounds and its default."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from typing import Any

from cowrite.base.errors import UserError
from cowrite.localization import join_choices, listed, tr

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
# Learning rates of models with fewer weights than that. The first is measured (docs/experiments.md); where a text is
# all of one pattern it spoils the rest, which the adapter scale makes good. The others are of the literature.
RATES, RATE_OF_LARGE = {500_000_000: 2e-3, 4_000_000_000: 2e-4}, 1e-4
# The preference stage begins from what the texts taught, with much smaller steps: measured with the starter model, and
# what is usual for large ones.
PREFERENCE_RATE_SHARE = 1 / 20
# With fewer steps than these little is learned, however large the batches: then they are made smaller.
ENOUGH_STEPS, LEAST_BATCH_TOKENS = 128, 1024
# Tokens per second of training times the model's weights: measured for each core on two cores of a common server with
# the starter model (benchmarks/RESULTS.md), and what is known of 7B in four bits on a card.
SPEED_PER_CORE, SPEED_OF_CARD = 60 * 135e6, 2_400 * 7e9
ROOMY_BYTES = 4 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings:
    """Tokens count as the model's own; times in minutes. See docs of each knob in :data:`KNOBS`."""

    optimizer: str = "adamw"
    learning_rate: float = 2e-4
    weight_decay: float = 0.01
    dropout: float = 0.05
    rank: int = 16
    alpha: float = 32.0
    target_modules: tuple[str, ...] = TARGETS
    frozen_layers: int = 0
    epochs: float = 3.0
    warmup: float = 0.05
    batch_tokens: int = 8192
    sequence_tokens: int = 1024
    micro_batch_tokens: int = 1024
    clip_norm: float = 1.0
    patience: int = 3
    checks_per_epoch: int = 4
    gradient_checkpointing: bool = False
    threads: int = 1
    max_minutes: float = 120.0
    checkpoint_minutes: float = 3.0
    preference_pairs: int = 200
    preference_verdicts: int = 100
    preference_share: float = 0.2
    preference_rate: float = 5e-6
    preference_beta: float = 0.1
    half_life_days: float = 30.0
    least_train_tokens: int = 4000
    least_gate_tokens: int = 5000
    seed: int = 0

    def enough_pairs(self, pairs: int) -> bool:
        """Whether so many are worth a preference stage."""
        return pairs >= self.preference_pairs

    def enough_unpaired(self, wanted: int, unwanted: int) -> bool:
        """Whether so many suggestions, wanted and unwanted, are worth one."""
        return min(wanted, unwanted) >= self.preference_verdicts

    def to_json(self) -> dict[str, Any]:
        """As it is stored beside an adapter."""
        return asdict(self)


# Per knob: least, most, and what it is.
KNOBS: dict[str, tuple[float, float, str]] = {
    "learning_rate": (1e-7, 1e-1, "the highest learning rate"),
    "weight_decay": (0, 1, "decoupled weight decay"),
    "dropout": (0, 0.9, "share of inputs dropped from an adapter"),
    "rank": (1, 256, "rank of the adapter's factors"),
    "alpha": (0.1, 1024, "the adapter is scaled by alpha / rank"),
    "frozen_layers": (0, 1000, "number of first layers without an adapter"),
    "epochs": (0.01, 20, "number of times everything is read"),
    "warmup": (0, 0.5, "share of the steps before the highest learning rate"),
    "batch_tokens": (64, 1_000_000, "tokens per step"),
    "sequence_tokens": (32, 32_768, "longest piece of text"),
    "micro_batch_tokens": (32, 65_536, "tokens computed at once"),
    "clip_norm": (0.01, 1000, "largest norm of a step's gradient"),
    "patience": (1, 100, "checks without improvement until it stops"),
    "checks_per_epoch": (1, 100, "validations per epoch"),
    "threads": (1, 256, "processor threads"),
    "max_minutes": (0.01, 10_000, "longest training time"),
    "checkpoint_minutes": (0.01, 1000, "time between checkpoints"),
    "preference_pairs": (1, 1_000_000, "pairs needed for the preference stage"),
    "preference_verdicts": (
        1,
        1_000_000,
        "suggestions wanted, and as many unwanted, needed for it",
    ),
    "preference_share": (0, 0.9, "largest share of the time for the preference stage"),
    "preference_rate": (1e-8, 1e-2, "learning rate of the preference stage"),
    "preference_beta": (0.001, 10, "how strongly preferences are held to the trained model (beta)"),
    "half_life_days": (0.1, 100_000, "age at which an example counts half as much"),
    "least_train_tokens": (100, 1_000_000, "fewest tokens to train on"),
    "least_gate_tokens": (100, 1_000_000, "tokens reserved for testing"),
    "seed": (0, 2**31 - 1, "random seed for order, dropout and the initial adapter"),
}
OPTIMIZERS = ("adamw", "sgd")


def default_settings(
    *,
    parameters: int,
    tokens: int,
    cores: int | None = None,
    free_bytes: int,
    has_card: bool,
    wishes: TrainingSettings | None = None,
) -> TrainingSettings:
    """For a model of ``parameters`` weights and a text of ``tokens``, on this hardware.

    Of ``wishes`` only the epochs and the minutes count, which say how much will be read.
    """
    wishes = wishes or TrainingSettings()
    cores = max(1, cores or os.cpu_count() or 1)
    rate = next((rate for below, rate in RATES.items() if parameters < below), RATE_OF_LARGE)
    # Shorter pieces on a processor: attention costs a sixth less, and a pass is over sooner when the writer is back.
    sequence = 1024 if has_card else 512
    speed = likely_speed(parameters, cores=cores, has_card=has_card)
    read = min(wishes.epochs * tokens, 60 * wishes.max_minutes * speed)
    batch = 8 * 1024
    while batch > LEAST_BATCH_TOKENS and read < ENOUGH_STEPS * batch:
        batch //= 2
    # Activations take about 1.2 kB per token and million weights; weights themselves 4 bytes in fp32.
    room = free_bytes - 4 * parameters
    return TrainingSettings(
        learning_rate=rate,
        preference_rate=rate * PREFERENCE_RATE_SHARE,
        batch_tokens=batch,
        sequence_tokens=sequence,
        micro_batch_tokens=sequence,
        gradient_checkpointing=room < ROOMY_BYTES and room < sequence * parameters * 0.012,
        threads=cores,
    )


def likely_speed(parameters: int, *, cores: int, has_card: bool) -> float:
    """About how many tokens a second are trained on with a model of ``parameters`` weights."""
    return (SPEED_OF_CARD if has_card else SPEED_PER_CORE * cores) / max(1, parameters)


def with_changes(settings: TrainingSettings, changes: Sequence[str]) -> TrainingSettings:
    """``settings`` with “key=value” changes. Raises UserError for a wrong key or value."""
    for change in changes:
        key, equals, value = change.partition("=")
        key = key.strip().replace("-", "_")
        if not equals:
            raise UserError(
                tr("“{change}” is not a setting.", change=change),
                tr("Write it as --set key=value, for example --set rank=8."),
            )
        changed: dict[str, Any] = {key: _parsed(settings, key, value.strip())}
        settings = replace(settings, **changed)
    if settings.micro_batch_tokens < settings.sequence_tokens:
        settings = replace(settings, micro_batch_tokens=settings.sequence_tokens)
    if settings.batch_tokens < settings.micro_batch_tokens:
        settings = replace(settings, batch_tokens=settings.micro_batch_tokens)
    return settings


def _parsed(settings: TrainingSettings, key: str, value: str) -> object:
    names = [field.name for field in fields(TrainingSettings)]
    if key not in names:
        near = get_close_matches(key, names, n=1)
        hint = (
            tr("Did you mean {near}?", near=near[0])
            if near
            else tr("The settings are: {names}.", names=listed(names))
        )
        raise UserError(tr("There is no training setting “{key}”.", key=key), hint)
    match getattr(settings, key):
        case bool():
            return _yes_or_no(key, value)
        case tuple():
            return _targets(value)
        case str():
            if value not in OPTIMIZERS:
                raise UserError(
                    tr("{key} cannot be “{value}”.", key=key, value=value),
                    tr("Choose {optimizers}.", optimizers=join_choices(OPTIMIZERS)),
                )
            return value
        case old:
            return _number(key, value, type(old))


def _number(key: str, value: str, kind: type) -> float:
    least, most, _ = KNOBS[key]
    what = tr("a whole number") if kind is int else tr("a number")
    try:
        number: float = kind(value)
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise UserError(
            tr("{key} cannot be “{value}”.", key=key, value=value),
            tr("It must be {what} from {least:g} to {most:g}.", what=what, least=least, most=most),
        )
    return number


def _yes_or_no(key: str, value: str) -> bool:
    if value.lower() in ("yes", "true", "on", "1"):
        return True
    if value.lower() in ("no", "false", "off", "0"):
        return False
    raise UserError(
        tr("{key} cannot be “{value}”.", key=key, value=value), tr("It must be yes or no.")
    )


def _targets(value: str) -> tuple[str, ...]:
    if value == "all":
        return TARGETS
    chosen = tuple(each.strip() for each in value.split(",") if each.strip())
    wrong = [each for each in chosen if each not in TARGETS]
    if wrong or not chosen:
        raise UserError(
            tr("target_modules cannot be “{value}”.", value=value),
            tr("It must be “all”, or some of {targets}.", targets=listed(TARGETS)),
        )
    return chosen
