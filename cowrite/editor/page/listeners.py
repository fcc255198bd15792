"""In which order the listeners of a document are notified. Written down here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, IntEnum, auto
from typing import Generic, TypeVar

Event = TypeVar("Event")


class SaveOccasion(Enum):
    """Why a file was written."""

    ASKED = "the writer saved"
    BY_ITSELF = "autosave"


class ListenerStage(IntEnum):
    """Who is notified of a change, in this order.

    The text mirror is before all of them: it finds out what the change is. Each stage may rely on what the ones before
    it know: no suggestion is asked for before it is known whose words stand there.
    """

    POLICY = auto()  # whether the document may be recorded and asked about at all
    PROVENANCE = auto()  # whose characters these are
    RECORDER = auto()  # the rows of the decision log
    JOURNAL = auto()  # unsaved text, kept for the case of a crash
    SUGGESTIONS = auto()  # the controller; it may show another ghost
    PERSONAL_WORDS = auto()  # the engine's knowledge of the writer's words
    VIEW = auto()  # what only shows: word count, title, status line, panels
    GHOST = auto()  # a ghost that none of the others vouched for goes


class StagedListeners(Generic[Event]):
    """Callbacks for one kind of event, told stage by stage; within a stage in the order in which they came."""

    def __init__(self) -> None:
        self._listeners: list[tuple[ListenerStage, Callable[[Event], None]]] = []

    def add(self, stage: ListenerStage, listener: Callable[[Event], None]) -> None:
        """Have ``listener`` told of every event from now on."""
        self._listeners.append((stage, listener))
        self._listeners.sort(key=lambda each: each[0])

    def remove(self, listener: Callable[[Event], None]) -> None:
        """Tell ``listener`` nothing more, not even of an event that is being told. May be called again."""
        self._listeners = [each for each in self._listeners if each[1] != listener]

    def clear(self) -> None:
        """Tell nobody anything more."""
        self._listeners = []

    def tell(self, event: Event) -> None:
        """Tell all of them, in their order."""
        for each in tuple(self._listeners):
            if each in self._listeners:
                each[1](event)
