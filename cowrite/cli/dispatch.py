"""From a command's name to its module.

Each module of this package, and of :mod:`cowrite.cli.text`, that is a command has ``HELP``, ``add_arguments(parser)``
and ``run(arguments, paths)``.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from typing import Protocol, cast

from cowrite.console import PlainParser
from cowrite.localization import tr
from cowrite.settings.logs import start_logging
from cowrite.settings.paths import Paths

_ABOUT_TEXT = frozenset({"check", "convert", "count", "spell", "voice"})
"""The commands in :mod:`cowrite.cli.text`."""


class Command(Protocol):
    """What a command's module offers."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Describe the command line."""
        ...

    def run(self, arguments: argparse.Namespace, paths: Paths) -> int:
        """Do it; the exit status. Raises UserError for what the person can act on."""
        ...


def run_command(arguments: Sequence[str], paths: Paths) -> int:
    """Run the command named by the first argument with the rest."""
    name, *rest = arguments
    command = load_command(name)
    parser = command_parser(name, command)
    for word in rest:
        # argparse takes “--option=--” for no value at all, and hands the command an empty list.
        if word.startswith("--") and word.endswith("=--"):
            parser.error(
                tr("argument {name}: expected one argument", name=word.removesuffix("=--"))
            )
    options = parser.parse_args(rest)
    paths.create()
    with start_logging(paths.log_file):
        return command.run(options, paths)


def load_command(name: str) -> Command:
    """Import the module of one command, and no other: most need torch or Qt, few need both."""
    package = "cowrite.cli.text" if name in _ABOUT_TEXT else "cowrite.cli"
    return cast(Command, importlib.import_module(f"{package}.{name}"))


def command_parser(name: str, command: Command) -> argparse.ArgumentParser:
    """The parser of one command."""
    parser = PlainParser(prog=f"cowrite {name}", description=tr(command.HELP))
    command.add_arguments(parser)
    return parser
