"""Which token comes next: the model's distribution mixed with the writer's own words, and a choice from it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from cowrite.engine.load import LoadedModel
from cowrite.engine.personal_ngrams import PersonalNgrams
from cowrite.engine.sampling import Sampling

# Less trust in the writer's own words than this changes nothing.
LEAST_TRUST = 0.01


@dataclass(frozen=True, slots=True)
class Choice:
    """A token that may come next, and its natural-log probability among those allowed, before any temperature."""

    token: int
    logprob: float


class Chooser:
    """Chooses tokens. ``ngrams`` are the writer's own words."""

    def __init__(self, model: LoadedModel, ngrams: PersonalNgrams) -> None:
        self._model, self._ngrams = model, ngrams

    def choices(
        self, logits: Tensor, text: str, pending: bytes, count: int, sampling: Sampling
    ) -> list[Choice]:
        """The ``count`` best next tokens after ``text`` by ``logits (V,)``, or as many draws without replacement.

        Only tokens that agree with ``pending``, typed but not read, are allowed.
        """
        allowed: Tensor | None = None
        size = logits.shape[0]
        if pending:
            ids = self._model.vocabulary.starting_with(pending)
            if not ids:
                return []
            allowed = torch.tensor(ids, device=logits.device, dtype=torch.long)
            logits = logits[allowed]
        logprobs = logits.float().log_softmax(dim=-1)
        shares, trust = self._guessed(text, pending)
        if shares:
            logprobs = _mixed(logprobs, shares, trust, allowed)
        scores = sampling.scores(logprobs, allowed, size)
        at = scores.topk(min(count, scores.numel())).indices
        tokens = at if allowed is None else allowed[at]
        pairs = zip(tokens.tolist(), logprobs[at].tolist(), strict=True)
        return [Choice(token, logprob) for token, logprob in pairs]

    def _guessed(self, text: str, pending: bytes) -> tuple[dict[int, float], float]:
        """What the writer's own words say of the next token: each token's share, and the trust in all of them."""
        guesses = self._ngrams.guesses(text)
        if guesses.trust < LEAST_TRUST:
            return {}, 0.0
        try:
            typed = pending.decode()
        except UnicodeDecodeError:
            return {}, 0.0  # a character is typed by half
        shares: dict[int, float] = {}
        for guess in guesses.guesses:
            token = self._model.vocabulary.encode(typed + guess.text)[0]
            written = self._model.vocabulary.bytes_of(token)
            if written.startswith(pending) or pending.startswith(written):
                shares[token] = shares.get(token, 0.0) + guess.share
        fitting = sum(shares.values())
        if not fitting:
            return {}, 0.0
        return {token: share / fitting for token, share in shares.items()}, guesses.trust * fitting


def _mixed(
    logprobs: Tensor, shares: Mapping[int, float], trust: float, allowed: Tensor | None
) -> Tensor:
    """``log((1 - trust) * exp(logprobs) + trust * share)``; ``logprobs (N,)`` are of the ``allowed`` ones or all."""
    mixed = logprobs + math.log1p(-trust) if trust < 1 else torch.full_like(logprobs, -math.inf)
    tokens = torch.tensor(list(shares), device=logprobs.device)
    if allowed is not None:
        found, tokens = (allowed[:, None] == tokens).nonzero(as_tuple=True)
        parts = torch.tensor(list(shares.values()), device=logprobs.device)[tokens]
    else:
        found, parts = tokens, torch.tensor(list(shares.values()), device=logprobs.device)
    mixed[found] = torch.logaddexp(mixed[found], (trust * parts).log())
    return mixed
