"""How well a model, as it is served, predicts a text: loss per token, in blocks that belong together.

Importing this module imports torch.

What each token is conditioned on: everything before it in its own document, as far as the window reaches. A document
is read from its beginning; once a window is full, a new one begins with the last quarter of the old.
So every token sees at least that many before it, or all there are, and its loss counts once. Before the first token
stands what the model expects before any text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import torch

from cowrite.base.errors import UserError
from cowrite.engine.loading.load import LoadedModel
from cowrite.localization import tr

# As much as the evaluation reads; a shorter window makes texts harder, and what was learned beforehand worth more.
WINDOW_TOKENS = 1024
# Logits of so many tokens are held at a time; between two passes one may stop.
PASS_TOKENS = 256
# Blocks are whole paragraphs, as many as it takes to have so many tokens: neighbours depend on each other.
BLOCK_TOKENS = 128
# Beyond this its exponential is no number any more; what is infinite or no number stays so.
_LARGEST_LOSS = 700.0


@dataclass(frozen=True, slots=True)
class Block:
    """Some paragraphs of one document: the sum of its tokens' losses in nats, and how many tokens and bytes it has."""

    document: str
    loss: float
    tokens: int
    bytes: int


class TokenPrediction(NamedTuple):
    """A token that stood in the text, the one that was most probable there, and the loss in nats.

    ``size`` is how many bytes of the text in UTF-8 the token stands for.
    """

    token: int
    size: int
    guess: int
    loss: float


@dataclass(frozen=True, slots=True)
class Score:
    """What a model makes of some texts. Blocks of the same texts are the same, whatever the adapter.

    ``predictions`` has every token of each document, also of what does not count.
    """

    blocks: tuple[Block, ...]
    predictions: Mapping[str, Sequence[TokenPrediction]] = field(default_factory=dict, repr=False)

    @property
    def tokens(self) -> int:
        """How many tokens were scored."""
        return sum(block.tokens for block in self.blocks)

    @property
    def bytes(self) -> int:
        """How many bytes of UTF-8 they are."""
        return sum(block.bytes for block in self.blocks)

    @property
    def loss(self) -> float:
        """Mean negative log-likelihood in nats per token."""
        return sum(block.loss for block in self.blocks) / self.tokens

    @property
    def perplexity(self) -> float:
        """e to the loss."""
        return math.exp(self.loss) if self.loss < _LARGEST_LOSS else math.inf + self.loss

    @property
    def bits_per_byte(self) -> float:
        """Loss in bits per byte of text, which can be compared between tokenizers."""
        return sum(block.loss for block in self.blocks) / (math.log(2) * self.bytes)


# A text, or its parts one after the other, each with whether it counts; what does not is read all the same.
Text = str | Sequence[tuple[str, bool]]


def score_texts(
    model: LoadedModel,
    texts: Mapping[str, Text],
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda _: None,
    window: int = WINDOW_TOKENS,
) -> Score:
    """Score ``texts``, each by its document's id. ``progress`` is told the share that is done.

    A ``window`` of more tokens than the model's own context is as long as that.
    Raises UserError if there is nothing to score, and Cancelled soon after ``cancelled()``.
    """
    blocks: list[Block] = []
    predictions: dict[str, Sequence[TokenPrediction]] = {}
    total, done = max(1, sum(len(whole(text)) for text in texts.values())), 0
    for document, text in texts.items():
        tokens, sizes = model.vocabulary.encode_with_sizes(whole(text))
        predictions[document] = _predictions(model, tokens, sizes, window, cancelled)
        losses = [each.loss for each in predictions[document]]
        written = [model.vocabulary.bytes_of(token) for token in tokens]
        blocks += blocks_of(document, written, losses, counting(sizes, text), sizes)
        done += len(whole(text))
        progress(done / total)
    if not blocks:
        raise UserError(
            tr("There is no text to test with."), tr("Choose a text that contains some words.")
        )
    return Score(tuple(blocks), predictions)


def whole(text: Text) -> str:
    """All of a text, what does not count too."""
    return text if isinstance(text, str) else "".join(part for part, _ in text)


def blocks_of(
    document: str,
    written: Sequence[bytes],
    losses: Sequence[float],
    counts: Sequence[bool] | None = None,
    sizes: Sequence[int] | None = None,
) -> list[Block]:
    """Tokens as blocks of whole paragraphs of at least BLOCK_TOKENS; what is left at the end joins the last one.

    ``written`` is what each token writes; only those are counted that ``counts`` says. A paragraph ends with the token
    that holds its line break. ``sizes``: the bytes of the text that each token stands for, where that is something else
    than what it writes.
    """
    counts = counts or [True] * len(written)
    sizes = sizes or [len(piece) for piece in written]
    left = sum(counts)
    blocks: list[Block] = []
    loss, tokens, size = 0.0, 0, 0
    for piece, token_loss, is_counted, length in zip(written, losses, counts, sizes, strict=True):
        if is_counted:
            loss, tokens, size, left = loss + token_loss, tokens + 1, size + length, left - 1
        ends = tokens >= BLOCK_TOKENS and b"\n" in piece
        if ends and left >= BLOCK_TOKENS:
            blocks.append(Block(document, loss, tokens, size))
            loss, tokens, size = 0.0, 0, 0
    if tokens:
        blocks.append(Block(document, loss, tokens, size))
    return blocks


def counting(sizes: Sequence[int], text: Text) -> list[bool]:
    """Whether each token of so many bytes counts: the part in which it begins does."""
    if isinstance(text, str):
        return [True] * len(sizes)
    ends, end = [], 0
    for part, counts in text:
        end += len(part.encode("utf-8", "surrogatepass"))
        ends.append((end, counts))
    found, at, number = [], 0, 0
    for size in sizes:
        while number < len(ends) - 1 and at >= ends[number][0]:
            number += 1
        found.append(ends[number][1])
        at += size
    return found


@torch.inference_mode()
def _predictions(
    model: LoadedModel,
    tokens: list[int],
    sizes: list[int],
    window: int,
    cancelled: Callable[[], bool],
) -> list[TokenPrediction]:
    """What is made of each token, given those before it."""
    found: list[TokenPrediction] = []
    beginning = list(model.vocabulary.beginning) or [model.start_token]
    for known, new in _windows(len(tokens), min(window, model.context_tokens - len(beginning))):
        cache = model.network.new_cache()
        before = tokens[known : new.start]
        logits = None
        for part in _parts([*beginning, *before]):
            logits = _read(model, part, cache, 1, cancelled)[-1:]
        for start in range(new.start, new.stop, PASS_TOKENS):
            end = min(start + PASS_TOKENS, new.stop)
            part = tokens[start:end]
            after = _read(model, part, cache, len(part), cancelled)
            assert logits is not None  # noqa: S101 - the beginning is never empty
            given = torch.cat([logits, after[:-1]]).float()
            expected = torch.tensor(part, device=given.device)
            losses = torch.nn.functional.cross_entropy(given, expected, reduction="none")
            guesses = given.argmax(-1)
            found += map(TokenPrediction, part, sizes[start:end], guesses.tolist(), losses.tolist())
            logits = after[-1:]
    return found


def _windows(count: int, size: int) -> Iterator[tuple[int, range]]:
    """Where each window begins to read, and which tokens count in it."""
    overlap = size // 4
    start = 0
    while start < count:
        known = max(0, start - overlap)
        end = min(count, known + size)
        yield known, range(start, end)
        start = end


def _parts(tokens: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(tokens), PASS_TOKENS):
        yield tokens[start : start + PASS_TOKENS]


def _read(
    model: LoadedModel, part: list[int], cache: object, last: int, cancelled: Callable[[], bool]
) -> torch.Tensor:
    """Logits ``(last, V)`` after ``part``. Raises Cancelled."""
    ids = torch.tensor([part], device=model.device)
    return model.network(ids, cache, last=last, cancelled=cancelled)[0]  # type: ignore[no-any-return]
