"""What becomes of accepted text: how much of it is still there after a while, at save, at close, at the next opening.

A moment that never comes leaves no row in the log: not yet known is not nothing left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cowrite.base.utf16 import count_characters, in_units
from cowrite.decisions.events import CONTINUE, Event, EventKind, EventSink
from cowrite.provenance.ranges import Ranges, Run
from cowrite.provenance.sources import Source

Placed = tuple[int, Run]
MOST_EDITS = 4_000
"""Edits of characters up to which the distance is exact; beyond, the length of the longer text stands for it."""


class When(StrEnum):
    """The moments at which is looked."""

    HALF_MINUTE = "30 s"
    TWO_MINUTES = "2 min"
    TEN_MINUTES = "10 min"
    SAVE = "save"
    CLOSE = "close"
    OPEN = "open"


AFTER_MS = {When.HALF_MINUTE: 30_000, When.TWO_MINUTES: 120_000, When.TEN_MINUTES: 600_000}


class State(StrEnum):
    """How accepted text stands."""

    EXACT = "exact"
    EDITED = "edited"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetainedText:
    """What is left of a source: ``now`` stands from ``start`` to ``end`` (UTF-16 offsets).

    ``distance`` is in characters; ``kept`` is the share of the accepted characters that are still there, 0 to 1.
    """

    state: State
    start: int
    end: int
    now: str
    distance: int
    kept: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A document at one moment. ``read`` gives its text between two offsets."""

    document_id: str
    revision: int
    ranges: Ranges
    sources: Mapping[str, Source]
    read: Callable[[int, int], str]


def retained_text(
    source: Source, places: list[Placed], read: Callable[[int, int], str]
) -> RetainedText:
    """What is left of ``source``, of which ``places`` are all runs in the document.

    “Now” is what stands from the first to the last of its characters; those that were carried far away do not count
    to it, but are kept.
    """
    start, end = _nearby(places, source.length)
    now = read(start, end) if end > start else ""
    kept = sum(run.length for _, run in places) / max(1, source.taken)
    if not now:
        state = State.GONE
    elif source.reads_as_taken(now):
        state = State.EXACT
    else:
        state = State.EDITED
    return RetainedText(
        state=state,
        start=start,
        end=end,
        now=now,
        distance=0 if state is State.EXACT else edit_distance(source.text, now),
        kept=min(1.0, kept),
    )


def edit_distance(taken: str, now: str) -> int:
    """The fewest insertions, deletions and substitutions of characters; above MOST_EDITS an upper bound."""
    # Nothing that was accepted is looked after at the start, and this takes a while to import.
    from rapidfuzz.distance import Levenshtein

    edits = Levenshtein.distance(taken, now, score_cutoff=MOST_EDITS)
    return edits if edits <= MOST_EDITS else max(len(taken), len(now))


def _nearby(places: list[Placed], length: int) -> tuple[int, int]:
    """From where to where the group of runs reaches that holds the most characters."""
    best, best_size = (0, 0), 0
    group, size = (0, 0), 0
    for start, run in places:
        if size and start - group[1] <= max(20, length):
            group, size = (group[0], start + run.length), size + run.length
        else:
            group, size = (start, start + run.length), run.length
        if size > best_size:
            best, best_size = group, size
    return best


class RetentionTracker:
    """Looks after the accepted text of one document and writes what it sees into ``sink``.

    ``monotonic_ms`` measures intervals, ``unix_ms`` dates the rows. Whoever owns it calls :meth:`look` when
    :meth:`due_in_ms` says so; one timer serves a whole document.
    """

    def __init__(
        self,
        sink: EventSink,
        session_id: str,
        *,
        monotonic_ms: Callable[[], float],
        unix_ms: Callable[[], int],
    ) -> None:
        self._sink = sink
        self._session_id = session_id
        self._monotonic_ms = monotonic_ms
        self._unix_ms = unix_ms
        self.begin()

    def begin(self) -> None:
        """Another document: forget the one before."""
        self._due: dict[str, list[tuple[float, When]]] = {}
        self._untold: dict[When, set[str]] = {When.SAVE: set(), When.CLOSE: set()}
        self._seen: dict[str, tuple[Placed, ...]] = {}

    def accepted(self, source_id: str) -> None:
        """Some of a suggestion was taken just now; with every further part the time begins anew."""
        now = self._monotonic_ms()
        self._due[source_id] = [(now + after, when) for when, after in AFTER_MS.items()]
        for untold in self._untold.values():
            untold.add(source_id)

    def due_in_ms(self) -> float | None:
        """How long until there is something to look at; None if nothing is waited for."""
        moments = [waiting[0][0] for waiting in self._due.values()]
        return max(0.0, min(moments) - self._monotonic_ms()) if moments else None

    def measure_due(self, situation: Situation) -> None:
        """Tell what became of the suggestions whose moment has come."""
        now = self._monotonic_ms()
        due: dict[str, list[When]] = {}
        for name, waiting in [*self._due.items()]:
            reached = [when for at, when in waiting if at <= now]
            # A machine that slept through a moment has not seen how things stood then.
            due[name] = reached[-1:]
            if reached:
                self._due[name] = waiting = waiting[len(reached) :]
            if not waiting:
                del self._due[name]
        names = [name for name, reached in due.items() if reached]
        places = _by_source(situation.ranges, names)
        for name in names:
            for when in due[name]:
                self._tell(situation, name, places[name], when)

    def tell(self, situation: Situation, when: When) -> None:
        """At a save or close: tell of what was taken since, and of what has changed since it was told of."""
        untold, self._untold[when] = self._untold[when], set()
        places = _by_source(situation.ranges, situation.sources)
        for name, found in places.items():
            changed = name in self._seen and self._seen[name] != _shape(found)
            if name in untold or changed:
                self._tell(situation, name, found, when)

    def opened(self, situation: Situation) -> set[str]:
        """At the opening of a document: tell of what was not told of at one before, and return of which that is."""
        told = set()
        for name, found in _by_source(situation.ranges, situation.sources).items():
            self._seen[name] = _shape(found)
            if not situation.sources[name].followed:
                self._tell(situation, name, found, When.OPEN)
                told.add(name)
        return told

    def _tell(self, situation: Situation, name: str, places: list[Placed], when: When) -> None:
        source = situation.sources.get(name)
        if source is None:
            return
        self._seen[name] = _shape(places)
        found = retained_text(source, places, situation.read)
        self._sink.record(
            Event(
                kind=EventKind.KEPT,
                at_ms=self._unix_ms(),
                session_id=self._session_id,
                suggestion_id=name,
                document_id=situation.document_id,
                revision=situation.revision,
                start=found.start,
                end=found.end,
                model=source.model,
                adapter=source.adapter,
                task=source.task or CONTINUE,
                details={
                    "when": when.value,
                    "state": found.state.value,
                    "distance": found.distance,
                    "kept": round(found.kept, 4),
                    "characters": count_characters(in_units(source.text)),
                    "now": found.now,
                },
            )
        )


def _by_source(ranges: Ranges, names: Iterable[str]) -> dict[str, list[Placed]]:
    """The runs of each of these sources, in the order of the text."""
    places: dict[str, list[Placed]] = {name: [] for name in names}
    if places:
        for start, run in ranges.placed():
            if run.source in places:
                places[run.source].append((start, run))
    return places


def _shape(places: list[Placed]) -> tuple[Placed, ...]:
    """The runs as they lie to each other, wherever the whole stands."""
    first = places[0][0] if places else 0
    return tuple((start - first, run) for start, run in places)
