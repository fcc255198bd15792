"""``cowrite insights``: what suggestions were worth, in figures."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from cowrite.base.clock import SystemClock
from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.decisions.statistics.rates import Rate
from cowrite.decisions.statistics.report import (
    figures,
    grouped,
    headline,
    interval,
    nothing,
    one_digit,
    percent,
    tables,
    text_table,
    to_csv,
)
from cowrite.decisions.statistics.statistics import Statistics, read_statistics
from cowrite.documents.export import write_export
from cowrite.settings.paths import Paths, with_home

HELP = (
    "Show what suggestions were worth: how many you accepted and kept, how long they took, and why others were not "
    "shown. "
    "The figures are computed on this computer from the decision log."
)
MOST_DAYS = 36_500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "--days", metavar="N", type=int, help="only the last N days, including today"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument(
        "--csv", metavar="FILE", type=Path, help="also write the figures to FILE, one per line"
    )


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Print the figures."""
    if arguments.days is not None and not 1 <= arguments.days <= MOST_DAYS:
        raise UserError(f"--days takes a number from 1 to {MOST_DAYS}.")
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
    looked_at = _per_100_words(statistics, total.glances)
    flashes = _per_100_words(statistics, total.flashes)
    return [
        headline(statistics),
        "",
        _row("shown", grouped(total.shown), "by themselves while you typed"),
        _row("right", grouped(total.right), _share(total.right_rate, "were how you went on")),
        _row("accepted", grouped(total.taken), _share(total.taken_rate, "of those shown")),
        _row("still in text", grouped(total.kept), _share(total.kept_rate, "of those checked")),
        _row("not checked", grouped(total.unknown), "accepted, not checked yet"),
        _row("looked at", grouped(total.glances), f"there long enough to notice{looked_at}"),
        _row("flashes", grouped(total.flashes), f"gone too soon to notice{flashes}"),
        _row("", one_digit(total.characters_per_glance), "characters saved for each looked at"),
    ]


def _row(name: str, figure: str, meaning: str) -> str:
    return f"{name:<13}  {figure:>8}  {meaning}".rstrip()


def _per_100_words(statistics: Statistics, count: int) -> str:
    rate = statistics.per_100_words(count)
    return "" if rate is None else f", {one_digit(rate)} per 100 words"


def _share(rate: Rate, of_what: str) -> str:
    return f"{percent(rate)} {of_what} ({interval(rate)})" if rate.tries else ""
