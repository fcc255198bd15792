"""When a writer is stuck: a pause of seconds where a sentence or a paragraph has just ended.

A state machine with a timer of its own. It is told what the writer does, and tells when a pause has become long; what
is offered then is for :mod:`cowrite.suggest.live.stuck_help`. Milliseconds throughout.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from enum import Enum

from cowrite.base.sentences import ends_sentence
from cowrite.suggest.ports import CaretContext, Timer
from cowrite.suggest.seams import looks_like_code
from cowrite.suggest.settings import Timing, WhenPaused

# So much of the text before the caret tells one place from another, and what kind of place it is.
PLACE_CHARACTERS = 64
LINE_CHARACTERS = 400
REMEMBERED_PLACES = 200
# A writer's own pauses count from so many on; the latest are kept.
FEWEST_PAUSES, MOST_PAUSES = 20, 200
# Whoever is away for a minute was not looking for words.
LONGEST_PAUSE_MS = 60_000
USUAL_SHARE = 0.9


class StuckState(Enum):
    """What the watch waits for."""

    # The next key: this is no place to be stuck, or all has been offered or refused.
    WRITING = "writing"
    # A pause that is longer than this writer's usual ones.
    PAUSING = "pausing"
    # The same pause, going on.
    LINGERING = "lingering"


class OwnPauses:
    """This writer's pauses where a sentence or a paragraph ended; only their lengths are kept, and only in memory."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._pauses: deque[float] = deque(maxlen=MOST_PAUSES)

    def add(self, pause_ms: float) -> None:
        """The writer went on after this time."""
        if pause_ms <= LONGEST_PAUSE_MS:
            self._pauses.append(pause_ms)

    @property
    def stuck_ms(self) -> int:
        """How long a pause must be to be none of the usual ones."""
        shortest, longest = self._timing.stuck_ms, self._timing.longest_stuck_ms
        if len(self._pauses) < FEWEST_PAUSES:
            return shortest
        ranked = sorted(self._pauses)
        usual = ranked[int(USUAL_SHARE * (len(ranked) - 1))]
        return round(min(max(usual, shortest), longest))


class StuckWatch:
    """Calls ``on_stuck`` when a pause is long, and ``on_still_stuck`` when it has gone on; not without ``timer``."""

    def __init__(
        self,
        timer: Timer | None,
        timing: Timing,
        *,
        on_stuck: Callable[[], None],
        on_still_stuck: Callable[[], None],
    ) -> None:
        self._timer = timer
        self._timing = timing
        self._on_stuck = on_stuck
        self._on_still_stuck = on_still_stuck
        self._pauses = OwnPauses(timing)
        self._refused: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._began_ms: float | None = None
        self.state = StuckState.WRITING

    def wrote(self, context: CaretContext, wanted: WhenPaused, now_ms: float) -> None:
        """The writer typed or took something, and the caret now stands in ``context``."""
        if self._began_ms is not None:
            self._pauses.add(now_ms - self._began_ms)
        self.interrupted()
        if self._timer is None or wanted is WhenPaused.NOTHING or not may_be_stuck(context):
            return
        self._began_ms = now_ms
        if _place(context) not in self._refused:
            self.state = StuckState.PAUSING
            self._wait(self._pauses.stuck_ms, wanted)

    def interrupted(self) -> None:
        """Something else than writing: wait for nothing until the writer writes."""
        if self._timer is not None:
            self._timer.stop()
        self._began_ms = None
        self.state = StuckState.WRITING

    def refused(self, context: CaretContext) -> None:
        """The writer said no here: nothing comes by itself at this place again."""
        self.interrupted()
        self._refused[_place(context)] = None
        while len(self._refused) > REMEMBERED_PLACES:
            self._refused.popitem(last=False)

    def _wait(self, delay_ms: int, wanted: WhenPaused) -> None:
        if self._timer is not None:
            self._timer.start(delay_ms, lambda: self._paused(wanted))

    def _paused(self, wanted: WhenPaused) -> None:
        match self.state:
            case StuckState.PAUSING if wanted is WhenPaused.SENTENCES:
                self.state = StuckState.LINGERING
                self._wait(self._timing.still_stuck_ms, wanted)
                self._on_stuck()
            case StuckState.PAUSING:
                self.state = StuckState.WRITING
                self._on_stuck()
            case StuckState.LINGERING:
                self.state = StuckState.WRITING
                self._on_still_stuck()
            case StuckState.WRITING:
                pass


def may_be_stuck(context: CaretContext) -> bool:
    """Whether a sentence or a paragraph has just ended at the caret, with nothing more in its line."""
    if context.after.split("\n", 1)[0].strip():
        return False
    before = context.before[-LINE_CHARACTERS:].rstrip(" \t")
    written = before.rstrip()
    if not written or looks_like_code(written.rpartition("\n")[2]):
        return False
    return before.endswith("\n") or ends_sentence(written)


def _place(context: CaretContext) -> tuple[str, str]:
    return context.document_id, context.before.rstrip(" \t")[-PLACE_CHARACTERS:]
