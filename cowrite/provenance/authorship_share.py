"""How much of a text is from whom, in characters and words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from cowrite.base.utf16 import count_characters, from_units, in_units, utf16_length
from cowrite.base.words import is_unspaced, split_without_space
from cowrite.localization import listed, tr, tr_noop
from cowrite.localization.numbers import percent_text
from cowrite.provenance.ranges import Origin, Ranges, Run
from cowrite.provenance.sources import Source, stands_whole

_CHUNK = re.compile(r"\S+")


class Kind(StrEnum):
    """An origin, with accepted text told apart by whether it still stands as it was taken."""

    TYPED = "typed"
    PASTED = "pasted"
    ACCEPTED = "accepted unchanged"
    EDITED = "accepted then edited"
    REWRITTEN = "rewritten"
    LOADED = "loaded"


_KINDS = {
    Origin.TYPED: Kind.TYPED,
    Origin.PASTED: Kind.PASTED,
    Origin.REWRITTEN: Kind.REWRITTEN,
    Origin.LOADED: Kind.LOADED,
}


class Part(NamedTuple):
    """What stands from ``start`` to ``end`` (UTF-16 offsets) is of one kind."""

    start: int
    end: int
    kind: Kind
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorshipShare:
    """How many characters and words are of each kind. A word belongs to the kind that most of it is of."""

    characters: Mapping[Kind, int] = field(default_factory=dict)
    words: Mapping[Kind, int] = field(default_factory=dict)


def kind_of(ranges: Ranges, start: int, run: Run, sources: Mapping[str, Source]) -> Kind:
    """What a run, or a part of one, that begins at ``start`` counts as."""
    if run.origin is not Origin.ACCEPTED:
        return _KINDS[run.origin]
    source = sources.get(run.source)
    whole = source is not None and stands_whole(ranges, start, run, source)
    return Kind.ACCEPTED if whole else Kind.EDITED


def parts_of(ranges: Ranges, sources: Mapping[str, Source]) -> Iterator[Part]:
    """The whole text in parts of one kind."""
    for start, run in ranges.placed():
        yield Part(start, start + run.length, kind_of(ranges, start, run, sources), run.source)


def authorship_share(text: str, ranges: Ranges, sources: Mapping[str, Source]) -> AuthorshipShare:
    """Count. Raises ValueError if the ranges are not those of ``text``."""
    units = in_units(text)
    if len(units) != ranges.length:
        raise ValueError("ranges of another text")
    parts = [*parts_of(ranges, sources)]
    characters = dict.fromkeys(Kind, 0)
    for part in parts:
        characters[part.kind] += count_characters(units[part.start : part.end])
    words = dict.fromkeys(Kind, 0)
    for kind in _kinds_of_words(units, parts):
        words[kind] += 1
    return AuthorshipShare(characters=characters, words=words)


def _kinds_of_words(units: str, parts: list[Part]) -> Iterator[Kind]:
    number = 0
    for start, end in _words(units):
        while parts[number].end <= start:
            number += 1
        sizes: dict[Kind, int] = {}
        for index in range(number, len(parts)):
            part = parts[index]
            if part.start >= end:
                break
            size = min(end, part.end) - max(start, part.start)
            sizes[part.kind] = sizes.get(part.kind, 0) + size
        yield max(sizes, key=lambda kind: sizes[kind])


def _words(units: str) -> Iterator[tuple[int, int]]:
    """From where to where each word reaches, spaces and lone marks left out."""
    unspaced = is_unspaced(from_units(units))
    for match in _CHUNK.finditer(units):
        at, chunk = match.start(), from_units(match[0])
        for word in split_without_space(chunk) if unspaced else (chunk,):
            length = utf16_length(word)
            if word.isalnum() or any(map(str.isalnum, word)):
                yield at, at + length
            at += length


_SAID = {
    Origin.TYPED: tr_noop("you"),
    Origin.ACCEPTED: tr_noop("suggestions"),
    Origin.REWRITTEN: tr_noop("suggestions"),
    Origin.PASTED: tr_noop("pasted"),
    Origin.LOADED: tr_noop("already there"),
}


def origin_line(ranges: Ranges) -> str:
    """For the status line, the shares of the whole text: “you 91 %, suggestions 9 %”, and what was there before.

    They sum to 100; what there is at all is at least 1 %. Empty where neither the writer nor a model wrote anything.
    """
    lengths = dict.fromkeys(_SAID.values(), 0)
    for length, origin, _, _ in ranges.runs:
        lengths[_SAID[origin]] += length
    if not lengths["you"] + lengths["suggestions"]:
        return ""
    percent = {
        name: max(1, round(100 * length / ranges.length))
        for name, length in lengths.items()
        if length
    }
    percent[max(percent, key=lambda name: lengths[name])] += 100 - sum(percent.values())
    return listed(f"{tr(name)} {percent_text(share)}" for name, share in percent.items())
