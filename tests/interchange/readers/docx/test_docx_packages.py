"""What other programs write, what stands around the text, and what is no text at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.docx_files import (
    HEAD,
    OFFICE,
    lines,
    lines_of,
    package,
    par,
    parts_of,
    read,
    relation,
    relations,
    run,
    said,
    style,
    zipped,
)

from cowrite.base.errors import UserError
from cowrite.interchange.readers.common import budget

BODY = par(run("It was ") + run("late", "<w:i/>") + run("."))
EXPECTED = ["p It was <i>late</i>."]


def found(parts: dict[str, bytes]) -> list[str]:
    return lines_of(read(zipped(parts))[0])


def test_the_text_may_have_another_name() -> None:
    for target in (
        "content/text2.xml",
        "/content/text2.xml",
        "content\\text2.xml",
        "./content/text2.xml",
    ):
        parts = parts_of(BODY)
        parts["content/text2.xml"] = parts.pop("word/document.xml")
        parts["_rels/.rels"] = relations(relation("rId1", "officeDocument", target))
        assert found(parts) == EXPECTED


def test_without_relations_or_types_the_usual_names_are_tried() -> None:
    for missing in ("_rels/.rels", "[Content_Types].xml", "word/_rels/document.xml.rels"):
        parts = parts_of(par("T", '<w:pStyle w:val="X"/>'), styles=style("X", "heading 2"))
        del parts[missing]
        assert found(parts) == ["h2 T"]


def test_names_in_capitals_and_with_backward_strokes() -> None:
    parts = {name.replace("/", "\\").upper(): data for name, data in parts_of(BODY).items()}
    parts["_RELS\\.RELS"] = relations(relation("rId1", "officeDocument", "WORD/DOCUMENT.XML"))
    assert found(parts) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_parts_in_other_encodings(encoding: str) -> None:
    parts = parts_of(par("– 你好"))
    name = encoding.removesuffix("-sig").removesuffix("-le")
    text = parts["word/document.xml"].decode().replace("UTF-8", name)
    parts["word/document.xml"] = text.encode(encoding)
    assert found(parts) == ["p – 你好"]


STRICT = "http://purl.oclc.org/ooxml/"


def test_the_strict_form() -> None:
    parts = parts_of(BODY + par("H", '<w:outlineLvl w:val="0"/>'), styles=style("X", "Normal"))
    for name, data in parts.items():
        text = data.decode().replace(
            f"{OFFICE}wordprocessingml/2006/", f"{STRICT}wordprocessingml/"
        )
        parts[name] = text.replace(
            f"{OFFICE}officeDocument/2006/", f"{STRICT}officeDocument/"
        ).encode()
    assert found(parts) == [*EXPECTED, "h1 H"]


def test_macros_and_templates_are_texts_too() -> None:
    for kind in (
        "ms-word.document.macroEnabled.main+xml",
        "openxmlformats-officedocument.wordprocessingml.template.main+xml",
    ):
        parts = parts_of(BODY)
        parts["[Content_Types].xml"] = (
            f'{HEAD}<Types xmlns="{OFFICE}package/2006/content-types"><Override PartName="/word/document.xml" '
            f'ContentType="application/vnd.{kind}"/></Types>'
        ).encode()
        assert found(parts) == EXPECTED


def test_controls_and_what_else_stands_around() -> None:
    body = (
        f"<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{par('In a control.')}</w:sdtContent></w:sdt>"
        f"<w:customXml w:element='x'>{par('In XML.')}</w:customXml>"
        + par(
            f"<w:sdt><w:sdtContent>{run('Inside.')}</w:sdtContent></w:sdt>"
            f"<w:dir><w:bdo>{run(' Turned.')}</w:bdo></w:dir>"
        )
        + f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{par('Click here.')}</w:sdtContent></w:sdt>"
        '<w:altChunk r:id="rId9"/><w:bookmarkStart w:id="1" w:name="x"/>'
    )  # fmt: skip
    assert lines(body) == ["p In a control.", "p In XML.", "p Inside. Turned."]
    assert said(body) == {"placeholder of a form", "another document that is embedded"}


def test_headers_are_said_if_something_stands_in_them() -> None:
    def header(inner: str) -> set[str]:
        part = f"{HEAD}<w:hdr xmlns:w='x'>{inner}</w:hdr>".encode()
        section = '<w:sectPr><w:headerReference w:type="default" r:id="rId9"/><w:cols w:num="2"/></w:sectPr>'
        related = relation("rId9", "header", "header1.xml")
        return said(BODY + section, related=related, more={"word/header1.xml": part})

    layout = "columns, line numbers and page borders"
    assert header("<w:p><w:r><w:t>Ann</w:t></w:r></w:p>") == {"page headers and footers", layout}
    assert header("<w:p/>") == {layout}


def about(**lang: str) -> str:
    values = " ".join(f'w:{name}="{value}"' for name, value in lang.items())
    return f"<w:docDefaults><w:rPrDefault><w:rPr><w:lang {values}/></w:rPr></w:rPrDefault></w:docDefaults>"


def test_title_author_and_language() -> None:
    core = (
        f'{HEAD}<cp:coreProperties xmlns:cp="{OFFICE}package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Salt &amp; Road</dc:title>'
        "<dc:creator>Ann  Lee</dc:creator></cp:coreProperties>"
    ).encode()
    styles = about(val="de-DE", eastAsia="zh-CN", bidi="he-IL")
    manuscript, _ = read(package(BODY, styles=styles, more={"docProps/core.xml": core}))
    assert (manuscript.metadata.title, manuscript.metadata.author) == ("Salt & Road", "Ann Lee")
    for text, language in (("Es war.", "de-DE"), ("这是一本书。", "zh-CN"), ("שלום עולם", "he-IL")):
        assert read(package(par(text), styles=styles))[0].metadata.language == language
    styles += style("T", "Title") + style("Author", "Author")
    body = (
        par("Salt", '<w:pStyle w:val="T"/>') + par("Ann Lee", '<w:pStyle w:val="Author"/>') + BODY
    )
    assert lines(body, styles=styles, more={"docProps/core.xml": core}) == EXPECTED
    broken, _ = read(package(BODY, more={"docProps/core.xml": b"<broken"}))
    assert broken.metadata.title == ""


def refusal(data: bytes) -> str:
    with pytest.raises(UserError) as error:
        read(data)
    return error.value.message


def sheet() -> bytes:
    parts = parts_of("")
    parts["xl/workbook.xml"] = parts.pop("word/document.xml")
    parts["_rels/.rels"] = relations(relation("rId1", "officeDocument", "xl/workbook.xml"))
    parts["[Content_Types].xml"] = (
        f'{HEAD}<Types xmlns="{OFFICE}package/2006/content-types"><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    ).encode()
    return zipped(parts)


def nested(begin: str, end: str, times: int) -> bytes:
    return package(begin * times + end * times)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        pytest.param(sheet, "no DOCX document", id="a sheet"),
        pytest.param(lambda: zipped({"a.txt": b"x"}), "no DOCX document", id="another archive"),
        pytest.param(lambda: zipped({"word/styles.xml": b"<a/>"}), "damaged", id="without its text"),
        pytest.param(lambda: zipped(RICH | {"word/document.xml": b"<html/>"}), "damaged", id="of other XML"),
        pytest.param(lambda: package("<w:p>"), "damaged", id="ill-formed"),
        pytest.param(lambda: nested("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 60), "too deeply", id="tables"),
        pytest.param(lambda: nested("<w:smartTag>", "</w:smartTag>", 900), "too deeply", id="deep"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused(made: Callable[[], bytes], words: str) -> None:
    assert words in refusal(made())


def test_an_empty_document_is_an_empty_text() -> None:
    assert lines("") == []
    assert lines("<w:p/><w:sectPr/>") == []


RICH = parts_of(
    BODY
    + par("One", '<w:rPr><w:del w:id="1"/></w:rPr>')
    + par('<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:commentReference w:id="1"/></w:r>')
    + "<w:tbl><w:tr><w:tc>" + par("a") + "</w:tc><w:tc>" + par("b") + "</w:tc></w:tr></w:tbl>"
    + par("i", '<w:pStyle w:val="H"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
    styles=style("H", "heading 1", "<w:pPr><w:outlineLvl w:val='0'/></w:pPr>"),
    numbering='<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="3"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    footnotes=f'<w:footnote w:id="2">{par("A note.")}</w:footnote>',
    comments=f'<w:comment w:id="1" w:author="A">{par("Hm.")}</w:comment>',
)  # fmt: skip


@given(st.data())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_whatever_stands_in_the_parts_is_read_or_refused(data: st.DataObject) -> None:
    parts = dict(RICH)
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from(sorted(parts)))
        part = bytearray(parts[name])
        start = data.draw(st.integers(0, len(part)))
        end = data.draw(st.integers(start, min(len(part), start + 60)))
        other = parts[data.draw(st.sampled_from(sorted(parts)))]
        at = data.draw(st.integers(0, len(other)))
        part[start:end] = data.draw(
            st.sampled_from([b"", other[at : at + 40], b"-99", b"</w:p><w:p>"])
        )
        parts[name] = bytes(part)
    with suppress(UserError):
        read(zipped(parts), keep_changes=data.draw(st.booleans()))


@given(st.data())
@settings(deadline=None)
def test_elements_in_any_order_are_read(data: st.DataObject) -> None:
    names = ("p", "r", "t", "ins", "del", "tbl", "tr", "tc", "sdt", "sdtContent", "hyperlink", "pPr", "rPr", "fldChar",
             "instrText", "br", "numPr", "drawing", "txbxContent", "ruby", "pict", "footnoteReference")  # fmt: skip
    pieces = data.draw(st.lists(st.tuples(st.sampled_from(names), st.integers(0, 3)), max_size=40))
    text, waiting = "", list[str]()
    for name, closes in pieces:
        text += f'<w:{name} w:id="1" w:val="1" w:fldCharType="begin">x'
        waiting.append(name)
        for _ in range(min(closes, len(waiting))):
            text += f"</w:{waiting.pop()}>"
    text += "".join(f"</w:{name}>" for name in reversed(waiting))
    for keep_changes in (False, True):
        read(package(text), keep_changes=keep_changes)


def test_a_damaged_part_of_the_archive_is_refused() -> None:
    data = bytearray(zipped(parts_of(BODY)))
    at = data.index(b"word/document.xml") + 60
    data[at] ^= 0xFF
    with pytest.raises(UserError):
        read(bytes(data))


def test_more_paragraphs_than_any_book_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_STEPS", 20)
    assert len(lines(par(run("a")) * 10)) == 10
    assert lines(par(run("a") * 50)) == ["p " + "a" * 50]  # noise of Word's within one look
    for body in (par(run("a")) * 11, par("") * 126, par((run("a") + run("b", "<w:i/>")) * 7)):
        with pytest.raises(UserError, match="holds more than can be read"):
            lines(body)
