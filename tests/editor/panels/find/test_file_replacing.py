"""Replacing in a file that is not open: its encoding and line ends stay, and it can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.documents.files import read_document
from cowrite.editor.panels.find.file_replacing import FileReplacement, take_back
from cowrite.search.found_texts import found_hits
from cowrite.search.pattern import compiled
from cowrite.search.query import Query
from cowrite.search.replacement import Replacement


def replacement_in(path: Path, text: str = "cat", by: str = "dog") -> FileReplacement:
    loaded = read_document(path)
    pattern = compiled(Query(text=text))
    hits = found_hits(pattern, loaded.text.split("\n")).hits
    return FileReplacement(
        path=path,
        stamp=loaded.stamp,
        chosen={(hit.line, hit.start, hit.end) for hit in hits},
        pattern=pattern,
        replacement=Replacement(text=by),
        read=read_document,
        keep_in=None,
    )


@pytest.mark.parametrize(
    "before",
    [
        b"\xef\xbb\xbfA cat.\r\nThe cats\r\n",
        "A cat.\nThe cats\n".encode("utf-16"),
        b"A cat.\r\nThe cats\nand\rmore",
        "Süß cat 😀 cats".encode(),
    ],
)
def test_only_the_hits_are_changed_and_it_is_taken_back_exactly(
    tmp_path: Path, before: bytes
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(before)
    done = replacement_in(path).run()
    assert done.count == 2
    wide = before.startswith((b"\xff\xfe", b"\xfe\xff"))
    decoded = before.decode("utf-16" if wide else "utf-8")
    after = path.read_bytes().decode("utf-16" if wide else "utf-8")
    assert after == decoded.replace("cat", "dog")
    take_back(done, None)
    assert path.read_bytes() == before


def test_only_what_was_chosen_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("cat cat cat")
    job = replacement_in(path)
    job = FileReplacement(
        path=path, stamp=job.stamp, chosen={(0, 4, 7)}, pattern=job.pattern,
        replacement=job.replacement, read=read_document, keep_in=None,
    )  # fmt: skip
    assert job.run().count == 1
    assert path.read_text() == "cat dog cat"


def test_a_file_that_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a cat")
    job = replacement_in(path)
    path.write_text("another cat")
    with pytest.raises(UserError, match="changed since"):
        job.run()
    assert path.read_text() == "another cat"
    done = replacement_in(path).run()
    path.write_text("mine")
    with pytest.raises(UserError, match="changed since"):
        take_back(done, None)
    assert path.read_text() == "mine"


def test_a_guessed_encoding_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    before = "Кошка cat спала на окне, и никто её не видел".encode("cp1251")
    path.write_bytes(before)
    with pytest.raises(UserError, match="encoding"):
        replacement_in(path).run()
    assert path.read_bytes() == before


def test_what_the_encoding_cannot_hold_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Ein süßer cat".encode("latin-1"))
    job = replacement_in(path, by="猫")

    def read(each: Path) -> object:
        return read_document(each, "iso-8859-1")

    job = FileReplacement(
        path=path, stamp=job.stamp, chosen=job.chosen, pattern=job.pattern,
        replacement=job.replacement, read=read, keep_in=None,  # type: ignore[arg-type]
    )  # fmt: skip
    with pytest.raises(UserError):
        job.run()
    assert path.read_bytes() == "Ein süßer cat".encode("latin-1")
