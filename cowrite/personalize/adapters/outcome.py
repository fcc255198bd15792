"""What came of the last run, for the training result card.

It quotes a few words of the writer's, and so lies in the folder that is deleted whenever anything is to be forgotten.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cowrite.base.records import Record, SchemaError, read_json_file
from cowrite.personalize.adapters.forgetting import datasets_folder
from cowrite.settings.paths import Paths
from cowrite.settings.private_file import PRIVATE_FOLDER, write_private

logger = logging.getLogger(__name__)

FORMAT = 1


@dataclass(frozen=True, slots=True)
class ExamplePrediction:
    """After ``before`` the writer wrote ``word``; one of two models predicted it, the other ``instead``."""

    before: str
    word: str
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``at_ms`` in Unix time; gains in percent of perplexity; ``status`` is “promoted”, “kept” or “failed”.

    In ``right`` are words where what was learned predicts the writer and what was used before does not, in ``wrong``
    the other way round. ``report`` is a folder or “”.
    """

    at_ms: int
    status: str
    reason: str
    advice: str = ""
    adapter_id: str = ""
    gain_pct: float | None = None
    stranger_gain_pct: float | None = None
    right: tuple[ExamplePrediction, ...] = ()
    wrong: tuple[ExamplePrediction, ...] = ()
    report: str = ""
    tokens_per_s: float = 0.0
    seen: bool = False


def outcome_file(paths: Paths) -> Path:
    """Where it is stored."""
    return datasets_folder(paths) / "outcome.json"


def read_outcome(paths: Paths) -> Outcome | None:
    """What came of the last run; None if there was none, or what is there cannot be read."""
    try:
        stored = Record.of(read_json_file(outcome_file(paths)))
        return _outcome(stored) if stored.integer("format") == FORMAT else None
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


def _outcome(stored: Record) -> Outcome:
    stored.require_only(("format", *Outcome.__slots__))
    return Outcome(
        at_ms=stored.moment("at_ms"),
        status=stored.text("status"),
        reason=stored.prose("reason"),
        advice=stored.prose("advice", ""),
        adapter_id=stored.text("adapter_id", default=""),
        gain_pct=stored.optional_number("gain_pct"),
        stranger_gain_pct=stored.optional_number("stranger_gain_pct"),
        right=tuple(map(_place, stored.records("right"))),
        wrong=tuple(map(_place, stored.records("wrong"))),
        report=stored.path("report", ""),
        tokens_per_s=stored.number("tokens_per_s", 0, default=0.0),
        seen=stored.flag("seen", False),
    )


def _place(stored: Record) -> ExamplePrediction:
    return ExamplePrediction(stored.prose("before"), stored.prose("word"), stored.prose("instead"))
