"""A typist who writes a given text at the speed of real hands, and takes a suggestion that was noticed and is right.

The keys come at recorded gaps whatever is on the screen; the eyes need their time to notice a ghost
(:mod:`~cowrite.suggest.simulation.ghost_watch`). A ghost that was noticed and is right is taken: after the time to
decide, with one key if all of it is right, else with a key for each right word. Time is simulated, so a run is
deterministic. The rule under test learns nothing that a program could not know at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cowrite.suggest.filter.key_places import TAIL_CHARACTERS
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.agreement import right_words
from cowrite.suggest.simulation.ghost_watch import Notice, OnEvent, WatchedGhost
from cowrite.suggest.simulation.living_report import LivingReport
from cowrite.suggest.simulation.plain_page import SENTENCE_ENDS, PlainPage
from cowrite.suggest.simulation.recorded_gaps import (
    GapReplay,
    RecordedSession,
    scale_to_wpm,
    sessions_from,
)
from cowrite.suggest.simulation.scene import Eyes, Scene
from cowrite.suggest.simulation.simulated_engine import Answer
from cowrite.suggest.simulation.time_model import ACCEPT_KEY_MS, DECIDE_MS

Learn = Callable[[str, str], None]
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

    @property
    def eyes(self) -> Eyes:
        """When they notice what."""
        return Eyes(notice=self.notice, reaction_ms=self.reaction_ms, engine_ms=self.engine_ms)

    def gaps(self) -> GapReplay:
        """The gaps of this typist, from the first on."""
        scale = scale_to_wpm(self.sessions, self.wpm)
        return GapReplay(sessions_from(self.seed, self.sessions), scale)


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
        self._page = PlainPage(before)
        self._scene = Scene(
            self._page, eyes=hands.eyes, settings=settings, answer=answer, on_event=on_event
        )
        self._gaps = hands.gaps()
        self._keys = 0
        self._accepts = 0
        self._learned = 0

    def write(self, on_progress: Callable[[float], None] = lambda _: None) -> LivingReport:
        """Type it to its end."""
        self._learn("simulated", self._page.text)
        self._learned = len(self._page.text)
        while (at := self._position()) < len(self._whole):
            character = self._page.next_key(self._whole)
            gap_ms = self._gaps.gap_ms(self._page.text, character)
            if not self._scene.wait_until(self._scene.clock.now_ms + gap_ms, self._take):
                self._press(character)
            on_progress((at - len(self._before)) / len(self._target))
        self._scene.close()
        return self._report()

    # --- Keys -------------------------------------------------------------------------------------------------------

    def _take(self, ghost: WatchedGhost) -> bool:
        """Take what is right of the ghost that was just noticed; whether anything was."""
        scene = self._scene
        if not self._right()[0]:
            return False
        scene.let_pass(DECIDE_MS)
        if scene.watch.ghost is not ghost:
            return False
        count, is_all = self._right()
        if is_all:
            return self._accept(scene.controller.accept_all)
        taken = False
        for number in range(count):
            if number:
                scene.let_pass(ACCEPT_KEY_MS)
            if scene.watch.ghost is not ghost or not self._right()[0]:
                break
            if not self._accept(scene.controller.accept_word):
                break
            taken = True
        return taken

    def _right(self) -> tuple[int, bool]:
        """How many words of the ghost are right, and whether all are."""
        return right_words(self._page.ghost, self._whole[self._position() :])

    def _position(self) -> int:
        return self._page.written_of(self._whole)

    def _accept(self, accept: Callable[[], bool]) -> bool:
        scene, length = self._scene, len(self._page.text)
        scene.last_key_ms = scene.clock.now_ms
        if not accept():
            return False
        text = self._page.text[length:]
        self._accepts += 1
        scene.watch.accepted(text, scene.clock.now_ms)
        self._learn_sentences(length)
        scene.look(inserted=text)
        return True

    def _press(self, character: str) -> None:
        self._keys += 1
        scene, before = self._scene, self._page.text
        scene.last_key_ms = scene.clock.now_ms
        scene.watch.key(character, scene.clock.now_ms)
        self._page.type(character)
        self._learn_sentences(len(before))
        # A space that only confirms the one there puts nothing in.
        scene.look(inserted=character if self._page.text != before else "")

    def _learn_sentences(self, since: int) -> None:
        """Learn the text up to the last end of a sentence in what came since it had that length."""
        text = self._page.text
        end = max(
            (at + 1 for at in range(max(0, since - 1), len(text)) if text[at] in SENTENCE_ENDS),
            default=0,
        )
        if end > self._learned:
            self._learned = end
            self._learn("simulated", text[:end])
            self._scene.engine.words_learned()

    # --- The figures ------------------------------------------------------------------------------------------------

    def _report(self) -> LivingReport:
        watch, scene = self._scene.watch, self._scene
        return LivingReport(
            words=len(self._target.split()),
            characters=len(self._target),
            keys=self._keys,
            accepts=self._accepts,
            shown=watch.shown,
            glances=watch.glances,
            ready=watch.ready,
            brief=watch.brief,
            ends=dict(watch.ends),
            time_ms=scene.clock.now_ms,
            without_ms=self._without_ms(),
            wpm=self._hands.wpm,
            reaction_ms=self._hands.reaction_ms,
            notice=self._hands.notice,
            latencies_ms=tuple(scene.engine.latencies_ms),
            silences=scene.silences,
        )

    def _without_ms(self) -> float:
        """The time that these hands need for the text when nothing is offered."""
        gaps = self._hands.gaps()
        start = len(self._before)
        return sum(
            gaps.gap_ms(self._whole[max(0, at - TAIL_CHARACTERS) : at], self._whole[at])
            for at in range(start, len(self._whole))
        )
