"""The versions as the writer sees them, and the way from one to another, on real adapters' folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from support.adapters import BASE, DAY_MS, facts

from cowrite.base.errors import UserError
from cowrite.editor.panels.personalization.adapter_history import (
    AS_INSTALLED,
    AdapterHistory,
    History,
    day_and_time,
    gain_pct,
    read_history,
)
from cowrite.personalize.adapters.adapter_manifest import CONFIG, RETIRED, WEIGHTS, Base
from cowrite.personalize.adapters.registry import AdapterRegistry

SCORES = {"base": {"perplexity": 40.0}, "candidate": {"perplexity": 34.4}}


@pytest.fixture
def registry(tmp_path: Path) -> AdapterRegistry:
    return AdapterRegistry(tmp_path / "adapters")


def learned(
    registry: AdapterRegistry, day: int, *, base: Base = BASE, words: object = 12_000
) -> str:
    """An adapter that is taken in and used."""
    made = registry.folder.parent / f"made-{day}-{base.model}"
    made.mkdir(exist_ok=True)
    (made / CONFIG).write_text("{}")
    (made / WEIGHTS).write_bytes(b"weights")
    (made / "training.json").write_text(json.dumps({"data": {"own_words": words}}))
    adapter = registry.add(made, replace(facts(day, base), scores=SCORES))
    registry.use(adapter.id, base)
    return adapter.id


def test_nothing_learned_is_an_empty_history(registry: AdapterRegistry) -> None:
    assert read_history(registry, BASE.model) == History()


def test_the_newest_comes_first_and_says_what_it_is_from(registry: AdapterRegistry) -> None:
    learned(registry, 1)
    newest = learned(registry, 5, words="many")
    learned(registry, 6, base=Base("another", "1" * 64))
    found = read_history(registry, BASE.model)
    assert [each.created_ms // DAY_MS for each in found.versions] == [5, 1]
    assert found.active == newest
    assert found.may_go_back
    new, old = found.versions
    assert (new.words, old.words) == (None, 12_000)
    assert new.in_use
    assert not old.in_use
    assert old.documents == 2
    assert old.gain_pct == pytest.approx(14.0)


def test_what_cannot_be_used_says_so(registry: AdapterRegistry) -> None:
    erased = learned(registry, 1)
    broken = learned(registry, 2)
    (registry.folder / erased / RETIRED).write_text("{}")
    (registry.folder / broken / "manifest.json").write_text("no")
    troubles = {each.id: each.trouble for each in read_history(registry, BASE.model).versions}
    assert "deleted" in troubles[erased]
    assert troubles[broken] == "damaged"


@pytest.mark.parametrize(
    "scores",
    [{}, {"base": {}}, {"base": {"perplexity": 0}, "candidate": {"perplexity": 3}}, {"base": 3}],
)
def test_a_gain_that_nobody_noted_is_none(scores: dict[str, object]) -> None:
    assert gain_pct(scores) is None


def test_moments_no_calendar_has_are_long_ago() -> None:
    assert day_and_time(10**18) == "long ago"


class Harness:
    def __init__(self, qtbot: QtBot, registry: AdapterRegistry) -> None:
        self.qtbot = qtbot
        self.base: Base | UserError = BASE
        self.history = AdapterHistory(registry, self._base)
        self.read: list[History] = []
        self.said: list[str] = []
        self.history.read.connect(self.read.append)
        self.history.said.connect(self.said.append)

    def _base(self) -> Base:
        if isinstance(self.base, UserError):
            raise self.base
        return self.base

    def until_said(self) -> str:
        self.qtbot.waitUntil(lambda: bool(self.said), timeout=20_000)
        return self.said.pop()

    def until_read(self) -> History:
        self.qtbot.waitUntil(lambda: bool(self.read), timeout=20_000)
        return self.read.pop()


@pytest.fixture
def harness(qtbot: QtBot, registry: AdapterRegistry) -> Iterator[Harness]:
    found = Harness(qtbot, registry)
    yield found
    found.history.close()


def test_using_one_and_going_back_say_what_is_in_use(
    harness: Harness, registry: AdapterRegistry
) -> None:
    first, second = learned(registry, 1), learned(registry, 2)
    harness.history.use(first)
    said = harness.until_said()
    assert said.startswith("The version from ")
    assert said.endswith(" is in use now.")
    assert harness.until_read().active == first
    told: list[str] = []
    harness.history.go_back(told.append)
    assert harness.until_said() == told[0]
    assert told[0].endswith("is in use again.")
    assert harness.until_read().active == second
    harness.history.use("")
    assert harness.until_said() == f"{AS_INSTALLED} is in use now."
    assert harness.until_read().active == ""


def test_what_cannot_be_done_is_said_and_changes_nothing(
    harness: Harness, registry: AdapterRegistry
) -> None:
    told: list[str] = []
    harness.history.go_back(told.append)
    assert "has no previous version" in harness.until_said()
    assert "has no previous version" in told[0]
    only = learned(registry, 1)
    (registry.folder / only / WEIGHTS).write_bytes(b"others")
    registry.roll_back(BASE)
    harness.history.use(only)
    assert "damaged" in harness.until_said()
    assert registry.active(BASE.model) == ""


def test_without_a_model_there_is_a_sentence(harness: Harness) -> None:
    harness.base = UserError("The model is not installed.", "Install it.")
    harness.history.refresh()
    assert harness.until_said() == "The model is not installed. Install it."
