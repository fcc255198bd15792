"""The living typist on one text: both ways of noticing, side by side."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

from cowrite.cli.simulation.figure_names import figure_name, figure_text
from cowrite.cli.simulation.options import both_ways, engine_ms, shown_engine_ms
from cowrite.cli.simulation.recorded_typist import recorded_sessions
from cowrite.localization import tr
from cowrite.localization.columns import columns_of, to_left, to_right
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.living_report import LivingReport
from cowrite.suggest.simulation.living_typist import Hands, LivingTypist
from cowrite.suggest.simulation.remembered_answers import RememberedAnswers


def write_live(
    before: str,
    target: str,
    *,
    arguments: argparse.Namespace,
    settings: SuggestSettings,
    answers: RememberedAnswers,
    on_progress: Callable[[float], None],
) -> tuple[dict[str, object], list[str]]:
    """The figures with the chosen way of noticing, those with the other one, and the lines of ``--events``."""
    lines: list[str] = []

    def keep(event: str, t_ms: float, text: str) -> None:
        said = {"event": event, "t_ms": round(t_ms, 3), "text": text}
        lines.append(json.dumps(said, ensure_ascii=False))

    reports: list[LivingReport] = []
    for number, notice in enumerate(both_ways(arguments)):
        hands = Hands(
            sessions=recorded_sessions(),
            wpm=arguments.wpm,
            reaction_ms=arguments.reaction,
            notice=notice,
            engine_ms=engine_ms(arguments),
            seed=arguments.seed,
        )
        typist = LivingTypist(
            before,
            target,
            hands=hands,
            settings=settings,
            answer=answers,
            learn=answers.learn,
            on_event=keep if number == 0 else lambda *_: None,
        )
        half = number / 2
        reports.append(typist.write(lambda share, half=half: on_progress(half + share / 2)))  # type: ignore[misc]
    chosen, other = reports
    about: dict[str, object] = {
        "typist": "live",
        "engine_ms": shown_engine_ms(arguments),
        "seed": arguments.seed,
    }
    return chosen.figures() | about | {"other_notice": other.figures()}, lines


def as_table(figures: dict[str, Any]) -> str:
    """The figures of both ways of noticing in columns, what they were taken with, and what is not said by them."""
    first, second = figures, figures["other_notice"]
    names = [name for name in second if name not in ("notice", "wpm", "reaction_ms", "words")]
    about = [name for name in first if name not in (*names, "notice", "other_notice")]
    words = {name: figure_name(name) for name in (*names, *about)}
    width = max(map(columns_of, words.values()))
    head = to_left(tr("noticed"), width)
    lines = [f"{head}  {to_right(_way(first), 24)}  {to_right(_way(second), 24)}"]
    lines += [
        f"{to_left(words[n], width)}  {_said(first[n]):>24}  {_said(second[n]):>24}" for n in names
    ]
    lines += [
        "",
        *(
            f"{to_left(words[name], width)}  {figure_text(name, _said(first[name]))}"
            for name in about
        ),
    ]
    return "\n".join(lines)


def _way(figures: dict[str, Any]) -> str:
    return tr("also while typing") if figures["notice"] == "typing" else tr("in pauses only")


def _said(value: object) -> str:
    if isinstance(value, dict):
        return " / ".join(str(each) for each in value.values())
    return str(value)
