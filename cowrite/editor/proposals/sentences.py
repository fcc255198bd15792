"""What the writer is told about a proposal."""

from __future__ import annotations

from cowrite.editor.proposals.standing import StandingProposal
from cowrite.localization import tr, tr_noop, trn
from cowrite.proposals.proposal import Hunk

_LONGEST = 90

NOTHING_TO_CHANGE = tr_noop("The model found nothing to change in this passage.")
OUT_OF_DATE = tr_noop(
    "The passage has changed so much that what was proposed for it is out of date."
)
CHANGED_MEANWHILE = tr_noop(
    "The passage was changed meanwhile, so nothing that was proposed fits any more."
)
NO_OTHER_VERSION = tr_noop("The model has no other version of this passage.")
STOPPED = tr_noop("Stopped. Your text is as it was.")


def in_a_row(*sentences: str) -> str:
    """Whole sentences one after another; those that are empty are left out."""
    first, *others = [each for each in sentences if each]
    for other in others:
        first = tr("{sentence} {another}", sentence=first, another=other)
    return first


def count_sentence(title: str, count: int, *, focused: bool) -> str:
    """How many changes are proposed, and how one gets to them."""
    if focused:
        return trn(
            "{title}: 1 change. Tab accepts one, Backspace rejects it.",
            "{title}: {count} changes. Tab accepts one, Backspace rejects it.",
            count,
            title=title,
        )
    return trn(
        "{title}: 1 change. F7 goes to the next one.",
        "{title}: {count} changes. F7 goes to the next one.",
        count,
        title=title,
    )


def change_sentence(hunk: Hunk) -> str:
    """What a hunk changes, in words."""
    before, after = hunk.before.strip(), hunk.after.strip()
    if not after:
        return tr("“{before}” is left out", before=before) if before else tr("a space is left out")
    if not before:
        return tr("“{after}” is added", after=after)
    return tr("“{before}” becomes “{after}”", before=before, after=after)


def spoken(hunk: Hunk, number: int, count: int) -> str:
    """What a screen reader says of the focused hunk."""
    change = change_sentence(hunk)
    said = tr("Change {number} of {count}: {change}.", number=number, count=count, change=change)
    kind = tr(hunk.kind).capitalize()
    return in_a_row(said, tr("{sentence}.", sentence=kind) if kind else "", hunk.note)


def described(title: str, standing: StandingProposal, *, is_coming: bool) -> str:
    """How a proposal stands: which change is marked and what it is, and how sure the model is where that is known."""
    if is_coming:
        return trn(
            "{title}: 1 change so far…",
            "{title}: {count} changes so far…",
            len(standing.open),
            title=title,
        )
    if standing.versions > 1:
        title = tr(
            "{title}, version {number} of {count}",
            title=title,
            number=standing.version + 1,
            count=standing.versions,
        )
    hunk = standing.focused_hunk
    if hunk is None:
        return trn(
            "{title}: 1 change left. F7 goes to the next one.",
            "{title}: {count} changes left. F7 goes to the next one.",
            len(standing.open),
            title=title,
        )
    its = hunk.hunk
    change = tr(
        "{number} of {count}: {change}",
        number=standing.position,
        count=len(standing.open),
        change=_shortened(change_sentence(its)),
    )
    parts = [change]
    if its.kind:
        parts.append(tr(its.kind))
    if its.confidence is not None:
        parts.append(tr("{percent} % sure", percent=min(99, round(100 * its.confidence))))
    said = tr("{title}, {about}.", title=title, about=" · ".join(parts))
    return in_a_row(said, its.note)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
