"""What can say a text aloud: one interface for the services of all systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from cowrite.speech.languages import Voice


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is to be read: its language ("en_US"), the name of the voice that is wanted if any, and the speed."""

    language: str
    voice: str = ""
    speed_percent: int = 100


class Speaker(QObject):
    """Says one text at a time. Texts and places in them are in UTF-16 units.

    Signals, each with the number under which the text was given: ``word(number, start, length)`` when a word begins,
    if the service tells, ``finished(number)``, ``silenced(number)`` if somebody else made it stop,
    ``failed(number, sentence)``. ``voices_known()`` when it is known which voices there are.
    """

    word = Signal(int, int, int)
    finished = Signal(int)
    silenced = Signal(int)
    failed = Signal(int, str)
    voices_known = Signal()

    def say(self, number: int, text: str, manner: Manner) -> None:
        """Say ``text`` instead of whatever is being said."""
        raise NotImplementedError

    def hush(self) -> None:
        """Say nothing more; nothing is told of what was being said."""
        raise NotImplementedError

    def look_for_voices(self) -> None:
        """Find out which voices there are; ``voices_known()`` says when, or nothing ever comes."""
        raise NotImplementedError

    @property
    def voices(self) -> Sequence[Voice]:
        """Those that are known by now."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the service. May be called again."""
        raise NotImplementedError
