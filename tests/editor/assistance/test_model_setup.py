"""Installing a model from the window, with a child process that only pretends."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from open_program import STARTER, OpenProgram, put_model
from pytestqt.qtbot import QtBot

from cowrite.base.errors import UserError
from cowrite.editor.assistance.model_setup import ModelSetup
from cowrite.engine.messages import EngineState
from cowrite.models.progress import InstallPhase, InstallProgress, failed, progress_in
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]
PROGRESS = progress_in(InstallPhase.DOWNLOADING, 0.4, bytes_done=40_000_000, bytes_total=93_000_000)


def child(*steps: str) -> list[str]:
    """A command that runs these statements."""
    return [sys.executable, "-c", "import sys, time, pathlib\n" + "\n".join(steps)]


def says(progress: InstallProgress) -> str:
    return f"print({progress.to_json()!r}, flush=True)"


WAITS = "time.sleep(60)"
DONE = says(progress_in(InstallPhase.DONE))
NO_NETWORK = UserError("The model could not be downloaded.", "Check the network and try again.")


class Heard:
    def __init__(self, setup: ModelSetup) -> None:
        self.progress: list[InstallProgress] = []
        self.ends: list[str] = []
        self.errors: list[UserError] = []
        setup.progressed.connect(self.progress.append)
        setup.installed.connect(lambda: self.ends.append("installed"))
        setup.stopped.connect(lambda: self.ends.append("stopped"))
        setup.failed.connect(self._on_failed)

    def _on_failed(self, error: UserError) -> None:
        self.ends.append("failed")
        self.errors.append(error)


@pytest.mark.parametrize(
    ("steps", "end"),
    [
        ([says(PROGRESS), DONE], "installed"),
        ([says(PROGRESS), says(failed(NO_NETWORK)), "sys.exit(2)"], "failed"),
        ([says(PROGRESS), "sys.exit(1)"], "failed"),
        (["print('pip says something')", "print('{}')", DONE], "installed"),
        (["import os", "os.abort()"], "failed"),
    ],
)
def test_every_child_ends_in_one_signal(qtbot: QtBot, steps: list[str], end: str) -> None:
    setup = ModelSetup()
    heard = Heard(setup)
    setup.start(child(*steps))
    qtbot.waitUntil(lambda: not setup.is_running, timeout=20_000)
    assert heard.ends == [end]
    if heard.errors:
        assert heard.errors[0].message
        assert heard.errors[0].advice
    setup.close()


def test_a_program_that_is_not_there_is_a_failure(qtbot: QtBot) -> None:
    setup = ModelSetup()
    heard = Heard(setup)
    setup.start(["/there/is/no/such/program"])
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert heard.ends == ["failed"]


def test_stopping_is_not_a_failure(qtbot: QtBot) -> None:
    setup = ModelSetup()
    heard = Heard(setup)
    setup.start(child(says(PROGRESS), WAITS))
    qtbot.waitUntil(lambda: bool(heard.progress), timeout=20_000)
    setup.start(child(DONE))  # one at a time
    setup.stop()
    qtbot.waitUntil(lambda: not setup.is_running, timeout=20_000)
    assert heard.ends == ["stopped"]


def test_closing_ends_the_child_and_says_nothing(qtbot: QtBot) -> None:
    setup = ModelSetup()
    heard = Heard(setup)
    setup.start(child(says(PROGRESS), WAITS))
    qtbot.waitUntil(lambda: bool(heard.progress), timeout=20_000)
    setup.close()
    assert heard.ends == []
    assert not setup.is_running


# --- in the window ---


def test_without_a_model_it_offers_one_and_contacts_nothing(open_it: OpenIt) -> None:
    program = open_it(command=child("pathlib.Path('started').touch()"))
    assert program.state_word == "no model"
    assert "93 MB to download" in program.window.messages.texts[0]
    assert not program.program.model.is_installing
    program.type("I write all the same")
    program.click_message("Not now")
    assert program.window.messages.texts == []
    program.window.status_line.problem_clicked.emit()
    assert "starter model" in program.window.messages.texts[0]


def test_installing_shows_progress_and_then_suggests(open_it: OpenIt, paths: Paths) -> None:
    program = open_it(command=child(says(PROGRESS), WAITS))
    program.click_message("Install")
    program.until(lambda: program.state_word == "installing 10 %")
    assert "40 of 93 MB" in program.window.status_line.message
    assert "You can write in the meantime" in program.window.messages.texts[0]
    program.type("writing meanwhile")
    program.click_message("Stop")
    program.until(lambda: program.state_word == "no model")
    assert program.window.status_line.message == ""
    assert program.window.messages.texts == []
    put_model(paths)
    program.program.model._install_command = lambda _: child(DONE)
    program.program.model.install()
    program.until_ready()
    program.until(lambda: program.state_word == "ready")
    program.suggest(" and", " then")


def test_asked_for_on_the_command_line_it_installs_at_once(open_it: OpenIt) -> None:
    program = open_it(command=child(says(PROGRESS), WAITS), install_model=True)
    program.until(lambda: program.state_word == "installing 10 %")
    assert program.menu_action("Suggestions", "Stop installation").isVisible()


def test_asked_for_with_a_model_there_it_just_loads(open_it: OpenIt, paths: Paths) -> None:
    put_model(paths)
    program = open_it(command=child("sys.exit(1)"), install_model=True)
    program.until_ready()
    assert not program.program.model.is_installing


def test_a_failed_installation_is_told_and_tried_again(open_it: OpenIt, paths: Paths) -> None:
    program = open_it(command=child(says(failed(NO_NETWORK)), "sys.exit(2)"))
    program.click_message("Install")
    program.until(lambda: program.window.messages.texts == [str(NO_NETWORK)])
    assert program.state_word == "no model"
    put_model(paths)
    program.program.model._install_command = lambda _: child(DONE)
    program.click_message("Try again")
    program.until_ready()


def test_a_damaged_model_is_a_problem_with_two_ways_out(open_it: OpenIt, paths: Paths) -> None:
    (paths.models_dir / STARTER).mkdir()
    program = open_it()
    program.until(lambda: program.state_word == "problem")
    program.window.status_line.problem_clicked.emit()
    assert "is damaged" in program.window.messages.texts[0]
    labels = [button.text() for button in program.window.messages.bars[0].buttons]
    assert labels == ["Try again", "Install the model again", "Close"]
    (paths.models_dir / STARTER).rmdir()
    put_model(paths)
    program.click_message("Try again")
    program.until_ready()


def test_another_model_is_loaded_without_a_restart(open_it: OpenIt, paths: Paths) -> None:
    put_model(paths)
    put_model(paths, "another")
    program = open_it()
    program.until_ready()
    first = program.engine
    assert program.program.model.model_ids == ["another", STARTER]
    program.program.manager.change(model="another")
    program.until(lambda: len(program.engines) == 2)
    program.until_ready()
    assert first.is_stopped
    assert program.program.bridge.status.state is EngineState.READY


def test_a_model_nobody_knows_is_said_without_an_offer(open_it: OpenIt, paths: Paths) -> None:
    put_model(paths)
    program = open_it()
    program.until_ready()
    program.program.manager.change(model="gone")
    program.until(lambda: program.state_word == "no model")
    assert "“gone” is not installed" in program.window.messages.texts[0]
    assert not program.menu_action("Suggestions", "Install model").isVisible()


def test_ending_while_installing_leaves_no_child(open_it: OpenIt) -> None:
    program = open_it(command=child(says(PROGRESS), WAITS), install_model=True)
    program.until(lambda: program.program.model.is_installing)
    program.close()
    assert not program.program.model.is_installing
