"""From a folder that training left to a decision: measured, judged by the promotion gate, put to use or not.

Importing this module imports torch and numpy.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.engine.networks.adapter import read_adapter
from cowrite.engine.networks.steps import Cancelled
from cowrite.localization import sentences, tr
from cowrite.personalize.adapters.adapter_manifest import AdapterManifest, Base
from cowrite.personalize.adapters.outcome import ExamplePrediction
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.personalize.evaluation.influence_choice import best_influence
from cowrite.personalize.evaluation.measurement import AdapterCandidate, Replay, Sizes, measure
from cowrite.personalize.evaluation.promotion_gate import Decision, Limits, Status, decide
from cowrite.personalize.evaluation.report import Report, write_report

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionResult:
    """``adapter`` is the id of what is in use now if it was promoted, else “”; ``report`` the folder of the report.

    ``gain_pct`` is how much lower the perplexity is than with what was in use before; None if it was not measured.
    In ``right`` are words that only what was learned predicts, in ``wrong`` those that only the other does.
    ``best_influence`` is the position of the slider that was best with what was put to use; “” if nothing was.
    """

    status: Status
    reason: str
    adapter: str
    report: Path
    gain_pct: float | None = None
    right: tuple[ExamplePrediction, ...] = ()
    wrong: tuple[ExamplePrediction, ...] = ()
    best_influence: str = ""


def judge(
    candidate: AdapterCandidate,
    registry: AdapterRegistry,
    replay: Replay,
    *,
    limits: Limits | None = None,
    sizes: Sizes | None = None,
    say: Callable[[str], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> PromotionResult:
    """Measure, decide, and let the adapter be used if it is better. The staging folder stays as it is.

    ``say`` is told what is being done. Raises Cancelled soon after ``cancelled()``, with nothing changed, and UserError
    if the model cannot be loaded or the disk fails.
    """
    report = Report(created_ms=candidate.now_ms, model=candidate.base.model)
    try:
        # Whatever is wrong with it shows before the model is loaded.
        read_adapter(candidate.staging, "new")
        active = _active(registry, candidate.base)
        evidence = measure(candidate, active, replay, sizes or Sizes(), report, say, cancelled)
        decision = decide(evidence, limits)
    except UserError as error:
        if not report.is_about_candidate:
            raise
        decision = Decision(
            status=Status.FAILED,
            reason=sentences(error.message, error.advice, tr("Suggestions stay as they are.")),
        )
    if cancelled():
        raise Cancelled
    adapter = ""
    if decision.status is Status.PROMOTED:
        report.best_influence = best_influence(report.scores, limits).value
        adapter = _promote(candidate, registry, report)
    folder = write_report(registry.folder, report, decision, adapter)
    return PromotionResult(
        status=decision.status,
        reason=decision.reason,
        adapter=adapter,
        report=folder,
        gain_pct=decision.gain_pct,
        right=report.right,
        wrong=report.wrong,
        best_influence=report.best_influence,
    )


def _active(registry: AdapterRegistry, base: Base) -> Path | None:
    """What has to be beaten besides the base; what cannot be used is not."""
    try:
        return registry.active_folder(base)
    except UserError as error:
        logger.info("the adapter in use is passed over: %s", error.message)
        return None


def _promote(candidate: AdapterCandidate, registry: AdapterRegistry, report: Report) -> str:
    training = _training(candidate.staging)
    events = training.get("events") or {}
    adapter = registry.add(
        candidate.staging,
        AdapterManifest(
            id="",
            created_ms=candidate.now_ms,
            base=candidate.base,
            quantization=report.quantization,
            documents=tuple(map(str, training.get("documents") or ())),
            first_ms=int(events.get("first_ms", 0)),
            last_ms=int(events.get("last_ms", 0)),
            settings={
                **(training.get("settings") or {}),
                "strength": training.get("strength", 1.0),
            },
            scores=report.figures(),
            previous=registry.active(candidate.base.model),
        ),
    )
    registry.use(adapter.id, candidate.base)
    return adapter.id


def _training(staging: Path) -> dict[str, Any]:
    """What training noted of itself; an adapter without it is none the worse."""
    try:
        stored = read_json_file(staging / "training.json")
    except (OSError, SchemaError):
        return {}
    return stored if isinstance(stored, dict) else {}
