"""The smoke test of packages has a real use for every command that the program has."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "packaging"))

from smoke import commands  # noqa: E402
from smoke.findings import Findings  # noqa: E402

from cowrite.__main__ import COMMANDS, window_parser  # noqa: E402
from cowrite.cli.dispatch import command_parser, load_command  # noqa: E402


def known() -> set[str]:
    """Every command with its actions, by the program's own parsers."""
    found = set()
    for name in COMMANDS:
        parser = command_parser(name, load_command(name))
        groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
        found |= {f"{name} {action}" for group in groups for action in group.choices} or {name}
    return found


class Answers:
    """Stands for a package: answers ``--help`` as the program itself would."""

    def program(self, *words: str, within_s: float) -> subprocess.CompletedProcess[str]:
        *command, _ = words
        text = window_parser().format_help()
        if command:
            parser = command_parser(command[0], load_command(command[0]))
            text = parser.format_help()
        return subprocess.CompletedProcess(words, 0, stdout=text, stderr="")


def test_the_smoke_test_finds_every_command_in_the_help() -> None:
    assert set(commands.tree(Answers(), Findings("test"))) == known()  # type: ignore[arg-type]


def test_every_command_has_a_use() -> None:
    assert {row.name for row in commands.ROWS} == known()


def test_what_a_use_expects_is_checked() -> None:
    row = commands.use("count", "{story}", expects=r"\d")
    bad = [
        subprocess.CompletedProcess((), 2, stdout="7\n", stderr=""),
        subprocess.CompletedProcess((), 0, stdout="none\n", stderr=""),
        subprocess.CompletedProcess(
            (), 0, stdout="7\n", stderr="Traceback (most recent call last)"
        ),
    ]
    for done in bad:
        with pytest.raises(AssertionError):
            commands.check(row, done)
    commands.check(row, subprocess.CompletedProcess((), 0, stdout="7\n", stderr=""))


def test_a_step_that_fails_is_a_problem_and_the_next_one_is_tried() -> None:
    findings = Findings("test")
    with findings.step("one"):
        raise AssertionError("it does not work")
    with findings.step("two"):
        pass
    assert findings.problems == ["one: it does not work"]
    assert findings.passed == ["two"]
