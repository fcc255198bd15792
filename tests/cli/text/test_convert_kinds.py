"""``cowrite convert`` from one kind of file to another."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from pypdf import PdfReader

from cowrite.__main__ import main

PNG = bytes.fromhex("89504e470d0a1a0a") + b"made up"
WHOLE_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000"
    "000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
DRAFT = """---
title: The Salt Road
author: A. Nonymous
lang: en-GB
status: draft three
---

# Chapter *one*

He said *never*.[^1] <!-- really? --> Two {++new ++}words.

![A map](map.png)

[^1]: Or ~~hardly~~ ever.
"""


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    (tmp_path / "map.png").write_bytes(PNG)
    path = tmp_path / "draft.md"
    path.write_text(DRAFT, encoding="utf-8")
    return path


def converted(draft: Path, name: str, *options: str) -> Path:
    target = draft.with_name(name)
    assert main(["convert", str(draft), str(target), *options]) == 0
    return target


def test_a_page(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = converted(draft, "out.html").read_text(encoding="utf-8")
    assert '<html lang="en-GB">' in page
    assert "<h1>Chapter <em>one</em></h1>" in page
    assert "<title>The Salt Road</title>" in page
    assert "data:image/png;base64," in page
    assert "Two {++new ++}words." in page
    assert "really" not in page
    assert "status" not in page
    assert "Left out: 1 comment." in capsys.readouterr().err


def test_a_page_comes_back(draft: Path) -> None:
    page = converted(draft, "out.html")
    back = converted(page, "back.md").read_text(encoding="utf-8")
    assert back == (
        "---\ntitle: The Salt Road\nauthor: A. Nonymous\nlang: en-GB\n---\n\n"
        "# Chapter *one*\n\nHe said *never*.[^1] Two {++new ++}words.\n\n"
        "![A map](back-pictures/1.png)\n\n[^1]: Or ~~hardly~~ ever.\n"
    )
    assert (page.parent / "back-pictures" / "1.png").read_bytes() == PNG


def test_a_pdf(
    draft: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(os.environ, "QT_QPA_PLATFORM", "offscreen")
    pdf = PdfReader(converted(draft, "out.pdf", "--style", "manuscript"))
    text = " ".join(pdf.pages[0].extract_text().split())
    assert "The Salt Road" in text
    assert "He said never" in text
    assert "really" not in text
    assert "draft three" not in text
    assert "A map" in text, "a picture that is broken is named"
    assert "1 picture" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["map.png", "a map of 海.png"])
def test_a_picture_is_in_the_pdf(
    draft: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(os.environ, "QT_QPA_PLATFORM", "offscreen")
    draft.with_name(name).write_bytes(WHOLE_PNG)
    draft.write_text(f"![A map](<{name}>)\n", encoding="utf-8")
    page = PdfReader(converted(draft, "out.pdf")).pages[0]
    assert "A map" not in page.extract_text()
    assert len(page["/Resources"]["/XObject"]) == 1
    assert "picture" not in capsys.readouterr().err
    assert not draft.with_name("out-pictures").exists()


@pytest.mark.parametrize(
    ("changes", "words"), [("accept", "Two new words"), ("reject", "Two words")]
)
def test_changes_are_settled(draft: Path, changes: str, words: str) -> None:
    assert words in converted(draft, "out.html", "--changes", changes).read_text(encoding="utf-8")


def test_changes_are_kept(draft: Path) -> None:
    page = converted(draft, "out.html", "--changes", "keep", "--author", "Ann")
    assert 'Two <ins class="mso-change" cite="mailto:Ann">new </ins>words' in page.read_text(
        encoding="utf-8"
    )
    back = converted(page, "back.md", "--changes", "keep").read_text(encoding="utf-8")
    assert "Two {++new ++}words" in back


def test_quotes_are_set_on_the_way(tmp_path: Path) -> None:
    page = tmp_path / "in.html"
    page.write_text('<p>"No," <code>"x"</code> he said.</p>', encoding="utf-8")
    out = converted(page, "out.html", "--quotes", "en").read_text(encoding="utf-8")
    assert '<p>“No,” <code>"x"</code> he said.</p>' in out


def test_it_tells_as_json(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = converted(draft, "out.html", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["in"] == str(draft)
    assert told["out"] == str(target)
    assert told["words"] == 11
    assert told["left_out"] == [{"what": "1 comment", "where": ""}]


def test_plain_text_is_paragraphs(tmp_path: Path) -> None:
    text = tmp_path / "in.txt"
    text.write_text("# Not a heading\n\n***\n*One* line\nTwo\n", encoding="utf-8")
    page = converted(text, "out.html").read_text(encoding="utf-8")
    assert "<p># Not a heading</p>\n<hr>\n<p>*One* line</p>\n<p>Two</p>\n" in page


def test_what_is_in_the_way_stays(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = converted(draft, "out.html")
    (draft.parent / "back-pictures").mkdir()
    capsys.readouterr()
    assert main(["convert", str(page), str(draft.with_name("back.md"))]) == 2
    assert "already exists" in capsys.readouterr().err
    assert not draft.with_name("back.md").exists()
    assert list((draft.parent / "back-pictures").iterdir()) == []


def test_no_picture_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    folder = tmp_path / "folder"
    folder.mkdir()
    draft = folder / "in.md"
    draft.write_text("![x](../secret.png) ![y](notes.txt)", encoding="utf-8")
    (folder / "notes.txt").write_text("not a picture")
    page = converted(draft, "out.html").read_text(encoding="utf-8")
    assert "base64" not in page


@pytest.mark.parametrize("kind", ["docx", "odt", "html"])
def test_there_and_back(draft: Path, kind: str) -> None:
    text = "# One\n\nUn*believ*able; **「重点」**内容。[^1]\n\n3. three\n4. four\n\n***\n\n> Said.\n\n[^1]: *Note*.\n"
    draft.write_text(text, encoding="utf-8")
    back = converted(converted(draft, f"out.{kind}"), "back.md").read_text(encoding="utf-8")
    assert back.partition("# One")[2] == text.partition("# One")[2]


def test_a_book(draft: Path) -> None:
    book = converted(draft, "out.epub").read_bytes()
    assert book.startswith(b"PK")
    assert b"application/epub+zip" in book[:80]


def test_what_is_deleted_is_in_no_pdf(
    draft: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(os.environ, "QT_QPA_PLATFORM", "offscreen")
    draft.write_text("Kept {--gone --}words. <!-- a -->\n\n- <!-- b -->\n\n<div class=x>\n")
    text = PdfReader(converted(draft, "out.pdf", "--changes", "keep")).pages[0].extract_text()
    assert "gone" not in text
    assert "2 comments" in capsys.readouterr().err
