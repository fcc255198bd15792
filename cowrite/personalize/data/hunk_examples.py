"""What changes of passages teach: what was taken is preferred to what stood there, and the other way for what was left.

Both sides of a pair go on with the same words, those that follow in the passage: a change may take words away or only
put some there, and how well the text goes on after it is half of what was decided on.
"""

from __future__ import annotations

from collections.abc import Iterator

from cowrite.decisions.hunks import HunkDecision, HunkOutcome
from cowrite.personalize.data.examples import ExampleSource, Preference

LEAST_SEEN_MS = 300
"""What was decided on sooner was not read."""
FOLLOWING_CHARACTERS = 60
LEAST_EDITED_WEIGHT = 0.3


def hunk_preferences(
    decision: HunkDecision, context: str, source: ExampleSource
) -> Iterator[Preference]:
    """The pairs of one decision; ``context`` is what stood before the change in the document, as far as known."""
    context = context or decision.context
    following = _beginning(decision.following)
    stood, offered, now = (
        text + following for text in (decision.before, decision.after, decision.now)
    )
    if decision.is_wanted is None or _was_not_read(decision):
        return
    if not decision.is_wanted:
        yield from _pair(context, stood, offered, 1.0, source)
    elif decision.state == "edited" and decision.now.strip():
        yield from _pair(context, now, offered, _share_edited(decision), source)
        yield from _pair(context, now, stood, 1.0, source)
    else:
        yield from _pair(context, offered, stood, 1.0, source)


def _pair(
    context: str, chosen: str, rejected: str, weight: float, source: ExampleSource
) -> Iterator[Preference]:
    if context.strip() and chosen.strip() and rejected.strip() and chosen != rejected:
        yield Preference(
            context=context, chosen=chosen, rejected=rejected, source=source, weight=weight
        )


def _was_not_read(decision: HunkDecision) -> bool:
    """Whether it was left so soon that nobody can have looked at it; taking is a decision however quick."""
    times = [event.details.get("on_screen_ms") for event in decision.others]
    seen = next((each for each in times if isinstance(each, int | float)), None)
    is_left = decision.outcome is HunkOutcome.LEFT
    return is_left and seen is not None and seen < LEAST_SEEN_MS


def _share_edited(decision: HunkDecision) -> float:
    distances = [event.details.get("distance") for event in decision.others]
    known = [each for each in distances if isinstance(each, int | float)]
    share = known[-1] / max(1, len(decision.after)) if known else LEAST_EDITED_WEIGHT
    return min(1.0, max(LEAST_EDITED_WEIGHT, share))


def _beginning(text: str) -> str:
    """The first words of ``text``, none of them cut."""
    if len(text) <= FOLLOWING_CHARACTERS:
        return text
    head = text[:FOLLOWING_CHARACTERS]
    return head.rsplit(None, 1)[0] if " " in head.strip() else head
