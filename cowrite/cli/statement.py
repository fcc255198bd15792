"""``cowrite statement``: who wrote what in a text."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.cli.texts import read_text
from cowrite.decisions.database.log_file import NoLogError
from cowrite.decisions.reader import moments_of
from cowrite.documents.identity import Identities
from cowrite.localization import tr, tr_noop
from cowrite.provenance.statement import make_statement, to_json, to_markdown
from cowrite.provenance.store import known_text
from cowrite.settings.paths import Paths, with_home

HELP = tr_noop(
    "Report how much of a text its author typed, how much came from suggestions, and when it was "
    "written. Nothing is sent anywhere."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "file", metavar="FILE", type=Path, help=tr("text that was written in Cowrite")
    )
    parser.add_argument("--json", action="store_true", help=tr("print JSON instead of Markdown"))
    parser.add_argument(
        "--annotations",
        action="store_true",
        help=tr(
            "add a block of Markdown Annotations, which tells other programs who wrote which characters"
        ),
    )


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Print the statement."""
    path = with_home(arguments.file).absolute()
    text = read_text(path, paths)
    document_id = Identities(paths.identities_file).of(path)
    try:
        known = known_text(paths.decision_log, document_id, text)
        moments = moments_of(paths.decision_log, document_id)
    except NoLogError:
        known, moments = None, []
    if known is None:
        raise UserError(
            tr("Cowrite does not know how “{name}” was written.", name=path.name),
            tr(
                "It records this for texts that are written and saved in Cowrite while the decision log is "
                "turned on."
            ),
        )
    statement = make_statement(
        path.name,
        text,
        known.ranges,
        known.sources,
        moments=moments,
        made_ms=time.time_ns() // 1_000_000,
        annotations=arguments.annotations,
    )
    made = to_json(statement) if arguments.json else to_markdown(statement)
    sys.stdout.write(made)
    return 0
