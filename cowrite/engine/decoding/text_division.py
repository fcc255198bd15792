"""Many texts that begin alike as tokens, without dividing again what they have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cowrite.engine.tokens.vocabulary import Vocabulary

# What stands before is cut from the left in steps of so many tokens.
CUT_STEP_TOKENS = 256
# So far back from its end, how a text is divided into tokens does not depend on what follows it.
SEAM_CHARACTERS = 100
_WORD = re.compile(r" (?=[^\W\d_])")


def encode_all(
    vocabulary: Vocabulary, before: str, texts: Sequence[str], first: list[int]
) -> list[list[int]]:
    """The tokens of ``before`` and each of ``texts`` together; ``first`` are those with the first text.

    Only the end of ``before`` is divided again for each text, from a word on that is far enough from the end, where
    that comes to the same for ``before`` alone and for the first text.
    """
    encode, inside = vocabulary.encode, vocabulary.encode_inside
    words = list(_WORD.finditer(before, 0, max(0, len(before) - SEAM_CHARACTERS)))
    if len(texts) > 1 and words:
        head, tail = before[: words[-1].start()], before[words[-1].start() :]
        known = encode(head)
        if known + inside(tail + texts[0]) == first and known + inside(tail) == encode(before):
            return [known + inside(tail + text) for text in texts]
    return [first, *(encode(before + text) for text in texts[1:])] if texts else []


def end_that_is_read(vocabulary: Vocabulary, before: str, most_tokens: int) -> str:
    """The end of ``before``, of at most ``most_tokens``; cut at the same place while little is added to it."""
    tokens, sizes = vocabulary.encode_with_sizes(before)
    surplus = len(tokens) - most_tokens
    if surplus <= 0:
        return before
    cut = sum(sizes[: -(-surplus // CUT_STEP_TOKENS) * CUT_STEP_TOKENS])
    return before.encode("utf-8", "surrogatepass")[cut:].decode("utf-8", "ignore")
