"""What a model is to read: text, and the marks that steer it. Free of torch and Qt.

The two are told apart here and nowhere else by their looks: what a person typed is a :class:`Text`, whatever it looks
like, and only a :class:`Mark` becomes a token that steers the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Text:
    """Read byte for byte; no part of it is ever a mark."""

    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The token that steers the model and is written ``name``, such as “<|im_end|>”."""

    name: str


Prompt = tuple[Text | Mark, ...]


def joined(parts: Iterable[Text | Mark]) -> Prompt:
    """``parts`` without empty texts, and with texts that follow each other as one: so the tokenizer divides them."""
    found: list[Text | Mark] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, Mark):
            found.append(part)
        elif isinstance(last, Text):
            found[-1] = Text(last.text + part.text)
        elif part.text:
            found.append(part)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class FillInPrompt:
    """``goes_on``: the answer goes on right after the text before the gap; otherwise it is words by themselves."""

    prompt: Prompt
    goes_on: bool


class PromptBuilder(Protocol):
    """Puts tasks to one model in the way that it was taught."""

    def instruct(self, system: str, user: str) -> Prompt:
        """What to do in general and in particular. Raises UserError if that cannot be put to this model."""
        ...

    def fill_in(self, before: str, after: str, most_tokens: int) -> FillInPrompt | None:
        """The text around a gap, cut to about ``most_tokens``; None for a model that can only go on from a text."""
        ...
