"""A model on its way onto the machine, with a child process that only pretends: every end, pausing and going on."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cowrite.base.errors import UserError
from cowrite.editor.assistance.model_installation import InstallationState, ModelInstallation
from cowrite.models.progress import InstallPhase, InstallProgress, failed, progress_in

PROGRESS = progress_in(InstallPhase.DOWNLOADING, 0.4, bytes_done=40, bytes_total=100)
NO_NETWORK = UserError("The model could not be downloaded.", "Check the network and try again.")
WAITS = "time.sleep(60)"


def says(progress: InstallProgress) -> str:
    return f"print({progress.to_json()!r}, flush=True)"


DONE = says(progress_in(InstallPhase.DONE))


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
