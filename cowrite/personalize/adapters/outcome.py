"""What came of the last run, for the training result card.

It quotes a few words of the writer's, and so lies in the folder that is deleted whenever anything is to be forgotten.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import (
    Moment,
    Name,
    NonNegative,
    Number,
    PathText,
    Prose,
    decode,
    format_of,
)
from cowrite.localization import sentences, tr
from cowrite.personalize.adapters.forgetting import datasets_folder
from cowrite.settings.paths import Paths
from cowrite.settings.private_file import PRIVATE_FOLDER, write_private

logger = logging.getLogger(__name__)

FORMAT = 1


@dataclass(frozen=True, slots=True)
class ExamplePrediction:
    """After ``before`` the writer wrote ``word``; one of two models predicted it, the other ``instead``."""

    before: Prose
    word: Prose
    instead: Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``at_ms`` in Unix time; gains in percent of perplexity; ``status`` is “promoted”, “kept” or “failed”.

    In ``right`` are words where what was learned predicts the writer and what was used before does not, in ``wrong``
    the other way round. ``report`` is a folder or “”; ``best_influence`` the position of the slider that was best, if
    what was learned is in use.
    """

    at_ms: Moment
    status: Name
    reason: Prose
    advice: Prose = ""
    adapter_id: Name = ""
    gain_pct: Number | None = None
    stranger_gain_pct: Number | None = None
    right: tuple[ExamplePrediction, ...] = ()
    wrong: tuple[ExamplePrediction, ...] = ()
    report: PathText = ""
    tokens_per_s: NonNegative = 0.0
    best_influence: Name = ""
    seen: bool = False


def influence_sentence(best: str, chosen: str = "") -> str:
    """Which position of the slider for influence was ``best``, beside the one that is ``chosen`` now."""
    said = tr(
        "Of the settings for influence, “{best}” was best on your last pages.",
        best=tr(best),
    )
    if chosen in ("", best):
        return said
    return sentences(said, tr("Yours is “{chosen}”.", chosen=tr(chosen)))


def outcome_file(paths: Paths) -> Path:
    """Where it is stored."""
    return datasets_folder(paths) / "outcome.json"


def read_outcome(paths: Paths) -> Outcome | None:
    """What came of the last run; None if there was none, or what is there cannot be read."""
    try:
        stored = read_json_file(outcome_file(paths))
        if format_of(stored) != FORMAT:
            return None
        del stored["format"]
        return decode(stored, Outcome, only_known=True)
    except FileNotFoundError:
        return None
    except (OSError, SchemaError):
        logger.warning("the outcome of the last learning cannot be read")
        return None


def write_outcome(paths: Paths, outcome: Outcome) -> None:
    """Store ``outcome`` instead of the last one. Raises OSError."""
    path = outcome_file(paths)
    path.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    stored = {"format": FORMAT, **asdict(outcome)}
    write_private(path, json.dumps(stored, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def mark_seen(paths: Paths) -> None:
    """Note that the writer was told; the next start says nothing of it any more. Raises OSError."""
    outcome = read_outcome(paths)
    if outcome is not None and not outcome.seen:
        write_outcome(paths, replace(outcome, seen=True))
