"""Whether a model may be loaded beside what is in memory now, and what is kept of what it took."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from open_program import put_model
from scripted_engine import ScriptedEngine

from cowrite.app import engines
from cowrite.app.engines import Engines, keep_taken, make_engine_worker, require_free_memory
from cowrite.base.errors import UserError
from cowrite.engine.messages import EngineMessage, EngineState, EngineStatus
from cowrite.models.measured_memory import kept_memory
from cowrite.models.store import DeviceChoice, InstalledModel, Manifest, ModelStore
from cowrite.remote.keys import ServerKeys
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences

CHOICE = {"cpu": DeviceChoice(default="int8")}


@pytest.fixture
def model(tmp_path: Path) -> InstalledModel:
    """Of four billion parameters, as no more than its number tells."""
    manifest = Manifest(
        id="tiny",
        name="Tiny",
        licence="MIT",
        source="here",
        parameters=4_000_000_000,
        files={},
        quantization=CHOICE,
    )
    return InstalledModel(path=tmp_path, manifest=manifest)


@pytest.fixture
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=1, available=1000))
    monkeypatch.setattr(psutil, "swap_memory", lambda: SimpleNamespace(free=0))


def test_what_is_larger_than_what_is_free_is_not_begun(
    model: InstalledModel, no_memory: None
) -> None:
    with pytest.raises(UserError, match="“Tiny” needs") as caught:
        require_free_memory(model, Preferences())
    assert "smaller model" in caught.value.advice


def test_what_has_room_may_be_loaded(model: InstalledModel) -> None:
    require_free_memory(model, Preferences())


def test_a_card_is_asked_by_loading(
    model: InstalledModel, no_memory: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "torch_knows_cards", lambda: True)
    monkeypatch.setattr(engines, "has_nvidia_driver", lambda: True)
    require_free_memory(model, Preferences())
    with pytest.raises(UserError):
        require_free_memory(model, Preferences(device="cpu"))


def test_the_engine_says_so_instead_of_loading(model: InstalledModel, no_memory: None) -> None:
    heard: list[EngineMessage] = []
    worker = make_engine_worker(model, Preferences(device="cpu"))
    worker.start(heard.append)
    worker.stop()
    last = heard[-1]
    assert isinstance(last, EngineStatus)
    assert last.state is EngineState.PROBLEM
    assert "GB are free" in last.message


def test_what_was_taken_is_kept_with_what_was_reckoned(
    model: InstalledModel, tmp_path: Path
) -> None:
    keep_taken(tmp_path, model, "cpu", "int8", 7_800_000_000)
    kept = kept_memory(tmp_path, model, "cpu", "int8")
    assert kept is not None
    assert kept.taken == 7_800_000_000
    assert kept.reckoned > 0


def test_each_of_two_models_has_what_was_learned_with_it(paths: Paths) -> None:
    put_model(paths, "small")
    put_model(paths, "large")
    store = ModelStore.of(paths)
    made: dict[str, ScriptedEngine] = {}

    def make(model: InstalledModel, _: Preferences) -> ScriptedEngine:
        made[model.id] = ScriptedEngine()
        return made[model.id]

    engine = Engines(
        store, ServerKeys(), make, adapter_of=lambda model: lambda: Path(f"of-{model.id}")
    ).make(store.get("small"), Preferences(passage_model="large"))
    engine.use_adapter(lambda: Path("of-small"))
    engine.start(lambda _: None)
    assert {name: each.adapter for name, each in made.items()} == {
        "small": "of-small",
        "large": "of-large",
    }
