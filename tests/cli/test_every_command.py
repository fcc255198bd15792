"""Every command in every state: status 0, or status 2 and one plain sentence; never a traceback, never a hang.

The table of commands is ``command_rows.py``, the states are in ``command_states.py``, ``command_surroundings.py`` and
``command_arguments.py``, and ``command_judge.py`` says which status is right where. A command without a row, and a row
without a command, fail. Each command has one process, in which it is tried in one state after the other: in all that
concern it and in a share of the others, at night in every one (``command_sample.py``).
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import command_surroundings
import pytest
from command_arguments import bad_arguments, leaf_parsers
from command_judge import expected, faults
from command_rows import ROWS
from command_sample import is_tried
from command_states import STATES
from tiny_model import make_tiny_model

from cowrite.__main__ import COMMANDS

HERE = Path(__file__).parent
# The bounding set of capabilities without these makes the superuser ask for permission like everybody.
PR_CAPBSET_DROP, OVERRIDES = 24, (1, 2)

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the states are made by means of Linux"),
    pytest.mark.timeout(900),
]


def test_every_command_has_its_row() -> None:
    actions = {action for name in COMMANDS for action in leaf_parsers(name)}
    assert actions == set(ROWS)


def test_what_a_row_names_is_a_state() -> None:
    for name, row in ROWS.items():
        assert set(row.differs) <= {
            *STATES,
            *command_surroundings.MOUNTED,
            *bad_arguments(name, row),
        }, name


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny") / "model")


def ask_for_permission() -> Callable[[], None]:
    """For a child process that is about to begin."""
    library = ctypes.CDLL(None)

    def give_up() -> None:
        for each in OVERRIDES:
            library.prctl(PR_CAPBSET_DROP, each, 0, 0, 0)

    return give_up


@pytest.fixture(scope="module")
def runner(
    tiny_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    """Has one command tried; what came of it, a line for each try."""
    folder = tmp_path_factory.mktemp("every-command")
    with (folder / "starting").open("w+b") as starting:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "command_runner.py"), str(folder), str(tiny_model)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=starting,
            text=True,
            preexec_fn=ask_for_permission(),
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert process.stdin is not None
        assert process.stdout is not None

        def run(command: str) -> str:
            process.stdin.write(f"{command}\n")
            process.stdin.flush()
            status = process.stdout.readline()
            said = folder / ("errors" if status else "starting")
            assert status == "0\n", said.read_text("utf-8", "replace")[-3000:]
            return (folder / "answers").read_text("utf-8")

        yield run
        process.communicate()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_in_every_state(command: str, runner: Callable[[str], str]) -> None:
    answers = [json.loads(line) for line in runner(command).splitlines()]
    tried = {(each["row"], each["state"]) for each in answers}
    states = {**STATES}
    wrong = []
    for told in answers:
        row = ROWS[told["row"]]
        state = {**states, **told_states(told["row"])}.get(told["state"])
        assert state is not None, told["state"]
        wrong += [
            f"{told['row']}, {told['state']}: {fault}; it said {told['err'][-200:]!r}"
            for fault in faults(told["row"], row, told["state"], state, told)
        ]
    assert not wrong, "\n".join(wrong)
    rows = {name for name in ROWS if name.partition(" ")[0] == command}
    assert {row for row, _ in tried} == rows
    assert tried >= {
        (name, about)
        for name in rows
        for about, state in {**STATES, **bad_arguments(name, ROWS[name])}.items()
        if is_tried(name, ROWS[name], about, state)
    }


def test_every_state_is_tried_with_some_command() -> None:
    states = {**STATES, **command_surroundings.MOUNTED}
    for about, state in states.items():
        assert any(is_tried(name, row, about, state) for name, row in ROWS.items()), about


def told_states(name: str) -> dict[str, object]:
    """The states of its arguments, and those that need mounts, which only the child process was given."""
    return {**bad_arguments(name, ROWS[name]), **command_surroundings.MOUNTED}


def test_the_rule() -> None:
    """Where something that is needed is broken the status is 2."""
    tail, broken = ROWS["log tail"], STATES["log is garbage"]
    assert expected("log tail", tail, "log is garbage", broken) == {2}
    assert expected("models list", ROWS["models list"], "log is garbage", broken) == {0}
    well = {"status": 0, "out": "", "err": "", "changed": [], "logged": "", "seconds": 0}
    assert faults("log tail", tail, "log is garbage", broken, well)
    said = {**well, "status": 2, "err": "cowrite: The log is damaged.\n"}
    assert not faults("log tail", tail, "log is garbage", broken, said)
    assert faults("log tail", tail, "x", broken, {**said, "err": "Traceback\n" + said["err"]})
    assert faults("log tail", tail, "x", broken, {**said, "changed": ["home/data/session.json"]})
