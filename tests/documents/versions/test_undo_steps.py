"""Undo steps that are kept: they lead from the text before to the text of the file, or there are none."""

from __future__ import annotations

import os
import stat
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.documents.versions import undo_steps
from cowrite.documents.versions.undo_steps import (
    MadeEdit,
    Step,
    UndoEdit,
    UndoStore,
    completed,
    taken_back,
)

WORDS = st.text(alphabet="ab🦁\n", max_size=6)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, list[list[MadeEdit]], str]:
    """A text, what was done to it in steps, and what came of it."""
    base = text = draw(WORDS)
    made = []
    for _ in range(draw(st.integers(0, 5))):
        group = []
        for _ in range(draw(st.integers(1, 3))):
            start = draw(st.integers(0, len(text)))
            end = draw(st.integers(start, len(text)))
            new = draw(WORDS)
            group.append(
                MadeEdit(offset=units(text[:start]), removed=units(text[start:end]), inserted=new)
            )
            text = text[:start] + new + text[end:]
        made.append(group)
    return base, made, text


@given(histories())
def test_taken_back_they_lead_to_the_text_before(
    history: tuple[str, list[list[MadeEdit]], str],
) -> None:
    base, made, text = history
    steps = completed(base, made, text)
    assert len(steps) == len(made)
    assert taken_back(text, steps) == base


@given(histories(), WORDS)
def test_steps_that_lead_elsewhere_are_refused(
    history: tuple[str, list[list[MadeEdit]], str], other: str
) -> None:
    base, made, text = history
    if other != text:
        with pytest.raises(ValueError, match="do not lead"):
            completed(base, made, other)


@given(histories())
def test_what_was_kept_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, history: tuple[str, list[list[MadeEdit]], str]
) -> None:
    base, made, text = history
    store = UndoStore(tmp_path_factory.getbasetemp())
    steps = completed(base, made, text)
    store.write("d", text, steps)
    assert store.read("d", text) == steps
    assert store.read("d", text + "!") == []


def step(text: str) -> Step:
    return (UndoEdit(offset=0, removed="", inserted=text, origins=()),)


def test_only_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo_steps, "MOST_STEPS", 3)
    made = [[MadeEdit(offset=0, removed=0, inserted=letter)] for letter in "abcd"]
    assert [each[0].inserted for each in completed("", made, "dcba")] == ["b", "c", "d"]
    monkeypatch.setattr(undo_steps, "MOST_CHARACTERS", 2)
    assert [each[0].inserted for each in completed("", made, "dcba")] == ["c", "d"]


@pytest.mark.skipif(os.name != "posix", reason="rights of files are of another kind there")
def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    UndoStore(tmp_path).write("d", "a", [step("a")])
    assert stat.S_IMODE((tmp_path / "d.undo").stat().st_mode) == 0o600
    UndoStore(tmp_path).write("d", "", [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        zlib.compress(b"nonsense"),
        zlib.compress(b'{"format": 9}'),
        zlib.compress(b'{"format": 1, "sha256": "", "steps": [[["x"]]]}'),
    ],
)
def test_a_damaged_file_is_as_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "d.undo").write_bytes(data)
    assert UndoStore(tmp_path).read("d", "a") == []


def test_a_step_that_does_not_fit_the_text_is_as_none(tmp_path: Path) -> None:
    store = UndoStore(tmp_path)
    store.write("d", "a", [step("b")])
    assert store.read("d", "a") == []
