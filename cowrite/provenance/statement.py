"""The authorship statement of a document: what is from the writer, what from a model, when it was worked on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from cowrite import __version__
from cowrite.decisions.events import JsonValue
from cowrite.localization import tr, tr_noop, trn
from cowrite.localization.numbers import percent_text
from cowrite.provenance.annotations import annotation_block
from cowrite.provenance.authorship_share import AuthorshipShare, Kind, authorship_share
from cowrite.provenance.ranges import Origin, Ranges
from cowrite.provenance.sources import Source

LONGEST_PAUSE_MS = 5 * 60_000
"""A longer silence is no work on the document."""
LONGEST_BREAK_MS = 30 * 60_000
"""After a longer one a new sitting begins; whether the program was started again in between says nothing."""
HUMAN = (Kind.TYPED,)
MACHINE = (Kind.ACCEPTED, Kind.EDITED, Kind.REWRITTEN)
UNKNOWN = (Kind.PASTED, Kind.LOADED)

_ROWS = (
    (tr_noop("**Written by the author**"), HUMAN),
    (tr_noop("typed"), (Kind.TYPED,)),
    (tr_noop("**Written by a model**"), MACHINE),
    (tr_noop("accepted, unchanged"), (Kind.ACCEPTED,)),
    (tr_noop("accepted, then edited"), (Kind.EDITED,)),
    (tr_noop("rewritten by a model"), (Kind.REWRITTEN,)),
    (tr_noop("**Of unknown origin**"), UNKNOWN),
    (tr_noop("pasted from elsewhere"), (Kind.PASTED,)),
    (tr_noop("already in the file, or changed by another program"), (Kind.LOADED,)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingSession:
    """One sitting over the document. Unix time; ``minutes`` without long pauses."""

    started_ms: int
    ended_ms: int
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelShare:
    """What is still there, in whatever form, of what one model with one adapter suggested."""

    model: str
    adapter: str
    suggestions: int
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Everything that a statement says; ``annotations`` is the block of Markdown Annotations, empty if not wanted."""

    name: str
    made_ms: int
    shares: AuthorshipShare
    models: Sequence[ModelShare]
    sessions: Sequence[WritingSession]
    annotations: str = ""

    def share(self, kinds: Iterable[Kind]) -> float:
        """The share of the characters that are of these kinds, in per cent; 0 for an empty text."""
        total = sum(self.shares.characters.values())
        return 100 * self.characters(kinds) / total if total else 0.0

    def characters(self, kinds: Iterable[Kind]) -> int:
        """How many characters are of these kinds."""
        return sum(self.shares.characters.get(kind, 0) for kind in kinds)

    def words(self, kinds: Iterable[Kind]) -> int:
        """How many words are of these kinds."""
        return sum(self.shares.words.get(kind, 0) for kind in kinds)


def make_statement(
    name: str,
    text: str,
    ranges: Ranges,
    sources: Mapping[str, Source],
    *,
    moments: Iterable[int],
    made_ms: int,
    annotations: bool = False,
) -> Statement:
    """The statement of ``text``. ``moments`` are the Unix times of what was done to it, in order.

    Raises ValueError if the ranges are not those of ``text``.
    """
    return Statement(
        name=name,
        made_ms=made_ms,
        shares=authorship_share(text, ranges, sources),
        models=_models(ranges, sources),
        sessions=_sessions(moments),
        annotations=annotation_block(text, ranges, sources) if annotations else "",
    )


def to_markdown(statement: Statement) -> str:
    """The statement for people to read."""
    lines = [
        tr("# Authorship statement: {name}", name=_plain(statement.name)),
        "",
        tr(
            "Made by Cowrite {version} on {moment}. "
            "Spaces and line breaks count as characters; a word is attributed to whoever wrote most of it.",
            version=__version__,
            moment=_moment(statement.made_ms),
        ),
        "",
        tr("| | characters | words | share of characters |"),
        "| --- | ---: | ---: | ---: |",
    ]
    for title, kinds in _ROWS:
        lines.append(
            f"| {tr(title)} | {statement.characters(kinds):,} | {statement.words(kinds):,} "
            f"| {percent_text(statement.share(kinds), digits=1)} |"
        )
    whole = f"{statement.characters(Kind):,} | {statement.words(Kind):,}"
    lines.append(f"| {tr('All')} | {whole} | |")
    lines += ["", tr("## Models"), ""]
    lines += [_model_line(model) for model in statement.models] or [
        tr("No part of it was written by a model.")
    ]
    lines += ["", tr("## Sessions"), ""]
    lines += [_session_line(session) for session in statement.sessions] or [
        tr("None are on record.")
    ]
    if statement.annotations:
        lines += ["", tr("## Markdown Annotations"), "", tr("To be appended to the text:"), ""]
        lines += ["```markdown", statement.annotations.rstrip("\n"), "```"]
    return "\n".join(lines) + "\n"


def to_json(statement: Statement) -> str:
    """The statement for programs: times in Unix milliseconds, shares in per cent."""
    groups = {"human": HUMAN, "machine": MACHINE, "unknown": UNKNOWN}
    document: dict[str, JsonValue] = {
        "format": 1,
        "name": statement.name,
        "made_ms": statement.made_ms,
        "program": f"Cowrite {__version__}",
        "characters": statement.characters(Kind),
        "words": statement.words(Kind),
        "authors": {name: _figures(statement, kinds) for name, kinds in groups.items()},
        "origins": {kind.value: _figures(statement, (kind,)) for kind in Kind},
        "models": [
            {
                "model": each.model,
                "adapter": each.adapter,
                "suggestions": each.suggestions,
                "characters": each.characters,
            }
            for each in statement.models
        ],
        "sessions": [
            {
                "started_ms": each.started_ms,
                "ended_ms": each.ended_ms,
                "minutes": round(each.minutes, 1),
            }
            for each in statement.sessions
        ],
    }
    if statement.annotations:
        document["annotations"] = statement.annotations
    return json.dumps(document, indent=2) + "\n"


def _figures(statement: Statement, kinds: Sequence[Kind]) -> JsonValue:
    return {
        "characters": statement.characters(kinds),
        "words": statement.words(kinds),
        "percent": round(statement.share(kinds), 2),
    }


def _models(ranges: Ranges, sources: Mapping[str, Source]) -> list[ModelShare]:
    characters: dict[tuple[str, str], int] = {}
    names: dict[tuple[str, str], set[str]] = {}
    for run in ranges.runs:
        if run.origin not in (Origin.ACCEPTED, Origin.REWRITTEN):
            continue
        source = sources.get(run.source)
        key = (source.model, source.adapter) if source else ("", "")
        characters[key] = characters.get(key, 0) + run.length
        names.setdefault(key, set()).add(run.source)
    return [
        ModelShare(
            model=model, adapter=adapter, suggestions=len(names[model, adapter]), characters=n
        )
        for (model, adapter), n in sorted(characters.items(), key=lambda item: -item[1])
    ]


def _sessions(moments: Iterable[int]) -> list[WritingSession]:
    sittings: list[list[int]] = []
    for at_ms in moments:
        if not sittings or at_ms - sittings[-1][-1] > LONGEST_BREAK_MS:
            sittings.append([])
        sittings[-1].append(at_ms)
    sessions = []
    for each in sittings:
        steps = (later - earlier for earlier, later in pairwise(each))
        worked = sum(step for step in steps if step <= LONGEST_PAUSE_MS)
        sessions.append(
            WritingSession(started_ms=each[0], ended_ms=each[-1], minutes=worked / 60_000)
        )
    return sessions


def _model_line(model: ModelShare) -> str:
    name = _plain(model.model) or tr("unknown model")
    if model.adapter:
        name = tr("{model} with the adapter {adapter}", model=name, adapter=_plain(model.adapter))
    line = trn(
        "{name}: {characters:,} characters from {count} suggestion",
        "{name}: {characters:,} characters from {count:,} suggestions",
        model.suggestions,
        name=name,
        characters=model.characters,
    )
    return f"- {line}"


def _session_line(session: WritingSession) -> str:
    minutes = max(1, round(session.minutes))
    return f"- {tr('{moment}: {minutes} min', moment=_moment(session.started_ms), minutes=minutes)}"


def _moment(unix_ms: int) -> str:
    try:
        return f"{datetime.fromtimestamp(unix_ms / 1000):%Y-%m-%d %H:%M}"
    except (OverflowError, OSError, ValueError):
        return tr("an unknown date")  # a clock that was far off


def _plain(text: str) -> str:
    """``text`` as one line of Markdown that means nothing else."""
    line = "".join(c if c.isprintable() else " " for c in text)
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in line)
