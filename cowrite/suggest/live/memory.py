"""What is remembered of earlier suggestions: what was refused where, and which accepts undo may take back."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from cowrite.base.text_changes import TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.base.words import next_word
from cowrite.suggest.filter.expected_value import WordChance
from cowrite.suggest.live.suggestion import Suggestion

REMEMBERED_REJECTIONS = 200
REMEMBERED_ACCEPTS = 100
REJECTION_CONTEXT_CHARACTERS = 24


class RejectedWords:
    """Words that were refused, each after the text it was offered after."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def add(self, suggestion: Suggestion) -> None:
        """The writer refused it; the oldest refusal is forgotten when there are too many."""
        text = suggestion.texts[suggestion.index] if suggestion.texts else suggestion.remaining
        self._known[_place_of(suggestion, text)] = None
        while len(self._known) > REMEMBERED_REJECTIONS:
            self._known.popitem(last=False)

    def hold(self, suggestion: Suggestion, text: str) -> bool:
        """Whether the first word of ``text`` was refused here before."""
        return _place_of(suggestion, text) in self._known


def _place_of(suggestion: Suggestion, text: str) -> tuple[str, str]:
    before = suggestion.context.before[-REJECTION_CONTEXT_CHARACTERS:]
    return before, next_word(text).strip()


@dataclass(frozen=True, slots=True)
class Accept:
    """An accept that undo may take back: where it was, what it inserted, and the suggestion as it was before."""

    offset: int
    text: str
    suggestion: Suggestion
    remaining: str
    taken: str
    words: tuple[WordChance, ...]


class UndoableAccepts:
    """The latest accepts, the last on top."""

    def __init__(self) -> None:
        self._accepts: list[Accept] = []

    def add(self, suggestion: Suggestion, text: str) -> None:
        """``text`` of ``suggestion`` is about to be inserted."""
        self._accepts.append(
            Accept(
                offset=suggestion.offset,
                text=text,
                suggestion=suggestion,
                remaining=suggestion.remaining,
                taken=suggestion.taken,
                words=suggestion.words,
            )
        )
        del self._accepts[:-REMEMBERED_ACCEPTS]

    def taken_back_by(self, change: TextChange) -> Accept | None:
        """The last accept, if ``change`` took back just that; it is forgotten then."""
        last = self._accepts[-1] if self._accepts else None
        if (
            last is None
            or change.inserted
            or change.offset != last.offset
            or change.removed != utf16_length(last.text)
        ):
            return None
        return self._accepts.pop()
