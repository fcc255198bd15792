"""From scores to signals: of changes that exclude each other only the best is left, and by how much it is the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cowrite.engine.messages import EditScore
from cowrite.spelling.edits import distance
from cowrite.tasks.repair.bounds import EditSignals
from cowrite.tasks.repair.edits import Edit, EditKind

NATS_PER_LETTER = 3.0
"""How much less probable a slip of one more letter is."""
_NO_OTHER = 20.0


@dataclass(frozen=True, slots=True)
class Contender:
    """A change with its score, the best of those at its place."""

    edit: Edit
    signals: EditSignals


def contenders(
    text: str, edits: Sequence[Edit], scores: Sequence[EditScore | None]
) -> list[Contender]:
    """Those of ``edits`` of ``text`` that gain anything and more than each other one they touch."""
    known = [
        (edit, score, _worth(text, edit, score))
        for edit, score in zip(edits, scores, strict=True)
        if score is not None
    ]
    found: list[Contender] = []
    for edit, score, worth in known:
        lead = min(
            (worth - other for each, _, other in known if each is not edit and edit.touches(each)),
            default=_NO_OTHER,
        )
        if lead > 0 and score.gain >= 0:
            found.append(
                Contender(
                    edit,
                    EditSignals(
                        kind=edit.kind, score=score, lead=lead, is_name=_is_name(text, edit)
                    ),
                )
            )
    return found


def _worth(text: str, edit: Edit, score: EditScore) -> float:
    if edit.kind is not EditKind.SPELLING:
        return score.gain
    slips = distance(text[edit.start : edit.end].lower(), edit.after.lower())
    return score.gain - NATS_PER_LETTER * (slips - 1)


def _is_name(text: str, edit: Edit) -> bool:
    return edit.start > 0 and text[edit.start : edit.start + 1].isupper() and edit.end > edit.start
