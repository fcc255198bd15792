"""What was learned from decisions on changes outlives the program, follows the writer, and can be forgotten."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cowrite.app.passages.habits_store import HabitsStore
from cowrite.base.clock import SystemClock
from cowrite.base.errors import UserError
from cowrite.decisions.hunk_log import HunkLog, LoggedHunk
from cowrite.decisions.writing.log import DecisionLog
from cowrite.proposals.proposal import Hunk
from cowrite.tasks.passage.noticed import reworded, sentences

SYNONYMS = ("remarked", "exclaimed", "stated", "uttered")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Thirty decisions: synonyms for “said” were left, commas were taken as often as foretold."""
    path = tmp_path / "data" / "decisions.sqlite3"
    writer = DecisionLog(path)
    writer.start()
    hunks = HunkLog(writer, SystemClock(), "session", lambda: 1)
    for number in range(30):
        is_word = number % 2
        before, after = ("said", SYNONYMS[number % 4]) if is_word else ("", ",")
        hunk = Hunk(
            start=0, end=len(before), before=before, after=after, confidence=0.8,
            kind="word" if is_word else "comma",
        )  # fmt: skip
        logged = LoggedHunk(
            id=f"p-{number}", proposal_id="p", document_id="d", task="rewrite", hunk=hunk,
            start=0, end=len(before),
        )  # fmt: skip
        hunks.shown(logged)
        if is_word or number % 5 == 0:
            hunks.left(logged)
        else:
            hunks.taken(logged)
    writer.flush()
    writer.close()
    return path


@pytest.fixture
def make(tmp_path: Path, log: Path) -> Callable[[], HabitsStore]:
    """A store whose writes are done at once."""
    return lambda: HabitsStore(tmp_path / "data" / "habits.json", log, lambda work: work())


def test_decisions_become_shifts_and_sentences_and_the_next_start_knows_them(
    make: Callable[[], HabitsStore], tmp_path: Path
) -> None:
    store = make()
    assert (store.noticed, store.offsets) == ((), {})
    store.refresh()
    assert "You leave synonyms for “said”." in sentences(store.noticed)
    assert store.offsets["word"] < -0.5 < store.offsets["comma"]
    file = tmp_path / "data" / "habits.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (make().noticed, make().offsets) == (store.noticed, store.offsets)


def test_what_the_writer_switched_off_or_reworded_stays_so(make: Callable[[], HabitsStore]) -> None:
    store = make()
    store.refresh()
    first, *rest = store.noticed
    store.change((reworded(first, "Mine."), *(replace(each, is_on=False) for each in rest)))
    again = make()
    again.refresh()
    assert sentences(again.noticed) == ("Mine.",)


def test_what_is_forgotten_is_gone_at_the_next_start_too(make: Callable[[], HabitsStore]) -> None:
    store = make()
    store.refresh()
    first, *_ = store.noticed
    store.change((reworded(first, "Mine."), *store.noticed[1:]))
    store.forget(everything=False)
    assert sentences(store.noticed) == ("Mine.",)
    assert store.offsets == {}
    store.forget(everything=True)
    assert make().noticed == ()


@pytest.mark.expects_warnings
def test_a_damaged_file_is_set_aside_and_begun_anew(
    make: Callable[[], HabitsStore], tmp_path: Path
) -> None:
    file = tmp_path / "data" / "habits.json"
    file.write_text("{")
    store = make()
    assert store.noticed == ()
    assert not file.exists()
    store.refresh()
    assert make().noticed == store.noticed


def test_a_newer_file_is_left_alone(make: Callable[[], HabitsStore], tmp_path: Path) -> None:
    file = tmp_path / "data" / "habits.json"
    file.write_text('{"format": 99}')
    make().refresh()
    assert file.read_text() == '{"format": 99}'


@pytest.mark.expects_warnings
def test_a_disk_that_refuses_is_said_in_a_sentence(log: Path, tmp_path: Path) -> None:
    (tmp_path / "full").write_text("")
    store = HabitsStore(tmp_path / "full" / "habits.json", log, lambda work: work())
    with pytest.raises(UserError, match="could not be stored"):
        store.refresh()
