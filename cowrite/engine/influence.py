"""How far what is known of the writer bends an answer. Free of torch and Qt."""

from __future__ import annotations

from enum import StrEnum

from cowrite.localization import tr_noop


class Influence(StrEnum):
    """How far what is known of the writer bends an answer: their own words, and the adapter that was trained on them.

    The value is what the settings file and the command line call it. Both are scaled while the model stays as it is
    loaded: the adapter's product is multiplied, ``W + s (alpha / r) B A`` (Wortsman et al. 2022, arXiv 2109.01903), and
    so are the odds of the writer's own words against the model's, so that the trust in them stays below 1.
    """

    OFF = tr_noop("off")
    GENTLE = tr_noop("gentle")
    AS_TESTED = tr_noop("as tested")
    STRONG = tr_noop("strong")

    @property
    def adapter_scale(self) -> float:
        """What the adapter's product is multiplied by; the promotion gate judges it at 1."""
        return {"off": 0.0, "gentle": 0.5, "as tested": 1.0, "strong": 1.5}[self.value]

    @property
    def word_odds(self) -> float:
        """What the odds of the writer's own words against the model's are multiplied by."""
        return {"off": 0.0, "gentle": 0.5, "as tested": 1.0, "strong": 2.0}[self.value]
