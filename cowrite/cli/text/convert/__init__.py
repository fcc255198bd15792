"""``cowrite convert``: write a text anew: as another kind of file, with typographic signs, with changes settled."""

from __future__ import annotations

import argparse
from pathlib import Path

from cowrite.cli.text.convert.request import CHANGES, STYLES, Request
from cowrite.localization import tr, tr_noop
from cowrite.settings.paths import Paths, with_home
from cowrite.typography.styles import LANGUAGES

HELP = tr_noop(
    "Write a text to another file: as another kind of file, by the endings of IN and OUT (read: md, docx, odt, rtf, "
    "html, txt; written: md, docx, odt, html, epub, pdf), with typographic quotation marks, apostrophes, dashes and "
    "ellipses in place of straight ones (code, addresses, front matter and comments stay as they are), or with the "
    "changes that are marked in it accepted or rejected. IN itself is never changed."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("input", metavar="IN", type=Path, help=tr("file to read"))
    parser.add_argument(
        "output", metavar="OUT", type=Path, help=tr("file to write; never IN itself")
    )
    parser.add_argument(
        "--quotes",
        metavar="LANGUAGE",
        choices=LANGUAGES,
        help=tr(
            "whose quotation marks, dashes and ellipses to use: {languages}",
            languages=", ".join(LANGUAGES),
        ),
    )
    parser.add_argument(
        "--changes",
        choices=CHANGES,
        help=tr(
            "what to do with tracked changes, and with {insertion}, {deletion} and {exchange} in Markdown: accept or "
            "reject them, or keep them as such",
            insertion="{++…++}",
            deletion="{--…--}",
            exchange="{~~…~>…~~}",
        ),
    )
    parser.add_argument(
        "--style",
        choices=STYLES,
        help=tr("how pages look: a book, or a manuscript with double spacing in 12 points"),
    )
    parser.add_argument(
        "--author",
        metavar="NAME",
        default="",
        help=tr("whose the tracked changes are, and the text if it does not say"),
    )
    parser.add_argument(
        "--force", action="store_true", help=tr("replace OUT if there is such a file already")
    )
    parser.add_argument(
        "--json", action="store_true", help=tr("print what became of the text as JSON")
    )


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Convert. Raises UserError; nothing is then written."""
    request = Request(
        source=with_home(arguments.input),
        target=with_home(arguments.output),
        quotes=arguments.quotes,
        changes=arguments.changes,
        style=arguments.style,
        author=arguments.author,
        force=arguments.force,
        as_json=arguments.json,
    )
    paths.require_not_own(request.target)
    if request.is_text_only:
        from cowrite.cli.text.convert.texts import convert_text

        convert_text(request, paths)
    else:
        from cowrite.cli.text.convert.files import convert_file

        convert_file(request, paths)
    return 0
