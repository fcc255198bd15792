"""What was read after a place of a text, so that who comes by there again needs no pass.

All letters of a word are asked for at one place: healing backs up to the word's beginning, and what is typed only
restricts what may be chosen there. So the same few tokens are read after it letter by letter, and as long as what is
typed agrees with what the model had in mind, nothing is read at all. What comes from here is what a pass gave for the
same tokens after the same tokens, bit for bit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

# Logits take four bytes for each token of the vocabulary: some forty places of the starter model.
MOST_BYTES = 8 * 2**20
LEAST_PLACES = 8
# So far from the first place is known by then what nobody comes by again.
MOST_TOKENS_FURTHER = 64


@dataclass(frozen=True, slots=True)
class ReadToken:
    """The ``logits (V,)`` after a token, and what the cache held of it; None where that cannot be put back."""

    logits: Tensor
    saved: Tensor | None

    @property
    def nbytes(self) -> int:
        """Memory it takes, in bytes."""
        return self.logits.nbytes + (0 if self.saved is None else self.saved.nbytes)


class ReadBefore:
    """Tokens read after the first ``start`` ones of a text, by the tokens from there on, those used last at the end.

    Whoever changes one of the first ``start`` tokens calls :meth:`keep`.
    """

    def __init__(self) -> None:
        self._start = 0
        self._known: OrderedDict[tuple[int, ...], ReadToken] = OrderedDict()
        self._bytes = 0

    def begin(self, tokens: Sequence[int]) -> None:
        """What is read after ``tokens`` is of interest from now on; after places too far back nothing is, any more."""
        if len(tokens) - self._start > MOST_TOKENS_FURTHER:
            self.forget()
        if not self._known:
            self._start = len(tokens)

    def put(self, tokens: Sequence[int], logits: Tensor, saved: Tensor | None) -> None:
        """``logits (V,)`` are those after ``tokens``, and ``saved`` is what the cache holds of the last of them."""
        if not self.is_near(len(tokens)):
            return
        path, read = self._path(tokens), ReadToken(logits.clone(), saved)
        old = self._known.pop(path, None)
        self._bytes += read.nbytes - (old.nbytes if old else 0)
        self._known[path] = read
        while self._bytes > MOST_BYTES and len(self._known) > LEAST_PLACES:
            self._bytes -= self._known.popitem(last=False)[1].nbytes

    def is_near(self, place: int) -> bool:
        """Whether anything is remembered of what stands after the first ``place`` tokens."""
        return 0 <= place - self._start <= MOST_TOKENS_FURTHER

    def after(self, tokens: Sequence[int]) -> ReadToken | None:
        """What is known of the last of ``tokens``. Its logits are not to be written into."""
        if len(tokens) < self._start:
            return None
        path = self._path(tokens)
        found = self._known.get(path)
        if found is not None:
            self._known.move_to_end(path)
        return found

    def keep(self, length: int) -> None:
        """Only the first ``length`` tokens of the text are still the same."""
        if length < self._start:
            self.forget()

    def forget(self) -> None:
        """Know nothing."""
        self._known.clear()
        self._bytes = 0

    def copy(self) -> ReadBefore:
        """The same for another text that begins with the same tokens."""
        copied = ReadBefore()
        copied._start, copied._bytes = self._start, self._bytes
        copied._known.update(self._known)
        return copied

    def _path(self, tokens: Sequence[int]) -> tuple[int, ...]:
        return tuple(tokens[self._start :])
