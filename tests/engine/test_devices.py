"""Which processor computes, what is said if it is not the wanted one, and what is left to the window."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
import torch

from cowrite.base.graphics_card import GraphicsCard
from cowrite.engine import devices
from cowrite.engine.devices import (
    MOST_THREADS,
    choose_device,
    engine_threads,
    fallback_quantization,
)
from cowrite.engine.networks.quantize import Quantization

CPU = torch.device("cpu")
NO_CARD = "No usable NVIDIA graphics card was found; using the processor."


def pretend_a_card(
    monkeypatch: pytest.MonkeyPatch, *, cards: int, trouble: Exception | None = None
) -> list[object]:
    """Let torch say that there are ``cards``; the first thing put on one raises ``trouble``. What was put there."""
    put_there: list[object] = []

    def zeros(*_: object, device: object) -> None:
        put_there.append(device)
        if trouble is not None:
            raise trouble

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cards)
    monkeypatch.setattr(torch, "zeros", zeros)
    return put_there


@pytest.fixture
def no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


def test_the_processor_is_taken_without_a_look_at_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    put_there = pretend_a_card(monkeypatch, cards=1)
    assert choose_device("cpu") == (CPU, "")
    assert put_there == []


@pytest.mark.parametrize("wanted", ["auto", "cuda"])
def test_a_card_that_works_is_used_and_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    put_there = pretend_a_card(monkeypatch, cards=1)
    assert choose_device(wanted) == (torch.device("cuda"), "")
    assert put_there == ["cuda"]


@pytest.mark.parametrize(("wanted", "said"), [("auto", ""), ("cuda", NO_CARD)])
def test_a_missing_card_is_said_only_to_who_wanted_it(
    no_card: None, wanted: str, said: str
) -> None:
    assert choose_device(wanted) == (CPU, said)


@pytest.mark.parametrize(("wanted", "said"), [("auto", ""), ("cuda", NO_CARD)])
def test_a_driver_without_a_card_is_no_card(
    monkeypatch: pytest.MonkeyPatch, wanted: str, said: str
) -> None:
    put_there = pretend_a_card(monkeypatch, cards=0)
    assert choose_device(wanted) == (CPU, said)
    assert put_there == []


@pytest.mark.parametrize(("wanted", "said"), [("auto", ""), ("cuda", NO_CARD)])
def test_a_card_that_fails_at_the_first_touch_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, wanted: str, said: str
) -> None:
    pretend_a_card(monkeypatch, cards=1, trouble=RuntimeError("CUDA error: no kernel image"))
    assert choose_device(wanted) == (CPU, said)
    assert "no kernel image" in caplog.text


@pytest.mark.parametrize(
    ("cores", "threads"), [(1, 1), (2, 1), (3, 2), (4, 3), (9, 8), (10, 8), (128, MOST_THREADS)]
)
def test_one_core_belongs_to_the_window(cores: int, threads: int) -> None:
    assert engine_threads(cores) == threads


def test_the_machine_s_own_cores_are_counted_and_an_unknown_number_is_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert engine_threads() == 5
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert engine_threads() == 1


def test_what_was_never_measured_is_held_in_the_usual_kind() -> None:
    assert fallback_quantization(CPU) is Quantization.INT8
    assert fallback_quantization(torch.device("cuda")) is Quantization.NF4


@pytest.mark.gpu
def test_a_real_card_is_chosen() -> None:
    assert choose_device("auto") == (torch.device("cuda"), "")


CARD = GraphicsCard(name="A card", memory=1, capability=(8, 9), driver_cuda=(13, 0))
OLD = replace(CARD, capability=(6, 1))
OLD_DRIVER = replace(CARD, driver_cuda=(12, 4))


@pytest.mark.parametrize("wanted", ["auto", "cuda"])
@pytest.mark.parametrize(
    ("card", "torch_cuda", "said", "needs_pack"),
    [
        (CARD, None, "A card is not used.", True),
        (CARD, "13.0", "A card cannot be used just now", False),
        (OLD, None, "A card is too old", False),
        (OLD, "13.0", "A card is too old", False),
        (OLD_DRIVER, None, "driver is too old", False),
    ],
    ids=["no pack", "torch fails", "old", "old, with pack", "old driver"],
)
def test_a_card_that_is_not_used_is_said_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
    wanted: str,
    card: GraphicsCard,
    torch_cuda: str | None,
    said: str,
    needs_pack: bool,
) -> None:
    monkeypatch.setattr(devices, "has_nvidia_driver", lambda: True)
    monkeypatch.setattr(devices, "nvidia_card", lambda: card)
    monkeypatch.setattr(torch.version, "cuda", torch_cuda)
    found = devices.unused_card(wanted, CPU)
    assert found is not None
    assert (found.name, found.needs_pack) == ("A card", needs_pack)
    assert said in found.sentence


@pytest.mark.parametrize(
    ("wanted", "device", "has_driver", "card"),
    [
        ("cpu", "cpu", True, CARD),
        ("auto", "cuda", True, CARD),
        ("auto", "cpu", False, CARD),
        ("auto", "cpu", True, None),
    ],
    ids=["not wanted", "used", "no driver", "no card"],
)
def test_nothing_is_said_of_a_card_otherwise(
    monkeypatch: pytest.MonkeyPatch,
    wanted: str,
    device: str,
    has_driver: bool,
    card: GraphicsCard | None,
) -> None:
    monkeypatch.setattr(devices, "has_nvidia_driver", lambda: has_driver)
    monkeypatch.setattr(devices, "nvidia_card", lambda: card)
    monkeypatch.setattr(torch.version, "cuda", None)
    assert devices.unused_card(wanted, torch.device(device)) is None
