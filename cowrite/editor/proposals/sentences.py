"""What the writer is told about a proposal."""

from __future__ import annotations

from cowrite.editor.proposals.standing import StandingProposal
from cowrite.proposals.proposal import Hunk

_LONGEST = 90

NOTHING_TO_CHANGE = "The model found nothing to change in this passage."
OUT_OF_DATE = "The passage has changed so much that what was proposed for it is out of date."
CHANGED_MEANWHILE = "The passage was changed meanwhile, so nothing that was proposed fits any more."
NO_OTHER_VERSION = "The model has no other version of this passage."
STOPPED = "Stopped. Your text is as it was."


def count_sentence(title: str, count: int, *, focused: bool) -> str:
    """How many changes are proposed, and how one gets to them."""
    changes = _changes(count)
    if focused:
        return f"{title}: {changes}. Tab accepts one, Backspace rejects it."
    return f"{title}: {changes}. F7 goes to the next one."


def change_sentence(hunk: Hunk) -> str:
    """What a hunk changes, in words."""
    before, after = hunk.before.strip(), hunk.after.strip()
    if not after:
        return f"“{before}” is left out" if before else "a space is left out"
    if not before:
        return f"“{after}” is added"
    return f"“{before}” becomes “{after}”"


def spoken(hunk: Hunk, number: int, count: int) -> str:
    """What a screen reader says of the focused hunk."""
    parts = [
        f"Change {number} of {count}: {change_sentence(hunk)}",
        hunk.kind.capitalize(),
        hunk.note,
    ]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def described(title: str, standing: StandingProposal, *, is_coming: bool) -> str:
    """How a proposal stands: which change is marked and what it is, and how sure the model is where that is known."""
    if is_coming:
        return f"{title}: {_changes(len(standing.open))} so far…"
    version = (
        f", version {standing.version + 1} of {standing.versions}" if standing.versions > 1 else ""
    )
    hunk = standing.focused_hunk
    if hunk is None:
        return f"{title}{version}: {_changes(len(standing.open))} left. F7 goes to the next one."
    its = hunk.hunk
    parts = [f"{standing.position} of {len(standing.open)}: {_shortened(change_sentence(its))}"]
    if its.kind:
        parts.append(its.kind)
    if its.confidence is not None:
        parts.append(f"{min(99, round(100 * its.confidence))} % sure")
    note = f" {its.note}" if its.note else ""
    return f"{title}{version}, {' · '.join(parts)}.{note}"


def _changes(count: int) -> str:
    return "1 change" if count == 1 else f"{count} changes"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
