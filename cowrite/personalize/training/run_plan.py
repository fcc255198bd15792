"""What of a run follows from its settings and the number of a step alone: rates, seeds, and which run it is."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import torch

from cowrite.personalize.settings import TrainingSettings


def scheduled(step: int, total: int, warmup: float) -> float:
    """The share of the highest rate in ``step``: rising for ``warmup`` of all steps, then half a cosine to 0."""
    rising = max(1, round(warmup * total))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, total - rising)))


def seed_of(*what: object) -> int:
    """A number that follows from ``what``, such as the seed of a run and the number of a step."""
    digest = hashlib.sha256("/".join(map(str, what)).encode()).digest()
    return int.from_bytes(digest[:6], "big")


def fingerprint_of(settings: TrainingSettings, identity: str, *data: Sequence[object]) -> str:
    """Tells one run from another: a checkpoint must not go on with other texts or another rate."""
    digest = hashlib.sha256(repr((torch.__version__, identity)).encode())
    ignored = ("threads", "max_minutes", "checkpoint_minutes")
    chosen = [(key, value) for key, value in settings.to_json().items() if key not in ignored]
    digest.update(repr(chosen).encode())
    for part in data:
        for each in part:
            # By the name that the piece had at first, so that the checkpoints of then are gone on with.
            digest.update(repr(each).replace("UnpairedPiece(", "VerdictPiece(").encode())
    return digest.hexdigest()
