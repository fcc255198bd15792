"""The provenance of one document while it is edited: its ranges, those of every state of its undo stack, its sources.

Offsets are UTF-16 code units. Does not know the text; whoever edits it tells each change once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cowrite.base.utf16 import utf16_length
from cowrite.provenance.history import History
from cowrite.provenance.ranges import Origin, Ranges, Run
from cowrite.provenance.sources import LONGEST_GAP, Source

_numbers = itertools.count(1)

KnownEdit = tuple[int, int, Sequence[tuple[int, Origin]]]
"""Where something was inserted and how long it is, and lengths and origins of what was there before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Which suggestion an accepted text is of, and who made it. ``at_ms`` is Unix time.

    ``task`` is what the model was asked for, empty for a suggestion at the caret.
    """

    id: str
    model: str = ""
    adapter: str = ""
    at_ms: int = 0
    task: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clipping:
    """What was cut or copied, with where it is from: pasted again it is what it was."""

    text: str = ""
    runs: tuple[Run, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)


class DocumentProvenance:
    """Begins as an empty document."""

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {}
        self.load(0)
        self.know(None)

    # --- a text that was not written here ---

    def load(self, length: int) -> None:
        """Another text of ``length`` units is on the page; where it is from is not known yet (:meth:`know`)."""
        self._awaited = f"text {next(_numbers)}"
        self.ranges = Ranges([Run(length, Origin.LOADED, self._awaited)])
        self.sources = {}
        self._history = History(self.ranges)

    def know(self, stored: Ranges | None, sources: Mapping[str, Source] | None = None) -> None:
        """Where the text that was loaded is from; None if nobody knows. It may have been edited since."""
        awaited, self._awaited = self._awaited, ""
        if not awaited:
            return

        def known(run: Run) -> Iterable[Run]:
            if run.source != awaited:
                return (run,)
            if stored is None:
                return (Run(run.length, run.origin),)
            return [each for _, each in stored.between(run.offset, run.offset + run.length)]

        self.ranges = self.ranges.mapped(known)
        self._history.map(lambda ranges: ranges.mapped(known))
        self.sources = {**(sources or {}), **self.sources}

    def mark_followed(self, names: Iterable[str]) -> None:
        """What became of these sources until the next opening has been told."""
        for name in names:
            self.sources[name] = replace(self.sources[name], followed=True)

    # --- edits ---

    def edit(self, offset: int, removed: int, inserted: str, origin: Origin, *, state: int) -> None:
        """Something was written, pasted from elsewhere or deleted; ``state`` is the undo stack's number after it."""
        self._replace(offset, removed, [Run(utf16_length(inserted), origin)], state)

    def give_way(self, offset: int, inserted: str, *, state: int) -> None:
        """``inserted`` was typed over the character at ``offset``; where that was the space at an accept's end, the
        accept stands as it was taken.
        """
        for _, run in self.ranges.between(offset, offset + 1):
            source = self.sources.get(run.source)
            is_last = source is not None and run.offset == source.length - 1
            if source is not None and is_last and source.text[-1:] == " " and source.text.strip():
                self.sources[source.id] = source.without_last_space()
        self.edit(offset, 1, inserted, Origin.TYPED, state=state)

    def accept(
        self,
        offset: int,
        removed: int,
        text: str,
        taken: Taken,
        *,
        state: int,
        read: Callable[[int, int], str],
    ) -> None:
        """Some of a suggestion was inserted. ``read`` gives the text between two offsets."""
        source = self.sources.get(taken.id) or Source(
            id=taken.id, model=taken.model, adapter=taken.adapter, accepted_ms=taken.at_ms
        )
        end, place = self._goes_on_from(source, offset)
        source = source.with_more(end, read(place, offset), text)
        self.sources[source.id] = source
        begins, length = source.pieces[-1]
        self._replace(offset, removed, [Run(length, Origin.ACCEPTED, source.id, begins)], state)

    def rewrite(self, offset: int, removed: int, text: str, taken: Taken, *, state: int) -> None:
        """A change of a passage was taken: ``text`` stands where ``removed`` units were."""
        if not text:
            self.edit(offset, removed, text, Origin.REWRITTEN, state=state)
            return
        length = utf16_length(text)
        self.sources[taken.id] = Source(
            id=taken.id,
            text=text,
            pieces=((0, length),),
            model=taken.model,
            adapter=taken.adapter,
            accepted_ms=taken.at_ms,
            task=taken.task,
        )
        self._replace(offset, removed, [Run(length, Origin.REWRITTEN, taken.id)], state)

    def paste(
        self, offset: int, removed: int, text: str, clipping: Clipping, *, state: int
    ) -> None:
        """Something was pasted: what was cut or copied here, or something from elsewhere."""
        if not text or text != clipping.text:
            self.edit(offset, removed, text, Origin.PASTED, state=state)
            return
        for name, source in clipping.sources.items():
            self.sources.setdefault(name, source)
        self._replace(offset, removed, [*map(self._still_known, clipping.runs)], state)

    def undo_or_redo(
        self, offset: int, removed: int, inserted: str, *, state: int, length: int
    ) -> None:
        """The undo stack was moved along; ``length`` is the document's after it."""
        self.ranges = self._history.moved(
            state,
            self.ranges,
            length=length,
            offset=offset,
            removed=removed,
            inserted=utf16_length(inserted),
        )

    def steps_came_back(self, steps: Sequence[Sequence[KnownEdit]], states: Sequence[int]) -> None:
        """Edits of an earlier session can be undone again; ``states`` are the undo stack's numbers after each step."""
        ranges = self.ranges
        known = {states[-1]: ranges}
        for step, state in zip(reversed(steps), [*states[-2::-1], 0], strict=True):
            for offset, inserted, removed in reversed(step):
                ranges = ranges.replaced(offset, inserted, [Run(*each) for each in removed])
            known[state] = ranges
        self._history = History.of(known, states[-1])

    def clip(self, start: int, end: int, text: str) -> Clipping:
        """What is cut or copied from ``start`` to ``end``."""
        runs = tuple(run for _, run in self.ranges.between(start, end))
        names = {run.source for run in runs}
        sources = {name: self.sources[name] for name in names if name in self.sources}
        return Clipping(text=text, runs=runs, sources=sources)

    # --- inside ---

    def _goes_on_from(self, source: Source, offset: int) -> tuple[int, int]:
        """Where in ``source``, and where in the text, the part ends that an accept at ``offset`` continues."""
        nearby = [*self.ranges.between(offset - LONGEST_GAP, offset)]
        for start, run in reversed(nearby):
            if run.source == source.id:
                return run.offset + run.length, start + run.length
            if run.origin is not Origin.TYPED:
                break
        # What was taken of it before, if anything was, is far away or was taken back.
        taken = bool(source.pieces)
        is_there = taken and any(run.source == source.id for run in self.ranges.runs)
        return (source.length if is_there else 0), offset

    def _replace(self, offset: int, removed: int, runs: Sequence[Run], state: int) -> None:
        self.ranges = self.ranges.replaced(offset, removed, runs)
        self._history.edited(state, self.ranges)

    def _still_known(self, run: Run) -> Run:
        """A run of a text that is awaited no more, or not here, is of unknown origin."""
        if not run.source or run.source == self._awaited or run.source in self.sources:
            return run
        return Run(run.length, run.origin)
