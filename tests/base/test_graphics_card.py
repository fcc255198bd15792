"""What the driver tells of a card, without a card: a library that answers as the driver does, or does not."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

import pytest

from cowrite.base import graphics_card
from cowrite.base.graphics_card import has_nvidia_driver, nvidia_card, torch_knows_cards

ATTRIBUTES = {36: 10_000_000, 37: 256, 75: 8, 76: 9}


class ScriptedDriver:
    """Answers as a driver with one card; ``fails`` names the function that does not succeed."""

    def __init__(self, *, cards: int = 1, fails: str = "") -> None:
        self._cards = cards
        self._fails = fails

    def __getattr__(self, name: str) -> Callable[..., int]:
        if not name.startswith("cu"):
            raise AttributeError(name)
        return lambda *arguments: 999 if name == self._fails else self._answer(name, *arguments)

    def _answer(self, name: str, *arguments: object) -> int:
        numbers = {"cuDeviceGetCount": self._cards, "cuDeviceGet": 0, "cuDriverGetVersion": 13_010}
        if name in numbers:
            arguments[0]._obj.value = numbers[name]
        elif name == "cuDeviceGetAttribute":
            arguments[0]._obj.value = ATTRIBUTES[arguments[1]]
        elif name == "cuDeviceTotalMem_v2":
            arguments[0]._obj.value = 12 << 30
        elif name == "cuDeviceGetName":
            text, size, _ = arguments
            assert isinstance(text, ctypes.Array)
            assert len(text) == size
            text.value = b"A card"
        return 0


def test_a_card_is_described_as_the_driver_says() -> None:
    card = nvidia_card(ScriptedDriver())
    assert card is not None
    assert (card.name, card.memory) == ("A card", 12 << 30)
    assert (card.capability, card.driver_cuda) == ((8, 9), (13, 1))
    assert card.bandwidth == pytest.approx(640e9)


def test_a_driver_without_cards_knows_none() -> None:
    assert nvidia_card(ScriptedDriver(cards=0)) is None


@pytest.mark.parametrize(
    "function", ["cuInit", "cuDeviceGetCount", "cuDeviceGetName", "cuDeviceGetAttribute"]
)
def test_a_driver_that_does_not_answer_knows_no_card(function: str) -> None:
    assert nvidia_card(ScriptedDriver(fails=function)) is None


def test_without_a_library_there_is_no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics_card, "LIBRARIES", ("no-such-library.so",))
    assert nvidia_card() is None


def test_a_driver_is_seen_by_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("SYSTEMROOT", raising=False)
    monkeypatch.setattr(graphics_card, "DRIVER_FILE", tmp_path / "version")
    assert not has_nvidia_driver()
    (tmp_path / "version").write_text("NVRM version")
    assert has_nvidia_driver()


def test_a_driver_is_seen_by_its_library_on_windows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(graphics_card, "DRIVER_FILE", tmp_path / "version")
    monkeypatch.setattr(graphics_card, "LIBRARIES", ("nvcuda.dll",))
    (tmp_path / "System32").mkdir()
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path))
    assert not has_nvidia_driver()
    (tmp_path / "System32" / "nvcuda.dll").touch()
    assert has_nvidia_driver()


@pytest.mark.parametrize(
    ("said", "knows"),
    [
        ("cuda: Optional[str] = None\n", False),
        ("__version__ = '2.13.0'\ncuda: Optional[str] = '13.0'\nhip = None\n", True),
        ("cuda = '12.8'\n", True),
        ("debug = False\n", False),
    ],
)
def test_whether_torch_was_built_for_cards(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, knows: bool
) -> None:
    folder = tmp_path / "torch"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "version.py").write_text(said)
    monkeypatch.setattr(graphics_card, "find_spec", lambda _: _Spec(str(folder / "__init__.py")))
    assert torch_knows_cards() is knows


def test_without_torch_no_card_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics_card, "find_spec", lambda _: None)
    assert not torch_knows_cards()


class _Spec:
    def __init__(self, origin: str) -> None:
        self.origin = origin
