"""Where the program begins: which folder, window or command, and how it ends."""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cowrite import __version__
from cowrite.__main__ import (
    COMMANDS,
    EXIT_BUG,
    EXIT_INTERRUPTED,
    EXIT_USER_ERROR,
    main,
    window_parser,
)
from cowrite.app import start
from cowrite.base.errors import UserError
from cowrite.cli import complete, dispatch
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.writing.log import DecisionLog
from cowrite.settings.paths import HOME_VARIABLE, Paths

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a line of the manuscript"


@dataclass
class Window:
    """Stands in for the window: what it was asked to open, and how it ends."""

    files: list[list[Path]] = field(default_factory=list)
    paths: list[Paths] = field(default_factory=list)
    install_model: bool = False
    end: Callable[[], int] = lambda: 0

    def run(self, files: list[Path], paths: Paths, *, install_model: bool) -> int:
        self.files.append(files)
        self.paths.append(paths)
        self.install_model = install_model
        return self.end()


@dataclass
class Command:
    """Stands in for any command."""

    HELP = "Do something."
    names: list[str] = field(default_factory=list)
    words: list[list[str]] = field(default_factory=list)
    paths: list[Paths] = field(default_factory=list)
    end: Callable[[], int] = lambda: 0

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("words", nargs="*")

    def run(self, arguments: argparse.Namespace, paths: Paths) -> int:
        self.words.append(arguments.words)
        self.paths.append(paths)
        return self.end()


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Window:
    window = Window()
    monkeypatch.setattr(start, "run", window.run)
    return window


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Command:
    command = Command()

    def load(name: str) -> Command:
        command.names.append(name)
        return command

    monkeypatch.setattr(dispatch, "load_command", load)
    return command


def raising(error: BaseException) -> Callable[[], int]:
    def end() -> int:
        raise error

    return end


def refused(arguments: list[str]) -> int | str | None:
    """The status with which the command line is refused."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code


# --- the folder ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        ["--home", "{}"],
        ["--home={}"],
        ["story.txt", "--home", "{}"],
        ["--home", "elsewhere", "--home={}"],
    ],
)
def test_the_window_uses_the_home_it_is_given(
    window: Window, tmp_path: Path, form: list[str]
) -> None:
    mine = tmp_path / "mine"
    assert main([word.format(mine) for word in form]) == 0
    assert window.paths == [Paths.find(mine)]
    assert window.files in ([[]], [[Path("story.txt")]])


@pytest.mark.parametrize(
    "form",
    [
        ["--home", "{}", "log", "tail"],
        ["--home={}", "log", "tail"],
        ["log", "--home", "{}", "tail"],
        ["log", "tail", "--home={}"],
    ],
)
def test_a_command_uses_the_home_it_is_given(
    command: Command, tmp_path: Path, form: list[str]
) -> None:
    mine = tmp_path / "mine"
    assert main([word.format(mine) for word in form]) == 0
    assert command.paths == [Paths.find(mine)]
    assert (command.names, command.words) == (["log"], [["tail"]])


def test_without_one_the_home_of_the_environment_is_used(window: Window, home: Path) -> None:
    assert main([]) == 0
    assert window.paths == [Paths.find(home)]


def test_a_home_below_the_person_s_own_folder(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert main(["--home", "~/try"]) == 0
    assert window.paths == [Paths.find(tmp_path / "try")]


@pytest.mark.parametrize(
    "arguments", [["--home"], ["--home", ""], ["--home="], ["log", "tail", "--home"]]
)
def test_a_home_without_a_folder_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert refused(arguments) == EXIT_USER_ERROR
    assert capsys.readouterr().err.startswith("cowrite: --home needs a folder")


def test_a_home_of_nobody_is_one_sentence(
    window: Window, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", "~nobody-of-this-name/x"]) == EXIT_USER_ERROR
    assert "There is no home folder" in capsys.readouterr().err
    assert window.paths == []


@pytest.mark.parametrize("arguments", [["--hom", "mine"], ["--hom=mine"], ["--h=mine"]])
def test_a_shortened_option_is_refused_instead_of_using_the_wrong_folder(
    window: Window, arguments: list[str]
) -> None:
    assert refused(arguments) == EXIT_USER_ERROR
    assert window.paths == []


# --- window or command -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        ([], []),
        (["story.txt"], ["story.txt"]),
        (["./log"], ["./log"]),
        (["logs"], ["logs"]),
        (["story.txt", "log"], ["story.txt", "log"]),
        (["--", "log"], ["log"]),
        (["--", "--home"], ["--home"]),
        (["--", "--version", "-"], ["--version", "-"]),
    ],
)
def test_what_is_no_command_is_a_file(
    window: Window, command: Command, arguments: list[str], files: list[str]
) -> None:
    assert main(arguments) == 0
    assert window.files == [[Path(name) for name in files]]
    assert command.names == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_gets_the_rest_of_the_line_and_the_folders_it_needs(
    window: Window, command: Command, home: Path, name: str
) -> None:
    command.end = lambda: 0 if Paths.find(home).models_dir.is_dir() else 9
    assert main([name, "these", "words"]) == 0
    assert (command.names, command.words) == ([name], [["these", "words"]])
    assert window.files == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert refused([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: cowrite {name}")
    help_text = dispatch.command_parser(name, dispatch.load_command(name)).description
    assert help_text is not None
    assert "".join(help_text.split()) in "".join(shown.split())


def test_the_help_of_the_program_names_every_command_and_option(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert refused(["--help"]) == 0
    shown = capsys.readouterr().out
    for name, text in COMMANDS.items():
        assert f"cowrite {name} " in shown
        assert text in shown
    for option in window_parser()._option_string_actions:
        assert option in shown


def test_the_version(window: Window, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(["--version"]) == 0
    assert capsys.readouterr().out == f"Cowrite {__version__}\n"
    assert window.paths == []


def test_a_model_is_installed_at_once_only_if_wanted(window: Window) -> None:
    main([])
    assert not window.install_model
    main(["--install-model"])
    assert window.install_model


def test_no_garbage_is_collected_while_the_window_is_built(window: Window) -> None:
    window.end = gc.isenabled
    assert main([]) == 0
    assert gc.isenabled()


@pytest.mark.parametrize("arguments", [["--frobnicate"], ["-x"], ["story.txt", "--json"]])
def test_an_unknown_option_is_refused(
    window: Window, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert refused(arguments) == EXIT_USER_ERROR
    error = capsys.readouterr().err
    assert error.startswith("usage: cowrite")
    assert arguments[-1] in error
    assert window.files == []


def test_an_unknown_option_of_a_command_is_refused(command: Command) -> None:
    assert refused(["log", "--frobnicate"]) == EXIT_USER_ERROR
    assert command.words == []


# --- how it ends -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [0, 1, 7])
def test_the_status_is_that_of_the_window_or_the_command(
    window: Window, command: Command, status: int
) -> None:
    window.end = command.end = lambda: status
    assert main([]) == status
    assert main(["doctor"]) == status


@pytest.mark.parametrize("arguments", [[], ["doctor"]])
def test_what_the_person_can_act_on_is_one_sentence_and_status_2(
    window: Window, command: Command, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    window.end = command.end = raising(UserError("The disk is full.", "Free up disk space."))
    assert main(arguments) == EXIT_USER_ERROR == 2
    assert capsys.readouterr() == ("", "cowrite: The disk is full. Free up disk space.\n")


@pytest.mark.parametrize("arguments", [[], ["doctor"]])
def test_interrupting_says_nothing(
    window: Window, command: Command, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    window.end = command.end = raising(KeyboardInterrupt())
    assert main(arguments) == EXIT_INTERRUPTED
    assert capsys.readouterr() == ("", "")


@pytest.mark.expects_warnings
@pytest.mark.parametrize("arguments", [[], ["doctor"]])
def test_a_mistake_of_ours_is_told_once_and_written_down_once(
    window: Window,
    command: Command,
    home: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
) -> None:
    window.end = command.end = raising(ZeroDivisionError("a mistake"))
    assert main(arguments) == EXIT_BUG == 1
    log_file = Paths.find(home).log_file
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert str(log_file) in error
    assert log_file.read_text().count("ZeroDivisionError: a mistake") == 1


@pytest.mark.expects_warnings
def test_no_word_of_the_manuscript_is_written_down_with_a_mistake(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr(complete, "_context_at", fail)
    assert main(["complete", "--text", SECRET]) == EXIT_BUG
    written = Paths.find(home).log_file.read_text()
    assert "ZeroDivisionError" in written
    assert SECRET not in written + "".join(capsys.readouterr())


# --- from outside ----------------------------------------------------------------------------------------------------

BROKEN = """
import sys
from cowrite.app import start
from cowrite.cli import doctor
def broken(*_, **__):
    raise ZeroDivisionError("a mistake")
start.make_application = doctor.run = broken
from cowrite.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def environment(home: Path) -> dict[str, str]:
    """As an ordinary shell has it: what is printed is gathered before it is written."""
    ours = {HOME_VARIABLE: str(home), "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    return {**{k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}, **ours}


@pytest.mark.parametrize("arguments", [[], ["doctor"]])
def test_the_traceback_of_a_mistake_is_in_the_log_file_and_not_on_screen(
    home: Path, arguments: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, *arguments],
        cwd=ROOT,
        env=environment(home),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == EXIT_BUG
    assert done.stdout == ""
    assert done.stderr.startswith("cowrite: something went wrong inside Cowrite")
    assert done.stderr.count("\n") == 1
    written = Paths.find(home).log_file.read_text()
    assert written.count("Traceback") == 1
    assert "ZeroDivisionError: a mistake" in written


def keep_many_decisions(paths: Paths) -> None:
    """More than a pipe or Python itself holds back."""
    log = DecisionLog(paths.decision_log)
    log.start()
    for number in range(1_000):
        event = Event(
            kind=EventKind.REQUESTED,
            at_ms=number,
            session_id="s",
            suggestion_id=str(number),
            document_id="d",
            revision=number,
            start=0,
            end=0,
            details={"trigger": "typed" * 40},
        )
        log.record(event)
    log.flush()
    log.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows tells a writer in another way")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        ["log", "--help"],
        ["log", "tail"],
        ["log", "tail", "--json", "-n", "1000"],
    ],
)
def test_a_reader_that_has_gone_ends_it_silently(
    paths: Paths, home: Path, arguments: list[str]
) -> None:
    """As in “cowrite log tail | head -1”, whether much or little was to be printed."""
    keep_many_decisions(paths)
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "cowrite", *arguments],
            cwd=ROOT,
            env=environment(home),
            stdout=writer,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=120,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_option_that_is_not_known_steers_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert refused(["--red\x1b[31m"]) == EXIT_USER_ERROR
    said = capsys.readouterr().err
    assert "--red\\x1b[31m" in said
    assert "\x1b" not in said
