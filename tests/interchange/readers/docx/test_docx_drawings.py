"""Text boxes once, pictures, and what is only said."""

from __future__ import annotations

import pytest
from support.docx_files import PIXEL, lines, package, par, read, relation, run, said


def box(text: str) -> str:
    return f"<w:txbxContent>{par(text)}</w:txbxContent>"


def drawn(inner: str, uri: str = "x", properties: str = "") -> str:
    return (
        f'<w:drawing><wp:inline><wp:docPr id="1" name="n" {properties}/><a:graphic>'
        f'<a:graphicData uri="{uri}">{inner}</a:graphicData></a:graphic></wp:inline></w:drawing>'
    )


def shape(text: str) -> str:
    return drawn(f"<wps:wsp><wps:txbx>{box(text)}</wps:txbx></wps:wsp>")


def old_shape(text: str) -> str:
    return f"<w:pict><v:shape><v:textbox>{box(text)}</v:textbox></v:shape></w:pict>"


def either(choice: str, fallback: str = "") -> str:
    other = f"<mc:Fallback>{fallback}</mc:Fallback>" if fallback else ""
    return f'<mc:AlternateContent><mc:Choice Requires="wps">{choice}</mc:Choice>{other}</mc:AlternateContent>'


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param(either(shape("Note."), old_shape("Note.")), id="both ways"),
        pytest.param(either(shape("Note.")), id="only the new way"),
        pytest.param(either("<w:drawing/>", old_shape("Note.")), id="only the old way says something"),
        pytest.param(shape("Note."), id="without alternatives"),
        pytest.param(old_shape("Note."), id="old Word"),
        pytest.param(drawn(either(f"<wps:txbx>{box('Note.')}</wps:txbx>", box("Note."))), id="inside"),
        pytest.param(
            drawn("<a:txBody><a:p><a:r><a:t>No</a:t></a:r><a:r><a:t>te.</a:t></a:r></a:p></a:txBody>"),
            id="a drawn text",
        ),
    ],
)  # fmt: skip
def test_each_text_of_a_box_once(inner: str) -> None:
    body = par(run("Before.") + f"<w:r>{inner}</w:r>") + par("After.")
    assert lines(body) == ["p Before.", "p Note.", "p After."]


def test_alternatives_around_runs_and_paragraphs() -> None:
    assert lines(par(either(run("new"), run("old")))) == ["p new"]
    assert lines(either(par("new"), par("old"))) == ["p new"]


def test_boxes_in_boxes_headings_and_cells() -> None:
    inner = par(run("Outer.") + f"<w:r>{shape('Inner.')}</w:r>")
    nested = f"<w:r>{drawn(f'<w:txbxContent>{inner}</w:txbxContent>')}</w:r>"
    heading = par(run("Title") + nested, '<w:outlineLvl w:val="0"/>')
    assert lines(heading) == ["h1 Title", "p Outer.", "p Inner."]
    cells = (
        f"<w:tbl><w:tr><w:tc>{par(run('a') + nested)}</w:tc><w:tc>{par('b')}</w:tc></w:tr></w:tbl>"
    )
    assert lines(cells) == ["row a<br>Outer.<br>Inner. | b"]


def test_letters_that_are_drawn() -> None:
    assert lines(
        par('<w:r><w:pict><v:shape><v:textpath string="BEWARE"/></v:shape></w:pict></w:r>')
    ) == ["p BEWARE"]


RELATED = (
    relation("rId5", "image", "media/image1.png")
    + relation("rId6", "image", "/word/media/image1.png")
    + relation("rId7", "image", "file:///etc/passwd", external=True)
    + relation("rId8", "image", "media/image2.emf")
    + relation("rId9", "image", "media/missing.png")
    + relation("rId4", "image", "../../../../etc/passwd")
    + relation("rId3", "hyperlink", "https://example.org/", external=True)
)
MEDIA = {"word/media/image1.png": PIXEL, "word/media/image2.emf": b"\x01\0\0\0" + bytes(50)}


def picture(mark: str, properties: str = 'descr="a  boat"', how: str = "embed") -> str:
    blip = f'<pic:pic><pic:blipFill><a:blip r:{how}="{mark}"/></pic:blipFill></pic:pic>'
    return f"<w:r>{drawn(blip, properties=properties)}</w:r>"


def test_pictures_with_their_descriptions() -> None:
    body = par(picture("rId5") + run(" and ") + picture("rId6", 'title="again"'))
    manuscript, report = read(package(body, related=RELATED, more=MEDIA))
    assert [data.data for data in manuscript.pictures.values()] == [PIXEL]
    (name,) = manuscript.pictures
    assert lines(body, related=RELATED, more=MEDIA) == [f"p ![a boat]({name}) and ![again]({name})"]
    assert report.kept == {"picture": 1}


def test_a_picture_of_old_word_and_one_that_is_a_link() -> None:
    old = '<w:r><w:pict><v:shape alt="boat"><v:imagedata r:id="rId5" o:title="x"/></v:shape></w:pict></w:r>'
    assert lines(par(old), related=RELATED, more=MEDIA)[0].startswith("p ![boat](")
    linked = '<wp:docPr id="1" name="n" descr="d"><a:hlinkClick r:id="rId3"/></wp:docPr>'
    body = par(picture("rId5").replace('<wp:docPr id="1" name="n" descr="a  boat"/>', linked))
    manuscript, _ = read(package(body, related=RELATED, more=MEDIA))
    assert "https://example.org/" in repr(manuscript.blocks)


@pytest.mark.parametrize(
    ("mark", "how", "what"),
    [
        ("rId7", "link", "outside"),
        ("rId9", "embed", "damaged"),
        ("rId4", "embed", "damaged"),
        ("rId8", "embed", "format"),
    ],
)
def test_pictures_that_are_left_out_are_said(mark: str, how: str, what: str) -> None:
    body = par(run("Text") + picture(mark, how=how))
    assert lines(body, related=RELATED, more=MEDIA) == ["p Text"]
    assert any(what in each for each in said(body, related=RELATED, more=MEDIA))


def test_pictures_of_deleted_text_are_gone() -> None:
    manuscript, _ = read(
        package(
            par(f'<w:del w:id="1">{picture("rId5")}</w:del>' + run("a")),
            related=RELATED,
            more=MEDIA,
        )
    )
    assert not manuscript.pictures


@pytest.mark.parametrize(
    ("inner", "what"),
    [
        (drawn("", f"http://schemas.openxmlformats.org/drawingml/2006/{'chart'}"), "chart"),
        (drawn("", "http://schemas.openxmlformats.org/drawingml/2006/diagram"), "SmartArt"),
        ("<w:object><o:OLEObject/></w:object>", "embedded object"),
    ],
)
def test_other_drawings_are_said(inner: str, what: str) -> None:
    assert what in said(par(run("a") + f"<w:r>{inner}</w:r>"))


LINE = drawn('<wps:wsp><wps:spPr><a:prstGeom prst="line"/></wps:spPr></wps:wsp>')


def test_a_line_that_somebody_drew_parts_scenes_where_nothing_stands_beside_it() -> None:
    body = par("A") + par(f"<w:r>{LINE}</w:r>") + par("B")
    assert lines(body) == ["p A", "hr", "p B"]
    assert lines(par("A") + par(run("Text") + f"<w:r>{LINE}</w:r>")) == ["p A", "p Text"]
    old = '<w:r><w:pict><v:line from="0,0" to="9,0"/></w:pict></w:r>'
    assert lines(par("A") + par(old) + par("B")) == ["p A", "hr", "p B"]


def test_hidden_drawings_and_mere_shapes_are_said() -> None:
    hidden = drawn(box("Secret."), properties="hidden='1'")
    assert lines(par(run("a") + f"<w:r>{hidden}</w:r>")) == ["p a"]
    assert said(par(run("a") + f"<w:r>{hidden}</w:r>")) == {"hidden text"}
    assert said(par(run("a") + f"<w:r>{drawn('<wps:wsp/>')}</w:r>")) == {"drawing"}


def test_the_title_may_stand_in_a_box() -> None:
    title = par("My Book", '<w:pStyle w:val="Title"/>')
    manuscript, _ = read(
        package(par(f"<w:r>{drawn(f'<w:txbxContent>{title}</w:txbxContent>')}</w:r>") + par("Text"))
    )
    assert manuscript.metadata.title == "My Book"
    assert len(manuscript.blocks) == 1
