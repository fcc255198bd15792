"""Two made-up ways to write, told apart by function words, marks and the length of sentences, on the same subjects."""

from __future__ import annotations

import random

from cowrite.voice.chapters import samples
from cowrite.voice.model_prose import ModelProse, ProseGroup

_SUBJECTS = (
    "house",
    "river",
    "letter",
    "captain",
    "garden",
    "winter",
    "road",
    "story",
    "dog",
    "sea",
)
_VERBS = ("saw", "left", "knew", "found", "kept", "forgot", "painted", "followed")


def paragraph(kind: str, draw: random.Random, words: int = 60) -> str:
    """About ``words`` words by the “writer” or the “model”."""
    parts: list[str] = []
    size = 0
    while size < words:
        one, two = draw.choice(_SUBJECTS), draw.choice(_SUBJECTS)
        verb, other = draw.choice(_VERBS), draw.choice(_VERBS)
        if kind == "writer":
            said = f"But we {verb} a {one}; and so, upon my word, nobody {other} that {two}."
        else:
            said = f"The {one} was very important. It {verb} the {two} in the {one}, which {other} the {two}."
        parts.append(said)
        size += len(said.split())
    return " ".join(parts)


def prose(kind: str, words: int, seed: int) -> list[str]:
    """Paragraphs of about ``words`` words together."""
    draw = random.Random(seed)
    return [paragraph(kind, draw) for _ in range(words // 65)]


def model_prose() -> ModelProse:
    """What is known of the “model”: once by itself, and once beside the writer's texts."""
    alone = ProseGroup(name="neutral", samples=tuple(samples(prose("model", 3_000, 7))))
    beside = ProseGroup(
        name="beside",
        samples=tuple(samples(prose("model", 3_000, 8))),
        beside=tuple(samples(prose("writer", 3_000, 9))),
    )
    return ModelProse(model="made-up", name="Made-up", groups=(alone, beside))
