"""Values that make no sense, for every option and argument that the parsers know: a new option is tried by itself."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator

from command_home import Place
from command_rows import Row
from command_states import Prepare, State

from cowrite.cli.dispatch import command_parser, load_command

NUMBERS = ("", "-1", "0", "1" + "0" * 30, "1" * 5000, "nan", "inf", "-inf", "1e400", "١", "many")
WORDS = (
    "",
    "-",
    "--",
    " ",
    "\n",
    "\x1b[31m",
    "/",
    "..",
    "x" * 300,
    os.fsdecode(b"\xff\xfe"),
    "😀",
    "=",
    "10",
)


def leaf_parsers(name: str) -> dict[str, argparse.ArgumentParser]:
    """The parsers of a command's actions by what one types, or its own if it has no actions."""
    return dict(_leaves(command_parser(name, load_command(name)), name))


def _leaves(
    parser: argparse.ArgumentParser, name: str
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    below = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not below:
        yield name, parser
    for action in below:
        for word, child in action.choices.items():
            yield from _leaves(child, f"{name} {word}")


def bad_arguments(row_name: str, row: Row) -> dict[str, State]:
    """A state for each option with each value; what an option is for, and so the status, is not known here."""
    command, _, _ = row_name.partition(" ")
    parser = leaf_parsers(command)[row_name.partition(",")[0]]
    found = {}
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction) or action.nargs == 0:
            continue
        for value in NUMBERS if action.type in (int, float) else WORDS:
            if action.option_strings:
                option = action.option_strings[0]
                words = [f"{option}={value}"]
                found[f"argument {option} {value[:20]!a}"] = _state(words)
    for value in WORDS:
        found[f"argument {value[:20]!a}"] = _state([value])
    found["argument --nothing-like-this"] = _state(["--nothing-like-this"])
    found["argument --help"] = _state(["--help"])
    return found


def _state(words: list[str]) -> State:
    def prepare(place: Place, row: Row) -> None:
        # What excludes the option that is tried is left out.
        place.call.arguments = [*place.call.arguments, *words]

    prepare_it: Prepare = prepare
    return State(breaks=frozenset({"arguments"}), prepare=prepare_it)
