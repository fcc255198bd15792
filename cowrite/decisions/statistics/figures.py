"""The statistics for programs: each figure by table, row and name, and all of them as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict

from cowrite.decisions.statistics.counts import Counts
from cowrite.decisions.statistics.statistics import Statistics

CSV_HEADER = ("table", "row", "figure", "value")


def to_csv(statistics: Statistics) -> str:
    """One figure a line, under CSV_HEADER; times in milliseconds, shares from 0 to 1, days as in ISO 8601."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_HEADER)
    writer.writerows(figures(statistics))
    return text.getvalue()


def figures(statistics: Statistics) -> Iterator[tuple[str, str, str, float | int]]:
    """Table, row, figure and value of everything that is known; what is not known is left out."""
    yield from _figures_of("all", "all", statistics.total)
    for name, value in _figures_of_all(statistics):
        if value is not None:
            yield "all", "all", name, round(value, 2)
    for occasion, each in statistics.occasions.items():
        yield from _figures_of("occasions", _safe(occasion), each)
    for task, each in statistics.passages.items():
        yield from _figures_of("passages", _safe(task), each)
    for day, each in statistics.days.items():
        yield from _figures_of("days", day.isoformat(), each)
    for hour, each in statistics.hours.items():
        yield from _figures_of("hours", str(hour), each)
    for words, each in statistics.lengths.items():
        yield from _figures_of("lengths", str(words), each)
    for version in statistics.versions:
        name = _safe(f"{version.model} {version.adapter}".strip())
        yield from _figures_of("versions", name, version.counts)
    for silence in statistics.silences:
        name = _safe(silence.reason)
        yield "silences", name, "withheld" if silence.asked else "not_asked", silence.count
    for name, value in asdict(statistics.latency).items():
        if value is not None:
            yield "latency", "all", name, value


def _figures_of_all(statistics: Statistics) -> Iterator[tuple[str, float | None]]:
    total, saved = statistics.total, statistics.saved
    yield "words", statistics.words
    yield "typing_interval_ms", statistics.typing_interval_ms
    if saved is not None:
        yield "saved_low_ms", saved.low_ms
        yield "saved_ms", saved.mid_ms
        yield "saved_high_ms", saved.high_ms
    yield "characters_per_glance", total.characters_per_glance
    yield "shown_per_100_words", statistics.per_100_words(total.shown)
    yield "glances_per_100_words", statistics.per_100_words(total.glances)
    yield "wrong_glances_per_100_words", statistics.per_100_words(total.wrong_glances)
    yield "flashes_per_100_words", statistics.per_100_words(total.flashes)


def _figures_of(table: str, row: str, counts: Counts) -> Iterator[tuple[str, str, str, float]]:
    for name, value in asdict(counts).items():
        yield table, row, name, value
    for name, rate in (
        ("right", counts.right_rate),
        ("taken", counts.taken_rate),
        ("kept", counts.kept_rate),
    ):
        if rate.share is not None:
            low, high = rate.interval
            yield table, row, f"{name}_share", round(rate.share, 4)
            yield table, row, f"{name}_low", round(low, 4)
            yield table, row, f"{name}_high", round(high, 4)


def _safe(name: str) -> str:
    """No formula to a spreadsheet: names of models come from elsewhere."""
    return f"'{name}" if name[:1] in tuple("=+-@\t\r") and name else name
