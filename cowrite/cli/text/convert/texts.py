"""From text to text: letter by letter, in the encoding that the file has."""

from __future__ import annotations

import json
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.text_counts import count_text
from cowrite.cli.text.convert.request import Request
from cowrite.console import say
from cowrite.documents.export import write_export
from cowrite.documents.files import LoadedFile, read_document
from cowrite.documents.session import remembered_encoding
from cowrite.documents.text_codec import encode
from cowrite.localization import tr
from cowrite.markdown.counted import counted_text
from cowrite.markdown.kinds import is_markdown
from cowrite.proposals.critic_markup import read_critic_markup
from cowrite.proposals.proposal import composed
from cowrite.settings.paths import Paths
from cowrite.typography.convert import typographic


def convert_text(request: Request, paths: Paths) -> None:
    """Settle changes and set signs. Raises UserError; nothing is then written."""
    if request.quotes is None and request.changes not in ("accept", "reject"):
        raise UserError(
            tr("There is nothing to convert."),
            tr("Say whose quotation marks to use, as in “--quotes en”, or “--changes accept”."),
        )
    loaded = read_text_file(request.source, paths)
    request.require_free()
    text = settled(loaded.text, request.changes)
    if request.quotes is not None:
        text = typographic(text, request.quotes, markdown=is_markdown(request.source))
    data = _encoded(text, loaded, request.target)
    write_export(request.target, data, keep_in=paths.saves_dir)
    if request.as_json:
        words = count_text(counted_text(text, markdown=is_markdown(request.target))).words
        told = {"in": str(request.source), "out": str(request.target), "words": words}
        print(json.dumps({**told, "kept": {}, "left_out": []}, ensure_ascii=False, indent=2))


def settled(text: str, changes: str | None) -> str:
    """The text with changes that are marked in it accepted or rejected, if that is asked for."""
    if changes not in ("accept", "reject"):
        return text
    text, hunks = read_critic_markup(text)
    return composed(text, hunks) if changes == "accept" else text


def read_text_file(source: Path, paths: Paths) -> LoadedFile:
    """A text in whatever encoding. Raises UserError."""
    loaded = read_document(
        source, remembered=remembered_encoding(paths.session_file, source.absolute())
    )
    if loaded.read_only_reason:
        raise UserError(
            tr("Parts of {path} cannot be read as text.", path=source),
            tr("Open it in Cowrite, choose its encoding, and save it as UTF-8."),
        )
    if loaded.format.certainty.is_guess:
        say(
            tr(
                "{path} does not say its encoding; it is read as {encoding}.",
                path=source,
                encoding=loaded.format.encoding_name,
            )
        )
    return loaded


def _encoded(text: str, loaded: LoadedFile, target: Path) -> bytes:
    """As the file was written that was read; in UTF-8 where its encoding lacks a sign."""
    try:
        return encode(text, loaded.format)
    except UserError:
        say(
            tr(
                "{encoding} has not all of the signs; {path} is written as UTF-8.",
                encoding=loaded.format.encoding_name,
                path=target,
            )
        )
        return encode(text, loaded.format.as_utf8())
