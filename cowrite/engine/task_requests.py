"""What tasks beside completing ask of the engine and what it answers: picklable values, free of torch and Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cowrite.engine.messages import Timings, Token
from cowrite.engine.prompts import Prompt


class Ending(StrEnum):
    """Why an answer ended: by itself, at a stop text, with an allowed phrase, at its length, or with no token left."""

    OWN = "own"
    STOP_TEXT = "stop text"
    PHRASE = "phrase"
    LENGTH = "length"
    NO_TOKEN = "no token"


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """An answer to ``prompt``, of at most ``max_tokens``; it ends before the first of the ``stop`` texts.

    None of the ``banned`` phrases stands in the answer, letter for letter. If there are ``allowed`` phrases, the answer
    is one of them. With a ``temperature`` above 0 tokens are drawn, from the most probable ones that have ``top_p`` of
    the probability together; the same ``seed`` draws the same ones on the same device.
    """

    request_id: int
    revision: int
    prompt: Prompt
    max_tokens: int = 256
    stop: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationUpdate:
    """The answer so far; its text only ever grows."""

    request_id: int
    revision: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationResult:
    """The answer. ``tokens`` write it, and with a stop text more: what they write is cut before that."""

    request_id: int
    revision: int
    text: str
    tokens: tuple[Token, ...]
    ending: Ending
    timings: Timings = Timings()
    prompt_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRequest:
    """The log-probability of each of ``variants`` between ``before`` and ``after``."""

    request_id: int
    revision: int
    variants: tuple[str, ...]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantScore:
    """``logprob`` is the sum over ``tokens`` tokens, in nats; over which, :mod:`cowrite.engine.decoding.scoring` says."""

    logprob: float
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreResult:
    """The scores in the order of the variants.

    ``context_tokens`` stood before what was scored, ``cached_tokens`` of them were known from before, and
    ``read_tokens`` were read for all variants together.
    """

    request_id: int
    revision: int
    scores: tuple[VariantScore, ...]
    context_tokens: int
    cached_tokens: int
    read_tokens: int
