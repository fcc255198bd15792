"""What systems tell of themselves, and what becomes of silence."""

from __future__ import annotations

import platform
from types import SimpleNamespace

import psutil
import pytest

from cowrite.base import system_probes
from cowrite.base.system_probes import (
    idle_of_ioreg,
    idle_of_logind,
    idle_seconds,
    on_battery,
)


@pytest.mark.parametrize(
    ("properties", "seconds"),
    [
        ("IdleHint=yes\nIdleSinceHint=1700000000000000\n", 60.0),
        ("IdleHint=no\nIdleSinceHint=1700000000000000\n", 0.0),
        ("IdleHint=no\nIdleSinceHint=0\n", None),
        ("", None),
        ("Failed to get session: no such thing", None),
    ],
)
def test_what_logind_tells(properties: str, seconds: float | None) -> None:
    assert idle_of_logind(properties, 1_700_000_060.0) == seconds


def test_what_macos_tells() -> None:
    assert idle_of_ioreg('    | |   "HIDIdleTime" = 2500000000\n') == 2.5
    assert idle_of_ioreg("nothing of the kind") is None


def test_a_system_without_these_programs_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_probes.sys, "platform", "linux")
    monkeypatch.setenv("PATH", "")
    assert idle_seconds() is None


@pytest.mark.parametrize(
    ("battery", "expected"),
    [
        (None, False),
        (SimpleNamespace(power_plugged=True), False),
        (SimpleNamespace(power_plugged=None), False),
        (SimpleNamespace(power_plugged=False), True),
    ],
)
def test_only_a_battery_that_is_in_use_counts(
    monkeypatch: pytest.MonkeyPatch, battery: object, expected: bool
) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery, raising=False)
    assert on_battery() is expected


def test_where_nothing_is_known_there_is_no_battery(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("no such device")

    monkeypatch.setattr(psutil, "sensors_battery", fail, raising=False)
    assert on_battery() is False
    monkeypatch.delattr(psutil, "sensors_battery")
    assert on_battery() is False


def test_the_processor_is_called_what_it_calls_itself():
    listing = "processor\t: 0\nmodel name\t: AMD  EPYC 7B13\nflags\t: fpu\nmodel name\t: other\n"
    assert system_probes.processor_of_cpuinfo(listing) == "AMD EPYC 7B13"
    assert system_probes.processor_of_cpuinfo("processor : 0\nCPU part : 0xd0c\n") == ""
    assert system_probes.processor_name()


def test_the_system_has_a_name_also_where_it_keeps_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(platform, "freedesktop_os_release", dict)
    assert system_probes.system_name().startswith(platform.system())
