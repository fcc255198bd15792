"""What a writer's eyes get of the ghosts on a page: when one stands long enough to be noticed, and how each ends.

A ghost is noticed when it has stood for the reaction time without a break. With TYPING, what is typed in agreement with
it does not break it; with PAUSES, the whole time must lie within one gap between keys. It may grow at its end; a
ghost whose text changed is another one. Looks at the screen after each event, as one would see it: what is hidden and
shown again within one event was never gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Notice(StrEnum):
    """When a ghost is noticed."""

    TYPING = "typing"
    PAUSES = "pauses"


class GhostEnd(StrEnum):
    """How a ghost ended: in exactly one of these ways."""

    TAKEN = "taken"
    WRONG_GLANCE = "wrong_glance"
    FLASH = "flash"
    TYPED_THROUGH = "typed_through"
    """Gone before it was noticed, because all of it had been typed; a flash as well."""


@dataclass(slots=True)
class WatchedGhost:
    """A ghost on the screen since ``shown_ms``; ``since_ms`` is when the reaction time began to run."""

    text: str
    shown_ms: float
    since_ms: float
    was_ready: bool
    noticed: bool = False
    taken: bool = False


# What happened, when (in simulated milliseconds), and the text: of the key, of the ghost, or what was taken.
OnEvent = Callable[[str, float, str], None]


class GhostWatch:
    """Watches one page.

    ``ends`` counts how the ghosts ended, ``ready`` those whose text was there with the key, and ``brief`` those that
    stood for less than the reaction time, noticed or not, and of which nothing was taken.
    """

    def __init__(self, notice: Notice, reaction_ms: float, on_event: OnEvent) -> None:
        self._notice = notice
        self._reaction_ms = reaction_ms
        self._on_event = on_event
        self.ghost: WatchedGhost | None = None
        self.ends = dict.fromkeys(GhostEnd, 0)
        self.shown = 0
        self.glances = 0
        self.ready = 0
        self.brief = 0

    def notice_at_ms(self) -> float | None:
        """When the ghost on the screen will be noticed if nothing happens; None if there is nothing new to notice."""
        ghost = self.ghost
        return None if ghost is None or ghost.noticed else ghost.since_ms + self._reaction_ms

    def notice(self, now_ms: float) -> WatchedGhost:
        """The writer sees it. Raises ValueError if there is nothing to see."""
        if self.ghost is None:
            raise ValueError("there is nothing to see")
        self.ghost.noticed = True
        self.glances += 1
        self._on_event("noticed", now_ms, self.ghost.text)
        return self.ghost

    def key(self, character: str, now_ms: float) -> None:
        """The writer is about to press the key of ``character``."""
        self._on_event("key", now_ms, character)

    def accepted(self, text: str, now_ms: float) -> None:
        """The writer took ``text`` of it."""
        if self.ghost is None:
            raise ValueError("there was nothing to take")
        self.ghost.taken = True
        self._on_event("accepted", now_ms, text)

    def look(self, on_screen: str, now_ms: float, *, inserted: str = "", ready: bool) -> None:
        """The screen after an event: ``on_screen`` is the ghost on it, ``inserted`` what came into the text.

        ``ready``: whether what is on the screen was known when the last key was pressed.
        """
        ghost = self.ghost
        if ghost is None:
            if on_screen:
                self._begin("shown", on_screen, now_ms, ready)
            return
        agrees = ghost.text.startswith(inserted)
        rest = ghost.text[len(inserted) :] if agrees else ""
        if rest and on_screen.startswith(rest):
            if on_screen != rest:
                self._on_event("grown", now_ms, on_screen)
            ghost.text = on_screen
            if inserted and self._notice is Notice.PAUSES:
                ghost.since_ms = now_ms
            return
        self._end(now_ms, GhostEnd.TYPED_THROUGH if agrees and not rest.strip() else GhostEnd.FLASH)
        if on_screen and rest:
            self._begin("changed", on_screen, now_ms, ready)
            return
        self._on_event("hidden", now_ms, ghost.text)
        if on_screen:
            self._begin("shown", on_screen, now_ms, ready)

    def close(self, now_ms: float) -> None:
        """Nobody looks any more."""
        if self.ghost is not None:
            text = self.ghost.text
            self._end(now_ms, GhostEnd.FLASH)
            self._on_event("hidden", now_ms, text)

    def _begin(self, event: str, text: str, now_ms: float, ready: bool) -> None:
        self.ghost = WatchedGhost(text=text, shown_ms=now_ms, since_ms=now_ms, was_ready=ready)
        self.shown += 1
        self.ready += ready
        self._on_event(event, now_ms, text)

    def _end(self, now_ms: float, unseen: GhostEnd) -> None:
        """The ghost is gone; ``unseen`` is how it ended if it had not been noticed."""
        ghost, self.ghost = self.ghost, None
        if ghost is None:
            return
        if ghost.taken:
            self.ends[GhostEnd.TAKEN] += 1
        else:
            self.ends[GhostEnd.WRONG_GLANCE if ghost.noticed else unseen] += 1
            self.brief += now_ms - ghost.shown_ms < self._reaction_ms
