"""``cowrite log``: what is kept of the writing, one module per action.

Each module of :data:`ACTIONS` has ``add_arguments(actions)``, which describes its action and names ``run`` as what does
it, and ``run(arguments, paths)``, which returns the exit status and raises UserError.
"""

from __future__ import annotations

import argparse

from cowrite.cli.log import backup, erase, exchange, forget, replay, stats, tail, verify
from cowrite.localization import tr_noop
from cowrite.settings.paths import Paths

HELP = tr_noop(
    "Inspect and manage what is stored about your writing. It is stored on this computer only."
)

ACTIONS = (stats, tail, replay, exchange, forget, erase, backup, verify)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for module in ACTIONS:
        module.add_arguments(actions)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Do what was asked; the exit status. Raises UserError."""
    status: int = arguments.run(arguments, paths)
    return status
