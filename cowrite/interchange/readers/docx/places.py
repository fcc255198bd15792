"""Links to places in the text. Word gives such a place a name of its own; here a heading is called by its words."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

from cowrite.interchange.anchors import Anchors, headings_of
from cowrite.interchange.manuscript import Blocks, Heading, Inline, Link, Picture, Run
from cowrite.interchange.tidying import changed_blocks


def names_of_places(blocks: Blocks, places: dict[str, Heading]) -> dict[str, str]:
    """The name of the heading that each bookmark stands in."""
    anchors = Anchors()
    names = {id(heading): anchors.name(heading) for heading in headings_of(blocks)}
    return {place: name for place, heading in places.items() if (name := names.get(id(heading)))}


def with_links_to_headings(blocks: Blocks, names: dict[str, str]) -> Blocks:
    """The same blocks, with links to headings by the names of those."""

    def changed(piece: Inline) -> Inline:
        if not isinstance(piece, Run | Picture):
            return piece
        link = piece.link
        if link is None or not link.address.startswith("#"):
            return piece
        name = names.get(unquote(link.address[1:]).casefold())
        return piece if name is None else replace(piece, link=Link(f"#{name}", link.title))

    return changed_blocks(blocks, changed)
