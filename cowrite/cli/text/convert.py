"""``cowrite convert``: write a text anew, with typographic signs, or with the changes that are marked in it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.console import say
from cowrite.documents.export import write_export
from cowrite.documents.files import LoadedFile, read_document
from cowrite.documents.session import remembered_encoding
from cowrite.documents.text_codec import encode
from cowrite.markdown.kinds import is_markdown
from cowrite.proposals.critic_markup import read_critic_markup
from cowrite.proposals.proposal import composed
from cowrite.settings.paths import Paths, with_home
from cowrite.typography.convert import typographic
from cowrite.typography.styles import LANGUAGES

HELP = (
    "Write a text to another file with typographic quotation marks, apostrophes, dashes and ellipses in place of "
    "straight ones (code, addresses, front matter and comments stay as they are), or with the changes that are marked "
    "in it as CriticMarkup accepted or rejected."
)
_TEXT_ENDINGS = frozenset({"", ".txt", ".text"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("input", metavar="IN", type=Path, help="Markdown or plain text to read")
    parser.add_argument("output", metavar="OUT", type=Path, help="file to write; never IN itself")
    parser.add_argument(
        "--quotes",
        metavar="LANGUAGE",
        choices=LANGUAGES,
        help=f"whose quotation marks, dashes and ellipses to use: {', '.join(LANGUAGES)}",
    )
    parser.add_argument(
        "--changes",
        choices=("accept", "reject"),
        help="what to do with {++insertions++}, {--deletions--} and {~~old~>new~~} that are marked in IN",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace OUT if there is such a file already"
    )


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Convert. Raises UserError; nothing is then written."""
    source, target = with_home(arguments.input), with_home(arguments.output)
    for path in (source, target):
        _require_text(path)
    if arguments.quotes is None and arguments.changes is None:
        raise UserError(
            "There is nothing to convert.",
            "Say whose quotation marks to use, as in “--quotes en”, or “--changes accept”.",
        )
    paths.require_not_own(target)
    loaded = _read(source, paths)
    _require_other_file(source, target, force=arguments.force)
    text = loaded.text
    if arguments.changes is not None:
        text, hunks = read_critic_markup(text)
        text = composed(text, hunks) if arguments.changes == "accept" else text
    if arguments.quotes is not None:
        text = typographic(text, arguments.quotes, markdown=is_markdown(source))
    write_export(target, _encoded(text, loaded, target), keep_in=paths.saves_dir)
    return 0


def _require_text(path: Path) -> None:
    ending = path.suffix.lower()
    if ending not in _TEXT_ENDINGS and not is_markdown(path):
        raise UserError(
            f"Cowrite cannot convert {ending} files yet: {path}.",
            "It converts Markdown (.md) and plain text (.txt).",
        )


def _read(source: Path, paths: Paths) -> LoadedFile:
    loaded = read_document(
        source, remembered=remembered_encoding(paths.session_file, source.absolute())
    )
    if loaded.read_only_reason:
        raise UserError(
            f"Parts of {source} cannot be read as text.",
            "Open it in Cowrite, choose its encoding, and save it as UTF-8.",
        )
    if loaded.format.certainty.is_guess:
        say(f"{source} does not say its encoding; it is read as {loaded.format.encoding_name}.")
    return loaded


def _require_other_file(source: Path, target: Path, *, force: bool) -> None:
    if not os.path.lexists(target):
        return
    try:
        is_same = source.samefile(target)
    except OSError:
        is_same = False
    if is_same:
        raise UserError(
            f"{target} is the file that is read.", "Choose another name for the result."
        )
    if not force and target.is_file():
        raise UserError(
            f"{target} already exists.", "Choose another name, or use --force to replace it."
        )


def _encoded(text: str, loaded: LoadedFile, target: Path) -> bytes:
    """As the file was written that was read; in UTF-8 where its encoding lacks a sign."""
    try:
        return encode(text, loaded.format)
    except UserError:
        say(
            f"{loaded.format.encoding_name} has not all of the signs; {target} is written as UTF-8."
        )
        return encode(text, loaded.format.as_utf8())
