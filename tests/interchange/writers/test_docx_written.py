"""DOCX: what Word insists on holds for every manuscript, and what a person wrote stands in the file."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import docx
from hypothesis import given, settings
from hypothesis import strategies as st
from support.docx_rules import Docx, W, docx_faults
from support.manuscripts import manuscripts
from support.small_manuscripts import (
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
    Change,
    ChangeKind,
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
    Paragraph,
    Picture,
    PictureData,
    Quotation,
    RawBlock,
    Run,
    SceneBreak,
    Table,
)
from cowrite.interchange.options import Style, WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.writers.docx import write

WHEN = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def written(manuscript: Manuscript, **options: object) -> Docx:
    data = write(manuscript, WriteOptions(**options), Report())  # type: ignore[arg-type]
    found = Docx(data)
    assert found.faults() == []
    return found


def said(manuscript: Manuscript) -> list[str]:
    report = Report()
    write(manuscript, WriteOptions(), report)
    return [each.what for each in report.left_out]


def texts(found: Docx, part: str = "document") -> list[str]:
    return ["".join(p.itertext(W + "t")) for p in found.all(part, "p")]


def styles(found: Docx, part: str = "document") -> list[str]:
    return [each.get(W + "val") for each in found.all(part, "pStyle")]


@settings(max_examples=50)
@given(manuscripts(has_changes=True), st.sampled_from(Style), st.booleans())
def test_word_opens_every_manuscript(
    manuscript: Manuscript, style: Style, tracked_changes: bool
) -> None:
    options = WriteOptions(style, tracked_changes=tracked_changes)
    assert docx_faults(write(manuscript, options, Report())) == []


def test_python_docx_reads_it() -> None:
    data = write(NOVEL, WriteOptions(when=WHEN), Report())
    document = docx.Document(io.BytesIO(data))
    assert document.core_properties.title == "Ins & Outs"
    assert document.core_properties.author == "A. Nonymous"
    assert document.core_properties.language == "en-GB"
    assert document.core_properties.created == WHEN
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == ["Chapter One", "Chapter Two"]
    assert [len(each.rows) for each in document.tables] == [2]


def test_the_same_text_makes_the_same_bytes() -> None:
    options = WriteOptions()
    assert write(NOVEL, options, Report()) == write(NOVEL, options, Report())


def test_emphasis_counts_in_every_script() -> None:
    found = written(Manuscript((para(Run("a", STRONG), Run("ب", EMPHASIS)),)))
    runs = [[each.tag.removeprefix(W) for each in run[0]] for run in found.all("document", "r")]
    assert runs == [["b", "bCs"], ["i", "iCs", "rtl"]]


def test_notes_are_notes() -> None:
    found = written(
        Manuscript(
            (
                para("Lamp", NoteReference("oil"), " and", NoteReference("port"), "."),
                ListBlock(((para("in a list", NoteReference("oil")),),)),
            ),
            {
                "oil": (para("Oil, ", Run("not", EMPHASIS), " gas."), para("More.")),
                "port": (ListBlock(((para("one"),),), 1),),
                "unused": (para("Nobody points here."),),
            },
        )
    )
    notes = found.all("footnotes", "footnote")[2:]
    assert ["".join(each.itertext()) for each in notes] == [
        " Oil, not gas.More.",
        " one",
        " Oil, not gas.More.",
    ]
    assert "Nobody" not in str(found.files)


def test_a_note_within_a_note_is_said() -> None:
    notes = {"a": (para("see", NoteReference("b")),), "b": (para("B"), para(NoteReference("a")))}
    manuscript = Manuscript((para("x", NoteReference("a"), NoteReference("b")),), notes)
    assert said(manuscript) == ["2 references to notes"]
    written(manuscript)


def test_lists_begin_where_they_begin_and_stand_in_each_other() -> None:
    inner = ListBlock(((para("below"), para("more")),))
    found = written(
        Manuscript(
            (ListBlock(((para("third"),), (para("fourth"), inner), (CodeBlock("x"),), ()), 3),)
        )
    )
    assert texts(found) == ["third", "fourth", "below", "more", "x", ""]
    numbers = [
        (each.find(W + "numId").get(W + "val"), each.find(W + "ilvl").get(W + "val"))
        for each in found.all("document", "numPr")
    ]
    assert numbers == [("1", "0"), ("1", "0"), ("2", "1"), ("1", "0"), ("1", "0")]
    (start,) = found.all("numbering", "startOverride")
    assert start.get(W + "val") == "3"


def test_links_lead_outside_or_to_headings() -> None:
    there = "https://example.org/a_b?c=(d)&e=f"
    found = written(
        Manuscript(
            (
                Heading(1, (Run("The 2nd Part!"),)),
                para(Run("out", link=Link(there, "a tip")), Run("in", link=Link("#The-2nd-part"))),
                para(Run("bad", link=Link("javascript:alert(1)")), Run("no", link=Link("#x"))),
                para(Run("odd", link=Link("http://[x")), Run("sp", link=Link("https://e.org/a b"))),
            )
        )
    )
    targets = {row.get("Target") for row in found.trees["word/_rels/document.xml.rels"]}
    assert {there, "https://e.org/a%20b"} <= targets
    links = found.all("document", "hyperlink")
    assert [each.get(W + "anchor") for each in links] == [None, "the-2nd-part", None]
    assert [each.get(W + "name") for each in found.all("document", "bookmarkStart")] == [
        "the-2nd-part"
    ]


def test_what_is_private_stays_private_and_is_said() -> None:
    manuscript = Manuscript(
        (
            para("Before ", Comment("check the date"), " after."),
            para(Comment("quite apart")),
            CommentBlock("a note to myself"),
            RawBlock("<div>raw</div>"),
        ),
        metadata=Metadata(front_matter=("status: draft three",)),
    )
    found = written(manuscript)
    everything = b"".join(found.files.values())
    for private in (b"check", b"quite apart", b"myself", b"raw", b"draft three"):
        assert private not in everything
    assert texts(found) == ["Before after."]
    assert said(manuscript) == ["3 comments", "1 piece of HTML"]


def test_no_character_stops_an_export() -> None:
    odd = "a\x0bb\x07c\x1b[31m\x08\ud800\ufffe\uffff \ue000 \x85 \u2028 \xad 🦊"
    found = written(
        Manuscript(
            (Heading(1, (Run(odd),)), para(odd), CodeBlock(odd)),
            metadata=Metadata(odd, odd),
        )
    )
    assert texts(found)[2] == "abc[31m \ue000 \x85 \u2028 \xad 🦊"


def test_pictures_are_in_the_file_and_nothing_outside_is_read() -> None:
    manuscript = Manuscript(
        (
            para(Picture("p.png", "A red square")),
            para("again ", Picture("p.png"), Picture("/etc/passwd", "x")),
            para(Picture("liar.png")),
        ),
        pictures={"p.png": PICTURE, "liar.png": PictureData(b"<svg/>", "image/png")},
    )
    found = written(manuscript)
    assert [name for name in found.names if "media" in name] == ["word/media/image1.png"]
    assert found.files["word/media/image1.png"] == PICTURE.data
    assert b'descr="A red square"' in found.files["word/document.xml"]
    assert said(manuscript) == ["2 pictures"]


def test_verse_breaks_and_code_keep_their_lines() -> None:
    found = written(
        Manuscript(
            (para("a", LineBreak(), "b"), SceneBreak(), SceneBreak("⁂"), CodeBlock("x\n\n\ty  z"))
        )
    )
    assert len(found.all("document", "br")) == 3
    assert len(found.all("document", "tab")) == 1
    assert texts(found) == ["ab", "* * *", "⁂", "xy  z"]


def test_tables_have_heads_and_stay_apart() -> None:
    row = ((Run("a"),), ())
    found = written(Manuscript((Table((row, row)), Table((row,), has_head=False))))
    assert len(found.all("document", "tblHeader")) == 1
    wide = Table((((Run("x"),),) * 70,))
    assert written(Manuscript((wide,))).all("document", "tbl") == []


def test_quotations_stand_deeper_in_each_other() -> None:
    found = written(Manuscript((Quotation((para("one"), Quotation((para("two"),)))),)))
    assert styles(found) == ["Quote", "Quote"]
    assert [each.get(W + "left") for each in found.all("document", "ind")] == ["960"]


def test_tracked_changes_have_their_authors() -> None:
    found = written(with_changes(), tracked_changes=True, author="Ed", when=WHEN)
    inserted, deleted = found.all("document", "ins"), found.all("document", "del")
    assert [each.get(W + "author") for each in inserted] == ["Ann", "Ed"]
    assert ["".join(each.itertext()) for each in inserted] == ["new", ""]
    assert ["".join(each.itertext()) for each in deleted] == ["old", "", "", "gone"]
    assert {each.get(W + "date") for each in deleted} == {"2026-05-04T03:02:01Z"}


def test_without_being_asked_changes_are_accepted() -> None:
    found = written(with_changes())
    assert texts(found) == ["Kept new text.", "First, second.", "Split", "here."]
    assert found.all("document", "ins") == found.all("document", "del") == []


def test_a_deleted_end_before_a_heading_goes_into_it() -> None:
    gone = Change(ChangeKind.DELETED)
    blocks = (Paragraph((Run("Part "),), gone), Heading(2, (Run("two"),)))
    assert texts(written(Manuscript(blocks))) == ["Part two"]


def test_a_book_has_a_title_page_and_chapters_on_new_pages() -> None:
    found = written(NOVEL)
    assert styles(found)[:4] == ["Title", "Author", "Heading1", "FirstParagraph"]
    assert len(found.all("document", "sectPr")) == 2
    first = next(s for s in found.all("styles", "style") if s.get(W + "styleId") == "Heading1")
    assert first.find(f".//{W}pageBreakBefore") is not None
    assert styles(written(NOVEL, title_page=False))[0] == "Heading1"


def test_a_manuscript_has_author_title_and_page_above() -> None:
    story = Manuscript(
        (para("word " * 1240), SceneBreak(), para("End.")), metadata=Metadata("Salt", "Jane Doe")
    )
    found = written(story, style=Style.MANUSCRIPT)
    assert texts(found, "header1") == ["Jane Doe / SALT / 1"]
    assert texts(found)[:3] == ["Jane Doeabout 1,200 words", "Salt", "by Jane Doe"]
    assert "#" in texts(found)
    assert found.all("document", "titlePg")
    spacing = found.all("styles", "pPrDefault")[0].find(f".//{W}spacing")
    assert spacing.get(W + "line") == "480"
    assert found.all("styles", "rPrDefault")[0].find(f".//{W}sz").get(W + "val") == "24"


def test_chinese_is_said_to_be_chinese() -> None:
    found = written(chinese())
    assert found.all("styles", "lang")[0].get(W + "eastAsia") == "zh-CN"
    assert found.all("styles", "rFonts")[0].get(W + "eastAsia") == "SimSun"
    assert {each.get(W + "firstLineChars") for each in found.all("styles", "ind")} >= {"200"}
    manuscript = written(chinese(), style=Style.MANUSCRIPT)
    assert "约" in texts(manuscript)[0]


def test_hebrew_goes_from_right_to_left() -> None:
    found = written(hebrew())
    assert found.all("styles", "lang")[0].get(W + "bidi") == "he-IL"
    sides = [p.find(f"{W}pPr/{W}bidi") is not None for p in found.all("document", "p")]
    assert sides == [True, True, True, False]
    marks = [
        ("".join(r.itertext()), r.find(f"{W}rPr/{W}rtl") is not None)
        for r in found.all("document", "p")[2].iter(W + "r")
    ]
    assert marks == [("שלום ", True), ("hello 1", False)]
