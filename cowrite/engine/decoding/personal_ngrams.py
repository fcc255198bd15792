"""The writer's own words: what they wrote before in this document and in others, as counts that learn at once.

A model knows how people write; these counts know the names and phrases of this writer, from their third use on. The
unit is a piece: a word or mark with the space before it, so that an answer can stand at the caret as it is. Counts are
of pieces after one and two others, and of pieces by their first letters. Knows nothing of tokens, models, Qt or files.

Mixing of orders: each order with evidence gets ``trust = n / (n + k)`` of what the orders above it left, where ``n`` is
how often the context (and what is typed of the word) was seen there; escape as in PPM (Cleary and Witten 1984).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TypeVar

from cowrite.base.words import is_unspaced, split_without_space

Key = TypeVar("Key", str, tuple[str, ...])

# A word with inner apostrophes and hyphens, or a mark, each with the space before it; or the end of a line.
_PIECE = re.compile(r"[ \t]*(?:\w+(?:['’\-]\w+)*|[^\w\s])|\n+")
_TAIL_CHARACTERS = 240
MOST_CHARACTERS = 400_000
INDEX_LETTERS = 2
# Escape constants by order: how much evidence it takes to be believed. Smaller within a word, where less can follow.
_ESCAPE = {2: 3.0, 1: 30.0}
_ESCAPE_IN_WORD = {2: 1.0, 1: 4.0}
# Before a word's first letter, for each different word that was seen there: where many may follow, as after “of the”,
# that it was seen often says nothing of which one comes, and the model knows better (Witten and Bell 1991).
_ESCAPE_FOR_EACH = 3.0
# Of a word alone, by how many of its letters are typed (2, 3, 4, 5 and more).
_ESCAPE_BY_LETTERS = (2.0, 0.8, 0.4, 0.2)
# A capital letter is evidence too: the model has never met most names, and nothing else begins like them.
_ESCAPE_OF_NAMES = 0.5
# Where several words begin with the typed letters, the model knows better which one fits.
_MOST_TRUST_BY_RIVALS = (0.9, 0.5, 0.35)
MOST_GUESSES = 8


@dataclass(frozen=True, slots=True)
class Guess:
    """``text`` may follow the caret, with ``share`` of all that is guessed (the shares of some guesses sum to 1)."""

    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Guesses:
    """What may follow, and how much it is to be believed beside the model: 0 to 1."""

    guesses: tuple[Guess, ...] = ()
    trust: float = 0.0


NOTHING = Guesses()


@dataclass(slots=True)
class _Counts:
    """Counts of one text; a text's counts can be added to others and taken away again."""

    after: dict[tuple[str, ...], Counter[str]] = field(default_factory=dict)
    by_letters: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, pieces: list[str], sign: int) -> None:
        for at, piece in enumerate(pieces):
            for order in (1, 2):
                if at >= order:
                    _count(self.after, _context(pieces[at - order : at]), piece, sign)
            letters = _first_letters(piece)
            if letters:
                _count(self.by_letters, letters, piece, sign)


class PersonalNgrams:
    """Counts over the paragraphs of any number of documents.

    ``odds`` multiplies the odds of what is guessed against the model: 0 guesses nothing, 1 is as measured.
    """

    def __init__(self) -> None:
        self.odds = 1.0
        self._counts = _Counts()
        self._paragraphs: dict[str, Counter[str]] = {}

    def learn(self, document_id: str, text: str) -> None:
        """Know ``text`` as the whole of the document from now on; only paragraphs that changed are counted anew."""
        new = Counter(text[-MOST_CHARACTERS:].split("\n"))
        new.pop("", None)
        old = self._paragraphs.get(document_id, Counter())
        for paragraph, count in (new - old).items():
            for _ in range(count):
                self._counts.add(pieces_of(paragraph), 1)
        for paragraph, count in (old - new).items():
            for _ in range(count):
                self._counts.add(pieces_of(paragraph), -1)
        self._paragraphs[document_id] = new

    def forget(self, document_id: str) -> None:
        """Know nothing of the document."""
        self.learn(document_id, "")
        self._paragraphs.pop(document_id, None)

    def guesses(self, before: str) -> Guesses:
        """What the writer's own words say may follow ``before``."""
        context, typed = _split(before[-_TAIL_CHARACTERS:])
        shares: dict[str, float] = {}
        ended = self._share_of_ended(typed)
        if ended < 1.0:
            _mix(shares, self._evidence(context, typed), len(typed), 1.0 - ended)
        if ended > 0.0:
            _mix(shares, self._evidence([*context, typed], ""), 0, ended)
        trust = sum(shares.values())
        if trust <= 0.0 or self.odds <= 0.0:
            return NOTHING
        best = sorted(shares.items(), key=lambda item: -item[1])[:MOST_GUESSES]
        scaled = self.odds * trust / (1.0 - trust + self.odds * trust)
        return Guesses(tuple(Guess(text, share / trust) for text, share in best), scaled)

    def _share_of_ended(self, typed: str) -> float:
        """How often what is typed was a whole word, where it was the beginning of one."""
        words = self._counts.by_letters.get(_first_letters(typed), Counter())
        ended = words.get(typed, 0)
        going_on = sum(n for word, n in words.items() if word.startswith(typed) and word != typed)
        return ended / (ended + going_on) if ended else 0.0

    def _evidence(self, context: list[str], typed: str) -> list[tuple[dict[str, int], float]]:
        """What was seen in this place, from the longest context to the word alone, with the trust in each."""
        letters = len(typed.strip())
        escapes = _ESCAPE_IN_WORD if letters else _ESCAPE
        evidence = []
        for order in (2, 1):
            if len(context) >= order:
                seen = self._counts.after.get(_context(context[-order:]), Counter())
                fitting = _beginning_with(seen, typed)
                if fitting:
                    total = sum(fitting.values())
                    trust = total / (total + escapes[order])
                    if not letters:
                        trust *= total / (total + _ESCAPE_FOR_EACH * len(fitting))
                    evidence.append((fitting, trust))
        if letters >= INDEX_LETTERS:
            fitting = _beginning_with(
                self._counts.by_letters.get(_first_letters(typed), Counter()), typed
            )
            if fitting:
                evidence.append((fitting, _trust_in_words(fitting, letters)))
        return evidence


def _mix(
    shares: dict[str, float], evidence: list[tuple[dict[str, int], float]], typed: int, left: float
) -> None:
    """Give out ``left`` of all trust, the longest context first; of each piece, ``typed`` characters are there."""
    for found, trust in evidence:
        total = sum(found.values())
        for piece, count in found.items():
            text = piece[typed:]
            shares[text] = shares.get(text, 0.0) + left * trust * count / total
        left *= 1.0 - trust


def _trust_in_words(fitting: dict[str, int], letters: int) -> float:
    """Of words that begin with the ``letters`` typed, whatever stands before them."""
    escape = _ESCAPE_BY_LETTERS[min(letters - INDEX_LETTERS, len(_ESCAPE_BY_LETTERS) - 1)]
    if max(fitting, key=fitting.__getitem__).lstrip()[0].isupper():
        escape *= _ESCAPE_OF_NAMES
    most = _MOST_TRUST_BY_RIVALS[min(len(fitting), len(_MOST_TRUST_BY_RIVALS)) - 1]
    total = sum(fitting.values())
    # Used once is a coincidence.
    return most * (total - 1) / (total - 1 + escape)


def pieces_of(text: str) -> list[str]:
    """``text`` in pieces: each word or mark with one space before it if there was any."""
    return [
        _one_space(word)
        for match in _PIECE.finditer(text)
        for word in split_without_space(match.group())
    ]


def _split(before: str) -> tuple[list[str], str]:
    """The whole pieces before the caret on its line, and what is typed of the one at the caret."""
    line = before.rpartition("\n")[2]
    pieces = pieces_of(line)
    if line and line[-1] in " \t":
        return pieces, " "
    if pieces and pieces[-1][-1:].isalnum() and not is_unspaced(pieces[-1]):
        return pieces[:-1], pieces[-1]
    return pieces, ""


def _context(pieces: list[str]) -> tuple[str, ...]:
    """What stands before, whether it begins a sentence or not."""
    return tuple(piece.lstrip(" ").lower() for piece in pieces)


def _beginning_with(seen: dict[str, int], typed: str) -> dict[str, int]:
    if not typed:
        return dict(seen)
    return {piece: n for piece, n in seen.items() if piece.startswith(typed) and piece != typed}


def _first_letters(piece: str) -> str:
    """The key of the index: the space and the first letters; empty for a piece with no more letters than that."""
    space = 1 if piece[:1] == " " else 0
    key = piece[: space + INDEX_LETTERS]
    return key if len(key) == space + INDEX_LETTERS and piece[space].isalnum() else ""


def _one_space(piece: str) -> str:
    stripped = piece.lstrip(" \t")
    return f" {stripped}" if len(stripped) < len(piece) else piece


def _count(counts: dict[Key, Counter[str]], key: Key, piece: str, sign: int) -> None:
    found = counts.setdefault(key, Counter())
    found[piece] += sign
    if found[piece] <= 0:
        del found[piece]
        if not found:
            del counts[key]
