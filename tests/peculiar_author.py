"""A made-up author with turns of phrase of their own: text in which there is something to learn, and no line twice."""

from __future__ import annotations

import random

WHO = [
    "Grandmother Ilse",
    "the ferryman Oddo",
    "my aunt Perpetua",
    "the clockmaker",
    "little Wenzel",
]
DID = [
    "carried the cow's lantern", "counted the Tuesdays", "scolded the weather", "soup-tasted the wind",
    "unbuttoned the morning", "whistled a gull home", "mended the quarrel", "salted the news",
]  # fmt: skip
WHERE = [
    "down to the kitchen of the sea", "behind the borrowed church", "along Candlewick Stairs",
    "past the house with the wrong door", "under the bridge of Saint Ottokar", "as far as the salt market",
]  # fmt: skip
WHY = [
    "because the fog had asked politely", "so that the herring would not gossip",
    "for nobody owes the moon a receipt", "and thus the evening was properly ironed",
    "which is how one says good night in Brackwater", "since a promise must be aired on Thursdays",
]  # fmt: skip


def peculiar_text(paragraphs: int, seed: int) -> str:
    """So many paragraphs, about 100 tokens of the starter model each; the same for the same seed."""
    chosen = random.Random(seed)
    return "\n\n".join(" ".join(_sentence(chosen) for _ in range(4)) for _ in range(paragraphs))


def _sentence(chosen: random.Random) -> str:
    who, other = chosen.sample(WHO, 2)
    first, second = chosen.sample(DID, 2)
    place, reason = chosen.choice(WHERE), chosen.choice(WHY)
    form = chosen.randrange(3)
    if form == 0:
        return f"{who[0].upper()}{who[1:]} {first} {place}, {reason}."
    if form == 1:
        return f"{reason[0].upper()}{reason[1:]}, {who} {first} and {other} {second} {place}."
    return f"On the {chosen.randrange(2, 29)}th of that month {who} {first} {place}, and {other} {second}."
