"""Which commands a few typed letters mean, best first. Knows no widgets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from rapidfuzz import fuzz

CLOSE_ENOUGH = 78.0
"""How like what was typed, from 0 to 100, a name with a slip of the finger must be (rapidfuzz's partial ratio)."""
SHORTEST_SLIP = 4
"""In fewer letters than these a slip cannot be told from another word."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A command as a list names it: ``name`` as its menu has it, ``text`` as the list shows it.

    ``also`` is another name by which it is found, that in English. ``enabled`` is whether it can be run now.
    """

    id: str
    name: str
    text: str
    group: str
    also: str = ""
    enabled: bool = True


def rank(typed: str, entries: Sequence[Entry], recent: Sequence[str] = ()) -> list[Entry]:
    """The entries that ``typed`` may mean: beginnings of words first, then initials, parts of words, slips.

    Among those that fit equally well come first what can be run, then the ``recent`` ids in their order, then the
    order given. Nothing typed means all of them.
    """
    places = {command_id: place for place, command_id in enumerate(recent)}
    wanted = folded(typed).split()
    found = []
    for order, entry in enumerate(entries):
        tier = _tier(wanted, entry)
        if tier is not None:
            last = not entry.enabled, places.get(entry.id, len(places)), order
            found.append((tier, last, entry))
    found.sort(key=lambda each: each[:2])
    return [entry for *_, entry in found]


def folded(text: str) -> str:
    """``text`` as it is compared: without case, accents, or the full width that an input method may give letters."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _tier(wanted: Sequence[str], entry: Entry) -> int | None:
    """How directly the entry is meant, 0 the most; None if it is not."""
    if not wanted:
        return 0
    whole = " ".join(wanted)
    names = [folded(name) for name in (entry.name, entry.text, entry.also) if name]
    words = [_WORD.findall(name) for name in names]
    everything = [*chain.from_iterable(words), *_WORD.findall(folded(entry.group))]
    if any(name.startswith(whole) for name in names):
        return 0
    if any(_begins_words(wanted, each) for each in words):
        return 1
    if len(wanted) == 1 and any(_initials(each).startswith(whole) for each in words):
        return 2
    if all(any(word.startswith(part) for word in everything) for part in wanted):
        return 3
    if all(any(part in word for word in everything) for part in wanted):
        return 4
    if len(whole) >= SHORTEST_SLIP and any(_is_like(whole, name) for name in names):
        return 5
    return None


def _begins_words(wanted: Iterable[str], words: Sequence[str]) -> bool:
    """Whether each of ``wanted`` begins a word of its own, in this order."""
    left = iter(words)
    return all(any(word.startswith(part) for word in left) for part in wanted)


def _initials(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def _is_like(typed: str, name: str) -> bool:
    return fuzz.partial_ratio(typed, name) >= CLOSE_ENOUGH and len(typed) <= len(name) + 2
