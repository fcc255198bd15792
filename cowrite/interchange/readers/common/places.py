"""Links to places in the text. Other programs give a place a name of its own; here a heading is called by its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import unquote

from cowrite.interchange.anchors import Anchors, headings_of, words_of
from cowrite.interchange.manuscript import Blocks, Heading, Inline, Link, Picture, Run
from cowrite.interchange.report import Report
from cowrite.interchange.tidying import changed_blocks
from cowrite.localization import tr

_OUTLINE = "|outline"
_MADE = "#_"  # Word and LibreOffice made the name for themselves


class Places:
    """The names of the headings of a text, and which of them the places lie in that links name."""

    def __init__(self, blocks: Blocks) -> None:
        anchors = Anchors()
        self._by_heading: dict[int, str] = {}
        self._by_words: dict[str, str] = {}
        for heading in headings_of(blocks):
            name = self._by_heading[id(heading)] = anchors.name(heading)
            self._by_words.setdefault(words_of(heading.content).casefold(), name)
        self._names = set(self._by_heading.values())
        self._others: dict[str, str] = {}

    def add(self, headings: Mapping[str, Heading]) -> None:
        """Places by their names, in the headings that they lie in."""
        for place, heading in headings.items():
            if name := self._by_heading.get(id(heading)):
                self._others[place.casefold()] = name

    def add_words(self, headings: Mapping[str, str]) -> None:
        """Places by their names, in headings with those words."""
        for place, words in headings.items():
            if name := self._by_words.get(" ".join(words.split()).casefold()):
                self._others[place.casefold()] = name

    def name_of(self, address: str) -> str | None:
        """The name of the heading that a link leads to; None if it leads to no heading."""
        place = unquote(address[1:])
        if place.endswith(
            _OUTLINE
        ):  # as LibreOffice writes it, with the number in front if one is shown
            words = " ".join(place.removesuffix(_OUTLINE).split()).casefold()
            found = self._by_words.get(words)
            ends = (
                name for known, name in self._by_words.items() if known and words.endswith(known)
            )
            return found or next(ends, None)
        if place.casefold() in self._others:
            return self._others[place.casefold()]
        return place if place in self._names else None


def with_links_to_headings(
    blocks: Blocks, name_of: Callable[[str], str | None], report: Report
) -> Blocks:
    """Blocks with links to headings by the names of those, and without those that a program made for itself."""

    def changed(piece: Inline) -> Inline:
        if not isinstance(piece, Run | Picture):
            return piece
        link = piece.link
        if link is None or not link.address.startswith("#"):
            return piece
        name = name_of(link.address)
        if name is None and not link.address.startswith(_MADE):
            return piece
        if name is None:
            report.leave_out(tr("link to a place that is no heading; its words are kept"))
            return replace(piece, link=None)
        return replace(piece, link=Link(f"#{name}", link.title))

    return changed_blocks(blocks, changed)
