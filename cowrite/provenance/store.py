"""How provenance is kept in the decision log, and how it is read back for a text that may have changed meanwhile."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, get_args

from msgspec import Meta

from cowrite.base.json_values import SchemaError
from cowrite.base.records import Moment, Name, Prose, decode, matching, require_format
from cowrite.base.utf16 import in_units, utf16_length
from cowrite.decisions.database.rows import ProvenanceRow
from cowrite.decisions.events import TASK_PATTERN, JsonValue
from cowrite.decisions.reader import read_provenance
from cowrite.localization import tr_noop
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
) -> ProvenanceRow:
    """The row that keeps the provenance of ``text``; it is made on the thread that writes it."""
    sources = dict(sources)
    return ProvenanceRow(
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
        **({"task": source.task} if source.task else {}),
    }


def from_json(data: Any) -> KnownText:
    """The reverse of :func:`to_json`. Raises SchemaError for anything else."""
    require_format(data, FORMAT)
    stored = decode(data, _Stored)
    ranges = Ranges(_run(row, number) for number, row in enumerate(stored.runs))
    sources = {
        name: Source(
            id=name,
            text=each.text,
            pieces=each.pieces,
            model=each.model,
            adapter=each.adapter,
            accepted_ms=each.accepted_ms,
            followed=each.followed,
            gave_way=each.gave_way,
            task=each.task,
        )
        for name, each in stored.sources.items()
    }
    return KnownText(ranges=ranges, sources=sources)


_Units = Annotated[int, Meta(ge=0, le=MOST_UNITS)]
_RunLength = Annotated[int, Meta(ge=1, le=MOST_UNITS)]
_ShortRow = tuple[_RunLength, Origin]
_LongRow = tuple[_RunLength, Origin, Name, _Units]


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredSource:
    text: Prose
    pieces: tuple[tuple[_Units, _Units], ...]
    model: Name
    adapter: Name
    accepted_ms: Moment
    followed: bool
    gave_way: Prose = ""
    task: Annotated[str, matching(f"(?:{TASK_PATTERN})?", tr_noop("is not the name of a task"))] = (
        ""
    )

    def __post_init__(self) -> None:
        if any(begin + length > utf16_length(self.text) for begin, length in self.pieces):
            raise SchemaError("pieces", tr_noop("should lie within the text"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    runs: list[list[Any]]
    sources: dict[Name, _StoredSource]


def _run(row: list[Any], number: int) -> Run:
    """A row of two or of four: msgspec takes no union of tuples."""
    kind: Any = _LongRow if len(row) > len(get_args(_ShortRow)) else _ShortRow
    return Run(*decode(row, kind, f"runs[{number}]"))


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
