"""``cowrite check``: list what a careful reader would stumble over in a text. No model is asked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from cowrite.base.printable import lines
from cowrite.check.checker import check_text
from cowrite.check.findings import DEFAULT_KINDS, TITLES, Finding, Kind
from cowrite.check.languages import language_of
from cowrite.cli.texts import FilePlaces, read_file
from cowrite.localization import listed, tr, tr_noop
from cowrite.markdown.kinds import is_markdown
from cowrite.markdown.spans import prose
from cowrite.settings.paths import Paths
from cowrite.spelling.prose import masked

HELP = tr_noop(
    "List what a careful reader would stumble over in a text, what matters most first: "
    "{kinds}. No model is needed, and code, addresses and comments are left alone."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    kinds = listed(tr(TITLES[kind]).lower() for kind in DEFAULT_KINDS)
    parser.description = tr(HELP, kinds=kinds)
    parser.add_argument("file", metavar="F", type=Path, help=tr("a text or Markdown file"))
    parser.add_argument(
        "--kinds",
        nargs="+",
        choices=[kind.value for kind in Kind],
        metavar="K",
        help=tr("only these kinds, of {kinds}", kinds=listed(Kind)),
    )
    parser.add_argument("--json", action="store_true", help=tr("print places and kinds as JSON"))


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Check the text and print what was found."""
    loaded = read_file(arguments.file, paths)
    text = loaded.text
    ranges = [(each.start, each.end) for each in prose(text, markdown=is_markdown(arguments.file))]
    words = masked(text, ranges)
    kinds = [Kind(each) for each in arguments.kinds or DEFAULT_KINDS]
    found = check_text(words, language_of(words), kinds)
    if arguments.json:
        places = FilePlaces(loaded)
        rows = [_row(each, text, places) for each in found]
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for each in _sentences(text, found):
        print(lines(each) if sys.stdout.isatty() else each)
    return 0


def _row(finding: Finding, text: str, places: FilePlaces) -> dict[str, object]:
    return {
        "start": places.in_file(finding.start),
        "end": places.in_file(finding.end),
        "kind": finding.kind.value,
        "text": text[finding.start : finding.end],
        "message": finding.message,
        "weight": round(finding.weight, 2),
    }


def _sentences(text: str, found: Sequence[Finding]) -> list[str]:
    """For people: line and column from 1, the kind, and what it is about."""
    rows = []
    for each in found:
        line = text.count("\n", 0, each.start) + 1
        column = each.start - (text.rfind("\n", 0, each.start) + 1) + 1
        rows.append(f"{line}:{column}: {each.kind.value}: {each.message}")
    return rows
