"""How a task on a passage is put into words for a model that was taught conversations.

The system message says what to do and the user's message is the passage and little else: so small models were taught
to rewrite, and one of 135M that repeated instructions found around the passage does what it is told this way. What
such prompts have in common was learned from others (ScribeDog): marks of our own, at which an answer ends, stand
around whatever else is shown; the language is said again after the passage; an answer may not grow without end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cowrite.base.words import count_words, is_unspaced
from cowrite.engine.messages import InstructRequest
from cowrite.tasks.passage.language import guessed_language, language_name
from cowrite.tasks.passage.work import PassageRequest

# The first pair of which neither is in the passage stands around it.
_MARKS = (("<<<", ">>>"), ("[[[", "]]]"), ("{{{", "}}}"), ("<passage>", "</passage>"))
MOST_CONTEXT = 600
"""Characters before and after the passage that are shown with it."""
MOST_OWN_CHARACTERS = 1_500
DRAWN_AT = 0.7
"""The temperature of every version but the first."""
_REWRITER = "Answer with the passage alone and explain nothing. Keep every name and every number."
_HELPER = "Answer with that alone and explain nothing."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """``task`` is its name, ``says`` what the model is asked to do, in one or two sentences.

    ``asks`` is what stands after the passage, such as a question.

    An answer may have ``most`` times as many words as the passage and ``more`` words beside. ``is_shorter`` and
    ``is_longer`` are what it has to be. It replaces the passage unless it ``is_added`` after it or ``stands_beside``;
    one that ``may_be_cut`` is cut at the end of a sentence where it did not come to an end. It is in the language of
    the passage unless it ``translates``. ``invents``: it may have numbers that the passage does not have.
    ``least_shared`` is the share of the longer words of the shorter of the two that the other has as well, if it
    replaces the passage: what shares less is about something else.
    """

    task: str
    says: Callable[[PassageRequest], str]
    asks: Callable[[PassageRequest], str] = lambda _: ""
    most: float = 1.5
    more: int = 15
    least_shared: float = 0.4
    is_shorter: bool = False
    is_longer: bool = False
    is_added: bool = False
    stands_beside: bool = False
    may_be_cut: bool = False
    translates: bool = False
    invents: bool = False

    @property
    def replaces(self) -> bool:
        """Whether what is answered is the passage anew."""
        return not (self.is_added or self.stands_beside)

    def most_words(self, passage: str) -> int:
        """Of an answer to ``passage``."""
        return int(self.most * count_words(passage)) + self.more


def asked(wording: Wording, request: PassageRequest, attempt: int) -> InstructRequest:
    """What the model is asked; every ``attempt`` after the first is drawn with a seed of its own."""
    passage = request.passage.strip()
    opening, closing = marks_for(request)
    system = [wording.says(request), _REWRITER if wording.replaces else _HELPER]
    if request.noticed:
        system.append("What is known of this writer: " + " ".join(request.noticed))
    if request.own_passages:
        own = "\n\n".join(request.own_passages)[:MOST_OWN_CHARACTERS]
        system.append(f"This is how the writer writes:\n{opening}\n{own}\n{closing}")
    if not wording.stands_beside and (before := _end_of(request.before)):
        system.append(f"Before the passage stands:\n{opening}\n{before}\n{closing}")
    user = (passage, wording.asks(request), _reminder(wording, request))
    return InstructRequest(
        user="\n\n".join(each for each in user if each),
        system="\n".join(system),
        max_tokens=_tokens(wording, passage),
        stop=(opening, closing),
        temperature=DRAWN_AT if attempt else 0.0,
        seed=attempt,
        copied=passage if wording.replaces else "",
    )


def marks_for(request: PassageRequest) -> tuple[str, str]:
    """What stands around the passage in the prompt: something that is nowhere in it."""
    written = request.passage + request.before + "".join(request.own_passages)
    for pair in _MARKS:
        if not any(mark in written for mark in pair):
            return pair
    return _MARKS[-1]


def _reminder(wording: Wording, request: PassageRequest) -> str:
    """In which language to answer, as the last thing that is read; nothing where all that was read is in it."""
    if wording.translates:
        return ""
    name = language_name(request.language) or language_name(guessed_language(request.passage))
    return f"(Answer in {name}.)" if name and not name.endswith("English") else ""


def _end_of(before: str) -> str:
    return " ".join(before[-MOST_CONTEXT:].split())


def _tokens(wording: Wording, passage: str) -> int:
    """Enough for the most words that the answer may have: some 4 characters a token in English, 2.5 elsewhere.

    In scripts without spaces a character may take two tokens of a model that knows English best.
    """
    words = max(1, count_words(passage))
    characters = len(passage) * max(1, wording.most_words(passage)) / words
    return min(4_000, 24 + int(characters * (2 if is_unspaced(passage) else 0.4)))
