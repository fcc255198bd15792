"""The statistics in words: sentences, tables to read, a CSV file. The window and a command use it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from cowrite.decisions.statistics.counts import LONGEST_LENGTH, WHILE_TYPING, Counts
from cowrite.decisions.statistics.rates import Rate
from cowrite.decisions.statistics.statistics import Statistics, Version
from cowrite.decisions.statistics.time_words import in_short

NOTHING = "Nothing yet. Figures appear here once suggestions have been shown while you write."
NOTHING_THEN = "No suggestions were shown in this period. Try a longer one."

REASONS = {
    "low_confidence": "the model was not sure enough",
    "not_worth_it": "looking at it would have cost more than it saved",
    "mid_line": "the caret was in the middle of a line",
    "repeats_what_follows": "it would have repeated the text that follows",
    "repeats_elsewhere": "it would repeat a line that stands elsewhere",
    "rejected_before": "you had just dismissed it",
    "empty": "the model had nothing to suggest",
    "only_punctuation": "it was only punctuation",
    "unwanted_characters": "it contained invalid characters",
    "after_deletion": "you had just deleted something",
    "after_undo": "you had just undone something",
    "inside_word": "the caret was inside a word",
    "no_text": "there was no text before the caret",
    "code": "it looked like code",
    "selection": "text was selected",
    "composing": "an input method was in use",
    "no_focus": "you were in another window",
    "read_only": "the document was read-only",
    "document_too_long": "the document was very long",
    "excluded": "suggestions were turned off for this file",
    "off": "suggestions were off",
    "failed": "the suggestion failed",
}
"""Why nothing was shown, by the word that stands in the log, as an end of “It was not shown, because …”."""

OCCASIONS = {
    WHILE_TYPING: "by themselves while you typed",
    "key": "asked for with a key",
    "pause": "by themselves in a long pause",
    "pause_key": "asked for with a key in a long pause",
}
"""When suggestions were shown, by the word that stands in the log."""

ORIGINAL_MODEL = "original model"
CSV_HEADER = ("table", "row", "figure", "value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Texts in columns; the first is what a row is about, the others are figures."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def nothing(statistics: Statistics) -> str:
    """What is said in place of figures when nothing was shown: also why it was not."""
    sentence = NOTHING if statistics.since is None else NOTHING_THEN
    counts = reason_counts(statistics)
    if not counts:
        return sentence
    times, (reason, _) = sum(count for _, count in counts), counts[0]
    return f"{sentence} Cowrite held back {_times(times)}, most often because {reason}."


def reason_counts(statistics: Statistics) -> list[tuple[str, int]]:
    """Why nothing was shown and how often, whether the model had answered or not; the most frequent first."""
    counts: Counter[str] = Counter()
    for each in statistics.silences:
        counts[reason_words(each.reason)] += each.count
    return counts.most_common()


def reason_words(reason: str) -> str:
    """A reason of the log in plain words; one of another version as it is."""
    return REASONS.get(reason, reason.replace("_", " ") or "the reason is unknown")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{grouped(count)} times"


def period(statistics: Statistics) -> str:
    """From when on, as the beginning of a sentence."""
    if statistics.since is None:
        return "All time"
    days = (statistics.until - statistics.since).days + 1
    return "Today" if days == 1 else f"In the last {days} days"


def headline(statistics: Statistics) -> str:
    """The sentence that says most."""
    saved = statistics.saved
    return (
        f"{period(statistics)}: {grouped(statistics.characters_kept)} characters you did not have to type"
        + (f", {in_short(saved)}" if saved is not None else "")
        + "."
    )


def percent(rate: Rate) -> str:
    """The share in whole percent, or a dash."""
    return "–" if rate.share is None else f"{100 * rate.share:.0f} %"


def interval(rate: Rate) -> str:
    """The 95 % confidence interval of the share."""
    low, high = rate.interval
    return "–" if rate.share is None else f"{100 * low:.0f} to {100 * high:.0f} %"


def one_digit(value: float | None) -> str:
    """With one digit after the point, or a dash."""
    return "–" if value is None else f"{value:,.1f}"


def grouped(number: int) -> str:
    """With commas between thousands."""
    return f"{number:,}"


def length_name(words: int) -> str:
    """How many words, in words."""
    if words >= LONGEST_LENGTH:
        return f"{LONGEST_LENGTH} or more"
    return f"{words} word" if words == 1 else f"{words} words"


def version_name(version: Version, *, with_model: bool = True) -> str:
    """The model, and whose version of it."""
    adapter = version.adapter or ORIGINAL_MODEL
    return f"{version.model or 'unknown model'}, {adapter}" if with_model else adapter


def tables(statistics: Statistics) -> tuple[Table, ...]:
    """Everything, to be read."""
    return (
        day_table(statistics),
        occasion_table(statistics),
        passage_table(statistics),
        hour_table(statistics),
        length_table(statistics),
        version_table(statistics),
        silence_table(statistics),
        latency_table(statistics),
    )


def day_table(statistics: Statistics) -> Table:
    """What was shown, taken and kept on each day, newest last."""
    return Table(
        title="By day",
        header=("day", "shown", "accepted", "still in text", "not checked", "characters kept"),
        rows=tuple(
            (
                day.isoformat(),
                grouped(each.shown),
                grouped(each.taken),
                grouped(each.kept),
                grouped(each.unknown),
                grouped(each.characters_kept),
            )
            for day, each in statistics.days.items()
        ),
    )


def occasion_table(statistics: Statistics) -> Table:
    """The occasions on which suggestions were shown, where there is more than one; each is its own kind of help."""
    occasions = statistics.occasions
    return Table(
        title="By occasion",
        header=("suggestions", "shown", "right", "accepted", "characters kept"),
        rows=tuple(
            (
                occasion_name(name),
                grouped(each.shown),
                percent(each.right_rate),
                percent(each.taken_rate),
                grouped(each.characters_kept),
            )
            for name, each in sorted(occasions.items(), key=lambda item: item[0] != WHILE_TYPING)
        )
        if occasions.keys() - {WHILE_TYPING}
        else (),
    )


def passage_table(statistics: Statistics) -> Table:
    """Changes that were proposed for passages, by the task that made them."""
    return Table(
        title="Changes of passages",
        header=("task", "proposed", "accepted", "still in text"),
        rows=tuple(
            (
                occasion_name(name),
                grouped(each.shown),
                percent(each.taken_rate),
                percent(each.kept_rate) if each.known else "",
            )
            for name, each in statistics.passages.items()
        ),
    )


def occasion_name(occasion: str) -> str:
    """An occasion of the log in plain words; one of another version as it is."""
    return OCCASIONS.get(occasion, occasion.replace("_", " "))


def hour_table(statistics: Statistics) -> Table:
    """The precision by hour of the day."""
    names = ((f"{hour}:00", each) for hour, each in statistics.hours.items())
    return Table(title="By hour of the day", header=("hour", *_RATE), rows=tuple(_rate_rows(names)))


def length_table(statistics: Statistics) -> Table:
    """The precision by length."""
    names = ((length_name(words), each) for words, each in statistics.lengths.items())
    return Table(title="By length", header=("length", *_RATE), rows=tuple(_rate_rows(names)))


_RATE = ("shown", "accepted", "share", "95 % interval")


def _rate_rows(named: Iterator[tuple[str, Counts]]) -> Iterator[tuple[str, ...]]:
    for name, each in named:
        rate = each.taken_rate
        yield name, grouped(each.shown), grouped(each.taken), percent(rate), interval(rate)


def version_table(statistics: Statistics) -> Table:
    """Before and after each version of the model that was learned."""
    with_model = len({each.model for each in statistics.versions}) > 1
    return Table(
        title="By version",
        header=("version, since", "shown", "accepted", "still in text"),
        rows=tuple(
            (
                f"{version_name(each, with_model=with_model)}, {each.first.isoformat()}",
                grouped(each.counts.shown),
                _with_interval(each.counts.taken_rate),
                _with_interval(each.counts.kept_rate),
            )
            for each in statistics.versions
        ),
    )


def _with_interval(rate: Rate) -> str:
    if not rate.tries:
        return "–"
    low, high = rate.interval
    return f"{percent(rate)} ({100 * low:.0f}–{100 * high:.0f})"


def silence_table(statistics: Statistics) -> Table:
    """Why nothing was shown; what was answered and withheld, and where nothing was asked."""
    return Table(
        title="Why suggestions were not shown",
        header=("reason", "when", "times"),
        rows=tuple(
            (
                reason_words(each.reason),
                "withheld" if each.asked else "not asked",
                grouped(each.count),
            )
            for each in statistics.silences
        ),
    )


def latency_table(statistics: Statistics) -> Table:
    """How long answers took."""
    latency = statistics.latency
    rows = (
        ("the first word", latency.first_token_p50, latency.first_token_p95),
        ("the whole answer", latency.total_p50, latency.total_p95),
    )
    return Table(
        title="How long the model took",
        header=("milliseconds until", "50 % within", "95 % within"),
        rows=tuple(
            (name, f"{half:.0f}", f"{most:.0f}")
            for name, half, most in rows
            if half is not None and most is not None
        ),
    )


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


def text_table(table: Table) -> Sequence[str]:
    """Lines of a table for a terminal, figures to the right."""
    widths = [max(map(len, column)) for column in zip(table.header, *table.rows, strict=True)]
    return [
        "  ".join(
            f"{cell:<{width}}" if at == 0 else f"{cell:>{width}}"
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (table.header, *table.rows)
    ]
