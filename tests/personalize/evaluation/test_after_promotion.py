"""A version of which clearly less is kept than before is taken out of use, once, and no other."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from decisions.statistics_log import NOON_MS, Told, write_log
from support.adapters import BASE
from used_adapters import used

from cowrite.base.errors import UserError
from cowrite.personalize.adapters.adapter_manifest import WITHDRAWN
from cowrite.personalize.adapters.registry import AdapterRegistry, StoredAdapter
from cowrite.personalize.evaluation.after_promotion import Withdrawal, in_words, withdraw_if_worse

Add = Callable[..., StoredAdapter]


class Harness:
    """A registry with two versions, the second in use, and a log."""

    def __init__(self, registry: AdapterRegistry, add: Add, log: Path) -> None:
        self.registry = registry
        self.log = log
        self.old, self.new = add().id, add().id
        for each in (self.old, self.new):
            registry.use(each, BASE)

    def review_versions(self, *told: Sequence[Told]) -> Withdrawal | None:
        events = [each for used_by in told for each in used_by]
        write_log(self.log, [e for at, each in enumerate(events) for e in each.as_events(at)])
        return withdraw_if_worse(self.registry, BASE, self.log, NOON_MS)

    @property
    def active(self) -> str:
        return self.registry.active(BASE.model)


@pytest.fixture
def harness(registry: AdapterRegistry, add: Add, tmp_path: Path) -> Harness:
    return Harness(registry, add, tmp_path / "decisions.sqlite3")


def test_a_clear_fall_goes_back_and_leaves_a_note(harness: Harness) -> None:
    found = harness.review_versions(
        used(harness.old, taken_of_10=5, hours_ago=100), used(harness.new, 2)
    )
    assert found is not None
    assert (found.adapter, found.before, harness.active) == (harness.new, harness.old, harness.old)
    assert (found.kept, found.kept_before) == (pytest.approx(2.0), pytest.approx(5.0))
    note = json.loads((harness.registry.folder / harness.new / WITHDRAWN).read_text())
    assert (note["kept"], note["before"], note["at_ms"]) == (found.kept, harness.old, NOON_MS)
    assert in_words(found, "The version of May", "That of April") == (
        "The version of May is no longer used: you kept 2.0 characters of each of its suggestions, "
        "compared with 5.0 before. That of April is in use again."
    )


def test_who_chooses_it_again_keeps_it(harness: Harness) -> None:
    told = used(harness.old, taken_of_10=5, hours_ago=100), used(harness.new, 2)
    assert harness.review_versions(*told) is not None
    harness.registry.use(harness.new, BASE)
    assert withdraw_if_worse(harness.registry, BASE, harness.log, NOON_MS) is None
    assert harness.active == harness.new


@pytest.mark.parametrize("taken_of_10", [4, 5, 9])
def test_as_good_or_hardly_worse_stays(harness: Harness, taken_of_10: int) -> None:
    """Hours differ: in some twice as much is taken as in others."""
    before = used(harness.old, taken_of_10=5, hours_ago=100, spread=3)
    assert harness.review_versions(before, used(harness.new, taken_of_10, spread=3)) is None
    assert harness.active == harness.new


@pytest.mark.parametrize(("hours", "per_hour"), [(40, 5), (5, 200)], ids=["few shown", "few hours"])
@pytest.mark.parametrize("which", ["now", "before"])
def test_too_little_is_no_judgement(
    harness: Harness, hours: int, per_hour: int, which: str
) -> None:
    few = {"hours": hours, "per_hour": per_hour}
    before = used(harness.old, 5, hours_ago=100, **(few if which == "before" else {}))
    assert (
        harness.review_versions(before, used(harness.new, 2, **(few if which == "now" else {})))
        is None
    )


def test_what_was_not_looked_for_yet_is_not_gone(harness: Harness) -> None:
    new = [
        replace(each, kept=()) if at % 2 else each for at, each in enumerate(used(harness.new, 5))
    ]
    assert harness.review_versions(used(harness.old, taken_of_10=5, hours_ago=100), new) is None


def test_another_model_says_nothing(harness: Harness) -> None:
    new = [replace(each, model="another") for each in used(harness.new, 1)]
    assert harness.review_versions(used(harness.old, taken_of_10=5, hours_ago=100), new) is None


def test_without_a_log_a_version_or_one_before_nothing_is_said(harness: Harness) -> None:
    registry = harness.registry
    assert withdraw_if_worse(registry, BASE, harness.log, NOON_MS) is None
    registry.use("", BASE)
    assert withdraw_if_worse(registry, BASE, harness.log, NOON_MS) is None
    for _ in range(3):
        registry.roll_back(BASE)
    assert registry.before(BASE) is None


def test_it_compares_with_what_it_would_go_back_to(harness: Harness) -> None:
    (harness.registry.folder / harness.old / "retired.json").write_text("{}")
    told = used("", taken_of_10=5, hours_ago=200), used(harness.old, 1, hours_ago=100)
    found = harness.review_versions(*told, used(harness.new, 2))
    assert found is not None
    assert (found.before, harness.active) == ("", "")


def test_only_what_is_in_use_is_withdrawn(harness: Harness) -> None:
    with pytest.raises(UserError, match="is no longer in use"):
        harness.registry.withdraw(harness.old, BASE, {})
    assert harness.active == harness.new
    assert not (harness.registry.folder / harness.old / WITHDRAWN).exists()
