"""A page, its controller, an engine and a pair of eyes in simulated time: what every simulated hand types on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cowrite.base.text_changes import TextChange
from cowrite.decisions.events import Event, EventKind
from cowrite.suggest.live.controller import SuggestionController
from cowrite.suggest.ports import Page
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.ghost_watch import GhostWatch, Notice, OnEvent, WatchedGhost
from cowrite.suggest.simulation.simulated_clock import SimulatedClock
from cowrite.suggest.simulation.simulated_engine import Answer, SimulatedEngine


class SimulatedPage(Page, Protocol):
    """A page without a window; ``text`` is all of its document, ``ghost`` is what it shows."""

    text: str
    ghost: str

    def connect(self, on_change: Callable[[TextChange], None]) -> None:
        """Who is told of every change."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """When a ghost is noticed, and how long an answer takes; milliseconds. ``engine_ms`` is None for real times."""

    notice: Notice = Notice.TYPING
    reaction_ms: float = 300.0
    engine_ms: float | None = 60.0


class _Silences:
    """Counts why nothing was shown."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def record(self, event: Event) -> None:
        if event.kind is EventKind.NOT_SHOWN:
            self.counts[str(event.details.get("reason"))] += 1


class Scene:
    """Lets time pass, and after each event looks at the screen. ``last_key_ms`` is told by whoever has the hands."""

    def __init__(
        self,
        page: SimulatedPage,
        *,
        eyes: Eyes,
        settings: SuggestSettings,
        answer: Answer,
        on_event: OnEvent = lambda *_: None,
    ) -> None:
        self.page = page
        self.clock = SimulatedClock()
        self.engine = SimulatedEngine(self.clock, answer, eyes.engine_ms)
        self.watch = GhostWatch(eyes.notice, eyes.reaction_ms, on_event)
        self.last_key_ms = 0.0
        self._silences = _Silences()
        document_id = page.caret_context().document_id
        self.controller = SuggestionController(
            page=page,
            jobs=self.engine,
            timer=self.clock.timer(),
            stuck_timer=self.clock.timer(),
            sink=self._silences,
            clock=self.clock,
            session_id="simulation",
            settings=settings,
            known_texts=lambda: {document_id: page.text},
        )
        page.connect(self.controller.text_changed)
        self.controller.engine_available(True)

    @property
    def silences(self) -> dict[str, int]:
        """How often nothing was shown, by the reason."""
        return dict(self._silences.counts)

    def wait_until(self, due_ms: float, on_noticed: Callable[[WatchedGhost], bool]) -> bool:
        """Let time pass until then. ``on_noticed`` is asked about a ghost that is noticed; True ends the waiting."""
        while True:
            noticed_ms = self.watch.notice_at_ms()
            happens_ms = self.clock.next_ms()
            first_ms = due_ms if happens_ms is None else min(due_ms, happens_ms)
            if noticed_ms is not None and noticed_ms <= first_ms:
                self.clock.advance_to(noticed_ms)
                ghost = self.watch.notice(self.clock.now_ms)
                if on_noticed(ghost):
                    return True
                due_ms = max(due_ms, self.clock.now_ms)
            elif happens_ms is not None and happens_ms <= due_ms:
                self.clock.run_next()
                self.look()
            else:
                self.clock.advance_to(due_ms)
                return False

    def let_pass(self, duration_ms: float) -> None:
        """Time passes while the eyes are on one ghost."""
        end_ms = self.clock.now_ms + duration_ms
        while (happens_ms := self.clock.next_ms()) is not None and happens_ms <= end_ms:
            self.clock.run_next()
            self.look()
        self.clock.advance_to(end_ms)

    def look(self, inserted: str = "") -> None:
        """Look at the screen, after ``inserted`` came into the text at the caret."""
        waited_ms = self.engine.computed_at_ms
        ready = waited_ms is None or waited_ms <= self.last_key_ms
        self.watch.look(self.page.ghost, self.clock.now_ms, inserted=inserted, ready=ready)

    def close(self) -> None:
        """Nobody writes any more."""
        self.controller.close()
        self.watch.close(self.clock.now_ms)
