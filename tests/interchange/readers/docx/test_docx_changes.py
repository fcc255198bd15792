"""Tracked changes: accepted and said, or kept with their authors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.docx_files import lines, lines_of, package, par, read, run

from cowrite.interchange.manuscript import Change, ChangeKind, LineBreak, Paragraph, Run, Table
from cowrite.interchange.tidying.changes import resolved

WHO = 'w:id="1" w:author="Ed  Itor" w:date="2026-01-02T03:04:05Z"'


def ins(text: str) -> str:
    return f"<w:ins {WHO}>{run(text)}</w:ins>"


def deleted(text: str) -> str:
    return f'<w:del {WHO}><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'


def end(kind: str) -> str:
    return f"<w:rPr><w:{kind} {WHO}/></w:rPr>"


def test_the_text_is_as_if_all_were_accepted_and_that_is_said() -> None:
    body = par(run("It left at ") + deleted("noon") + ins("four") + run("."))
    assert lines(body) == ["p It left at four."]
    _, report = read(package(body))
    assert report.accepted == {"insertion": 1, "deletion": 1}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(par("One", end("del")) + par(" two."), ["p One two."], id="two joined"),
        pytest.param(
            par("One", end("del")) + par(" two", end("del")) + par(" three."), ["p One two three."],
            id="three joined",
        ),
        pytest.param(
            par("One.") + par(deleted("Gone."), end("del")) + par("Two."), ["p One.", "p Two."],
            id="a whole paragraph deleted",
        ),
        pytest.param(par("One.", end("del")), ["p One."], id="the last end deleted"),
        pytest.param(
            par("One.", end("del")) + f"<w:tbl><w:tr><w:tc>{par('a')}</w:tc><w:tc>{par('b')}</w:tc></w:tr></w:tbl>",
            ["p One.", "row a | b"], id="an end before a table deleted",
        ),
        pytest.param(
            par("Chapter", '<w:outlineLvl w:val="0"/>' + end("del")) + par(""), ["h1 Chapter"],
            id="a heading joined with nothing stays one",
        ),
        pytest.param(
            par(deleted("All gone."), '<w:outlineLvl w:val="0"/>' + end("del")) + par("Text."), ["p Text."],
            id="a heading deleted",
        ),
        pytest.param(
            par(f"<w:moveFrom {WHO}>{run('Moved.')}</w:moveFrom>", end("moveFrom")) + par("Stays.")
            + par(f"<w:moveTo {WHO}>{run('Moved.')}</w:moveTo>", end("moveTo")),
            ["p Stays.", "p Moved."], id="moved text stands once",
        ),
        pytest.param(
            par(f"<w:ins {WHO}>{deleted('never')}</w:ins>" + run("Text.")), ["p Text."],
            id="inserted and deleted again",
        ),
        pytest.param(
            f"<w:ins {WHO}>{par('Whole.')}</w:ins><w:del {WHO}>{par('Nothing.')}</w:del>", ["p Whole."],
            id="changes around paragraphs",
        ),
        pytest.param(
            f"<w:ins {WHO}>{run('Loose.')}</w:ins>", ["p Loose."], id="a change in no paragraph"
        ),
        pytest.param(
            par(f"<w:del {WHO}><w:r><w:t>kept as a text</w:t></w:r></w:del>" + run("Rest.")), ["p Rest."],
            id="deleted text that is written as text",
        ),
        pytest.param(
            par("<w:r><w:delText>stray</w:delText></w:r>" + run("Rest.")), ["p Rest."],
            id="deleted text in no deletion",
        ),
    ],
)  # fmt: skip
def test_ends_of_paragraphs_and_moves(body: str, expected: list[str]) -> None:
    assert lines(body) == expected


def test_rows_that_were_deleted_are_gone() -> None:
    def row(text: str, properties: str = "") -> str:
        return f"<w:tr><w:trPr>{properties}</w:trPr><w:tc>{par(text)}</w:tc><w:tc>{par('x')}</w:tc></w:tr>"

    body = "<w:tbl>" + row("one") + row("two", f"<w:del {WHO}/>") + row("three", f"<w:ins {WHO}/>")
    assert lines(body + "</w:tbl>") == ["row one | x", "row three | x"]


def test_changes_of_formatting_are_said() -> None:
    changed = f"<w:i/><w:rPrChange {WHO}><w:rPr/></w:rPrChange>"
    _, report = read(package(par(run("a", changed), f"<w:pPrChange {WHO}><w:pPr/></w:pPrChange>")))
    assert report.accepted == {"change of formatting": 2}


def test_changes_are_kept_if_asked_for() -> None:
    body = par(run("At ") + deleted("noon") + ins("four") + run("."), end("del")) + par("Then.")
    manuscript, report = read(package(body), keep_changes=True)
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    gone, new = (
        Change(kind, "Ed Itor", when) for kind in (ChangeKind.DELETED, ChangeKind.INSERTED)
    )
    assert manuscript.blocks[0] == Paragraph(
        (Run("At "), Run("noon", change=gone), Run("four", change=new), Run(".")), gone
    )
    assert report.kept == {"tracked change": 2}
    assert not report.accepted
    assert lines(body, keep_changes=True)[0] == "p At {del:noon}{ins:four}. ¶deleted"


def test_whole_paragraphs_that_changed_are_kept_as_changes() -> None:
    body = f"<w:ins {WHO}>{par('New.')}</w:ins>" + par("Old.")
    assert lines(body, keep_changes=True) == ["p {ins:New.} ¶inserted", "p Old."]


HEADING = '<w:outlineLvl w:val="0"/>'
TABLE = f"<w:tbl><w:tr><w:tc>{par('a')}</w:tc><w:tc>{par('b')}</w:tc></w:tr></w:tbl>"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(par("Title", HEADING + end("ins")) + par("Rest."), id="of a heading"),
        pytest.param(par("Before.", end("ins")) + TABLE, id="before a table"),
        pytest.param(par("Before.", end("del")) + par("Title", HEADING), id="before a heading"),
    ],
)
def test_a_changed_end_that_has_no_place_in_the_text_is_said(body: str) -> None:
    _, report = read(package(body), keep_changes=True)
    assert [each.what for each in report.left_out] == [
        "marks of paragraph ends that were inserted or deleted where no other paragraph follows"
    ]
    assert not read(package(body))[1].left_out


CELL = "<w:tbl><w:tr><w:tc>{cell}</w:tc><w:tc>" + par("b") + "</w:tc></w:tr></w:tbl>"


@pytest.mark.parametrize(
    ("tag", "kind", "accepted", "rejected"),
    [
        pytest.param("ins", ChangeKind.INSERTED, "One.<br>Two.", "One.Two.", id="inserted"),
        pytest.param("del", ChangeKind.DELETED, "One.Two.", "One.<br>Two.", id="deleted"),
    ],
)
def test_a_changed_end_in_a_cell_is_a_changed_line_break(
    tag: str, kind: ChangeKind, accepted: str, rejected: str
) -> None:
    body = CELL.format(cell=par("One.", end(tag)) + par("Two."))
    manuscript, report = read(package(body), keep_changes=True)
    table = manuscript.blocks[0]
    assert isinstance(table, Table)
    breaks = [each for each in table.rows[0][0] if isinstance(each, LineBreak)]
    assert [each.change is not None and each.change.kind for each in breaks] == [kind]
    assert not report.left_out
    assert lines(body) == [f"row {accepted} | b"]
    assert lines_of(resolved(manuscript, accept=True)) == [f"row {accepted} | b"]
    assert lines_of(resolved(manuscript, accept=False)) == [f"row {rejected} | b"]


def test_of_the_last_end_in_a_cell_there_is_nothing_to_say() -> None:
    body = CELL.format(cell=par("One.", end("ins")))
    manuscript, report = read(package(body), keep_changes=True)
    assert lines_of(manuscript) == ["row One. | b"]
    assert not report.left_out


def test_of_an_empty_paragraph_that_was_inserted_there_is_nothing_to_say() -> None:
    body = par("One.", end("ins")) + par("", end("ins")) + par("Two.")
    manuscript, report = read(package(body), keep_changes=True)
    assert not report.left_out
    assert [isinstance(each, Paragraph) and each.end is not None for each in manuscript.blocks] == [
        True,
        False,
    ]


def test_a_date_that_is_none_is_no_date() -> None:
    body = par('<w:ins w:id="1" w:author="A" w:date="soon">' + run("a") + "</w:ins>")
    manuscript, _ = read(package(body), keep_changes=True)
    block = manuscript.blocks[0]
    assert isinstance(block, Paragraph)
    assert isinstance(block.content[0], Run)
    assert block.content[0].change == Change(ChangeKind.INSERTED, "A", None)


def test_a_link_whose_address_was_changed_leads_to_the_new_one() -> None:
    def sign(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    old = '<w:del w:id="1"><w:r><w:delInstrText>HYPERLINK "https://old/"</w:delInstrText></w:r></w:del>'
    new = '<w:ins w:id="2"><w:r><w:instrText>HYPERLINK "https://new/"</w:instrText></w:r></w:ins>'
    text = sign("begin") + old + new + sign("separate") + run("here") + sign("end")
    assert lines(par(text)) == ["p [here](https://new/)"]
