"""What was asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.interchange.kinds import READABLE, WRITABLE, Kind, kind_of
from cowrite.localization import tr

CHANGES = ("accept", "reject", "keep")
STYLES = ("book", "manuscript")
_TEXT_ENDINGS = frozenset({"", ".txt", ".text"})
_OF_WORD_PROCESSORS = frozenset(
    {
        ".doc",
        ".dot",
        ".docm",
        ".wps",
        ".wpt",
        ".wpd",
        ".pages",
        ".fodt",
        ".ott",
        ".sxw",
        ".abw",
        ".gdoc",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call of ``cowrite convert``. ``changes`` and ``quotes`` are None if nothing was said of them."""

    source: Path
    target: Path
    quotes: str | None
    changes: str | None
    style: str | None
    author: str
    force: bool
    as_json: bool

    @property
    def is_text_only(self) -> bool:
        """Whether a text becomes a text, letter by letter: Markdown or plain text both."""
        return all(
            is_plain_text(path) or kind_of(path) is Kind.MARKDOWN
            for path in (self.source, self.target)
        )

    def require_kinds(self) -> None:
        """Raises UserError for kinds of files that are not read, or not written."""
        readable = is_plain_text(self.source) or kind_of(self.source) in READABLE
        if not readable:
            raise UserError(
                tr(
                    "Cowrite cannot read {ending} files: {path}.",
                    ending=self.source.suffix or "“”",
                    path=self.source,
                ),
                tr("Save it as DOCX or ODT in the program that made it and try that copy.")
                if self.source.suffix.lower() in _OF_WORD_PROCESSORS
                else tr("It reads Markdown, DOCX, ODT, RTF, HTML and plain text."),
            )
        if kind_of(self.target) not in (*WRITABLE, Kind.PDF):
            raise UserError(
                tr(
                    "Cowrite cannot write {ending} files: {path}.",
                    ending=self.target.suffix or "“”",
                    path=self.target,
                ),
                tr("It writes Markdown, DOCX, ODT, HTML, EPUB and PDF."),
            )

    def require_free(self, *more: Path) -> None:
        """Raises UserError if something is in the way of what is written."""
        if os.path.lexists(self.target):
            try:
                is_same = self.source.samefile(self.target)
            except OSError:
                is_same = False
            if is_same:
                raise UserError(
                    tr("{path} is the file that is read.", path=self.target),
                    tr("Choose another name for the result."),
                )
        for path in (self.target, *more):
            if not self.force and os.path.lexists(path) and (path.is_file() or path.is_dir()):
                raise UserError(
                    tr("{path} already exists.", path=path),
                    tr("Choose another name, or use --force to replace it."),
                )


def is_plain_text(path: Path) -> bool:
    """Whether a file is text without any signs in it."""
    return path.suffix.lower() in _TEXT_ENDINGS
