"""A text of ours as a file of another program, and another program's file as a text of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.documents.exporting import ExportedText, export, has_marked_changes
from cowrite.documents.importing import import_file, is_imported, write_files
from cowrite.interchange.formats import read
from cowrite.interchange.kinds import Kind
from cowrite.interchange.manuscript import ChangeKind, Paragraph, Run
from cowrite.interchange.options import ReadOptions, WriteOptions
from cowrite.interchange.report import Report

TEXT = "---\ntitle: Old\nauthor: Ada\n---\n\n# On the pier\n\nHe was **loud**. <!-- Too much? -->\n"
KINDS = (Kind.DOCX, Kind.ODT, Kind.HTML)


def runs_of(data: bytes, kind: Kind, *, keep_changes: bool = False) -> list[Run]:
    found = read(kind, data, ReadOptions(keep_changes=keep_changes), Report())
    paragraphs = [each for each in found.blocks if isinstance(each, Paragraph)]
    return [run for each in paragraphs for run in each.content if isinstance(run, Run)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_exported_can_be_read_again(kind: Kind):
    data = export(ExportedText(text=TEXT, is_markdown=True), kind, WriteOptions(), Report())
    assert any(run.text == "loud" and run.marks for run in runs_of(data, kind))
    assert not any("Too much" in run.text for run in runs_of(data, kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_chosen_title_goes_before_that_of_the_text(kind: Kind):
    exported = ExportedText(text=TEXT, is_markdown=True, title="New")
    data = export(exported, kind, WriteOptions(), Report())
    metadata = read(kind, data, ReadOptions(), Report()).metadata
    assert (metadata.title, metadata.author) == ("New", "Ada")


def test_marked_changes_are_tracked_ones():
    text = "He was {~~late~>early~~} again."
    assert has_marked_changes(text)
    options = WriteOptions(tracked_changes=True, author="Ada")
    data = export(ExportedText(text=text, is_markdown=True), Kind.DOCX, options, Report())
    changes = {
        run.text: (run.change.kind, run.change.author)
        for run in runs_of(data, Kind.DOCX, keep_changes=True)
        if run.change is not None
    }
    assert changes == {
        "late": (ChangeKind.DELETED, "Ada"),
        "early": (ChangeKind.INSERTED, "Ada"),
    }


def test_a_plain_text_has_no_marks():
    exported = ExportedText(text="2 * 3 * 4\n# no heading\n", is_markdown=False)
    data = export(exported, Kind.DOCX, WriteOptions(), Report())
    assert [run.text for run in runs_of(data, Kind.DOCX)] == ["2 * 3 * 4", "# no heading"]


@pytest.mark.parametrize("name", ["a.docx", "a.ODT", "a.rtf", "a.htm"])
def test_kinds_that_are_read_into_a_text_of_their_own(name: str):
    assert is_imported(Path(name))


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.epub", "a.pdf", "a"])
def test_kinds_that_are_not(name: str):
    assert not is_imported(Path(name))


def test_an_import_writes_nothing_and_a_damaged_file_is_refused(tmp_path: Path):
    path = tmp_path / "draft.docx"
    path.write_bytes(
        export(ExportedText(text=TEXT, is_markdown=True), Kind.DOCX, WriteOptions(), Report())
    )
    imported = import_file(path)
    assert "He was **loud**." in imported.text
    assert imported.suggested == tmp_path / "draft.md"
    assert list(tmp_path.iterdir()) == [path]
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(UserError):
        import_file(path)


def test_a_language_alone_makes_no_lines_above_the_text(tmp_path: Path):
    path = tmp_path / "page.html"
    path.write_text("<html lang='de'><body><p>Es regnete.</p></body></html>", "utf-8")
    assert import_file(path).text == "Es regnete.\n"


def test_pictures_replace_nothing(tmp_path: Path):
    path = tmp_path / "page.html"
    path.write_text(
        "<p>A dot <img src='data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs='></p>",
        "utf-8",
    )
    imported = import_file(path)
    assert write_files(imported, tmp_path) == []
    assert write_files(imported, tmp_path) == []  # it is there already
    (tmp_path / "page-pictures" / "1.gif").write_bytes(b"another")
    assert len(write_files(imported, tmp_path)) == 1
    assert (tmp_path / "page-pictures" / "1.gif").read_bytes() == b"another"


def test_which_file_cannot_be_read_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"no archive")

    with pytest.raises(UserError) as raised:
        import_file(broken)

    assert raised.value.message.startswith("“broken.docx” could not be opened. ")
    assert raised.value.advice
