"""Every command explains itself in Chinese: no sentence is left in English, no line is too wide."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

import pytest

from cowrite.__main__ import COMMANDS
from cowrite.cli import dispatch
from cowrite.localization import use
from cowrite.localization.columns import columns_of
from cowrite.settings.resources import resource_path

HAN = re.compile("[一-鿿]")
# Names are not translated: of options and their values, files, formats, models and commands in quotes.
NAMES = re.compile(r"“[^”]*”|\{[^}]*\}|--?[a-z][\w-]*|\b[a-z]+(?:-[a-z]+)+\b|\b[\w.]*[.=_][\w.]*\b")
ENGLISH = re.compile(r"[A-Za-z’']+(?: [a-z’']+){2,}")


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COLUMNS", "80")
    use("zh_CN", resource_path("locale"))
    yield
    use("en")


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """This one and those of its actions."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from parsers(each)


def texts(parser: argparse.ArgumentParser) -> Iterator[str]:
    """What is explained, piece by piece."""
    yield parser.description or ""
    for action in parser._actions:
        if action.help != argparse.SUPPRESS:
            yield action.help or ""
        if isinstance(action, argparse._SubParsersAction):
            yield from (each.help or "" for each in action._choices_actions)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_english_is_left_in_the_help_of_a_command(name: str) -> None:
    for parser in parsers(dispatch.command_parser(name, dispatch.load_command(name))):
        for text in filter(None, texts(parser)):
            assert HAN.search(text), text
            assert not ENGLISH.search(NAMES.sub("", text)), text


@pytest.mark.parametrize("name", COMMANDS)
def test_the_columns_of_the_help_stay_in_line(name: str) -> None:
    for parser in parsers(dispatch.command_parser(name, dispatch.load_command(name))):
        lines = parser.format_help().splitlines()
        # A usage line may be as long as its longest option.
        assert all(columns_of(line) <= 80 for line in lines if HAN.search(line)), lines


@pytest.mark.parametrize(
    ("text", "is_english"),
    [
        ("以 JSON 格式输出", False),
        ("继续 one of the sessions 吗", True),
        ("请运行“cowrite models install x”。", False),
        ("{auto,cpu,cuda} 或 --json", False),
        ("print as JSON", True),
    ],
)
def test_what_is_english_is_found(text: str, is_english: bool) -> None:
    assert bool(ENGLISH.search(NAMES.sub("", text)) or not HAN.search(text)) == is_english
