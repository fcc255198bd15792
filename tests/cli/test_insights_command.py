"""``cowrite insights``: figures to be read, as JSON, as CSV; and a sentence where there are none."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import sys
from collections.abc import Container
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from cowrite.__main__ import main
from cowrite.decisions.database.log_file import open_for_writing
from cowrite.decisions.events import Event, EventKind, JsonValue
from cowrite.decisions.statistics.figures import CSV_HEADER, figures, to_csv
from cowrite.decisions.statistics.report import REASONS
from cowrite.decisions.statistics.statistics import Silence, Statistics, read_statistics
from cowrite.decisions.statistics.time_words import duration
from cowrite.settings.paths import Paths
from cowrite.suggest.filter.show_filter import SilenceReason


def now_ms() -> int:
    return int(datetime.now().timestamp() * 1000)


def keep(
    paths: Paths,
    count: int = 30,
    model: str = "smollm2",
    before_ms: int = 0,
    kinds: Container[EventKind] = tuple(EventKind),
) -> None:
    """``count`` suggestions just now, events of ``kinds`` only; every third was taken and is still there."""
    at_ms = now_ms() - before_ms
    events: list[Event] = []

    def add(kind: EventKind, number: int, **details: JsonValue) -> None:
        events.append(
            Event(
                kind=kind,
                at_ms=at_ms,
                session_id="s",
                suggestion_id=f"{model}-{number}",
                document_id="d",
                revision=1,
                start=0,
                end=0,
                model=model,
                details=details,
            )
        )

    for number in range(count):
        add(EventKind.REQUESTED, number, trigger="typed", typing_interval_ms=200.0)
        add(EventKind.GENERATED, number, first_token_ms=40.0, total_ms=80.0)
        add(EventKind.SHOWN, number, text=" of the lake", gate={"offered_words": 3})
        if number % 3 == 0:
            add(EventKind.ACCEPTED, number, characters=12, text=" of the lake")
            add(EventKind.KEPT, number, kept=1.0, characters=12, state="exact")
        else:
            add(EventKind.NOT_SHOWN, number, reason="low_confidence")
    file = open_for_writing(paths.decision_log, now_ms, lambda sentence: None)
    assert file.append([event for event in events if event.kind in kinds]) == 0
    file.close()


def insights(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["insights", *arguments]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_without_a_log_it_says_what_will_stand_there(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert insights(capsys).startswith("Nothing yet. ")
    assert "Try a longer one" in insights(capsys, "--days", "7")
    assert not paths.decision_log.exists()


def test_the_figures_can_be_read(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    keep(paths)
    first, *lines = insights(capsys, "--days", "7").splitlines()
    assert first.startswith("In the last 7 days: 120 characters you did not have to type, ")
    said = [" ".join(line.split()) for line in lines]
    assert "shown 30 by themselves while you typed" in said
    assert "accepted 10 33 % of those shown (19 to 51 %)" in said
    assert "still in text 10 100 % of those checked (72 to 100 %)" in said
    assert "right 10 33 % were how you went on (19 to 51 %)" in said
    assert "looked at 30 there long enough to notice" in said
    assert "flashes 0 gone too soon to notice" in said
    assert "4.0 characters saved for each looked at" in said
    assert "3 words 30 10 33 % 19 to 51 %" in said
    assert "the model was not sure enough withheld 20" in said
    assert "the whole answer 80 80" in said
    assert any(line.startswith("original model, ") for line in said)


def test_when_nothing_was_shown_it_says_why(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(paths, 9, kinds=(EventKind.REQUESTED, EventKind.NOT_SHOWN))
    first, *lines = insights(capsys).splitlines()
    assert first.startswith("Nothing yet. ")
    assert first.endswith(
        "Cowrite held back 6 times, most often because the model was not sure enough."
    )
    assert "Why suggestions were not shown" in lines
    assert not any("not have to type" in line for line in lines)


def test_days_are_a_limit(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    keep(paths, before_ms=3 * 86_400_000)
    keep(paths, 3, model="other")
    assert "shown                 3  " in insights(capsys, "--days", "1")
    everything = insights(capsys)
    assert "shown                33  " in everything
    assert "smollm2, original model" in everything
    assert "other, original model" in everything


@pytest.mark.parametrize("days", ["0", "-3", "36501"])
def test_days_that_make_no_sense_are_refused(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["insights", "--days", days]) == 2
    assert "--days takes a number" in capsys.readouterr().err


def test_json_has_every_figure(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    keep(paths)
    found = json.loads(insights(capsys, "--json"))
    assert found["since"] is None
    assert found["all"]["all"]["characters_kept"] == 120
    assert found["all"]["all"]["taken_share"] == 0.3333
    assert found["silences"] == {"low_confidence": {"withheld": 20}}
    assert found["latency"]["all"]["first_token_p95"] == 40.0


def test_csv_comes_back_as_it_was(
    paths: Paths, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    keep(paths)
    target = tmp_path / "figures.csv"
    insights(capsys, "--csv", str(target))
    header, *rows = csv.reader(io.StringIO(target.read_text("utf-8"), newline=""))
    assert tuple(header) == CSV_HEADER
    told = list(figures(read_statistics(paths.decision_log, now_ms())))
    assert [(t, r, f, float(v)) for t, r, f, v in rows] == told
    assert len(rows) > 60


def test_a_file_that_cannot_be_written_is_a_plain_sentence(
    paths: Paths, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    keep(paths, 1)
    assert main(["insights", "--csv", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("cowrite: ")


def test_no_name_is_a_formula_to_a_spreadsheet_or_an_order_to_a_terminal(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(paths, 1, model="=cmd|x\x1b[2J\n")
    keep(paths, 1)
    found = read_statistics(paths.decision_log, now_ms())
    assert "'=cmd|x" in to_csv(found)
    assert "\x1b" not in insights(capsys)


def test_a_terminal_that_knows_few_characters_gets_their_numbers(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(paths, 3)
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert main(["insights"]) == 0
    sys.stdout.flush()
    assert b"33 % (6\\u201379)" in raw.getvalue()


def test_a_damaged_or_newer_log_is_a_plain_sentence(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(paths, 1)
    with closing(sqlite3.connect(paths.decision_log)) as other:
        other.execute("PRAGMA user_version = 99")
    assert main(["insights"]) == 2
    assert "newer version" in capsys.readouterr().err
    paths.decision_log.write_bytes(b"a letter to my aunt " * 100)
    assert main(["insights"]) == 2
    assert "it is damaged" in capsys.readouterr().err


def test_every_reason_for_silence_has_words() -> None:
    assert {each.value for each in SilenceReason} <= set(REASONS)
    assert len(set(REASONS.values())) == len(REASONS)


def test_a_reason_of_another_version_is_said_as_it_is(paths: Paths) -> None:
    from cowrite.decisions.statistics.report import silence_table

    today = datetime.now().date()
    silences = (Silence(reason="too_late_at_night", asked=False, count=2),)
    table = silence_table(Statistics(since=None, until=today, silences=silences))
    assert table.rows == (("too late at night", "not asked", "2"),)


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (1, "less than a second"),
        (1_400, "1 second"),
        (9_400, "9 seconds"),
        (22_900, "25 seconds"),
        (89_000, "90 seconds"),
        (119_400, "120 seconds"),
        (125_000, "2 minutes"),
        (119 * 60_000, "119 minutes"),
        (9_000_000, "2.5 hours"),
    ],
)
def test_a_time_is_said_as_people_say_it(ms: float, said: str) -> None:
    assert duration(ms) == said
