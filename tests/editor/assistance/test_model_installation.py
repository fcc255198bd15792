"""A model on its way onto the machine, with a child process that only pretends: every end, pausing and going on."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cowrite.base.errors import UserError
from cowrite.editor.assistance.model_installation import InstallationState, ModelInstallation
from cowrite.models.progress import (
    InstallPhase,
    InstallProgress,
    done,
    examining,
    failed,
    progress_in,
)

PROGRESS = progress_in(InstallPhase.DOWNLOADING, 0.4, bytes_done=40, bytes_total=100)
NO_NETWORK = UserError("The model could not be downloaded.", "Check the network and try again.")
WAITS = "time.sleep(60)"


def says(progress: InstallProgress) -> str:
    return f"print({progress.to_json()!r}, flush=True)"


DONE = says(done("a-model"))
EXAMINING = examining("a-model", "shorten", 0.3)
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"


class Children:
    """Makes command lines that run the next of ``scripts``; remembers what was asked for."""

    def __init__(self, *scripts: Sequence[str]) -> None:
        self._scripts = [*scripts]
        self.asked: list[list[str]] = []

    def __call__(self, words: Sequence[str]) -> list[str]:
        self.asked.append([*words])
        steps = self._scripts.pop(0)
        return [sys.executable, "-c", "import sys, time\n" + "\n".join(steps)]


def until(qtbot: QtBot, installation: ModelInstallation, state: InstallationState) -> None:
    def is_so() -> bool:
        return installation.current is not None and installation.current.state is state

    qtbot.waitUntil(is_so, timeout=30_000)


@pytest.mark.parametrize(
    ("steps", "state", "problem"),
    [
        ([says(PROGRESS), DONE], InstallationState.DONE, ""),
        ([says(failed(NO_NETWORK)), "sys.exit(2)"], InstallationState.FAILED, "Check the network"),
        (["sys.exit(1)"], InstallationState.FAILED, "could not be installed"),
    ],
)
def test_every_child_ends_in_one_state(
    qtbot: QtBot, steps: list[str], state: InstallationState, problem: str
) -> None:
    children = Children(steps)
    installation = ModelInstallation(children)
    names: list[str] = []
    installation.installed.connect(names.append)
    installation.download("a-model", "A model")
    until(qtbot, installation, state)
    assert installation.current is not None
    assert problem in installation.current.problem
    assert names == (["A model"] if state is InstallationState.DONE else [])
    assert children.asked[0][-1] == "--json"
    installation.put_away()
    assert installation.current is None


def test_what_was_paused_goes_on_with_the_same_command(qtbot: QtBot) -> None:
    children = Children([says(PROGRESS), WAITS], [DONE])
    installation = ModelInstallation(children)
    installation.download("a-model", "A model")
    qtbot.waitUntil(lambda: _progress(installation) == PROGRESS, timeout=30_000)
    installation.pause()
    until(qtbot, installation, InstallationState.PAUSED)
    assert not installation.is_running
    installation.resume()
    until(qtbot, installation, InstallationState.DONE)
    assert children.asked[0] == children.asked[1]


def test_what_is_cancelled_leaves_nothing(qtbot: QtBot) -> None:
    children = Children([says(PROGRESS), WAITS], ["pass"])
    installation = ModelInstallation(children)
    installation.download("a-model", "A model")
    qtbot.waitUntil(lambda: _progress(installation) == PROGRESS, timeout=30_000)
    installation.cancel()
    qtbot.waitUntil(lambda: installation.current is None, timeout=30_000)
    assert children.asked[1] == ["download", "a-model", "--discard"]


def test_what_an_earlier_download_left_is_discarded(qtbot: QtBot) -> None:
    children = Children(["pass"])
    installation = ModelInstallation(children)
    installation.discard("a-model", "A model")
    qtbot.waitUntil(lambda: installation.current is None, timeout=30_000)
    assert children.asked == [["download", "a-model", "--discard"]]


@pytest.mark.parametrize(
    "step", [InstallPhase.CONVERTING, InstallPhase.PROVING, InstallPhase.MEASURING]
)
def test_an_import_is_cancelled_in_any_step_also_by_one_that_hears_nothing(
    qtbot: QtBot, tmp_path: Path, step: InstallPhase
) -> None:
    """As within one long computation; what it leaves is cleared away by another process."""
    children = Children([DEAF, says(progress_in(step)), WAITS], ["pass"])
    installation = ModelInstallation(children)
    installation.import_path(tmp_path / "a.gguf")
    qtbot.waitUntil(lambda: _progress(installation) == progress_in(step), timeout=30_000)
    installation.cancel()
    qtbot.waitUntil(lambda: installation.current is None, timeout=30_000)
    assert children.asked[1] == ["import", str(tmp_path / "a.gguf"), "--discard"]


def test_an_import_that_ends_by_itself_when_cancelled_needs_no_other_process(
    qtbot: QtBot, tmp_path: Path
) -> None:
    hears = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))"
    children = Children(["import signal", hears, says(PROGRESS), WAITS])
    installation = ModelInstallation(children)
    installation.import_path(tmp_path / "a.gguf")
    qtbot.waitUntil(lambda: _progress(installation) == PROGRESS, timeout=30_000)
    installation.cancel()
    qtbot.waitUntil(lambda: installation.current is None, timeout=30_000)
    assert len(children.asked) == 1


@pytest.mark.parametrize("ending", ["skip_exam", "cancel", "crash"])
def test_a_model_stays_whatever_becomes_of_its_exam(qtbot: QtBot, ending: str) -> None:
    last = "import os; os.abort()" if ending == "crash" else WAITS
    children = Children([says(EXAMINING), last])
    installation = ModelInstallation(children)
    names: list[str] = []
    installation.installed.connect(names.append)
    installation.download("a-model", "A model")
    qtbot.waitUntil(lambda: _progress(installation) == EXAMINING, timeout=30_000)
    assert names == ["A model"]  # it can be used meanwhile
    if ending != "crash":
        getattr(installation, ending)()
    until(qtbot, installation, InstallationState.DONE)
    assert len(children.asked) == 1


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([says(EXAMINING), DONE], InstallationState.DONE),
        ([says(failed(NO_NETWORK)), "sys.exit(2)"], InstallationState.FAILED),
    ],
)
def test_an_exam_is_taken_by_itself(
    qtbot: QtBot, steps: list[str], state: InstallationState
) -> None:
    children = Children(steps)
    installation = ModelInstallation(children)
    with qtbot.waitSignal(installation.examined, timeout=30_000):
        installation.examine("a-model", "A model")
    assert children.asked == [["exam", "a-model", "--lines"]]
    assert installation.current is not None
    assert installation.current.state is state
    installation.cancel()
    assert installation.current is None


def test_an_exam_by_itself_is_stopped(qtbot: QtBot) -> None:
    children = Children([says(EXAMINING), WAITS])
    installation = ModelInstallation(children)
    installation.examine("a-model", "A model")
    qtbot.waitUntil(lambda: _progress(installation) == EXAMINING, timeout=30_000)
    with qtbot.waitSignal(installation.examined, timeout=30_000):
        installation.cancel()
    assert installation.current is None
    assert len(children.asked) == 1


def test_one_is_installed_at_a_time(qtbot: QtBot, tmp_path: Path) -> None:
    children = Children([says(PROGRESS), WAITS])
    installation = ModelInstallation(children)
    installation.import_path(tmp_path / "a.gguf")
    qtbot.waitUntil(lambda: _progress(installation) == PROGRESS, timeout=30_000)
    installation.download("another", "Another")
    assert children.asked == [["import", str(tmp_path / "a.gguf"), "--json"]]
    installation.close()
    assert not installation.is_running


def _progress(installation: ModelInstallation) -> InstallProgress | None:
    return installation.current.progress if installation.current else None
