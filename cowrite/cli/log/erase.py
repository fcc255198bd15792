"""``cowrite log erase``: delete everything that is kept."""

from __future__ import annotations

import argparse

from cowrite.cli.log.forget import confirmed, erase_and_retire
from cowrite.decisions.maintenance.erasing import Erasure
from cowrite.localization import tr, tr_noop
from cowrite.settings.paths import Paths

_HELP = tr_noop(
    "Delete the whole log with all its backups, the training data and what was learned about when to "
    "make suggestions, and retire the adapters trained on it. Your documents, saved or not, are not "
    "changed."
)


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command line."""
    parser = actions.add_parser(
        "erase", help=tr("delete everything that is stored"), description=tr(_HELP)
    )
    parser.add_argument("--yes", action="store_true", help=tr("do not ask for confirmation"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Ask, erase, and say what is gone."""
    warning = tr("{what} This cannot be undone.", what=tr(_HELP))
    if not arguments.yes and not confirmed(warning):
        print(tr("Nothing was deleted."))
        return 0
    print(erase_and_retire(paths, Erasure(everything=True)).sentence())
    return 0
