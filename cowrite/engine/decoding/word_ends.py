"""Where a word ends: which tokens go on with the word before them, and how probable it is that none of them comes."""

from __future__ import annotations

import torch
from torch import Tensor

from cowrite.base.words import is_unspaced
from cowrite.engine.tokens.vocabulary import Vocabulary

# The first byte of the typographic marks (“ ” ’ – …), which are often divided into tokens of less than a character.
_MARK_BYTE = b"\xe2"


def ends_in_a_word(text: str) -> bool:
    """Whether ``text`` ends in a letter or digit of a word that a space or mark would end."""
    return text[-1:].isalnum() and not is_unspaced(text[-1])


def goes_on(written: bytes) -> bool:
    """Whether a token that writes this right after a letter goes on with its word, as “'t” does after “don”."""
    text = written.decode(errors="ignore")
    if not text:  # a part of a character
        return bool(written) and not written.startswith(_MARK_BYTE)
    return not text[0].isspace() and (text[0].isalnum() or text[1:2].isalnum())


class WordEnds:
    """The tokens of ``vocabulary`` that go on with a word, looked up once: ``(rows,)``, true for those that do."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._going_on: Tensor | None = None

    def going_on(self, logprobs: Tensor) -> Tensor:
        """The mask for ``logprobs (V,)``, on their device."""
        if self._going_on is None:
            bytes_of = self._vocabulary.bytes_of
            rows = [goes_on(bytes_of(token)) for token in range(logprobs.shape[0])]
            self._going_on = torch.tensor(rows, device=logprobs.device)
        return self._going_on
