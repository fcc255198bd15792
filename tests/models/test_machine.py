"""What bears on which models fit: looked at without torch, with a card or without."""

from __future__ import annotations

from pathlib import Path

import pytest

from cowrite.base.graphics_card import GraphicsCard
from cowrite.models import machine
from cowrite.models.machine import look_at_machine, multiplies_bf16, processor_bandwidth

CARD = GraphicsCard(
    name="A card", memory=12 << 30, capability=(8, 9), driver_cuda=(13, 0), bandwidth=500e9
)


@pytest.fixture
def with_a_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "processor_bandwidth", lambda: 20e9)
    monkeypatch.setattr(machine, "has_nvidia_driver", lambda: True)
    monkeypatch.setattr(machine, "nvidia_card", lambda: CARD)


@pytest.mark.usefixtures("with_a_card")
def test_a_card_that_torch_cannot_use_is_told_as_unused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "torch_knows_cards", lambda: False)
    found = look_at_machine()
    assert found.unused_card == CARD
    assert found.machine.card_memory == 0
    assert (found.with_card.card, found.with_card.card_memory) == ("A card", 12 << 30)


@pytest.mark.usefixtures("with_a_card")
def test_a_card_that_torch_can_use_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "torch_knows_cards", lambda: True)
    found = look_at_machine()
    assert found.unused_card is None
    assert found.machine.card_bandwidth == 500e9
    assert found.with_card == found.machine


def test_without_a_driver_there_is_memory_and_bandwidth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "has_nvidia_driver", lambda: False)
    found = look_at_machine()
    assert found.machine.memory > 0
    assert found.machine.bandwidth == processor_bandwidth() > 0
    assert found.unused_card is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [("flags : sse2 avx512_bf16\n", True), ("flags : sse2 avx2\n", False), ("", False)],
)
def test_bf16_is_what_the_system_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, expected: bool
) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text(said)
    monkeypatch.setattr(machine, "PROCESSOR_FILE", file)
    assert multiplies_bf16() is expected


def test_a_system_that_does_not_tell_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(machine, "PROCESSOR_FILE", tmp_path / "none")
    assert not multiplies_bf16()
