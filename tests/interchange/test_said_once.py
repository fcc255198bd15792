"""What a file says of itself on its way: a comment is kept or left out, and what nobody ended stays private."""

from __future__ import annotations

import pytest

from cowrite.interchange.formats import read, write
from cowrite.interchange.kinds import Kind
from cowrite.interchange.options import ReadOptions, Style, WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.statement import statement
from cowrite.localization import tr

COMMENTED = rb"{\rtf1 a{\*\atnauthor Ed}{\*\annotation{\pard why}}b\par}"


@pytest.mark.parametrize("kind", [Kind.HTML, Kind.DOCX, Kind.ODT, Kind.EPUB])
def test_a_comment_that_is_left_out_was_not_kept(kind: Kind) -> None:
    report = Report()
    manuscript = read(Kind.RTF, COMMENTED, ReadOptions(), report)
    write(kind, manuscript, WriteOptions(), report)
    assert tr("comment") not in report.kept
    assert statement(report) == ["Left out: 1 comment."]


def test_a_comment_that_is_kept_was_not_left_out() -> None:
    report = Report()
    write(Kind.MARKDOWN, read(Kind.RTF, COMMENTED, ReadOptions(), report), WriteOptions(), report)
    assert statement(report) == ["1 comment was kept as a comment."]


def test_headers_of_an_own_odt_are_not_missed() -> None:
    own = read(Kind.MARKDOWN, b"---\ntitle: T\nauthor: A\n---\n\nText.\n", ReadOptions(), Report())
    data = write(Kind.ODT, own, WriteOptions(style=Style.MANUSCRIPT), Report())
    report = Report()
    read(Kind.ODT, data, ReadOptions(), report)
    assert report.left_out == []


@pytest.mark.parametrize(
    "text", ["A\n\n<!-- secret\n\nmore\n", "<!-- a -->\n<!-- secret", "<div>A</div> <!-- secret"]
)
def test_a_comment_that_nobody_ended_is_private(text: str) -> None:
    manuscript = read(Kind.MARKDOWN, text.encode(), ReadOptions(), Report())
    assert b"secret" not in write(Kind.HTML, manuscript, WriteOptions(), Report())
    markdown = write(Kind.MARKDOWN, manuscript, WriteOptions(), Report())
    assert b"secret" in markdown
    assert markdown.rstrip().endswith(b"-->")
