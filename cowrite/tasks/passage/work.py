"""What a task on a passage is given, and how it asks: as a generator of questions to the engine.

Whoever runs one sends back the answer to each task it yields, and shows each proposal it yields, which is what is
known so far. So the same work is done in the window, where the engine has a thread of its own, and on the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cowrite.engine.messages import AnyResult, Task
from cowrite.localization import tr
from cowrite.proposals.proposal import Proposal

MOST_WORDS = 2_000
"""Of a passage; what is longer is refused in a sentence."""

PassageWork = Generator[Task | Proposal, AnyResult | None, Proposal]
"""Yields tasks, each answered by ``send(result)``, and proposals, answered by None; returns the last one."""


class WordKnowledge(Protocol):
    """What is known of words: by the dictionary, the writer's own list, and the names of the text."""

    def knows(self, word: str) -> bool:
        """Whether it is right here."""
        ...

    def suggestions(self, word: str) -> list[str]:
        """What may have been meant by a word that is not right, the likeliest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageRequest:
    """``passage`` is what is to be worked on; ``before`` and ``after`` stand around it and are never changed.

    ``instruction`` is what the writer typed, or chose: a tone, a tense, a language to translate to. ``language`` is a
    tag such as “en_GB”, empty where unknown. ``thoroughness`` goes from 0 (careful) to 1 (thorough). ``versions`` is
    how many answers are wanted. ``words`` is None where no dictionary is there. ``noticed`` are sentences about this
    writer, and ``own_passages`` some of their texts, for tasks that are put into words. ``kind_offsets`` say how far
    the writer's decisions shift the log-odds of each kind of change. ``generates``: the model follows instructions
    well, so that tasks which need no such model may ask it too. ``scores``: it can say how probable a text is.
    """

    passage: str
    before: str = ""
    after: str = ""
    instruction: str = ""
    language: str = ""
    thoroughness: float = 0.0
    versions: int = 1
    words: WordKnowledge | None = None
    noticed: tuple[str, ...] = ()
    own_passages: tuple[str, ...] = ()
    kind_offsets: Mapping[str, float] = field(default_factory=dict)
    generates: bool = False
    scores: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageTask:
    """A task as menus and the command line know it. ``name`` is a word of the program's own, such as “repair”.

    ``called`` is what a menu calls it, and ``wants`` what the writer has to say with it, empty if nothing; both in
    English, of which ``title`` and ``asks_for`` are what is shown. ``choices`` are what they may choose for that, empty
    where they type it; a model is told them in English. ``stands_beside`` says that the answer
    opens beside the text and replaces nothing. ``needs_template``: only a model that was taught conversations does it.
    """

    name: str
    called: str
    work: Callable[[PassageRequest], PassageWork]
    wants: str = ""
    choices: tuple[str, ...] = ()
    stands_beside: bool = False
    needs_template: bool = True

    @property
    def title(self) -> str:
        """What a menu calls it, in the language of the interface."""
        return tr(self.called)

    @property
    def asks_for(self) -> str:
        """What the writer has to say with it, in the language of the interface; empty if nothing."""
        return tr(self.wants)
