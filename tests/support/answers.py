"""Whether two answers of the engine are the same one.

Kernels may take another path for a buffer that lies elsewhere in memory, and on another processor. The last digits of
a sum differ then, and where the next layer rounds to bf16, which keeps eight bits, so may its third digit.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cowrite.engine.messages import Candidate, Token

_ROUNDING_NATS = 0.02


def same_candidates(one: Sequence[Candidate], other: Sequence[Candidate]) -> bool:
    """Whether texts are equal and probabilities equal but for rounding."""
    return [each.text for each in one] == [each.text for each in other] and all(
        same_tokens(left.tokens, right.tokens) for left, right in zip(one, other, strict=True)
    )


def same_tokens(one: Sequence[Token], other: Sequence[Token]) -> bool:
    """Whether tokens' texts are equal and their probabilities equal but for rounding."""
    return [token.text for token in one] == [token.text for token in other] and [
        token.logprob for token in one
    ] == pytest.approx([token.logprob for token in other], abs=_ROUNDING_NATS)
