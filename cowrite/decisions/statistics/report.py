"""The statistics in words: sentences and tables to read. The window and a command use it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cowrite.decisions.statistics.counts import LONGEST_LENGTH, WHILE_TYPING, Counts
from cowrite.decisions.statistics.rates import Rate
from cowrite.decisions.statistics.statistics import Statistics, Version
from cowrite.decisions.statistics.time_words import in_short
from cowrite.localization import listed, sentences, tr, tr_noop, trn
from cowrite.localization.columns import columns_of, to_left, to_right

NOTHING = tr_noop(
    "Nothing yet. Figures appear here once suggestions have been shown while you write."
)
NOTHING_THEN = tr_noop("No suggestions were shown in this period. Try a longer one.")

REASONS = {
    "low_confidence": tr_noop("the model was not sure enough"),
    "not_worth_it": tr_noop("looking at it would have cost more than it saved"),
    "mid_line": tr_noop("the caret was in the middle of a line"),
    "repeats_what_follows": tr_noop("it would have repeated the text that follows"),
    "repeats_elsewhere": tr_noop("it would repeat a line that stands elsewhere"),
    "rejected_before": tr_noop("you had just dismissed it"),
    "empty": tr_noop("the model had nothing to suggest"),
    "only_punctuation": tr_noop("it was only punctuation"),
    "unwanted_characters": tr_noop("it contained invalid characters"),
    "after_deletion": tr_noop("you had just deleted something"),
    "after_undo": tr_noop("you had just undone something"),
    "inside_word": tr_noop("the caret was inside a word"),
    "no_text": tr_noop("there was no text before the caret"),
    "code": tr_noop("it looked like code"),
    "selection": tr_noop("text was selected"),
    "composing": tr_noop("an input method was in use"),
    "no_focus": tr_noop("you were in another window"),
    "read_only": tr_noop("the document was read-only"),
    "document_too_long": tr_noop("the document was very long"),
    "excluded": tr_noop("suggestions were turned off for this file"),
    "off": tr_noop("suggestions were off"),
    "failed": tr_noop("the suggestion failed"),
}
"""Why nothing was shown, by the word that stands in the log, as an end of “It was not shown, because …”."""

OCCASIONS = {
    WHILE_TYPING: tr_noop("by themselves while you typed"),
    "key": tr_noop("asked for with a key"),
    "pause": tr_noop("by themselves in a long pause"),
    "pause_key": tr_noop("asked for with a key in a long pause"),
}
"""When suggestions were shown, by the word that stands in the log."""

ORIGINAL_MODEL = tr_noop("original model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Texts in columns; the first is what a row is about, the others are figures."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def nothing(statistics: Statistics) -> str:
    """What is said in place of figures when nothing was shown: also why it was not."""
    sentence = tr(NOTHING) if statistics.since is None else tr(NOTHING_THEN)
    counts = reason_counts(statistics)
    if not counts:
        return sentence
    times, (reason, _) = sum(count for _, count in counts), counts[0]
    held_back = trn(
        "Cowrite held back once, most often because {reason}.",
        "Cowrite held back {count:,} times, most often because {reason}.",
        times,
        reason=reason,
    )
    return sentences(sentence, held_back)


def reason_counts(statistics: Statistics) -> list[tuple[str, int]]:
    """Why nothing was shown and how often, whether the model had answered or not; the most frequent first."""
    counts: Counter[str] = Counter()
    for each in statistics.silences:
        counts[reason_words(each.reason)] += each.count
    return counts.most_common()


def reason_words(reason: str) -> str:
    """A reason of the log in plain words; one of another version as it is."""
    return tr(REASONS.get(reason, reason.replace("_", " "))) or tr("the reason is unknown")


def period(statistics: Statistics) -> str:
    """From when on, as the beginning of a sentence."""
    if statistics.since is None:
        return tr("All time")
    days = (statistics.until - statistics.since).days + 1
    return tr("Today") if days == 1 else tr("In the last {days} days", days=days)


def headline(statistics: Statistics) -> str:
    """The sentence that says most."""
    values = {
        "period": period(statistics),
        "characters": grouped(statistics.characters_kept),
    }
    if statistics.saved is None:
        return tr("{period}: {characters} characters you did not have to type.", **values)
    return tr(
        "{period}: {characters} characters you did not have to type, {time}.",
        time=in_short(statistics.saved),
        **values,
    )


def percent(rate: Rate) -> str:
    """The share in whole percent, or a dash."""
    return "–" if rate.share is None else tr("{share:.0f} %", share=100 * rate.share)


def interval(rate: Rate) -> str:
    """The 95 % confidence interval of the share."""
    low, high = rate.interval
    if rate.share is None:
        return "–"
    return tr("{low:.0f} to {high:.0f} %", low=100 * low, high=100 * high)


def one_digit(value: float | None) -> str:
    """With one digit after the point, or a dash."""
    return "–" if value is None else f"{value:,.1f}"


def grouped(number: int) -> str:
    """With commas between thousands."""
    return f"{number:,}"


def length_name(words: int) -> str:
    """How many words, in words."""
    if words >= LONGEST_LENGTH:
        return tr("{number} or more", number=LONGEST_LENGTH)
    return trn("{count} word", "{count} words", words)


def version_name(version: Version, *, with_model: bool = True) -> str:
    """The model, and whose version of it."""
    adapter = version.adapter or tr(ORIGINAL_MODEL)
    return listed((version.model or tr("unknown model"), adapter)) if with_model else adapter


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
        title=tr("By day"),
        header=(
            tr("day"),
            tr("shown"),
            tr("accepted"),
            tr("still in text"),
            tr("not checked"),
            tr("characters kept"),
        ),
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
        title=tr("By occasion"),
        header=(tr("suggestions"), tr("shown"), tr("right"), tr("accepted"), tr("characters kept")),
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
        title=tr("Changes of passages"),
        header=(tr("task"), tr("proposed"), tr("accepted"), tr("still in text")),
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
    return tr(OCCASIONS.get(occasion, occasion.replace("_", " ")))


def hour_table(statistics: Statistics) -> Table:
    """The precision by hour of the day."""
    names = ((f"{hour}:00", each) for hour, each in statistics.hours.items())
    return Table(
        title=tr("By hour of the day"),
        header=_rate_header(tr("hour")),
        rows=tuple(_rate_rows(names)),
    )


def length_table(statistics: Statistics) -> Table:
    """The precision by length."""
    names = ((length_name(words), each) for words, each in statistics.lengths.items())
    return Table(
        title=tr("By length"), header=_rate_header(tr("length")), rows=tuple(_rate_rows(names))
    )


def _rate_header(what: str) -> tuple[str, ...]:
    return (what, tr("shown"), tr("accepted"), tr("share"), tr("95 % interval"))


def _rate_rows(named: Iterator[tuple[str, Counts]]) -> Iterator[tuple[str, ...]]:
    for name, each in named:
        rate = each.taken_rate
        yield name, grouped(each.shown), grouped(each.taken), percent(rate), interval(rate)


def version_table(statistics: Statistics) -> Table:
    """Before and after each version of the model that was learned."""
    with_model = len({each.model for each in statistics.versions}) > 1
    return Table(
        title=tr("By version"),
        header=(tr("version, since"), tr("shown"), tr("accepted"), tr("still in text")),
        rows=tuple(
            (
                listed((version_name(each, with_model=with_model), each.first.isoformat())),
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
        title=tr("Why suggestions were not shown"),
        header=(tr("reason"), tr("when"), tr("times")),
        rows=tuple(
            (
                reason_words(each.reason),
                tr("withheld") if each.asked else tr("not asked"),
                grouped(each.count),
            )
            for each in statistics.silences
        ),
    )


def latency_table(statistics: Statistics) -> Table:
    """How long answers took."""
    latency = statistics.latency
    rows = (
        (tr("the first word"), latency.first_token_p50, latency.first_token_p95),
        (tr("the whole answer"), latency.total_p50, latency.total_p95),
    )
    return Table(
        title=tr("How long the model took"),
        header=(tr("milliseconds until"), tr("50 % within"), tr("95 % within")),
        rows=tuple(
            (name, f"{half:.0f}", f"{most:.0f}")
            for name, half, most in rows
            if half is not None and most is not None
        ),
    )


def text_table(table: Table) -> Sequence[str]:
    """Lines of a table for a terminal, figures to the right."""
    widths = [
        max(map(columns_of, column)) for column in zip(table.header, *table.rows, strict=True)
    ]
    return [
        "  ".join(
            to_left(cell, width) if at == 0 else to_right(cell, width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (table.header, *table.rows)
    ]
