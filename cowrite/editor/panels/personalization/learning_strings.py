"""What learning is called in the window: phases, times, endings. Plain sentences for the writer."""

from __future__ import annotations

from collections.abc import Sequence

from cowrite.localization import tr, tr_noop
from cowrite.personalize.learning_messages import Ending, LearningResult
from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress

INTRODUCTION = tr_noop(
    "Cowrite can learn how you write from what you have written and chosen, on this computer only. What it learns is "
    "tested on pages of yours that it has not seen, and is used only if it predicts you better."
)
OWN_TEXTS = tr_noop(
    "Other texts of yours to learn from, such as what you wrote before using Cowrite:"
)
MORE = tr_noop("Keep writing, or add other texts of yours.")
LOOKING = tr_noop("Looking at your texts…")
AT_NIGHT = tr_noop("Every night while I am away")
AT_NIGHT_DETAILS = tr_noop(
    "Only when plugged in, after the computer has been idle for a while, and if there is something new."
)
HELD = tr_noop("Paused.")
GIVES_WAY = tr_noop("Paused while you write. It continues by itself when you stop typing.")
STOPPING = tr_noop("Stopping…")
BEGINNING = tr_noop("Starting…")
STOPPED = tr_noop(
    "Stopped. What has been learned so far is kept for next time; suggestions stay as they are."
)
MOST_NAMES = 5
_DOING = {
    TrainingPhase.READING: tr_noop("Reading your texts"),
    TrainingPhase.LOADING: tr_noop("Loading the model"),
    TrainingPhase.TRAINING: tr_noop("Learning from your texts"),
    TrainingPhase.PREFERENCES: tr_noop("Learning from what you accepted and dismissed"),
    TrainingPhase.WRITING: tr_noop("Saving what was learned"),
    TrainingPhase.JUDGING: tr_noop("Testing it on pages it has not seen"),
}
# Where each begins and ends on a bar from 0 to 1, from how long they take on a small machine.
_SPANS = {
    TrainingPhase.READING: (0.0, 0.02),
    TrainingPhase.LOADING: (0.02, 0.04),
    TrainingPhase.TRAINING: (0.04, 0.78),
    TrainingPhase.PREFERENCES: (0.78, 0.84),
    TrainingPhase.WRITING: (0.84, 0.85),
    TrainingPhase.JUDGING: (0.85, 1.0),
}


def doing(progress: TrainingProgress) -> str:
    """What is being done."""
    words = tr(_DOING.get(progress.phase, ""))
    if progress.phase is TrainingPhase.JUDGING and progress.message:
        return tr("{name}: {value}", name=words, value=progress.message)
    return words


def share_done(progress: TrainingProgress) -> float | None:
    """How far the whole run is, 0 to 1; None where that says nothing new."""
    span = _SPANS.get(progress.phase)
    if span is None:
        return None
    begin, end = span
    # While it is tested, the steps are still those of the training before.
    counts = progress.steps > 0 and progress.phase in (
        TrainingPhase.TRAINING,
        TrainingPhase.PREFERENCES,
    )
    part = progress.step / progress.steps if counts else 0.0
    return begin + (end - begin) * min(max(part, 0.0), 1.0)


def way_pct(progress: TrainingProgress) -> float | None:
    """How far training is, in percent; None outside of it."""
    if progress.phase is not TrainingPhase.TRAINING or progress.steps <= 0:
        return None
    return 100.0 * min(max(progress.step / progress.steps, 0.0), 1.0)


def time_left(progress: TrainingProgress) -> str:
    """How long it will take; empty while nobody knows."""
    if progress.seconds_left is None:
        return ""
    return tr("{duration} left", duration=duration(progress.seconds_left))


def speed(progress: TrainingProgress) -> str:
    """How fast it learns; empty while nobody knows."""
    from cowrite.personalize.data.split import WORDS_PER_TOKEN

    words = WORDS_PER_TOKEN * progress.tokens_per_s
    return tr("about {words:,.0f} words per second", words=words) if words > 0 else ""


def duration(seconds: float) -> str:
    """A time to wait, no more exact than it is known."""
    if seconds < 50:
        return tr("less than a minute")
    minutes = round(seconds / 60)
    if minutes < 90:
        return tr("about {minutes} min", minutes=max(1, minutes))
    hours = round(seconds / 1800) / 2
    return tr("about {hours:g} hours", hours=hours)


def names(all_names: Sequence[str]) -> str:
    """The names below each other, or some of them and how many more there are."""
    most = MOST_NAMES if len(all_names) <= MOST_NAMES else MOST_NAMES - 1
    lines = [_short(name) for name in all_names[:most]]
    more = len(all_names) - most
    return "\n".join([*lines, tr("and {count:,} more", count=more)] if more > 0 else lines)


def outcome(result: LearningResult) -> str:
    """How a run ended, in a sentence or two."""
    match result.status:
        case Ending.PROMOTED:
            return result.sentence or tr("Your new version predicts you better and is now in use.")
        case Ending.KEPT:
            if not result.sentence:
                return tr("Nothing changed: it is no better.")
            return tr("Nothing changed: {sentence}", sentence=begun_small(result.sentence))
        case Ending.STOPPED:
            return result.sentence or tr(STOPPED)
        case Ending.FAILED:
            return result.sentence or tr("Learning failed. Nothing was changed.")


def begun_small(sentence: str) -> str:
    """A sentence for after a colon. Words that are capitals throughout, or I, stay as they are."""
    first = sentence.split(" ", 1)[0]
    if first == "I" or (len(first) > 1 and not first[1:].islower()):
        return sentence
    return sentence[:1].lower() + sentence[1:]


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:38]}…"
