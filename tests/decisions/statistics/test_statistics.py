"""The statistics come to what counting one by one comes to, and read no more of the log than they must."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statistics_log import (
    DAY_MS,
    NOON_MS,
    TOLD,
    Told,
    naive_groups,
    naive_interval,
    naive_length,
    naive_occasion,
    naive_reasons,
    naive_total,
    shown_at,
    write_log,
)

from cowrite.base.errors import UserError
from cowrite.decisions.database.migrations import migrate
from cowrite.decisions.database.tables import MIGRATIONS
from cowrite.decisions.events import CONTINUE, Event, EventKind, JsonValue
from cowrite.decisions.statistics.counts import Counts
from cowrite.decisions.statistics.queries import QUERIES
from cowrite.decisions.statistics.rates import Rate, percentile
from cowrite.decisions.statistics.report import headline
from cowrite.decisions.statistics.statistics import read_statistics, summarize
from cowrite.decisions.statistics.time_saved import TimeSaved, time_saved
from cowrite.decisions.statistics.time_words import in_short
from cowrite.suggest.simulation.time_model import time_saved_pct

TODAY = date(2026, 5, 4)


@settings(max_examples=30)
@given(st.lists(TOLD, max_size=40), st.sampled_from([None, 1, 7, 30]))
def test_it_comes_to_what_counting_one_by_one_comes_to(
    tmp_path_factory: pytest.TempPathFactory, told: list[Told], days: int | None
) -> None:
    path = tmp_path_factory.mktemp("log") / "decisions.sqlite3"
    write_log(path, [event for at, each in enumerate(told) for event in each.as_events(at)])
    first = TODAY - timedelta(days=days - 1) if days else date.min
    own = [t for t in told if not t.session.startswith("import") and shown_at(t).date() >= first]

    ghosts = [t for t in own if t.task == CONTINUE]
    typing = [t for t in ghosts if naive_occasion(t) == "typing"]

    found = read_statistics(path, NOON_MS, days)

    assert found.total == naive_total(typing)
    assert found.occasions == naive_groups(ghosts, naive_occasion)
    assert found.passages == naive_groups([t for t in own if t.task != CONTINUE], naive_occasion)
    assert found.days == naive_groups(typing, lambda t: shown_at(t).date())
    assert list(found.days) == sorted(found.days)
    assert found.hours == naive_groups(typing, lambda t: shown_at(t).hour)
    assert found.lengths == naive_groups(typing, naive_length)
    versions = {(each.model, each.adapter): each.counts for each in found.versions}
    assert versions == naive_groups(typing, lambda t: (t.model, t.adapter))
    assert {each.reason: each.count for each in found.silences} == naive_reasons(own)
    assert all(each.asked for each in found.silences)
    assert found.typing_interval_ms == naive_interval(own)
    waits = sorted(t.total_ms for t in own if t.total_ms)
    assert found.latency.count == len(waits)
    assert found.latency.foreseen == len(own) - len(waits)
    assert found.latency.total_p50 == percentile(waits, 50)
    assert found.latency.total_p95 == percentile(waits, 95)


def test_what_is_not_known_yet_is_not_gone(path: Path) -> None:
    told = [
        Told(before_ms=3000, taken=(10,)),
        Told(before_ms=2000, taken=(10,), kept=(1.0, 0.2)),
        Told(before_ms=1000, taken=(4, 6), kept=(0.2, 0.9)),
    ]
    write_log(path, [event for at, each in enumerate(told) for event in each.as_events(at)])
    total = read_statistics(path, NOON_MS).total
    assert (total.taken, total.unknown, total.known, total.kept) == (3, 1, 2, 1)
    assert total.kept_rate == Rate(hits=1, tries=2)
    assert (total.characters_taken, total.characters_kept) == (30, 2 + 9)


def test_time_is_priced_by_glances_flashes_and_the_writers_own_keys(path: Path) -> None:
    """20 suggestions of 12 characters taken with a key each, 4 noticed in vain, 5 gone before anybody saw them."""
    told = [Told(before_ms=1000 * at, taken=(12,), kept=(1.0,)) for at in range(20)]
    told += [Told(before_ms=at, on_screen_ms=300.0) for at in range(4)]
    told += [Told(before_ms=at, on_screen_ms=299.0) for at in range(5)]
    write_log(path, [event for at, each in enumerate(told) for event in each.as_events(at)])
    found = read_statistics(path, NOON_MS)
    assert found.typing_interval_ms == 180.0
    assert (found.total.glances, found.total.wrong_glances, found.total.flashes) == (24, 4, 5)
    gain = 20 * 12 * 180.0 - 20 * 150.0
    assert found.saved == TimeSaved(
        low_ms=gain - 24 * 650 - 5 * 100, mid_ms=gain - 24 * 550 - 5 * 50, high_ms=gain - 24 * 450
    )
    assert found.total.characters_per_glance == 10.0
    usual = replace(found, typing_interval_ms=None).saved
    assert usual is not None
    assert usual.mid_ms > found.saved.mid_ms


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 40), st.integers(0, 400))
def test_the_simulated_typist_pays_the_same_prices(
    glances: int, flashes: int, keys: int, characters: int
) -> None:
    counts = Counts(shown=glances + flashes, flashes=flashes, keys=keys)
    counts.characters_taken = characters
    found = time_saved(counts, 200.0)
    in_percent = time_saved_pct(
        wpm=49.0,
        characters_taken=characters,
        accepts=keys,
        glances=glances,
        flashes=flashes,
        without_ms=100.0,
    )
    assert in_percent == {"low": found.low_ms, "mid": found.mid_ms, "high": found.high_ms}


def test_a_few_suggestions_of_use_save_some_seconds_and_not_nothing(path: Path) -> None:
    """A morning: 20 shown, 8 of use, the rest gone at once. It once said “0 minutes”."""
    told = [Told(before_ms=1000 * at, taken=(7,), kept=(1.0,)) for at in range(8)]
    told += [Told(before_ms=at, on_screen_ms=90.0) for at in range(12)]
    write_log(path, [event for at, each in enumerate(told) for event in each.as_events(at)])
    assert headline(read_statistics(path, NOON_MS)).endswith(
        "56 characters you did not have to type, about 4 seconds saved (from 2 to 5 seconds)."
    )


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 300))
def test_words_for_time_say_which_way_it_went(taken: int, flashes: int, characters: int) -> None:
    counts = Counts(shown=taken + flashes, taken=taken, flashes=flashes)
    counts.characters_taken, counts.keys = characters, taken
    saved = time_saved(counts, 200.0)
    assert saved.low_ms <= saved.mid_ms <= saved.high_ms
    said = in_short(saved)
    assert " 0 " not in f" {said} "
    if saved.mid_ms <= -500:
        assert " lost (" in said
    elif saved.mid_ms >= 500:
        assert " saved (" in said
    else:
        assert said.startswith("no time saved or lost")
    assert (" lost to " in said) == (saved.low_ms < 0 < saved.high_ms)


def test_what_was_not_looked_for_yet_fares_as_the_rest() -> None:
    counts = Counts(shown=4, taken=4, characters_taken=40)
    assert counts.characters_expected == 40.0
    counts.characters_known, counts.characters_kept = 20, 15
    assert counts.characters_expected == 30.0


def test_words_are_counted_where_spaces_tell_them_apart(path: Path) -> None:
    def edit(text: str, origin: str = "typed", session: str = "session") -> Event:
        event = Told(before_ms=5).as_events(0)[0]
        details: dict[str, JsonValue] = {"origin": origin, "inserted": text, "removed": 0}
        return replace(
            event, kind=EventKind.EDITED, suggestion_id="", session_id=session, details=details
        )

    shown = Told(before_ms=1, on_screen_ms=100.0).as_events(1)
    written = [edit("and the wide river ran " * 4), edit("on by \n", "accepted")]
    others = [edit("pasted words " * 9, "pasted"), edit("of another " * 9, session="import-1")]
    write_log(path, [*shown, *written, *others])
    found = read_statistics(path, NOON_MS)
    assert found.words == 23
    assert found.per_100_words(found.total.flashes) == pytest.approx(100 / 23)
    write_log(path, [edit("一条没有空格的河" * 60)])
    assert read_statistics(path, NOON_MS).words == 0
    assert found.per_100_words(1) is not None
    assert read_statistics(path, NOON_MS).per_100_words(1) is None


def test_versions_come_in_the_order_in_which_they_were_used(path: Path) -> None:
    told = [
        Told(before_ms=at * DAY_MS, adapter=adapter)
        for at, adapter in ((5, ""), (3, "b"), (4, ""), (1, "a"), (2, "b"))
    ]
    write_log(path, [event for at, each in enumerate(told) for event in each.as_events(at)])
    versions = read_statistics(path, NOON_MS).versions
    assert [
        (each.adapter, (TODAY - each.first).days, (TODAY - each.last).days) for each in versions
    ] == [
        ("", 5, 4),
        ("b", 3, 2),
        ("a", 1, 1),
    ]


def test_silence_without_asking_is_told_apart_and_a_wrong_clock_left_out(path: Path) -> None:
    def silence(at_ms: int, about: str = "", reason: str = "after_deletion") -> Event:
        return Event(
            kind=EventKind.NOT_SHOWN,
            at_ms=at_ms,
            session_id="s",
            suggestion_id=about,
            document_id="d",
            revision=1,
            start=0,
            end=0,
            details={"reason": reason},
        )

    write_log(
        path,
        [
            silence(NOON_MS),
            silence(NOON_MS - 1),
            silence(NOON_MS, about="a", reason="low_confidence"),
            silence(2**53),
            silence(-5),
            *Told(before_ms=-3 * DAY_MS).as_events(1),
        ],
    )
    found = read_statistics(path, NOON_MS)
    assert [(each.reason, each.asked, each.count) for each in found.silences] == [
        ("after_deletion", False, 2),
        ("low_confidence", True, 1),
    ]
    assert found.is_empty


def test_events_that_say_nothing_of_the_kind_do_no_harm(path: Path) -> None:
    kinds = [kind for kind in EventKind for _ in range(3)]
    odd = (
        {},
        {"gate": 3, "text": 4, "characters": "x", "kept": "y"},
        {"total_ms": [], "reason": {}},
    )
    write_log(
        path,
        [
            replace(event, kind=kind, details=odd[at % 3])
            for at, kind in enumerate(kinds)
            for event in Told(before_ms=at).as_events(at % 5)[:1]
        ],
    )
    found = read_statistics(path, NOON_MS)
    assert found.total.shown == 3
    assert found.latency.count == 0


@pytest.mark.parametrize("make", ["missing", "empty"])
def test_without_decisions_there_are_no_figures(path: Path, make: str) -> None:
    if make == "empty":
        write_log(path, [])
    found = read_statistics(path, NOON_MS, 7)
    assert found.is_empty
    assert (found.since, found.until) == (date(2026, 4, 28), TODAY)
    assert found.saved is None
    assert path.exists() == (make == "empty")


def test_a_damaged_or_newer_log_is_a_plain_sentence(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"a letter to my aunt " * 100)
    with pytest.raises(UserError, match="it is damaged"):
        read_statistics(path, NOON_MS)
    path.unlink()
    write_log(path, Told(before_ms=0).as_events(0))
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(UserError, match="newer version"):
        read_statistics(path, NOON_MS)


def test_an_older_log_has_the_same_answers(path: Path) -> None:
    told = [Told(before_ms=at, taken=(5,) * (at % 3), kept=(0.5,)) for at in range(0, 900, 90)]
    write_log(path, [event for at, each in enumerate(told) for event in each.as_events(at)])
    now = read_statistics(path, NOON_MS)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP INDEX events_for_statistics")
        connection.execute("DROP INDEX edits_for_statistics")
        connection.execute("PRAGMA user_version = 2")
        assert summarize(connection, NOON_MS) == now


@pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 40), reason="SQLite does not know how yet")
@pytest.mark.parametrize("query", QUERIES)
def test_no_text_is_read_only_the_index(query: str) -> None:
    """Of a million events most are edits: who read the JSON of each would take minutes."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, lambda: 0, MIGRATIONS)
        values = {"since": 0, "until": 1, "longest": 1}
        plan = connection.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()
        assert any("s_for_statistics" in row[3] for row in plan)
        steps = connection.execute(f"EXPLAIN {query}", values).fetchall()
        assert not [step for step in steps if "json_extract" in str(step)]


def test_edits_and_imports_are_not_in_the_index(path: Path) -> None:
    told = [Told(before_ms=1, session="import-x"), Told(before_ms=2)]
    events = [event for at, each in enumerate(told) for event in each.as_events(at)]
    edits = [replace(events[0], kind=EventKind.EDITED, session_id="s")] * 5
    write_log(path, [*events, *edits])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ANALYZE")
        rows = connection.execute(
            "SELECT stat FROM sqlite_stat1 WHERE idx = 'events_for_statistics'"
        ).fetchone()[0]
    assert int(rows.split()[0]) == len(told[1].events)


def test_another_thread_can_interrupt_it(path: Path) -> None:
    write_log(path, Told(before_ms=0).as_events(0))

    def interrupt_while_reading(connection: sqlite3.Connection) -> None:
        connection.set_progress_handler(lambda: interrupting.run() or 0, 1)

    class Interrupting:
        connection: sqlite3.Connection

        def run(self) -> None:
            thread = threading.Thread(target=self.connection.interrupt)
            thread.start()
            thread.join()

    interrupting = Interrupting()

    def opened(connection: sqlite3.Connection) -> None:
        interrupting.connection = connection
        interrupt_while_reading(connection)

    with pytest.raises(UserError, match="cannot be read"):
        read_statistics(path, NOON_MS, None, opened)


# --- rates ---


@given(st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_narrows_with_more_tries(pair: tuple[int, int]) -> None:
    rate = Rate(hits=pair[0], tries=pair[1])
    low, high = rate.interval
    assert 0 <= low <= high <= 1
    if rate.share is not None:
        assert low - 1e-9 <= rate.share <= high + 1e-9
        many = Rate(hits=rate.hits * 100, tries=rate.tries * 100).interval
        assert many[1] - many[0] < high - low


def test_the_interval_is_the_published_one() -> None:
    """Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3."""
    for hits, tries, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
    ):
        found = Rate(hits=hits, tries=tries).interval
        assert found == pytest.approx((low, high), abs=5e-5)


def test_a_percentile_is_a_value_that_was_there() -> None:
    assert percentile([], 50) is None
    assert percentile([3.0], 95) == 3.0
    assert percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.0
    assert percentile([float(n) for n in range(1, 101)], 95) == 95.0
