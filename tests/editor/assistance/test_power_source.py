"""On its battery the machine is left in peace."""

from __future__ import annotations

from types import SimpleNamespace

import psutil
import pytest
from open_program import OpenProgram
from PySide6.QtWidgets import QApplication

from cowrite.editor.assistance.power_source import PowerSource
from cowrite.editor.assistance.suggestion_binding import suggest_settings
from cowrite.settings.preferences import Preferences


def test_a_change_is_told_once(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    plugged = SimpleNamespace(power_plugged=True)
    monkeypatch.setattr(psutil, "sensors_battery", lambda: plugged, raising=False)
    power, heard = PowerSource(), []
    power.changed.connect(heard.append)
    power.refresh()
    plugged.power_plugged = False
    power.refresh()
    power.refresh()
    assert (heard, power.on_battery) == ([True], True)
    power.close()


@pytest.mark.parametrize(
    ("save_power", "battery", "saves"),
    [
        ("on battery", True, True),
        ("on battery", False, False),
        ("always", False, True),
        ("never", True, False),
    ],
)
def test_the_writer_decides_when_to_save(save_power: str, battery: bool, saves: bool) -> None:
    preferences = Preferences(save_power=save_power)
    assert suggest_settings(preferences, on_battery=battery).saves_power is saves


def test_on_battery_nothing_is_computed_ahead(
    monkeypatch: pytest.MonkeyPatch, writing: OpenProgram
) -> None:
    writing.suggest("The old light", "house")
    ahead = [request.before for request in writing.engine.prefetched]
    assert "The old lighthouse" in ahead
    monkeypatch.setattr(
        psutil, "sensors_battery", lambda: SimpleNamespace(power_plugged=False), raising=False
    )
    writing.program.power.refresh()
    writing.suggest(" and the old light", "house")
    assert len(writing.engine.prefetched) == len(ahead)
