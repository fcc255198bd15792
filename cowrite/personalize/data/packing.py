"""Examples as tokens, and pieces of them packed into batches without padding.

A batch is text after text with the length of each; the model keeps them apart (see
``cowrite.personalize.networks.model``), so packing changes nothing but the speed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

import torch
from torch import Tensor

from cowrite.personalize.data.examples import Example, Preference, UnpairedPreference

# Less context than this tells nothing; a completion may take the rest of a piece.
LEAST_CONTEXT = 32


class Words(Protocol):
    """What is needed of a vocabulary; :class:`cowrite.engine.tokens.vocabulary.Vocabulary` has it."""

    def encode(self, text: str) -> list[int]:
        """Token ids of ``text``."""
        ...

    def encode_with_sizes(self, text: str) -> tuple[list[int], list[int]]:
        """The same, and how many bytes of ``text`` in UTF-8 each token stands for."""
        ...

    def bytes_of(self, token: int) -> bytes:
        """What a token writes."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """Not more tokens than fit in a pass. ``learned`` are the places of those that count, each ``weight`` times.

    Where they do not count alike, ``shares`` has a factor for each.
    """

    ids: tuple[int, ...]
    learned: tuple[int, ...]
    weight: float = 1.0
    shares: tuple[float, ...] = ()

    @property
    def weights(self) -> tuple[float, ...]:
        """How much each of ``learned`` counts."""
        shares = self.shares or (1.0,) * len(self.learned)
        return tuple(self.weight * share for share in shares)


@dataclass(frozen=True, slots=True)
class PairPieces:
    """A preference as two pieces that learn only what differs."""

    chosen: Piece
    rejected: Piece
    weight: float


@dataclass(frozen=True, slots=True)
class UnpairedPiece:
    """A suggestion in its place, which was wanted (``desirable``) or not."""

    suggestion: Piece
    desirable: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """``ids (T,)`` of texts of ``lengths``; the loss is of the places ``at (N,)`` with ``weights (N,)``.

    ``owner (N,)`` says which text each place is of.
    """

    ids: Tensor
    lengths: tuple[int, ...]
    at: Tensor
    weights: Tensor
    owner: Tensor

    @classmethod
    def of(cls, pieces: Sequence[Piece], device: torch.device) -> Batch:
        """One after the other."""
        starts = [0, *accumulate(len(piece.ids) for piece in pieces)]
        at = [s + i for s, piece in zip(starts, pieces, strict=False) for i in piece.learned]
        weights = [weight for piece in pieces for weight in piece.weights]
        owner = [number for number, piece in enumerate(pieces) for _ in piece.learned]
        ids = [i for piece in pieces for i in piece.ids]
        return cls(
            torch.tensor(ids, device=device),
            tuple(len(piece.ids) for piece in pieces),
            torch.tensor(at, dtype=torch.long, device=device),
            torch.tensor(weights, dtype=torch.float32, device=device),
            torch.tensor(owner, dtype=torch.long, device=device),
        )


def pieces_of(
    example: Example, words: Words, start: Sequence[int], length: int, weight: float = 1.0
) -> Iterator[Piece]:
    """``example`` in pieces of at most ``length`` tokens, the first after ``start`` (what an empty page begins with).

    A token counts if a human wrote all of it but its leading space, and less if some of it is a model's that the writer
    kept. What is no whole text keeps the end of its context.
    """
    ids, sizes = words.encode_with_sizes(example.text)
    counts = _counting(ids, sizes, example, words)
    total = example.weight * weight
    if not example.is_text and len(ids) + len(start) > length:
        first = next((i for i, share in enumerate(counts) if share), 0)
        begin = max(0, min(first - LEAST_CONTEXT, len(ids) + len(start) - length))
        ids, counts = ids[begin:], counts[begin:]
    ids, counts = [*start, *ids], [0.0] * len(start) + counts
    for begin in range(0, len(ids), length):
        part = ids[begin : begin + length]
        learned = [i for i in range(1, len(part)) if counts[begin + i]]
        if learned:
            shares = tuple(counts[begin + i] for i in learned)
            yield Piece(tuple(part), tuple(learned), total, shares if min(shares) < 1 else ())


def pair_of(
    preference: Preference, words: Words, start: Sequence[int], length: int
) -> PairPieces | None:
    """Both sides after the same context, which is cut from the left; None if they begin and end as the same tokens."""
    chosen, rejected = (
        _after(preference.context, text, words, start, length)
        for text in (preference.chosen, preference.rejected)
    )
    if chosen is None or rejected is None or chosen.ids == rejected.ids:
        return None
    return PairPieces(chosen, rejected, preference.weight)


def unpaired_of(
    preference: UnpairedPreference, words: Words, start: Sequence[int], length: int
) -> UnpairedPiece | None:
    """The suggestion after its context, which is cut from the left; None if one of both is empty."""
    piece = _after(preference.context, preference.text, words, start, length)
    return None if piece is None else UnpairedPiece(piece, preference.desirable)


def _after(
    context: str, text: str, words: Words, start: Sequence[int], length: int
) -> Piece | None:
    """``text`` after ``context``: one piece of at most ``length`` tokens that learns the text."""
    room = length - len(start)
    known, ids = words.encode(context), words.encode(context + text)
    # A token may reach over the seam: everything from the first token that differs counts.
    seam = next((i for i, (a, b) in enumerate(zip(known, ids, strict=False)) if a != b), len(known))
    own = ids[seam:][: max(1, room - LEAST_CONTEXT)]
    before = [*start, *ids[:seam][-(room - len(own)) :]]
    if not own or not before:
        return None
    return Piece((*before, *own), tuple(range(len(before), len(before) + len(own))))


def packed(pieces: Sequence[Piece], most_tokens: int) -> list[list[Piece]]:
    """``pieces`` in their order as batches of at most ``most_tokens``; one that is longer stands alone."""
    batches: list[list[Piece]] = []
    room = 0
    for piece in pieces:
        if not batches or len(piece.ids) > room:
            batches.append([])
            room = most_tokens
        batches[-1].append(piece)
        room -= len(piece.ids)
    return batches


def teaching_most(pieces: Sequence[Piece], most_tokens: int) -> list[Piece]:
    """Of ``pieces`` those with most to learn for their length, in their order, ``most_tokens`` together at most."""

    def worth(number: int) -> float:
        piece = pieces[number]
        return sum(piece.weights) / len(piece.ids)

    chosen, room = set[int](), most_tokens
    for number in sorted(range(len(pieces)), key=worth, reverse=True):
        size = len(pieces[number].ids)
        if size <= room:
            chosen.add(number)
            room -= size
    return [pieces[number] for number in sorted(chosen)]


def evenly(pieces: Sequence[Piece], most_tokens: int) -> list[Piece]:
    """Some of ``pieces``, from beginning to end, of about ``most_tokens`` together."""
    total = sum(len(piece.ids) for piece in pieces)
    every = max(1.0, total / most_tokens)
    return [pieces[int(i * every)] for i in range(int(len(pieces) / every))]


def epoch_steps(
    pieces: Sequence[Piece], *, seed: int, epoch: int, micro_tokens: int, batch_tokens: int
) -> list[list[list[Piece]]]:
    """One reading of everything, in an order that follows from the seed: steps of micro-batches of pieces."""
    order = list(pieces)
    random.Random(f"{seed}/{epoch}").shuffle(order)  # noqa: S311 - an order, not a secret
    steps: list[list[list[Piece]]] = []
    room = 0
    for batch in packed(order, micro_tokens):
        size = sum(len(piece.ids) for piece in batch)
        if not steps or size > room:
            steps.append([])
            room = batch_tokens
        steps[-1].append(batch)
        room -= size
    return steps


def _counting(
    ids: Sequence[int], sizes: Sequence[int], example: Example, words: Words
) -> list[float]:
    """For each token how much it counts: as much as the least of the bytes it stands for."""
    own: list[float] = []
    for span in example.spans:
        share = 1.0 if span.learns else span.kept
        own += [share] * len(span.text.encode("utf-8", "surrogatepass"))
    counts: list[float] = []
    at = 0
    for token, size in zip(ids, sizes, strict=True):
        written = words.bytes_of(token)
        # Whoever writes the word does not always write the space before it.
        space = 1 < len(written) == size and written[:1] == b" "
        counts.append(min(own[at + space : at + size], default=0.0))
        at += size
    return counts
