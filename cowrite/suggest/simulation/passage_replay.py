"""How many keys suggestions save in given passages: what the promotion gate asks of the simulated writer."""

from __future__ import annotations

from collections.abc import Sequence

from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.simulated_writer import Answer, Learn, SimulatedWriter


def keys_saved(
    passages: Sequence[tuple[str, str]], *, settings: SuggestSettings, answer: Answer, learn: Learn
) -> list[float]:
    """Keys not pressed in each passage, given as (before, target). What is learned of one is forgotten after it."""
    saved: list[float] = []
    for before, target in passages:
        writer = SimulatedWriter(before, target, settings=settings, answer=answer, learn=learn)
        report = writer.write()
        learn("simulated", "")
        saved.append(report.characters - report.keystrokes)
    return saved
