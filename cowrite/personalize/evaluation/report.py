"""What an evaluation was based on: figures for programs, and a page for the writer. Holds no word of any text."""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.localization import current, tr, tr_noop, trp
from cowrite.personalize.adapters.outcome import ExamplePrediction, influence_sentence
from cowrite.personalize.evaluation.promotion_gate import Criterion, Decision, Saved
from cowrite.personalize.evaluation.scoring import Score
from cowrite.settings.private_file import PRIVATE_FOLDER, write_private

REPORTS = "reports"
FORMAT = 1
_WIDTH, _ROW, _BAR = 640, 18, 12

_STYLE = """
body { font: 16px/1.5 serif; max-width: 44em; margin: 2em auto; padding: 0 1em; color: #222; background: #fffdf8; }
table { border-collapse: collapse; width: 100%; }
td { text-align: left; padding: .3em .6em .3em 0; vertical-align: top; }
tr + tr td { border-top: 1px solid #ddd; } .no { color: #a02c2c; } svg { font: 12px sans-serif; max-width: 100%; }
""".strip()

_CHANGE = tr_noop(
    "Change in loss compared with the original model, in nats per token; further left is better."
)
# A report stores these English words of criteria, units and scores; the page shows them in the language in use.
_SHOWN = frozenset(
    (
        tr_noop("loss against the original model"),
        tr_noop("loss against the version in use"),
        tr_noop("perplexity against the original model"),
        tr_noop("perplexity against the version in use"),
        tr_noop("keystrokes saved, living"),
        tr_noop("general text"),
        tr_noop("memorisation"),
        tr_noop("nats per token, upper bound"),
        tr_noop("points, lower bound"),
        tr_noop("tokens"),
        tr_noop("base"),
        tr_noop("active"),
        tr_noop("candidate"),
        tr_noop("candidate, gentle"),
        tr_noop("candidate, strong"),
        tr_noop("general, base"),
        tr_noop("general, candidate"),
        tr_noop("general, candidate, gentle"),
        tr_noop("general, candidate, strong"),
    )
)


@dataclass(slots=True, kw_only=True)
class Report:
    """What was measured so far; ``right`` and ``wrong`` quote the writer and are not stored with it.

    ``scores`` are by “base”, “active”, “candidate”, “general, base”, “general, candidate”, the candidate's also by
    influence, such as “candidate, gentle”; ``best_influence`` is the best of these if it was put to use.
    ``is_about_candidate`` tells whether a failure now is the candidate's and not the model's.
    """

    created_ms: int
    model: str
    quantization: str = ""
    device: str = ""
    scores: dict[str, Score] = field(default_factory=dict)
    replay: Sequence[Saved] = ()
    copied: int = 0
    right: tuple[ExamplePrediction, ...] = ()
    wrong: tuple[ExamplePrediction, ...] = ()
    best_influence: str = ""
    is_about_candidate: bool = True

    def figures(self) -> dict[str, Any]:
        """Everything measured, as plain numbers."""
        return {
            **{name: _figures(score) for name, score in self.scores.items()},
            "net keystrokes saved by living typists, %": {
                "before": _saved_pct([(each.reference, each.characters) for each in self.replay]),
                "candidate": _saved_pct(
                    [(each.candidate, each.characters) for each in self.replay]
                ),
            },
            "longest copied run, tokens": self.copied,
        }


def write_report(adapters: Path, report: Report, decision: Decision, adapter: str) -> Path:
    """Keep the report in a new folder below ``adapters``; that folder. Raises UserError."""
    moment = datetime.fromtimestamp(report.created_ms / 1000, UTC)
    folder = adapters / REPORTS / f"{moment:%Y-%m-%d}-{secrets.token_hex(3)}"
    stored = {
        "format": FORMAT,
        "created_ms": report.created_ms,
        "model": report.model,
        "quantization": report.quantization,
        "device": report.device,
        "adapter": adapter,
        "status": decision.status.value,
        "reason": decision.reason,
        "criteria": [asdict(each) for each in decision.criteria],
        "best_influence": report.best_influence,
        "figures": report.figures(),
        "replay": [asdict(each) for each in report.replay],
    }
    try:
        folder.mkdir(parents=True, mode=PRIVATE_FOLDER)
        write_private(folder / "report.json", json.dumps(stored, indent=2).encode() + b"\n")
        write_private(folder / "report.html", as_page(report, decision, adapter).encode())
    except OSError as error:
        raise UserError(
            tr("The report could not be written ({reason}).", reason=reason_of(error)),
            tr("Free up disk space."),
        ) from error
    return folder


def as_page(report: Report, decision: Decision, adapter: str) -> str:
    """The report as one HTML page that needs nothing else."""
    moment = datetime.fromtimestamp(report.created_ms / 1000, UTC)
    titles = {"promoted": tr("In use"), "kept": tr("Not used"), "failed": tr("Not tested")}
    facts = [f"{moment:%Y-%m-%d %H:%M} UTC", tr("model {model}", model=report.model)]
    if report.quantization:
        facts.append(
            tr("stored as {kind} on {device}", kind=report.quantization, device=report.device)
        )
    facts += [tr("adapter {adapter}", adapter=adapter)] if adapter else []
    told = trp("between facts", ", ").join(facts)
    parts = [
        f"<h1>{titles[decision.status.value]}</h1>",
        f"<p>{escape(decision.reason)}</p>",
        f"<p>{escape(told)}</p>",
    ]
    if decision.criteria:
        rows = "".join(map(_row, decision.criteria))
        parts.append(_headed(tr("Requirements"), f"<table>{rows}</table>"))
    if report.best_influence:
        parts.append(f"<p>{escape(influence_sentence(report.best_influence))}</p>")
    perplexities = {
        name: score.perplexity
        for name, score in report.scores.items()
        if math.isfinite(score.perplexity)
    }
    if perplexities:
        bars = _bars({_shown(name): each for name, each in perplexities.items()})
        parts.append(_headed(tr("Perplexity (lower is better)"), bars))
    if {"base", "candidate"} <= set(perplexities):
        changes = _changes(report.scores["base"], report.scores["candidate"])
        drawn = f"<p>{escape(tr(_CHANGE))}</p>{changes}"
        parts.append(_headed(tr("Each part of the test text"), drawn))
    body = "\n".join(parts)
    title = escape(tr("Cowrite: what was learned"))
    return (
        f'<!doctype html>\n<html lang="{current().replace("_", "-")}"><head><meta charset="utf-8">'
        f"<title>{title}</title>"
        f"<style>{_STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _headed(heading: str, html: str) -> str:
    return f"<h2>{escape(heading)}</h2>{html}"


def _shown(word: str) -> str:
    return tr(word) if word in _SHOWN else word


def _row(criterion: Criterion) -> str:
    mark = escape(tr("yes") if criterion.holds else tr("no"))
    if not criterion.holds:
        mark = f'<span class="no">{mark}</span>'
    between = criterion.interval
    values = {
        "figure": criterion.figure,
        "limit": criterion.limit,
        "unit": _shown(criterion.unit),
    }
    if between is None:
        figures = tr("{figure:.4g}, limit {limit:g} {unit}", **values)
    else:
        figures = tr(
            "{figure:.4g}, limit {limit:g} {unit} (mean {mean:.4g}, {lower:.4g} to {upper:.4g})",
            mean=between.mean,
            lower=between.lower,
            upper=between.upper,
            **values,
        )
    return (
        f"<tr><td>{mark}</td><td>{escape(_shown(criterion.name))}</td>"
        f"<td>{escape(criterion.sentence)}<br>{escape(figures)}</td></tr>"
    )


def _bars(values: dict[str, float]) -> str:
    most = max(values.values())
    lines = []
    for row, (name, value) in enumerate(values.items()):
        y, width = row * _ROW + 12, 360 * value / most
        lines.append(f'<text x="0" y="{y}">{escape(name)}</text>')
        lines.append(
            f'<rect x="150" y="{y - 10}" width="{width:.1f}" height="{_BAR}" fill="#5b7a99"/>'
        )
        lines.append(f'<text x="{156 + width:.1f}" y="{y}">{value:.2f}</text>')
    return _svg(len(values) * _ROW + 6, lines)


def _changes(base: Score, candidate: Score) -> str:
    changes = sorted(
        after.loss / after.tokens - before.loss / before.tokens
        for before, after in zip(base.blocks, candidate.blocks, strict=True)
    )
    reach = max(map(abs, changes)) or 1.0
    height = max(2.0, min(10.0, 400 / len(changes)))
    middle, lines = _WIDTH / 2, []
    for row, change in enumerate(changes):
        width = abs(change) / reach * (middle - 60)
        x = middle - width if change < 0 else middle
        colour = "#5b7a99" if change < 0 else "#b5654a"
        lines.append(
            f'<rect x="{x:.1f}" y="{row * height:.1f}" width="{width:.1f}" '
            f'height="{height - 0.5:.1f}" fill="{colour}"/>'
        )
    bottom = len(changes) * height
    lines.append(f'<line x1="{middle}" y1="0" x2="{middle}" y2="{bottom:.1f}" stroke="#222"/>')
    lines.append(f'<text x="0" y="{bottom + 16:.1f}">{-reach:.3f}</text>')
    lines.append(f'<text x="{_WIDTH}" y="{bottom + 16:.1f}" text-anchor="end">{reach:+.3f}</text>')
    return _svg(bottom + 24, lines)


def _svg(height: float, lines: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {_WIDTH} {height:.0f}" role="img">{"".join(lines)}</svg>'
    )


def _figures(score: Score) -> dict[str, float | int | None]:
    return {
        "tokens": score.tokens,
        "loss": _plain(score.loss),
        "perplexity": _plain(score.perplexity),
        "bits_per_byte": _plain(score.bits_per_byte),
    }


def _plain(number: float) -> float | None:
    """Five digits after the point; JSON has no word for what is not finite."""
    return round(number, 5) if math.isfinite(number) else None


def _saved_pct(keys: Sequence[tuple[float, int]]) -> float:
    characters = sum(count for _, count in keys)
    return round(100 * sum(saved for saved, _ in keys) / max(1, characters), 2)
