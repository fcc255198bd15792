"""What the engine works out while the writer's hands are between two keys: what they may do next, likeliest first.

A next key may be any of a few letters, or take the ghost. The scores at a word's beginning serve every letter of it, so
most of these answers cost the engine next to nothing; those that do cost something are the ones that may be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.engine.messages import Job
from cowrite.suggest.ports import EngineJobs

# A letter that is less probable, and what is left once the others are worked out, is not worth the processor's time.
LEAST_PROBABILITY = 0.03
LEAST_LEFT = 0.1
MOST_CONTINUATIONS = 6
# How often the next key takes a ghost that is on the screen, and how often it goes on as the ghost does where the
# engine says nothing of single letters.
TAKEN = 0.15
TYPED_ALONG = 0.5
_GOING_ON = frozenset({ChangeKind.TYPED, ChangeKind.ACCEPTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuation:
    """``text`` may stand at the caret after the next key, with this ``probability`` (0 to 1)."""

    text: str
    probability: float


def continuations(likely_next: Mapping[str, float], ghost: str) -> tuple[Continuation, ...]:
    """What the next key may make of the text, likeliest first, without what is not worth working out.

    ``ghost`` is what is on the screen; it may be taken, or typed along.
    """
    letters = dict(likely_next)
    left = 1.0
    if ghost:
        letters.setdefault(ghost[0], TYPED_ALONG)
        letters = {letter: share * (1.0 - TAKEN) for letter, share in letters.items()}
        letters[ghost] = letters.get(ghost, 0.0) + TAKEN
    found: list[Continuation] = []
    for text, share in sorted(letters.items(), key=lambda item: -item[1]):
        is_ghost = text == ghost
        if (left < LEAST_LEFT or share < LEAST_PROBABILITY) and not is_ghost:
            continue
        found.append(Continuation(text=text, probability=share))
        left -= share
    return tuple(found[:MOST_CONTINUATIONS])


class Ahead:
    """Tells ``jobs`` what to have ready. ``job_after`` makes what is asked once some text stands at the caret."""

    def __init__(self, jobs: EngineJobs, job_after: Callable[[str], Job]) -> None:
        self._jobs = jobs
        self._job_after = job_after
        self._likely_next: dict[str, float] = {}
        self._wanted: dict[str, Job] = {}

    def expect(self, likely_next: tuple[tuple[str, float], ...]) -> None:
        """An answer for the place of the caret says which characters are likely there."""
        self._likely_next = dict(likely_next)

    def work(self, ghost: str) -> None:
        """Have ready what may be asked after the next key, with ``ghost`` on the screen (“” for none)."""
        texts = [each.text for each in continuations(self._likely_next, ghost)]
        self._wanted = {text: self._job_after(text) for text in texts}
        self._jobs.prefetch(tuple(self._wanted.values()))

    def text_changed(self, change: TextChange) -> None:
        """Whatever does not begin with what was typed is wanted no more; what the text now says may be asked."""
        typed = change.inserted
        goes_on = change.kind in _GOING_ON and not change.removed and bool(typed)
        self._forget_all_but(typed if goes_on else None)

    def again(self) -> None:
        """Another question came between; go on with what is still wanted."""
        if self._wanted:
            self._jobs.prefetch(tuple(self._wanted.values()))

    def stop(self) -> None:
        """The caret went elsewhere, or nothing more is to be computed."""
        self._forget_all_but(None)

    def _forget_all_but(self, typed: str | None) -> None:
        """Want only what begins with what was ``typed``, as it goes on from there; None for nothing."""
        self._likely_next = {}
        before, self._wanted = self._wanted, {}
        if typed is not None:
            kept = {text: job for text, job in before.items() if text.startswith(typed)}
            self._wanted = {text[len(typed) :]: job for text, job in kept.items()}
        if len(self._wanted) < len(before):
            self._jobs.prefetch(tuple(self._wanted.values()))
