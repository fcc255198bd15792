"""Every hyperparameter of the joint training, its bounds and its default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from typing import Any

from cowrite.base.errors import UserError
from cowrite.localization import listed, tr
from cowrite.personalize.settings import OPTIMIZERS, TARGETS


@dataclass(frozen=True, slots=True, kw_only=True)
class JointSettings:
    """What each is, :data:`JOINT_KNOBS` says. Numbers of tokens are the model's own."""

    optimizer: str = "adamw"
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    dropout: float = 0.0
    rank: int = 8
    alpha: float = 16.0
    target_modules: tuple[str, ...] = TARGETS
    frozen_layers: int = 12
    rounds: float = 0.08
    warmup: float = 0.05
    batch_pairs: int = 12
    damaged: int = 40
    negatives: int = 3
    batch_texts: int = 1
    batch_gaps: int = 1
    clip_norm: float = 1.0
    patience: int = 3
    checks: int = 4
    repair_weight: float = 1.0
    continue_weight: float = 0.3
    fill_in_weight: float = 0.3
    margin: float = 2.0
    too_good: float = 4.0
    too_easy: float = 5.0
    max_minutes: float = 50.0
    threads: int = 1
    seed: int = 0

    def to_json(self) -> dict[str, Any]:
        """As it is stored beside an adapter."""
        return asdict(self)


# Per knob: least, most, and what it is.
JOINT_KNOBS: dict[str, tuple[float, float, str]] = {
    "learning_rate": (1e-7, 1e-1, "the highest learning rate"),
    "weight_decay": (0, 1, "decoupled weight decay"),
    "dropout": (0, 0.9, "share of inputs dropped from an adapter"),
    "rank": (1, 256, "rank of the adapter's factors"),
    "alpha": (0.1, 1024, "the adapter is scaled by alpha / rank"),
    "frozen_layers": (0, 1000, "number of first layers without an adapter"),
    "rounds": (0.01, 20, "number of times every sentence is read"),
    "warmup": (0, 0.5, "share of the steps before the highest learning rate"),
    "batch_pairs": (1, 1024, "sentences per step that are told from damaged ones"),
    "damaged": (1, 1000, "damaged forms of a sentence that are made"),
    "negatives": (
        1,
        16,
        "of those the ones that begin likeliest, of which the likeliest is learned from",
    ),
    "batch_texts": (0, 1024, "texts per step that are continued"),
    "batch_gaps": (0, 1024, "gaps per step that are filled"),
    "clip_norm": (0.01, 1000, "largest norm of a step's gradient"),
    "patience": (1, 100, "checks without improvement until it stops"),
    "checks": (1, 1000, "looks at sentences that are not trained on"),
    "repair_weight": (0, 100, "weight of telling right from damaged"),
    "continue_weight": (0, 100, "weight of continuing a text"),
    "fill_in_weight": (0, 100, "weight of filling a gap"),
    "margin": (0, 100, "nats by which the right sentence is to be more probable"),
    "too_good": (
        0,
        1000,
        "nats from which on a damaged sentence passes for as right, and is left out",
    ),
    "too_easy": (0, 1000, "nats by which a right sentence may be ahead already to be learned from"),
    "max_minutes": (0.01, 10_000, "longest training time"),
    "threads": (1, 256, "processor threads"),
    "seed": (0, 2**31 - 1, "random seed for damage, order and the initial adapter"),
}


def with_joint_changes(settings: JointSettings, changes: Sequence[str]) -> JointSettings:
    """``settings`` with “key=value” changes. Raises UserError for a wrong key or value."""
    for change in changes:
        key, equals, value = (part.strip() for part in change.partition("="))
        key = key.replace("-", "_")
        if not equals:
            raise UserError(
                tr("“{change}” is not a setting.", change=change),
                tr("Write it as --set key=value, for example --set rank=8."),
            )
        changed: dict[str, Any] = {key: _parsed(settings, key, value)}
        settings = replace(settings, **changed)
    return settings


def _parsed(settings: JointSettings, key: str, value: str) -> object:
    names = [field.name for field in fields(JointSettings)]
    if key not in names:
        near = get_close_matches(key, names, n=1)
        hint = (
            tr("Did you mean {near}?", near=near[0])
            if near
            else tr("The settings are: {names}.", names=listed(names))
        )
        raise UserError(tr("There is no setting “{key}” of the joint training.", key=key), hint)
    match getattr(settings, key):
        case str():
            return _one_of(key, value, OPTIMIZERS)
        case tuple():
            return tuple(_one_of(key, each.strip(), TARGETS) for each in value.split(","))
        case old:
            return _number(key, value, type(old))


def _one_of(key: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise UserError(
            tr("{key} cannot be “{value}”.", key=key, value=value),
            tr("Choose from {choices}.", choices=listed(choices)),
        )
    return value


def _number(key: str, value: str, kind: type) -> float:
    least, most, _ = JOINT_KNOBS[key]
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
