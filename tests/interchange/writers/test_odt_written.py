"""ODT: every manuscript makes a good file, and what a person wrote stands in it."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import odfdo
from hypothesis import given, settings
from hypothesis import strategies as st
from support.manuscripts import manuscripts
from support.odt_rules import DRAW, FO, OFFICE, STYLE, TABLE, TEXT, XLINK, Odt, odt_faults
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
    Quotation,
    Run,
    SceneBreak,
    Table,
)
from cowrite.interchange.options import Style, WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.writers.odt import write

WHEN = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def written(manuscript: Manuscript, **options: object) -> Odt:
    data = write(manuscript, WriteOptions(**options), Report())  # type: ignore[arg-type]
    found = Odt(data)
    assert found.faults() == []
    return found


def properties(found: Odt, style: str, kind: str, key: str) -> str | None:
    for each in found.parents(style):
        for inner in each.iter(f"{STYLE}{kind}-properties"):
            if inner.get(key) is not None:
                return str(inner.get(key))
    return None


@settings(max_examples=50)
@given(manuscripts(has_changes=True), st.sampled_from(Style), st.booleans())
def test_every_manuscript_makes_a_good_file(
    manuscript: Manuscript, style: Style, tracked_changes: bool
) -> None:
    options = WriteOptions(style, tracked_changes=tracked_changes)
    assert odt_faults(write(manuscript, options, Report())) == []


def test_odfdo_reads_it() -> None:
    data = write(NOVEL, WriteOptions(when=WHEN), Report())
    document = odfdo.Document(io.BytesIO(data))
    meta = document.get_part("meta.xml")
    assert (meta.title, meta.creator, meta.language) == ("Ins & Outs", "A. Nonymous", "en-GB")
    headings = [str(each).strip() for each in document.body.get_headers(outline_level=1)]
    assert headings == ["Chapter One", "Chapter Two"]
    assert [note.note_body for note in document.body.get_notes()] == ["Oil, not gas."]


def test_the_same_text_makes_the_same_bytes() -> None:
    assert write(NOVEL, WriteOptions(), Report()) == write(NOVEL, WriteOptions(), Report())


def test_emphasis_counts_in_every_script() -> None:
    found = written(Manuscript((para(Run("a", STRONG), Run("ب", EMPHASIS), Run("c", CODE)),)))
    spans = [each.get(TEXT + "style-name") for each in found.text.iter(TEXT + "span")]
    for key in (FO + "font-weight", STYLE + "font-weight-asian", STYLE + "font-weight-complex"):
        assert properties(found, spans[0], "text", key) == "bold"
    assert properties(found, spans[1], "text", STYLE + "font-style-complex") == "italic"
    assert spans[2] == "Source_20_Text"


def test_blanks_that_a_reader_would_swallow_are_written_out() -> None:
    found = written(Manuscript((CodeBlock("  a  b\n\tc"), para("x", LineBreak(), " y   z"))))
    counts = [each.get(TEXT + "c") for each in found.text.iter(TEXT + "s")]
    assert counts == ["2", "1", "1", "2"]


def test_notes_are_notes_and_tables_in_them_are_lines() -> None:
    table = Table((((Run("a"),), (Run("b"),)),))
    found = written(
        Manuscript(
            (para("Lamp", NoteReference("oil"), ".", NoteReference("oil")),),
            {
                "oil": (para("Oil, ", Run("not", EMPHASIS), " gas."), table),
                "unused": (para("No."),),
            },
        )
    )
    bodies = ["|".join(each.itertext()) for each in found.text.iter(TEXT + "note-body")]
    assert bodies == ["Oil, |not| gas.|a | b"] * 2


def test_lists_begin_where_they_begin_and_stand_in_each_other() -> None:
    inner = ListBlock(((para("below"), para("more")),))
    found = written(Manuscript((ListBlock(((para("third"), inner), (CodeBlock("x"),), ()), 3),)))
    outer = found.text.find(TEXT + "list")
    assert [each.get(TEXT + "start-value") for each in outer] == ["3", None, None]
    assert ["".join(each.itertext()) for each in outer] == ["thirdbelowmore", "x", ""]
    kinds = [
        found.content.find(f".//{TEXT}list-style[@{STYLE}name='{each.get(TEXT + 'style-name')}']")[
            0
        ].tag
        for each in found.text.iter(TEXT + "list")
    ]
    assert [kind.rpartition("-")[2] for kind in kinds] == ["number", "bullet"]


def test_links_lead_outside_or_to_headings() -> None:
    there = "https://example.org/a_b?c=(d)&e=f"
    found = written(
        Manuscript(
            (
                Heading(1, (Run("Über uns"),)),
                para(Run("out", link=Link(there, "a tip")), Run("in", link=Link("#%C3%9Cber-uns"))),
                para(Run("bad", link=Link("javascript:alert(1)")), Run("no", link=Link("#x"))),
            )
        )
    )
    links = [each.get(XLINK + "href") for each in found.text.iter(TEXT + "a")]
    assert links == [there, "#über-uns"]


def test_what_is_private_stays_private() -> None:
    manuscript = Manuscript(
        (para("Before ", Comment("check the date"), " after."), CommentBlock("a note to myself")),
        metadata=Metadata(front_matter=("status: draft three",)),
    )
    everything = b"".join(written(manuscript).files.values())
    for private in (b"check", b"myself", b"draft three"):
        assert private not in everything


def test_no_character_stops_an_export() -> None:
    odd = "a\x0bb\x07c\x1b[31m\x08\ud800\ufffe \ue000 \x85 \xad 🦊"
    found = written(Manuscript((para(odd), CodeBlock(odd)), metadata=Metadata(odd, odd)))
    assert "abc[31m \ue000 \x85 \xad 🦊" in found.paragraphs()


def test_pictures_have_their_description() -> None:
    blocks = (para(Picture("p.png", "A square")), para("x ", Picture("p.png"), " y"))
    found = written(Manuscript(blocks, pictures={"p.png": PICTURE}))
    assert [name for name in found.names if "Pictures" in name] == ["Pictures/1.png"]
    assert found.text.find(f".//{DRAW}frame")[1].text == "A square"


def test_quotations_stand_deeper_in_each_other() -> None:
    found = written(Manuscript((Quotation((para("one"), Quotation((para("two"),)))),)))
    names = [each.get(TEXT + "style-name") for each in found.text]
    assert [properties(found, each, "paragraph", FO + "margin-left") for each in names] == [
        "24pt",
        "48pt",
    ]
    assert all(found.parents(each)[-2].get(STYLE + "name") == "Quotations" for each in names)


def test_tracked_changes_have_their_authors() -> None:
    found = written(with_changes(), tracked_changes=True, author="Ed", when=WHEN)
    kinds = [
        (region[0].tag.rpartition("}")[2], region[0][0][0].text, "|".join(_words(region[0])))
        for region in found.text.iter(TEXT + "changed-region")
    ]
    assert kinds == [
        ("insertion", "Ann", ""),
        ("deletion", "Ed", "old"),
        ("deletion", "Ed", "|"),
        ("deletion", "Ed", "gone|"),
        ("insertion", "Ed", ""),
    ]
    shown = ["".join(each.itertext()) for each in found.text.findall(TEXT + "p")]
    assert shown == ["Kept new text.", "First, second.", "Split", "here."]


def _words(kind: object) -> list[str]:
    return ["".join(each.itertext()) for each in kind.iter(TEXT + "p")]  # type: ignore[attr-defined]


def test_without_being_asked_changes_are_accepted() -> None:
    found = written(with_changes())
    assert found.paragraphs() == ["Kept new text.", "First, second.", "Split", "here."]
    gone = Change(ChangeKind.DELETED)
    found = written(Manuscript((Paragraph((Run("Part "),), gone), Heading(2, (Run("two"),)))))
    assert found.paragraphs() == ["Part two"]


def test_a_book_has_a_title_page_and_chapters_on_new_pages() -> None:
    found = written(NOVEL)
    names = [each.get(TEXT + "style-name") for each in found.text][:3]
    styles = [found.parents(each) for each in names]
    assert [each[0].get(STYLE + "master-page-name") for each in styles] == [
        "First_20_Page",
        None,
        "Standard",
    ]
    assert properties(found, names[2], "paragraph", FO + "break-before") == "page"
    assert found.text.find(f".//{TABLE}table-header-rows") is not None


def test_a_manuscript_has_author_title_and_page_above() -> None:
    story = Manuscript(
        (para("word " * 1240), SceneBreak(), para("End.")), metadata=Metadata("Salt", "Jane Doe")
    )
    found = written(story, style=Style.MANUSCRIPT)
    assert "".join(found.styles.find(f".//{STYLE}header").itertext()) == "Jane Doe / SALT / 1"
    assert found.paragraphs()[:3] == ["Jane Doeabout 1,200 words", "Salt", "by Jane Doe"]
    assert "#" in found.paragraphs()
    default = found.styles.find(f".//{STYLE}default-style")
    assert default[0].get(FO + "line-height") == "200%"
    assert default[1].get(FO + "font-size") == "12pt"


def test_languages_are_said() -> None:
    text = written(chinese()).styles.find(f".//{STYLE}default-style")[1]
    assert text.get(STYLE + "language-asian") == "zh"
    found = written(hebrew())
    assert found.styles.find(f".//{STYLE}default-style")[0].get(STYLE + "writing-mode") == "rl-tb"
    (english,) = [each for each in found.text if "English" in "".join(each.itertext())]
    name = english.get(TEXT + "style-name")
    assert properties(found, name, "paragraph", STYLE + "writing-mode") == "lr-tb"
    assert found.meta.find(f".//{OFFICE}meta") is not None
