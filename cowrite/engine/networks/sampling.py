"""Drawing the next token from a distribution, so that drafts and steps ahead change the time and nothing else.

The Gumbel-max trick (Gumbel 1954; Maddison et al. 2014, arXiv 1411.0030): the token with the largest
``log p / temperature + noise`` is a draw from ``p ** (1 / temperature)``, normalized, if the noise is standard Gumbel.
The noise depends on the seed and on which token of the answer it is for, not on how the logits came about. So a drafted
token is the one that is drawn with just its probability, and where it is not, what is drawn comes from the others,
normalized: the rule of Leviathan et al. 2023 (arXiv 2211.17192) and Chen et al. 2023 (arXiv 2302.01318) for a draft
without chance. The largest few are draws without replacement (Kool et al. 2019, arXiv 1903.06059).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are chosen: the most probable at ``temperature`` 0, else drawn; 1 is the distribution as it is.

    ``row`` tells the candidates of an answer apart, and ``first`` is which token of it comes next.
    """

    temperature: float = 0.0
    seed: int = 0
    row: int = 0
    first: int = 0

    def scores(self, logprobs: Tensor, allowed: Tensor | None, size: int) -> Tensor:
        """``logprobs (N,)`` of the ``allowed`` ones of ``size`` tokens, so that the largest is what is chosen."""
        if self.temperature <= 0.0:
            return logprobs
        noise = self.noise(1, size, logprobs.device)[0]
        return logprobs / self.temperature + (noise if allowed is None else noise[allowed])

    def noise(self, count: int, size: int, device: torch.device) -> Tensor:
        """Standard Gumbel noise for ``count`` tokens in turn, ``(count, size)`` in fp32; zeros at temperature 0."""
        if self.temperature <= 0.0:
            return torch.zeros(count, size, device=device)
        generator = torch.Generator(device)
        noise = torch.empty(count, size, device=device)
        for at in range(count):
            generator.manual_seed(_mixed(self.seed, self.row, self.first + at))
            noise[at].exponential_(generator=generator)
        return noise.log_().neg_()


def _mixed(*numbers: int) -> int:
    """A seed of 63 bits that differs in half of them if any of ``numbers`` differs."""
    text = " ".join(map(str, numbers)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") >> 1
