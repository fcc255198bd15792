"""How provenance is kept in the decision log, and how it is read back for a text that may have changed meanwhile."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cowrite.base.records import Record
from cowrite.base.utf16 import in_units, utf16_length
from cowrite.decisions.database.rows import Provenance
from cowrite.decisions.events import JsonValue
from cowrite.decisions.reader import read_provenance
from cowrite.provenance.ranges import Origin, Ranges, Run
from cowrite.provenance.reanchor import reanchored
from cowrite.provenance.sources import Source

logger = logging.getLogger(__name__)

FORMAT = 1
MOST_UNITS = 2**31 - 1
"""UTF-16 units that a text of Qt has at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownText:
    """Where the characters of a text are from. ``was_changed``: it is not the text that was kept."""

    ranges: Ranges
    sources: Mapping[str, Source] = field(default_factory=dict)
    was_changed: bool = False


def to_record(
    document_id: str, text: str, ranges: Ranges, sources: Mapping[str, Source], now_ms: int
) -> Provenance:
    """The row that keeps the provenance of ``text``; it is made on the thread that writes it."""
    sources = dict(sources)
    return Provenance(
        document_id=document_id,
        saved_ms=now_ms,
        text=text,
        ranges=lambda: to_json(ranges, sources),
    )


def to_json(ranges: Ranges, sources: Mapping[str, Source]) -> JsonValue:
    """Runs as ``[length, origin]`` or ``[length, origin, source, offset]``, and the sources that they name."""
    runs: list[JsonValue] = []
    named = set()
    for run in ranges.runs:
        if run.source in sources:
            named.add(run.source)
            runs.append([run.length, run.origin.value, run.source, run.offset])
        else:
            runs.append([run.length, run.origin.value])
    return {
        "format": FORMAT,
        "runs": runs,
        "sources": {name: _source_json(sources[name]) for name in sorted(named)},
    }


def _source_json(source: Source) -> JsonValue:
    return {
        "text": source.text,
        "pieces": [list(piece) for piece in source.pieces],
        "model": source.model,
        "adapter": source.adapter,
        "accepted_ms": source.accepted_ms,
        "followed": source.followed,
        "gave_way": source.gave_way,
    }


def from_json(data: Any) -> KnownText:
    """The reverse of :func:`to_json`. Raises SchemaError for anything else."""
    stored = Record.of(data)
    if stored.integer("format") != FORMAT:
        stored.refuse("format", "is not one that Cowrite knows")
    ranges = Ranges(_run(stored, row) for row in stored.items("runs"))
    sources = {name: _source(name, each) for name, each in stored.table("sources")}
    return KnownText(ranges=ranges, sources=sources)


def _run(stored: Record, row: object) -> Run:
    if not isinstance(row, list) or len(row) not in (2, 4):
        stored.refuse("runs", "should be lists of two or four")
    run = Record(dict(zip(("length", "origin", "source", "offset"), row, strict=False)), "runs")
    return Run(
        run.integer("length", 1, MOST_UNITS),
        run.word("origin", Origin),
        run.text("source", default=""),
        run.count("offset", MOST_UNITS, 0),
    )


def _source(name: str, row: Record) -> Source:
    text = row.prose("text")
    pieces = tuple(_piece(row, each) for each in row.items("pieces"))
    if any(begin + length > utf16_length(text) for begin, length in pieces):
        row.refuse("pieces", "should lie within the text")
    return Source(
        id=name,
        text=text,
        pieces=pieces,
        model=row.text("model"),
        adapter=row.text("adapter"),
        accepted_ms=row.moment("accepted_ms"),
        followed=row.flag("followed"),
        gave_way=row.prose("gave_way", ""),
    )


def _piece(row: Record, piece: object) -> tuple[int, int]:
    if not isinstance(piece, list) or len(piece) != 2:
        row.refuse("pieces", "should be pairs")
    pair = Record(dict(zip(("begin", "length"), piece, strict=True)), row.place)
    return pair.count("begin", MOST_UNITS), pair.count("length", MOST_UNITS)


def at_characters(ranges: Ranges, text: str) -> Ranges:
    """The same ranges of ``text``, none of which begins or ends within the two halves of a character."""
    if text.isascii():
        return ranges
    units = in_units(text)
    runs, end = [], 0
    for start, run in ranges.placed():
        stop = start + run.length
        if stop < len(units) and "\ud800" <= units[stop - 1] <= "\udbff" and _is_low(units[stop]):
            stop -= 1
        if stop > end:
            offset = max(0, run.offset + end - start) if run.source else 0
            runs.append(Run(stop - end, run.origin, run.source, offset))
            end = stop
    return Ranges(runs)


def _is_low(unit: str) -> bool:
    return "\udc00" <= unit <= "\udfff"


def known_text(log: Path, document_id: str, text: str) -> KnownText | None:
    """What the log knows of ``text``, carried over if it was changed elsewhere; None if it knows nothing.

    May take a second for a long text that was changed. Raises UserError if the log cannot be read.
    """
    kept = read_provenance(log, document_id)
    if kept is None:
        return None
    try:
        known = from_json(kept.ranges)
        if known.ranges.length != utf16_length(kept.text):
            raise ValueError("ranges of another text")
    except ValueError as error:
        logger.info("provenance that cannot be used: %s", error)
        return None
    known = replace(known, ranges=at_characters(known.ranges, kept.text))
    if content_hash(text) == kept.content_hash:
        return known
    ranges = reanchored(kept.text, known.ranges, text)
    return KnownText(ranges=ranges, sources=known.sources, was_changed=True)


def content_hash(text: str) -> str:
    """SHA-256 of the UTF-8 text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
