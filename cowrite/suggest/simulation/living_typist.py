"""A typist who writes a given text at the speed of real hands, and takes a suggestion that was noticed and is right.

The keys come at recorded gaps whatever is on the screen; the eyes need their time to notice a ghost
(:mod:`~cowrite.suggest.simulation.ghost_watch`). A ghost that was noticed and is right is taken: after the time to
decide, with one key if all of it is right, else with a key for each right word. Time is simulated, so a run is
deterministic. The rule under test learns nothing that a program could not know at that moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cowrite.base.words import next_word
from cowrite.decisions.events import Event, EventKind
from cowrite.suggest.filter.key_places import TAIL_CHARACTERS
from cowrite.suggest.live.controller import SuggestionController
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.agreement import right_words
from cowrite.suggest.simulation.ghost_watch import GhostWatch, Notice, OnEvent, WatchedGhost
from cowrite.suggest.simulation.living_report import LivingReport
from cowrite.suggest.simulation.plain_page import PlainPage
from cowrite.suggest.simulation.recorded_gaps import (
    GapReplay,
    RecordedSession,
    scale_to_wpm,
    sessions_from,
)
from cowrite.suggest.simulation.simulated_clock import SimulatedClock
from cowrite.suggest.simulation.simulated_engine import Answer, SimulatedEngine
from cowrite.suggest.simulation.time_model import ACCEPT_KEY_MS, DECIDE_MS

Learn = Callable[[str, str], None]
SENTENCE_ENDS = frozenset(".!?\n")
"""The document is learned at the end of a sentence, as the window does when the writer pauses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """How a typist types and looks; milliseconds and words per minute. ``engine_ms`` is None for real times."""

    sessions: Sequence[RecordedSession]
    wpm: float = 49.0
    reaction_ms: float = 300.0
    notice: Notice = Notice.TYPING
    engine_ms: float | None = 60.0
    seed: int = 0

    def gaps(self) -> GapReplay:
        """The gaps of this typist, from the first on."""
        scale = scale_to_wpm(self.sessions, self.wpm)
        return GapReplay(sessions_from(self.seed, self.sessions), scale)


class _Silences:
    """Counts why nothing was shown."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def record(self, event: Event) -> None:
        if event.kind is EventKind.NOT_SHOWN:
            self.counts[str(event.details.get("reason"))] += 1


class LivingTypist:
    """Writes ``target`` after ``before``."""

    def __init__(
        self,
        before: str,
        target: str,
        *,
        hands: Hands,
        settings: SuggestSettings,
        answer: Answer,
        learn: Learn,
        on_event: OnEvent = lambda *_: None,
    ) -> None:
        self._before, self._target = before, target
        self._whole = before + target
        self._hands = hands
        self._learn = learn
        self._clock = SimulatedClock()
        self._engine = SimulatedEngine(self._clock, answer, hands.engine_ms)
        self._page = PlainPage(before)
        self._watch = GhostWatch(hands.notice, hands.reaction_ms, on_event)
        self._silences = _Silences()
        self._gaps = hands.gaps()
        self._last_key_ms = 0.0
        self._keys = 0
        self._accepts = 0
        self._learned = 0
        self._controller = SuggestionController(
            page=self._page,
            jobs=self._engine,
            timer=self._clock.timer(),
            sink=self._silences,
            clock=self._clock,
            session_id="simulation",
            settings=settings,
        )
        self._page.connect(self._controller.text_changed)
        self._controller.engine_available(True)

    def write(self, on_progress: Callable[[float], None] = lambda _: None) -> LivingReport:
        """Type it to its end."""
        self._learn("simulated", self._page.text)
        self._learned = len(self._page.text)
        while (at := self._position()) < len(self._whole):
            character = self._whole[at]
            gap_ms = self._gaps.gap_ms(self._page.text, character)
            if not self._wait_until(self._clock.now_ms + gap_ms):
                self._press(character)
            on_progress((at - len(self._before)) / len(self._target))
        self._controller.close()
        self._watch.close(self._clock.now_ms)
        return self._report()

    # --- Waiting and looking ----------------------------------------------------------------------------------------

    def _wait_until(self, due_ms: float) -> bool:
        """The gap before a key. True if a ghost was noticed and taken, so that other text is to be typed now."""
        while True:
            noticed_ms = self._watch.notice_at_ms()
            happens_ms = self._clock.next_ms()
            if noticed_ms is not None and noticed_ms <= min(
                due_ms, due_ms if happens_ms is None else happens_ms
            ):
                self._clock.advance_to(noticed_ms)
                self._watch.notice(self._clock.now_ms)
                if self._take(self._watch.ghost):
                    return True
                due_ms = max(due_ms, self._clock.now_ms)
            elif happens_ms is not None and happens_ms <= due_ms:
                self._clock.run_next()
                self._look()
            else:
                self._clock.advance_to(due_ms)
                return False

    def _pass(self, duration_ms: float) -> None:
        """Time passes while the writer decides or moves a finger."""
        end_ms = self._clock.now_ms + duration_ms
        while (happens_ms := self._clock.next_ms()) is not None and happens_ms <= end_ms:
            self._clock.run_next()
            self._look()
        self._clock.advance_to(end_ms)

    def _look(self, inserted: str = "") -> None:
        waited_ms = self._engine.computed_at_ms
        ready = waited_ms is None or waited_ms <= self._last_key_ms
        ghost, now_ms = self._page.ghost, self._clock.now_ms
        self._watch.look(ghost, now_ms, inserted=inserted, ready=ready)

    # --- Keys -------------------------------------------------------------------------------------------------------

    def _take(self, ghost: WatchedGhost | None) -> bool:
        """Take what is right of the ghost that was just noticed; whether anything was."""
        if ghost is None or not self._right()[0]:
            return False
        self._pass(DECIDE_MS)
        if self._watch.ghost is not ghost:
            return False
        count, is_all = self._right()
        if is_all:
            return self._accept(ghost.text, self._controller.accept_all)
        taken = False
        for number in range(count):
            if number:
                self._pass(ACCEPT_KEY_MS)
            if self._watch.ghost is not ghost or not self._right()[0]:
                break
            if not self._accept(next_word(ghost.text), self._controller.accept_word):
                break
            taken = True
        return taken

    def _right(self) -> tuple[int, bool]:
        """How many words of the ghost are right, and whether all are."""
        return right_words(self._page.ghost, self._whole[self._position() :])

    def _position(self) -> int:
        """How much of the whole is written; the space after an accepted word is not where a mark takes its place."""
        text = self._page.text
        gives_way = text[-1:] == " " and self._whole[len(text) - 1 : len(text)] != " "
        return len(text) - gives_way

    def _accept(self, text: str, accept: Callable[[], bool]) -> bool:
        length = len(self._page.text)
        self._last_key_ms = self._clock.now_ms
        if not accept():
            return False
        self._accepts += 1
        self._watch.accepted(text, self._clock.now_ms)
        self._learn_sentences(length)
        self._look(inserted=text)
        return True

    def _press(self, character: str) -> None:
        self._keys += 1
        self._last_key_ms = self._clock.now_ms
        self._watch.key(character, self._clock.now_ms)
        length = len(self._page.text)
        self._page.type(character)
        inserted = self._page.text[length:] if len(self._page.text) > length else character
        if len(self._page.text) == length and character == " ":
            inserted = ""  # the space was there already
        self._learn_sentences(length)
        self._look(inserted=inserted)

    def _learn_sentences(self, since: int) -> None:
        """Learn the text up to the last end of a sentence in what came since it had that length."""
        text = self._page.text
        end = max(
            (at + 1 for at in range(max(0, since - 1), len(text)) if text[at] in SENTENCE_ENDS),
            default=0,
        )
        if end > self._learned:
            self._learned = end
            self._engine.forget_ready()
            self._learn("simulated", text[:end])

    # --- The figures ------------------------------------------------------------------------------------------------

    def _report(self) -> LivingReport:
        watch = self._watch
        return LivingReport(
            words=len(self._target.split()),
            characters=len(self._target),
            keys=self._keys,
            accepts=self._accepts,
            shown=watch.shown,
            glances=watch.glances,
            ready=watch.ready,
            ends=dict(watch.ends),
            time_ms=self._clock.now_ms,
            without_ms=self._without_ms(),
            wpm=self._hands.wpm,
            reaction_ms=self._hands.reaction_ms,
            notice=self._hands.notice,
            latencies_ms=tuple(self._engine.latencies_ms),
            silences=dict(self._silences.counts),
        )

    def _without_ms(self) -> float:
        """The time that these hands need for the text when nothing is offered."""
        gaps = self._hands.gaps()
        start = len(self._before)
        return sum(
            gaps.gap_ms(self._whole[max(0, at - TAIL_CHARACTERS) : at], self._whole[at])
            for at in range(start, len(self._whole))
        )
