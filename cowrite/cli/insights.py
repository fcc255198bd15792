"""``cowrite insights``: what suggestions were worth, in figures."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from cowrite.base.clock import SystemClock
from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.decisions.statistics.figures import figures, to_csv
from cowrite.decisions.statistics.rates import Rate
from cowrite.decisions.statistics.report import (
    grouped,
    headline,
    interval,
    nothing,
    one_digit,
    percent,
    tables,
    text_table,
)
from cowrite.decisions.statistics.statistics import Statistics, read_statistics
from cowrite.documents.export import write_export
from cowrite.localization import tr, tr_noop
from cowrite.localization.columns import columns_of, to_left
from cowrite.settings.paths import Paths, with_home

HELP = tr_noop(
    "Show what suggestions were worth: how many you accepted and kept, how long they took, and why "
    "others were not shown. The figures are computed on this computer from the decision log."
)
MOST_DAYS = 36_500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "--days", metavar="N", type=int, help=tr("only the last N days, including today")
    )
    parser.add_argument("--json", action="store_true", help=tr("print the figures as JSON"))
    parser.add_argument(
        "--csv", metavar="FILE", type=Path, help=tr("also write the figures to FILE, one per line")
    )


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Print the figures."""
    if arguments.days is not None and not 1 <= arguments.days <= MOST_DAYS:
        raise UserError(tr("--days takes a number from 1 to {most_days}.", most_days=MOST_DAYS))
    now_ms = SystemClock().unix_ms()
    statistics = read_statistics(paths.decision_log, now_ms, arguments.days)
    if arguments.csv is not None:
        target = with_home(arguments.csv).absolute()
        paths.require_not_own(target)
        write_export(target, to_csv(statistics).encode(), keep_in=paths.saves_dir)
    if arguments.json:
        print(json.dumps(as_json(statistics), indent=2))
    else:
        for line in report(statistics):
            print(one_line(line))
    return 0


def as_json(statistics: Statistics) -> dict[str, object]:
    """The figures by table, row and name."""
    document: dict[str, object] = {
        "since": statistics.since.isoformat() if statistics.since else None,
        "until": statistics.until.isoformat(),
    }
    for table, row, figure, value in figures(statistics):
        rows = document.setdefault(table, {})
        if isinstance(rows, dict):
            rows.setdefault(row, {})[figure] = value
    return document


def report(statistics: Statistics) -> list[str]:
    """The figures to be read."""
    lines = [nothing(statistics)] if statistics.is_empty else _totals(statistics)
    for table in tables(statistics):
        if table.rows:
            lines += ["", table.title, *text_table(table)]
    return lines


def _totals(statistics: Statistics) -> list[str]:
    total = statistics.total
    shown, right, taken = total.shown, total.right_rate, total.taken_rate
    rows = [
        (tr("shown"), grouped(shown), tr("by themselves while you typed")),
        (
            tr("right"),
            grouped(total.right),
            _share(right, tr_noop("{share} were how you went on ({interval})")),
        ),
        (
            tr("accepted"),
            grouped(total.taken),
            _share(taken, tr_noop("{share} of those shown ({interval})")),
        ),
        (
            tr("still in text"),
            grouped(total.kept),
            _share(total.kept_rate, tr_noop("{share} of those checked ({interval})")),
        ),
        (tr("not checked"), grouped(total.unknown), tr("accepted, not checked yet")),
        (tr("looked at"), grouped(total.glances), _looked_at(statistics)),
        (tr("flashes"), grouped(total.flashes), _flashes(statistics)),
        ("", one_digit(total.characters_per_glance), tr("characters saved for each looked at")),
    ]
    width = max(columns_of(name) for name, _, _ in rows)
    return [
        headline(statistics),
        "",
        *(
            f"{to_left(name, width)}  {figure:>8}  {meaning}".rstrip()
            for name, figure, meaning in rows
        ),
    ]


def _looked_at(statistics: Statistics) -> str:
    rate = statistics.per_100_words(statistics.total.glances)
    if rate is None:
        return tr("there long enough to notice")
    return tr("there long enough to notice, {rate} per 100 words", rate=one_digit(rate))


def _flashes(statistics: Statistics) -> str:
    rate = statistics.per_100_words(statistics.total.flashes)
    if rate is None:
        return tr("gone too soon to notice")
    return tr("gone too soon to notice, {rate} per 100 words", rate=one_digit(rate))


def _share(rate: Rate, meaning: str) -> str:
    return tr(meaning, share=percent(rate), interval=interval(rate)) if rate.tries else ""
