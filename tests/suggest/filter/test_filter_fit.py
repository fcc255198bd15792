"""What a writer's filter learns, and how slowly it leaves the fixed one; and where it is kept."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from filter_log import LogMaker, synthetic

from cowrite.app.filter_store import FilterStore
from cowrite.base.errors import UserError
from cowrite.decisions.database.log_file import NoLogError
from cowrite.decisions.events import Event
from cowrite.decisions.writing.log import DecisionLog
from cowrite.suggest.filter.features import FilterFeatures
from cowrite.suggest.filter.fit import LEAST_OF_EACH, FilterExample, fit_filter
from cowrite.suggest.filter.writer_filter import WriterFilter

ESTIMATES = [0.05, 0.2, 0.4, 0.6, 0.8, 0.95]


def answers(own_filter: WriterFilter | None) -> list[float]:
    assert own_filter is not None
    return [
        own_filter.probability(FilterFeatures(base_probability=acceptance, offered_characters=8))
        for acceptance in ESTIMATES
    ]


def test_what_is_more_probable_is_more_worth_showing() -> None:
    found = answers(fit_filter(list(synthetic(400))))
    assert found == sorted(found)
    assert found[0] < 0.25
    assert found[-1] > 0.75


def test_the_same_examples_give_the_same_gate() -> None:
    assert fit_filter(list(synthetic(100))) == fit_filter(list(synthetic(100)))


def test_thirty_decisions_leave_nearly_the_fixed_gate() -> None:
    found = answers(fit_filter(list(synthetic(30))))
    assert found == pytest.approx(ESTIMATES, abs=0.12)


def test_many_decisions_of_another_mind_move_it() -> None:
    never = [replace_label(each, each[0].base_probability > 0.9) for each in synthetic(2000)]
    few, many = answers(fit_filter(never[:200])), answers(fit_filter(never))
    assert many[3] < few[3] < ESTIMATES[3]


def replace_label(example: FilterExample, label: bool) -> FilterExample:
    return example[0], label, example[2]


def test_an_estimate_that_never_varied_still_counts() -> None:
    same = [
        (replace(features, base_probability=0.5), label, weight)
        for features, label, weight in synthetic(60)
    ]
    found = answers(fit_filter(same))
    assert found == sorted(found)
    assert found[-1] - found[0] > 0.3


def test_it_learns_what_the_fixed_gate_does_not_see() -> None:
    examples = [
        (FilterFeatures(base_probability=0.5, characters_right=n % 2 * 30.0), n % 2 == 0, 1.0)
        for n in range(300)
    ]
    own_filter = fit_filter(examples)
    assert own_filter is not None
    inside = own_filter.probability(FilterFeatures(base_probability=0.5, characters_right=30))
    at_end = own_filter.probability(FilterFeatures(base_probability=0.5, characters_right=0))
    assert inside < 0.4 < 0.6 < at_end


def test_more_weight_counts_more() -> None:
    heavy = [(f, label, 4.0 if label else 1.0) for f, label, _ in synthetic(300)]
    pairs = zip(answers(fit_filter(heavy)), answers(fit_filter(list(synthetic(300)))), strict=True)
    assert all(with_weight > without for with_weight, without in pairs)


@pytest.mark.parametrize("worth", [0, LEAST_OF_EACH - 1])
def test_with_too_few_of_a_kind_the_fixed_gate_stays(worth: int) -> None:
    examples = [(FilterFeatures(base_probability=0.5), n < worth, 1.0) for n in range(200)]
    assert fit_filter(examples) is None
    assert fit_filter([]) is None
    assert fit_filter([(f, not label, w) for f, label, w in examples]) is None


def test_examples_of_which_nothing_is_known_can_be_fitted() -> None:
    own_filter = fit_filter([(FilterFeatures(), n % 4 == 0, 1.0) for n in range(100)])
    assert own_filter is not None
    assert own_filter.probability(FilterFeatures()) == pytest.approx(0.25, abs=0.02)


# --- keeping it ---


def write_log(path: Path, events: list[Event]) -> None:
    log = DecisionLog(path, on_problem=pytest.fail)
    log.start()
    for event in events:
        log.record(event)
    log.close()


@pytest.fixture
def log_path(tmp_path: Path) -> Path:
    maker = LogMaker()
    maker.decide_many(80)
    write_log(tmp_path / "decisions.sqlite3", maker.events)
    return tmp_path / "decisions.sqlite3"


def test_a_gate_is_fitted_stored_privately_and_found_again(tmp_path: Path, log_path: Path) -> None:
    keeper = FilterStore(tmp_path / "gate.json", log_path)
    assert keeper.own_filter is None
    fitted = keeper.refit()
    assert fitted is not None
    assert keeper.own_filter == fitted
    assert fitted.examples == 80
    again = FilterStore(tmp_path / "gate.json", log_path)
    assert again.own_filter == fitted
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "gate.json").stat().st_mode) == 0o600
    assert "lighthouse" not in (tmp_path / "gate.json").read_text("utf-8")
    again.forget()
    assert FilterStore(tmp_path / "gate.json", log_path).own_filter is None


def test_a_short_log_leaves_the_stored_gate(tmp_path: Path, log_path: Path) -> None:
    fitted = FilterStore(tmp_path / "gate.json", log_path).refit()
    maker = LogMaker()
    maker.decide_many(5)
    write_log(tmp_path / "short.sqlite3", maker.events)
    assert FilterStore(tmp_path / "gate.json", tmp_path / "short.sqlite3").refit() == fitted
    assert FilterStore(tmp_path / "none.json", tmp_path / "short.sqlite3").refit() is None
    assert not (tmp_path / "none.json").exists()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe secret", b'{"version": 0}'])
def test_a_damaged_gate_is_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    stored = tmp_path / "gate.json"
    stored.write_bytes(content)
    assert FilterStore(stored, tmp_path / "none.sqlite3").own_filter is None
    assert not stored.exists()
    (aside,) = tmp_path.glob("gate.damaged-*.json")
    assert aside.read_bytes() == content
    assert "secret" not in caplog.text
    assert "cannot be used" in caplog.text


def test_without_a_log_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoLogError):
        FilterStore(tmp_path / "gate.json", tmp_path / "none.sqlite3").refit()


def test_a_full_disk_leaves_the_gate_in_use(
    tmp_path: Path, log_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = FilterStore(tmp_path / "gate.json", log_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cowrite.app.filter_store.write_unless_newer", full)
    with pytest.raises(UserError, match="No space left"):
        keeper.refit()
    assert keeper.own_filter is None
    assert not (tmp_path / "gate.json").exists()
