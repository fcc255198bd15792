"""What the window of models says: how a model does here, what it is, and how far an installation is."""

from __future__ import annotations

from cowrite.editor.assistance.model_installation import InstallationState, Installing
from cowrite.editor.panels.models.model_rows import ModelRow, RowState
from cowrite.localization import current, listed, sentences, tr, tr_noop
from cowrite.localization.languages import CHINESE
from cowrite.models.fitting import Fit, Machine, Use, together
from cowrite.models.measured_memory import MeasuredMemory
from cowrite.models.progress import InstallPhase, InstallProgress
from cowrite.tasks.passage.language import NAMES
from cowrite.tasks.passage.registry import PASSAGE_TASKS

STEPS = {
    InstallPhase.DOWNLOADING: tr_noop("Downloading"),
    InstallPhase.CONVERTING: tr_noop("Preparing it for this computer"),
    InstallPhase.PROVING: tr_noop("Checking its answers"),
    InstallPhase.MEASURING: tr_noop("Measuring its speed on this computer"),
    InstallPhase.EXAMINING: tr_noop("Finding out what it does well with passages"),
}
_STATES = {
    InstallationState.PAUSING: tr_noop("Pausing…"),
    InstallationState.PAUSED: tr_noop("Paused. What was downloaded is kept."),
    InstallationState.CANCELLING: tr_noop("Cancelling…"),
    InstallationState.SKIPPING: tr_noop("Stopping the exam…"),
}
IN_USE = tr_noop("In use for suggestions")
IN_USE_FOR_PASSAGES = tr_noop("In use for passages")
IN_USE_FOR_BOTH = tr_noop("In use for suggestions and passages")
DAMAGED = tr_noop("Damaged")
_NAMES = {**NAMES, "vi": tr_noop("Vietnamese")}


def gigabytes(count: float) -> str:
    """A size as people say it."""
    if count < 9.95e8:
        return tr("{count} MB", count=int(round(count / 1e6, -1 if count > 1e8 else 0)))
    return tr("{count:.1f} GB", count=count / 1e9)


def seconds(count: float) -> str:
    """A short while: “40 ms”, “1.2 s”."""
    if count < 0.095:
        return tr("{count} ms", count=max(5, 5 * round(count * 200)))
    if count < 0.95:
        return tr("{count} ms", count=50 * round(count * 20))
    return tr("{count:.1f} s", count=count)


def fit_sentence(fit: Fit) -> str:
    """How a model does on this machine."""
    needs = gigabytes(fit.memory_bytes)
    if fit.use is Use.NOTHING:
        return sentences(tr("It does not fit this computer."), fit.reason)
    if fit.use is Use.PASSAGES:
        words = max(1, round(60 / fit.word_s))
        return sentences(
            fit.reason,
            tr(
                "It writes about {words} words a minute and needs {needs}.",
                words=words,
                needs=needs,
            ),
        )
    if fit.device == "cuda":
        return tr(
            "It answers in about {time} and needs {needs} on the graphics card.",
            time=seconds(fit.answer_s),
            needs=needs,
        )
    return tr(
        "It answers in about {time} and needs {needs}.", time=seconds(fit.answer_s), needs=needs
    )


def short_fit(fit: Fit) -> str:
    """The same in a few words."""
    if fit.use is Use.NOTHING:
        return tr("does not fit this computer")
    needs = gigabytes(fit.memory_bytes)
    if fit.use is Use.PASSAGES:
        return tr("for passages only, needs {needs}", needs=needs)
    return tr("answers in about {time}, needs {needs}", time=seconds(fit.answer_s), needs=needs)


def with_card_sentence(row: ModelRow, card: str) -> str:
    """What a card that is not used would change; nothing where it would not."""
    fit = row.with_card
    if fit is None or not fit.fits or fit.answer_s >= row.fit.answer_s:
        return ""
    return tr(
        "With {card}, which is not used, it would answer in about {time}.",
        card=card,
        time=seconds(fit.answer_s),
    )


def state_words(row: ModelRow, *, suggests: bool, passages: bool) -> str:
    """How a model stands, in a few words; nothing of one that is just there."""
    if row.state is RowState.DAMAGED:
        return tr(DAMAGED)
    if row.state is RowState.INSTALLED and suggests:
        return tr(IN_USE_FOR_BOTH if passages else IN_USE)
    if row.state is RowState.INSTALLED and passages:
        return tr(IN_USE_FOR_PASSAGES)
    return ""


def facts(row: ModelRow) -> list[tuple[str, str]]:
    """What is known of a model, as (name, value)."""
    names = [tr(_NAMES[each]) if each in _NAMES else each for each in row.languages]
    rows = [
        (tr("Licence"), row.licence),
        (tr("Languages"), listed(names)),
        (tr("Parameters"), parameters(row.parameters) if row.parameters else ""),
        (tr("Download"), gigabytes(row.download_bytes) if row.download_bytes else ""),
        (tr("Already here"), gigabytes(row.arrived_bytes) if row.arrived_bytes else ""),
        (tr("On disk"), gigabytes(row.disk_bytes) if row.disk_bytes else ""),
        (tr("Memory"), measured_words(row.measured) if row.measured else ""),
        (tr("Passages"), row.exam or _not_examined(row)),
    ]
    return [(name, value) for name, value in rows if value]


def measured_words(measured: MeasuredMemory) -> str:
    """What a model took when it was loaded, and what of that was foreseen."""
    taken, reckoned = gigabytes(measured.taken), gigabytes(measured.reckoned)
    if measured.is_far:
        return tr(
            "{taken} when it was loaded last, not {reckoned} as predicted; what it needs was corrected by that",
            taken=taken,
            reckoned=reckoned,
        )
    return tr(
        "{taken} when it was loaded last; {reckoned} were predicted", taken=taken, reckoned=reckoned
    )


def together_sentence(row: ModelRow, other: ModelRow, machine: Machine) -> str:
    """What ``row`` needs beside ``other``, which makes the suggestions; empty where each has a memory of its own."""
    both = together(other.fit, row.fit, machine)
    if both is None:
        return ""
    if both.needed > both.room:
        return tr(
            "It does not fit beside “{other}”, which makes the suggestions: together they need {needed}, and this "
            "computer has {room} for them.",
            other=other.name,
            needed=gigabytes(both.needed),
            room=gigabytes(both.room),
        )
    return tr(
        "Together with “{other}”, which makes the suggestions, it needs {needed}; this computer has {room} for both.",
        other=other.name,
        needed=gigabytes(both.needed),
        room=gigabytes(both.room),
    )


def _not_examined(row: ModelRow) -> str:
    if row.state is not RowState.INSTALLED:
        return ""
    return tr("Not examined yet, so every task is offered.")


def parameters(count: int) -> str:
    """How many, as models are named: “135 million”, “1.7 billion”."""
    if current() == CHINESE:
        return tr("{count:.3g} hundred million", count=count / 1e8)
    if count < 950e6:
        return tr("{count:.0f} million", count=count / 1e6)
    return tr("{count:.1f} billion", count=count / 1e9)


def installing_sentence(installing: Installing) -> str:
    """How far an installation is."""
    if installing.state is InstallationState.FAILED:
        return installing.problem
    progress = installing.progress
    if installing.state is InstallationState.DONE:
        done = tr("The exam is done.") if installing.is_exam else tr("Installed.")
        return sentences(done, progress.note if progress else "")
    if installing.state in _STATES:
        return tr(_STATES[installing.state])
    if progress is None:
        return tr("Starting…")
    if installing.is_exam:
        return _exam(progress)
    return _step(progress, is_import=bool(installing.path))


def installing_advice(installing: Installing) -> str:
    """What can be done meanwhile; empty where that goes without saying."""
    if installing.is_under_way and installing.is_in_place and not installing.is_exam:
        return tr("The model is installed. The exam can also be taken later.")
    return ""


def _exam(progress: InstallProgress) -> str:
    step = tr(STEPS[InstallPhase.EXAMINING])
    task = PASSAGE_TASKS.get(progress.task)
    return tr("{name}: {value}", name=step, value=task.title) if task else step


def _step(progress: InstallProgress, *, is_import: bool) -> str:
    steps = list(STEPS)[1:] if is_import else list(STEPS)
    phase = progress.phase
    phase = InstallPhase.DOWNLOADING if phase is InstallPhase.CHECKING else phase
    if phase not in steps:
        return ""
    step = tr(
        "Step {number} of {count}: {step}",
        number=1 + steps.index(phase),
        count=len(steps),
        step=_exam(progress) if phase is InstallPhase.EXAMINING else tr(STEPS[phase]),
    )
    if not progress.bytes_total or progress.phase is not InstallPhase.DOWNLOADING:
        return step
    parts = [
        step,
        tr(
            "{done} of {total}",
            done=gigabytes(progress.bytes_done),
            total=gigabytes(progress.bytes_total),
        ),
    ]
    if progress.bytes_per_s:
        parts.append(tr("{speed} a second", speed=gigabytes(progress.bytes_per_s)))
    if progress.seconds_left is not None:
        parts.append(tr("{time} left", time=_duration(progress.seconds_left)))
    return sentences(listed(parts), progress.note)


def _duration(count: float) -> str:
    if count < 90:
        return tr("about {seconds} s", seconds=max(5, 5 * round(count / 5)))
    return tr("about {minutes} min", minutes=round(count / 60))
