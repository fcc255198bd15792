"""``cowrite log erase``: delete everything that is kept."""

from __future__ import annotations

import argparse

from cowrite.cli.log.forget import confirmed, erase_and_retire
from cowrite.decisions.erasing import Erasure
from cowrite.settings.paths import Paths

_HELP = (
    "Delete the whole log with all its backups, everything prepared for training and what was learned of when "
    "suggestions are welcome, and retire the adapters trained on it. Your texts, saved or not, stay."
)


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command line."""
    parser = actions.add_parser("erase", help="delete everything that is kept", description=_HELP)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Ask, erase, and say what is gone."""
    warning = f"{_HELP} This cannot be undone."
    if not arguments.yes and not confirmed(warning):
        print("Nothing was erased.")
        return 0
    print(erase_and_retire(paths, Erasure(everything=True)).sentence())
    return 0
