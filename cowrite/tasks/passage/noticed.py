"""What was noticed about the writer, as the writer keeps it: sentences that they may change, or switch off."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated

from msgspec import Meta

from cowrite.base.records import decode, require_format
from cowrite.tasks.passage.habits import MOST_SHIFT, Habit

FORMAT = 1
MOST_SENTENCES = 20
LONGEST_SENTENCE = 300
_Sentence = Annotated[str, Meta(max_length=LONGEST_SENTENCE)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """One sentence. ``key`` says what it is about; with ``is_own`` the writer put it so; without ``is_on`` it waits."""

    key: _Sentence
    sentence: _Sentence
    is_on: bool = True
    is_own: bool = False


def merged(kept: Iterable[Noticed], found: Iterable[Habit]) -> tuple[Noticed, ...]:
    """``kept`` with what is ``found`` now. What the writer changed or switched off stays as it is.

    What is not found any more goes, unless the writer put it so themselves.
    """
    now = {habit.key: habit for habit in found}
    stay = [each for each in kept if each.key in now or each.is_own or not each.is_on]
    known = {each.key for each in stay}
    new = [
        Noticed(key=habit.key, sentence=habit.sentence[:LONGEST_SENTENCE])
        for key, habit in now.items()
        if key not in known
    ]
    return (*stay, *new)[:MOST_SENTENCES]


def reworded(each: Noticed, sentence: str) -> Noticed:
    """The same in the writer's own words; without any it is switched off."""
    text = " ".join(sentence.split())[:LONGEST_SENTENCE]
    if not text:
        return replace(each, is_on=False)
    return each if text == each.sentence else replace(each, sentence=text, is_own=True)


def sentences(noticed: Iterable[Noticed]) -> tuple[str, ...]:
    """Those that are to be told to a model."""
    return tuple(each.sentence for each in noticed if each.is_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """All that is kept: the sentences, and by kind of change how far it is shifted, in log-odds."""

    noticed: tuple[Noticed, ...] = ()
    offsets: dict[str, Annotated[float, Meta(ge=-MOST_SHIFT, le=MOST_SHIFT)]] = field(
        default_factory=dict
    )


def to_json(learned: Learned) -> str:
    """For a file."""
    document = {"format": FORMAT, **asdict(learned)}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def from_json(data: object) -> Learned:
    """The reverse of :func:`to_json`. Raises SchemaError for anything else."""
    require_format(data, FORMAT)
    return decode(data, Learned)
