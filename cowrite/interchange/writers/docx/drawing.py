"""A picture in a line of text."""

from __future__ import annotations

from lxml import etree

from cowrite.interchange.manuscript import Picture
from cowrite.interchange.writers.docx.names import (
    A_SPACE,
    DRAWING_SPACES,
    PIC_SPACE,
    R_EMBED,
    R_ID,
    WP_SPACE,
    Element,
    W,
)
from cowrite.interchange.writers.docx.parts import Relationships, Shared

_EMU = 12_700  # in a point
_WP, _A, _PIC = f"{{{WP_SPACE}}}", f"{{{A_SPACE}}}", f"{{{PIC_SPACE}}}"


def add_drawing(
    run: Element, picture: Picture, shared: Shared, relationships: Relationships
) -> None:
    """Put ``picture`` into ``run``, no larger than a page."""
    image = shared.prepared.images[picture.source]
    width, height = image.within(shared.look.text_width, shared.look.text_height * 0.9)
    extent = {"cx": str(max(1, round(width * _EMU))), "cy": str(max(1, round(height * _EMU)))}
    number = str(shared.new_number())
    embedded = relationships.add("image", f"media/{shared.media_name(picture.source)}")

    drawing = etree.SubElement(run, W + "drawing", nsmap=DRAWING_SPACES)
    inline = etree.SubElement(drawing, _WP + "inline", distT="0", distB="0", distL="0", distR="0")
    etree.SubElement(inline, _WP + "extent", extent)
    described = {"id": number, "name": f"Picture {number}", "descr": picture.description}
    named = etree.SubElement(inline, _WP + "docPr", described)
    if picture.link is not None and not picture.link.address.startswith("#"):
        target = relationships.add("hyperlink", picture.link.address, is_outside=True)
        etree.SubElement(named, _A + "hlinkClick", {R_ID: target})
    frame = etree.SubElement(inline, _WP + "cNvGraphicFramePr")
    etree.SubElement(frame, _A + "graphicFrameLocks", noChangeAspect="1")
    graphic = etree.SubElement(inline, _A + "graphic")
    data = etree.SubElement(graphic, _A + "graphicData", uri=PIC_SPACE)
    _add_picture(etree.SubElement(data, _PIC + "pic"), described, embedded, extent)


def _add_picture(
    pic: Element, described: dict[str, str], embedded: str, extent: dict[str, str]
) -> None:
    described_here = etree.SubElement(pic, _PIC + "nvPicPr")
    etree.SubElement(described_here, _PIC + "cNvPr", described)
    etree.SubElement(described_here, _PIC + "cNvPicPr")
    fill = etree.SubElement(pic, _PIC + "blipFill")
    etree.SubElement(fill, _A + "blip", {R_EMBED: embedded})
    etree.SubElement(etree.SubElement(fill, _A + "stretch"), _A + "fillRect")
    shape = etree.SubElement(pic, _PIC + "spPr")
    transform = etree.SubElement(shape, _A + "xfrm")
    etree.SubElement(transform, _A + "off", x="0", y="0")
    etree.SubElement(transform, _A + "ext", extent)
    etree.SubElement(etree.SubElement(shape, _A + "prstGeom", prst="rect"), _A + "avLst")
