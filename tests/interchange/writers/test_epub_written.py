"""EPUB: a book that opens in every reader, whatever its titles hold."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from support.epub_rules import NCX, OPF, OPS, XHTML, Epub, epub_faults, epubcheck, epubcheck_faults
from support.manuscripts import manuscripts
from support.small_manuscripts import (
    CODE,
    EMPHASIS,
    NOVEL,
    PICTURE,
    STRONG,
    chinese,
    hebrew,
    para,
    with_changes,
)

from cowrite.interchange.manuscript import (
    CodeBlock,
    Comment,
    CommentBlock,
    Heading,
    LineBreak,
    Link,
    ListBlock,
    Manuscript,
    Metadata,
    NoteReference,
    Picture,
    Quotation,
    Run,
    SceneBreak,
    Table,
)
from cowrite.interchange.options import WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.writers.epub import write

WHEN = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
HARD = 'Ins & Outs <of> "It" – «Wer?»'


def title(words: str, level: int = 1) -> Heading:
    return Heading(level, (Run(words),) if words else ())


def written(manuscript: Manuscript, **options: object) -> Epub:
    data = write(manuscript, WriteOptions(**options), Report())  # type: ignore[arg-type]
    found = Epub(data)
    assert found.faults() == []
    return found


@settings(max_examples=50)
@given(manuscripts(has_changes=True))
def test_every_manuscript_makes_a_good_book(manuscript: Manuscript) -> None:
    assert epub_faults(write(manuscript, WriteOptions(), Report())) == []


EVERYTHING = Manuscript(
    (
        para("A page before the first chapter."),
        title(HARD),
        para("Text", NoteReference("a"), Run("b", STRONG | EMPHASIS), LineBreak(), Run("c", CODE)),
        SceneBreak(),
        SceneBreak("⁂"),
        title("A part", 3),
        Quotation((para("said"), Quotation((para("deeper"),)))),
        ListBlock(((para("x"), ListBlock(((para("y"),),))), (CodeBlock("z"),), ()), 3),
        ListBlock(((para("nought"),),), 0),
        Table((((Run("a"),), ()), ((), (Run("b"),)))),
        Table((((Run("no head"),),),), has_head=False),
        title(HARD),
        para(Picture("p.png", 'a "square"'), Picture("p.png", "", Link("https://e.org/x"))),
        para(
            Run("up", link=Link("#a-part")), Run("out", link=Link("https://e.org/?a=1&b=(c)", "t"))
        ),
        para("Again", NoteReference("a"), NoteReference("a"), NoteReference("b")),
        title(""),
        para("Nameless."),
    ),
    {
        "a": (para("A note."), ListBlock(((para("in it"),),))),
        "b": (CodeBlock("code"), para("see", NoteReference("c"))),
        "c": (para("third"),),
    },
    Metadata(HARD, "A. & B.", "de"),
    {"p.png": PICTURE},
)


def test_epubcheck_has_nothing_to_say(tmp_path: Path) -> None:
    command = epubcheck()
    if command is None:
        pytest.skip("EPUBCheck is not installed (Debian has it as the package epubcheck)")
    book = write(EVERYTHING, WriteOptions(when=WHEN), Report())
    (tmp_path / "everything.epub").write_bytes(book)
    assert epubcheck_faults(command, tmp_path) == []


def test_epubcheck_accepts_whatever_is_made_up(tmp_path: Path) -> None:
    command = epubcheck()
    if command is None:
        pytest.skip("EPUBCheck is not installed (Debian has it as the package epubcheck)")
    parts: list[Manuscript] = []

    @settings(max_examples=40, suppress_health_check=list(HealthCheck), database=None)
    @given(manuscripts())
    def gather(manuscript: Manuscript) -> None:
        parts.append(manuscript)

    gather()
    # One book of all of them, for each run of the checker takes seconds.
    blocks = tuple(block for part in parts for block in (title("Part"), *part.blocks))
    notes = {label: note for part in parts for label, note in part.notes.items()}
    book = write(Manuscript(blocks, notes, parts[-1].metadata), WriteOptions(), Report())
    (tmp_path / "all.epub").write_bytes(book)
    assert epubcheck_faults(command, tmp_path) == []


def test_any_title_stays_what_it_is() -> None:
    found = written(EVERYTHING, when=WHEN)
    assert found.said("title") == [HARD]
    assert found.said("creator") == ["A. & B."]
    assert found.entries() == [(1, HARD), (2, "A part"), (1, HARD)]
    assert found.trees["toc.ncx"].findtext(f"{NCX}docTitle/{NCX}text") == HARD
    heads = [found.trees[name].findtext(f".//{XHTML}title") for name in found.spine]
    assert heads == [HARD] * 5
    modified = [
        each.text for each in found.package.iter(OPF + "meta") if "modified" in each.get("property")
    ]
    assert modified == ["2026-05-04T03:02:01Z"]


def test_a_note_is_written_once_in_each_chapter_that_names_it() -> None:
    found = written(EVERYTHING)
    counts = [len(list(found.trees[name].iter(XHTML + "aside"))) for name in found.spine]
    assert counts == [0, 0, 1, 3, 0]
    references = found.trees[found.spine[3]].findall(f".//{XHTML}a[@{OPS}type='noteref']")
    assert [(each.text, each.get("id")) for each in references] == [
        ("1", "fnref1"),
        ("1", "fnref1-2"),
        ("2", "fnref2"),
        ("3", "fnref3"),
    ]


def test_a_single_heading_of_the_first_level_is_the_title_and_chapters_are_below() -> None:
    blocks = (title("Book"), title("One", 2), para("a"), title("Two", 2), para("b"))
    found = written(Manuscript(blocks))
    assert found.entries() == [(1, "Book"), (2, "One"), (2, "Two")]
    assert len(found.spine) == 3


def test_a_book_without_headings_has_an_entry() -> None:
    assert written(Manuscript((para("Once upon a time."),))).entries() == [(1, "Once upon a time.")]
    assert written(Manuscript()).entries() == [(1, "Untitled")]
    assert written(Manuscript(), language="zh").entries() == [(1, "无题")]


def test_the_title_page_comes_first_and_only_where_there_is_a_title() -> None:
    assert written(NOVEL).spine[0] == "title.xhtml"
    assert "title.xhtml" not in written(NOVEL, title_page=False).files
    assert "title.xhtml" not in written(Manuscript((para("x"),))).files


def test_a_book_keeps_its_identifier_when_it_is_revised() -> None:
    one = Manuscript((para("a"),), metadata=Metadata("T", "A"))
    other = Manuscript((para("b"),), metadata=Metadata("T", "A"))
    nameless = [written(Manuscript((para(each),))).said("identifier") for each in "aab"]
    assert written(one).said("identifier") == written(other).said("identifier")
    assert nameless[0] == nameless[1] != nameless[2]
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", nameless[0][0])


def test_the_same_text_makes_the_same_bytes() -> None:
    assert write(NOVEL, WriteOptions(), Report()) == write(NOVEL, WriteOptions(), Report())


def test_languages_and_directions() -> None:
    assert written(chinese()).said("language") == ["zh-CN"]
    assert written(Manuscript((para("x"),)), language="fr_FR").said("language") == ["fr-FR"]
    found = written(hebrew())
    assert found.package.find(OPF + "spine").get("page-progression-direction") == "rtl"
    page = found.trees[found.spine[1]]
    assert page.get("dir") == "rtl"
    assert [each.get("dir") for each in page.iter(XHTML + "p")] == [None, "ltr"]


def test_emphasis_is_nested_as_a_reader_sees_it() -> None:
    runs = (Run("never", STRONG | EMPHASIS), Run(" again", STRONG))
    found = written(Manuscript((para(*runs),)))
    assert b"<p><strong><em>never</em> again</strong></p>" in found.files[found.spine[0]]


def test_what_is_private_stays_private_and_changes_are_accepted() -> None:
    manuscript = Manuscript(
        (para("Before ", Comment("check the date"), " after."), CommentBlock("to myself")),
        metadata=Metadata(front_matter=("status: draft three",)),
    )
    everything = b"".join(written(manuscript).files.values())
    for private in (b"check", b"myself", b"draft three"):
        assert private not in everything
    found = written(with_changes(), tracked_changes=True)
    assert found.page_texts() == ["Kept new text.First, second.Splithere."]
