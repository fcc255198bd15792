"""The bundled examples: what is asked, what a good answer has, and what doing nothing would have."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cowrite.base.json_values import read_json_file
from cowrite.base.records import Prose, decode
from cowrite.base.words import count_words
from cowrite.settings.resources import resource_path
from cowrite.tasks.exam.sari import sari
from cowrite.tasks.passage.standing_on import sentences_of

FILE = "exam/examples.json"
LARGEST_FILE = 64 << 10
MOST_OF_THE_LENGTH = {"shorten": 0.8, "summarize": 0.6}
"""An answer that has more of the passage's words has not done it."""
LEAST_OF_THE_LENGTH = {"expand": 1.4}
LESS_THAN_COPYING = 1.0
"""So much more than the SARI of the passage itself a simplification needs, of 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """``wanted`` are regular expressions that a good answer has, ``unwanted`` such that it has not.

    With ``references`` the SARI counts, if the answer has all that is wanted.
    """

    task: Prose
    passage: Prose
    wanted: tuple[Prose, ...]
    unwanted: tuple[Prose, ...]
    instruction: Prose = ""
    references: tuple[Prose, ...] = ()

    def score(self, answer: str) -> float:
        """How good ``answer`` is, 0 to 1; an empty one is worth nothing."""
        if not answer.strip():
            return 0.0
        share = count_words(answer) / count_words(self.passage)
        if not self._least <= share <= self._most:
            return 0.0
        found = [bool(re.search(each, answer)) for each in self.wanted]
        found += [not re.search(each, answer) for each in self.unwanted]
        if self.references:
            return sari(self.passage, answer, self.references) / 100 if all(found) else 0.0
        return sum(found) / len(found)

    def nothing_done(self, answer: str) -> str:
        """What takes no model: the passage, or as much of it as ``answer`` is long where that has to be shorter.

        Of a summary that is whole sentences from the beginning, of a shortened passage the first words.
        """
        if self.task not in MOST_OF_THE_LENGTH:
            return "" if self.task in _MADE_ANEW else self.passage
        words = max(1, count_words(answer))
        if self.task == "shorten":
            return " ".join(self.passage.split()[:words])
        lead = ""
        for start, end in sentences_of(self.passage):
            if lead and count_words(lead) >= words:
                break
            lead += f" {self.passage[start:end]}"
        return lead.strip()

    def score_of_nothing(self, answer: str) -> float:
        """What doing nothing is worth; a lead may be longer than an answer may."""
        nothing = self.nothing_done(answer)
        if self.task in MOST_OF_THE_LENGTH:
            found = [bool(re.search(each, nothing)) for each in self.wanted]
            return sum(found) / len(found)
        return self.score(nothing)

    @property
    def _most(self) -> float:
        return MOST_OF_THE_LENGTH.get(self.task, float("inf"))

    @property
    def _least(self) -> float:
        return LEAST_OF_THE_LENGTH.get(self.task, 0.0)


_MADE_ANEW = frozenset({"ask", "questions", "reply", "translate"})
"""Of these the passage itself is no answer at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    licence: Prose
    examples: tuple[Example, ...]


@functools.cache
def bundled_examples() -> Mapping[str, tuple[Example, ...]]:
    """The examples of each task, in the order in which they are tried."""
    file = decode(read_json_file(resource_path(FILE), LARGEST_FILE), _File)
    tasks = dict.fromkeys(each.task for each in file.examples)
    return {task: tuple(each for each in file.examples if each.task == task) for task in tasks}
