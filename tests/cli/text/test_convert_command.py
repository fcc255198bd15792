"""``cowrite convert`` and ``cowrite count``: files in, files and figures out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cowrite.__main__ import main


@pytest.fixture
def chapter(tmp_path: Path) -> Path:
    path = tmp_path / "chapter.md"
    path.write_bytes(b'---\ntitle: "x"\n---\r\n\r\n"It\'s," she said.\r\n')
    return path


def test_it_converts(chapter: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.md"
    assert main(["convert", str(chapter), str(target), "--quotes", "en"]) == 0
    assert target.read_bytes() == '---\ntitle: "x"\n---\r\n\r\n“It’s,” she said.\r\n'.encode()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--changes", "accept"], 'She went to "school".'),
        (["--changes", "reject"], 'She go to the "school".'),
        (["--changes", "accept", "--quotes", "en"], "She went to “school”."),
    ],
)
def test_it_accepts_or_rejects_changes_that_are_marked(
    tmp_path: Path, options: list[str], text: str
) -> None:
    source, target = tmp_path / "in.md", tmp_path / "out.md"
    source.write_text('She {~~go~>went~~}{>>past<<} to {--the --}"school".')
    assert main(["convert", str(source), str(target), *options]) == 0
    assert target.read_text() == text


def test_it_keeps_the_encoding_where_it_can(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "in.txt", tmp_path / "out.txt"
    source.write_bytes('"Grüße"'.encode("utf-16"))
    assert main(["convert", str(source), str(target), "--quotes", "de"]) == 0
    assert target.read_bytes().decode("utf-16") == "„Grüße“"
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("names", "options", "told"),
    [
        (("chapter.md", "chapter.md"), ["--quotes", "en"], "is the file that is read"),
        (("chapter.md", "chapter.md"), ["--quotes", "en", "--force"], "is the file that is read"),
        (("chapter.md", "there.md"), ["--quotes", "en"], "already exists"),
        (("chapter.md", "out.xlsx"), ["--quotes", "en"], "cannot write .xlsx files"),
        (("chapter.key", "out.md"), [], "cannot read .key files"),
        (("chapter.doc", "out.md"), [], "Save it as DOCX or ODT in the program that made it"),
        (("chapter.md", "there.md.html"), [], "already exists"),
        (("chapter.md", "out.md"), ["--changes", "keep"], "nothing to convert"),
        (("chapter.md", "out.md"), [], "nothing to convert"),
        (("missing.md", "out.md"), ["--quotes", "en"], "missing.md"),
    ],
)
def test_what_it_refuses(
    chapter: Path, names: tuple[str, str], options: list[str], told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (chapter.parent / "there.md").write_text("mine")
    (chapter.parent / "there.md.html").write_text("mine")
    before = chapter.read_bytes()
    assert main(["convert", *(str(chapter.parent / name) for name in names), *options]) == 2
    assert told in capsys.readouterr().err
    assert chapter.read_bytes() == before
    assert (chapter.parent / "there.md").read_text() == "mine"
    assert not (chapter.parent / "out.md").exists()


def test_it_replaces_what_it_may(chapter: Path, tmp_path: Path) -> None:
    target = tmp_path / "there.md"
    target.write_text("old")
    assert main(["convert", str(chapter), str(target), "--quotes", "fr", "--force"]) == 0
    assert "« It’s, »".replace(" ", "\u202f", 1)[:2] in target.read_text(encoding="utf-8")


def test_it_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\nkey: value\n---\n\nTwo *words*, 你好。 %% not me %%\n", encoding="utf-8")
    assert main(["count", str(path), "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert counts["words"] == 4
    assert counts["cjk_characters"] == 2
    assert set(counts) == {
        "words",
        "characters",
        "characters_without_spaces",
        "cjk_characters",
        "minutes",
    }
    assert main(["count", str(path)]) == 0
    assert "minutes to read" in capsys.readouterr().out
