"""Clean text as what each task learns from: pairs of a right and a damaged sentence, texts that go on, gaps to fill.

Every example follows from the seed, the text and its number alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from cowrite.personalize.data.packing import Piece, Words
from cowrite.personalize.joint.noise import Noise
from cowrite.personalize.joint.sentences import Sentence, paragraphs_of

# Some of the sentences are read after what stands before them, the others alone, as learners' sentences are.
WITH_CONTEXT = 0.2
MOST_CONTEXT_CHARACTERS = 80
# So far behind the damage a sentence is read: what follows tells right from wrong, and less of it the farther off.
READ_BEYOND_CHARACTERS = 40
TEXT_TOKENS, LEAST_TEXT_TOKENS = 96, 32
LONGEST_GAP_WORDS = 6
TRIES = 12

FillInTokens = Callable[[str, str], Sequence[int]]
"""What a model reads to fill the gap between two texts."""


@dataclass(frozen=True, slots=True)
class DamagedPiece:
    """``piece`` learns from the first token that is not the right sentence's on.

    ``right`` are the places in the right sentence that stand against those: their losses are to be less together.
    """

    kind: str
    piece: Piece
    right: range


@dataclass(frozen=True, slots=True)
class RepairExample:
    """A right sentence, all of whose own tokens count, and damaged forms of it."""

    right: Piece
    damaged: tuple[DamagedPiece, ...]


class Examples:
    """Makes examples for one model. ``start`` is what the engine puts before a text."""

    def __init__(self, words: Words, start: Sequence[int], noise: Noise, seed: int) -> None:
        self._words, self._start, self._noise, self._seed = words, tuple(start), noise, seed

    def repair(self, sentence: Sentence, number: int, negatives: int) -> RepairExample | None:
        """The sentence and up to ``negatives`` damaged forms; None if none could be made."""
        draw = random.Random(f"{self._seed}/repair/{number}")  # noqa: S311 - no secret
        before = self._context(sentence, draw)
        ids, sizes = self._words.encode_with_sizes(before + sentence.text)
        ends = list(accumulate(sizes))
        known = len(before.encode())
        first = next((at for at, end in enumerate(ends) if end > known), len(ids))
        damaged = [
            made
            for damage in self._damages(sentence.text, draw, negatives)
            if (made := self._damaged(before, sentence.text, damage, ids, ends)) is not None
        ]
        if not damaged:
            return None
        offset = len(self._start)
        right = Piece((*self._start, *ids), tuple(range(offset + first, offset + len(ids))))
        return RepairExample(right, tuple(damaged))

    def _context(self, sentence: Sentence, draw: random.Random) -> str:
        if draw.random() >= WITH_CONTEXT or not sentence.before:
            return ""
        kept = sentence.before[-MOST_CONTEXT_CHARACTERS:]
        # From a whole word on.
        return kept if len(kept) == len(sentence.before) else kept.partition(" ")[2]

    def _damages(
        self, text: str, draw: random.Random, wanted: int
    ) -> Iterator[tuple[str, str, int]]:
        seen = {text}
        for _ in range(TRIES * wanted):
            damage = self._noise.damaged(text, draw)
            if damage is not None and damage.text not in seen:
                seen.add(damage.text)
                yield damage.kind, damage.text, damage.end
                if len(seen) > wanted:
                    return

    def _damaged(
        self,
        before: str,
        text: str,
        damage: tuple[str, str, int],
        right_ids: Sequence[int],
        right_ends: Sequence[int],
    ) -> DamagedPiece | None:
        kind, wrong, end = damage
        # Both are read up to the same place after the damage, the end of a word.
        cut = text.find(" ", end + READ_BEYOND_CHARACTERS)
        rest = 0 if cut < 0 else len(text) - cut
        ids = self._words.encode(before + wrong[: len(wrong) - rest])
        reach = len((before + text[: len(text) - rest]).encode())
        if reach not in right_ends:
            return None
        stop = right_ends.index(reach) + 1
        first = _first_difference(ids, right_ids[:stop])
        if first >= len(ids) or first >= stop:
            return None
        offset = len(self._start)
        piece = Piece((*self._start, *ids), tuple(range(offset + first, offset + len(ids))))
        return DamagedPiece(kind, piece, range(offset + first, offset + stop))

    def texts(self, text: str) -> list[Piece]:
        """Paragraphs, one after the other, in pieces that are continued."""
        ids = self._words.encode("\n\n".join(paragraphs_of(text)))
        size = TEXT_TOKENS - len(self._start)
        parts = [ids[at : at + size] for at in range(0, len(ids), size)]
        offset = len(self._start)
        return [
            Piece((*self._start, *part), tuple(range(offset, offset + len(part))))
            for part in parts
            if len(part) >= LEAST_TEXT_TOKENS
        ]

    def gap(
        self, sentence: Sentence, number: int, prompt: FillInTokens, end: int | None
    ) -> Piece | None:
        """Some words of the sentence as the answer to a ``prompt`` for the gap; None if it is too short for one.

        Nor is there one for a model that is asked for none.
        """
        draw = random.Random(f"{self._seed}/gap/{number}")  # noqa: S311 - no secret
        words = sentence.text.split(" ")
        size = draw.randint(1, LONGEST_GAP_WORDS)
        if len(words) < size + 4:
            return None
        at = draw.randrange(2, len(words) - size - 1)
        before = sentence.before[-MOST_CONTEXT_CHARACTERS:] + " ".join(words[:at]) + " "
        after = " " + " ".join(words[at + size :])
        asked = tuple(prompt(before, after))
        if not asked:
            return None
        answer = tuple(self._words.encode(" ".join(words[at : at + size])))
        answer += () if end is None else (end,)
        return Piece((*asked, *answer), tuple(range(len(asked), len(asked) + len(answer))))


def _first_difference(some: Sequence[int], others: Sequence[int]) -> int:
    pairs = zip(some, others, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(some), len(others)))
