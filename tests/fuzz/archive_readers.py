"""Texts of other programs that are archives of XML: changed as archives, and part by part before they are packed."""

from __future__ import annotations

from pathlib import Path

_SEAM = b"\n<<<part>>>\n"


def docx_parts() -> dict[str, bytes]:
    """A document with a little of everything."""
    from support.docx_files import PIXEL, par, parts_of, relation, run, style

    who = 'w:id="1" w:author="Ed" w:date="2026-01-02T03:04:05Z"'
    in_list = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'
    box = f"<w:txbxContent>{par('Boxed.')}</w:txbxContent>"
    drawn = f'<w:drawing><wp:inline><wp:docPr descr="d"/><a:blip r:embed="rId5"/>{box}</wp:inline></w:drawing>'
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    deleted = f"<w:del {who}><w:r><w:delText>gone</w:delText></w:r></w:del>"
    named = '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:commentReference w:id="1"/></w:r>'
    code = '<w:r><w:instrText>HYPERLINK "https://e.org/" \\l "x"</w:instrText></w:r>'
    rule = "<mc:Fallback><w:pict><v:rect o:hr='t'/></w:pict></mc:Fallback>"
    cells = (
        f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{par("c")}</w:tc><w:tc>{par("d")}</w:tc>'
    )
    body = (
        par("The Salt", '<w:pStyle w:val="T"/>')
        + par("One", '<w:pStyle w:val="H"/>')
        + par(
            run("It ") + run("was", "<w:i/><w:rtl/>") + f"<w:ins {who}>{run(' late')}</w:ins>",
            f"<w:rPr><w:del {who}/></w:rPr>",
        )
        + par(deleted + named)
        + par("a", in_list.format(0))
        + par("b", in_list.format(1))
        + par(
            field.format("begin")
            + code
            + field.format("separate")
            + run("there")
            + field.format("end")
        )
        + par(f'<w:hyperlink r:id="rId6" w:anchor="a">{run("here")}</w:hyperlink>')
        + par(
            f"<w:r><mc:AlternateContent><mc:Choice>{drawn}</mc:Choice>{rule}</mc:AlternateContent></w:r>"
        )
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        + par("", '<w:pBdr><w:bottom w:val="single"/></w:pBdr>')
        + par('<w:r><w:sym w:font="Symbol" w:char="F061"/><w:br/><w:br w:type="page"/></w:r>')
    )
    return parts_of(
        body,
        related=relation("rId5", "image", "media/a.png")
        + relation("rId6", "hyperlink", "https://example.org/", external=True),
        more={"word/media/a.png": PIXEL},
        styles=style("T", "Title")
        + style("H", "heading 1", '<w:basedOn w:val="T"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>'),
        numbering='<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="3"/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
        footnotes=f'<w:footnote w:id="2">{par("A note.")}</w:footnote>',
        comments=f'<w:comment w:id="1" w:author="A">{par("Hm.")}</w:comment>',
    )


def docx_archives() -> list[bytes]:
    """The document, packed."""
    from support.docx_files import zipped

    return [zipped(docx_parts())]


def docx_texts() -> list[bytes]:
    """Its parts in a row, to be changed before they are packed."""
    return [_SEAM.join(name.encode() + b"\n" + data for name, data in docx_parts().items())]


def read_docx(_folder: Path, data: bytes) -> object:
    """A DOCX; what comes out is in the canonical form."""
    from fuzz.text_readers import read_kind

    return read_kind("docx", data)


def read_docx_parts(folder: Path, data: bytes) -> object:
    """A DOCX of these parts."""
    from support.docx_files import zipped

    parts: dict[str, bytes] = {}
    for piece in data.split(_SEAM):
        name, _, content = piece.partition(b"\n")
        parts[name.decode("utf-8", "replace").replace("\0", "")[:60000]] = content
    return read_docx(folder, zipped(parts))
