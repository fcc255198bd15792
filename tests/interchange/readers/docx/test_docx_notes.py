"""Footnotes, endnotes and comments."""

from __future__ import annotations

from support.docx_files import lines, package, par, read, run, said

SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p/></w:footnote>'
)
REFERENCE = "<w:r><w:footnoteRef/></w:r>"


def footnote(mark: int, *paragraphs: str) -> str:
    return f'<w:footnote w:id="{mark}">{"".join(paragraphs)}</w:footnote>'


def named(mark: int, kind: str = "footnote", more: str = "") -> str:
    return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:{kind}Reference w:id="{mark}"/>{more}</w:r>'


def test_notes_with_paragraphs_and_emphasis() -> None:
    notes = SEPARATORS + footnote(
        2, par(REFERENCE + run(" Oil, ") + run("not", "<w:i/>") + run(" gas.")), par("More.")
    )
    assert lines(par(run("The lamp") + named(2) + run(".")), footnotes=notes) == [
        "p The lamp[^1].",
        "[^1] p Oil, <i>not</i> gas.",
        "[^1] p More.",
    ]


def test_footnotes_and_endnotes_with_the_same_mark() -> None:
    body = par(run("a") + named(1, "endnote") + run("b") + named(1) + run("c") + named(1))
    endnotes = f'<w:endnote w:id="1">{par("End.")}</w:endnote>'
    found = lines(body, footnotes=footnote(1, par("Foot.")), endnotes=endnotes)
    assert found == ["p a[^1]b[^2]c[^2]", "[^1] p End.", "[^2] p Foot."]


def test_notes_of_deleted_text_and_notes_without_a_text() -> None:
    body = par(run("a") + f'<w:del w:id="9">{named(1)}</w:del>' + named(7))
    assert lines(body, footnotes=footnote(1, par("Gone."))) == ["p a"]
    assert said(body, footnotes=footnote(1, par("Gone."))) == {"note whose text is missing"}
    assert lines(par(run("a") + named(1)), footnotes=footnote(1, par(""))) == ["p a"]


def test_a_sign_of_ones_own_gives_way_to_the_number() -> None:
    sign = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="1"/><w:t>*)</w:t></w:r>'
    notes = footnote(1, par(run("*") + run(") Really.")))
    assert lines(par(run("a") + sign + run(" b")), footnotes=notes) == [
        "p a[^1] b",
        "[^1] p Really.",
    ]


def test_lists_tables_and_links_in_notes() -> None:
    link = '<w:hyperlink r:id="rId5"><w:r><w:t>there</w:t></w:r></w:hyperlink>'
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId5" '
        'Type="x/hyperlink" Target="https://example.org/" TargetMode="External"/></Relationships>'
    )
    table = f"<w:tbl><w:tr><w:tc>{par('a')}</w:tc><w:tc>{par('b')}</w:tc></w:tr></w:tbl>"
    found = lines(
        par(run("a") + named(1)),
        footnotes=footnote(1, par(link), table),
        more={"word/_rels/footnotes.xml.rels": rels.encode()},
    )
    assert found == ["p a[^1]", "[^1] p [there](https://example.org/)", "[^1] row a | b"]


COMMENTS = (
    f'<w:comment w:id="7" w:author="Ed" w:initials="E">{par(run("Too abrupt?"))}{par("Really.")}</w:comment>'
    f'<w:comment w:id="8" w:author="Ann">{par("Reply.")}</w:comment>'
)


def test_comments_are_comments() -> None:
    body = par(
        run("It ") + '<w:commentRangeStart w:id="7"/>' + run("went") + '<w:commentRangeEnd w:id="7"/>'
        '<w:r><w:commentReference w:id="7"/></w:r><w:r><w:commentReference w:id="8"/></w:r>' + run(" out.")
    )  # fmt: skip
    assert lines(body, comments=COMMENTS) == [
        "p It went((Ed: Too abrupt? Really.))((Ann: Reply.)) out."
    ]
    _, report = read(package(body, comments=COMMENTS))
    assert report.kept == {"comment": 2}


def test_comments_without_a_place_are_said() -> None:
    gone = '<w:del w:id="1"><w:r><w:commentReference w:id="7"/></w:r></w:del>'
    _, report = read(package(par(gone + run("a")), comments=COMMENTS))
    assert [entry.where for entry in report.left_out] == ["Too abrupt? Really.", "Reply."]
    assert {entry.what for entry in report.left_out} == {"comment on text that was deleted"}


def test_a_paragraph_of_a_comment_alone() -> None:
    body = par("A") + par('<w:r><w:commentReference w:id="8"/></w:r>') + par("B")
    assert lines(body, comments=COMMENTS)[1] == "comment Reply."
