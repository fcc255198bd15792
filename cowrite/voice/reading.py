"""A text read against the writer's own: where each chapter is on the line, and why nothing is said where it is not.

Chapters that are the writer's own themselves are read by a line that was drawn without them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cowrite.base.errors import UserError
from cowrite.localization import tr
from cowrite.voice.chapters import Chapter, chapters, samples
from cowrite.voice.line import ALARM, LEAST_WORDS, Habit, VoiceLine
from cowrite.voice.model_prose import ModelProse
from cowrite.voice.traits import Counted

FOLDS = 4
"""In so many parts a text is divided that is among the writer's own; each is read by what the others say."""
LEAST_SHARED = 0.1
"""So much of the words have to be common to own texts and model; two texts in one language have more than half."""

OwnLines = Callable[[int], bool]
"""Whether the line with that number, from 0, is the writer's own."""


@dataclass(frozen=True, slots=True)
class ChapterReading:
    """``place`` is from 0 (the writer's own texts) to 1 (the model's prose); None where ``problem`` says why not.

    ``habits`` are what moved it towards the model, what moved it most first.
    """

    chapter: Chapter
    words: int
    place: float | None
    problem: str = ""
    habits: tuple[Habit, ...] = ()

    @property
    def is_alarming(self) -> bool:
        """Whether it is further away than the writer's own chapters are."""
        return self.place is not None and self.place > ALARM


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceReading:
    """``line`` is None where there is not enough of the writer's own text, which ``problem`` says.

    ``model`` is what the model is called.
    """

    model: str
    own_words: int
    line: VoiceLine | None = None
    problem: str = ""
    chapters: tuple[ChapterReading, ...] = ()


def read_voice(
    text: str,
    own: Sequence[Counted],
    prose: ModelProse,
    *,
    markdown: bool,
    own_lines: OwnLines = lambda _line: False,
) -> VoiceReading:
    """Read ``text`` against the samples ``own`` of the writer's other texts, and against those lines of it that are."""
    found = chapters(text, markdown=markdown)
    inside = [[*samples(_own_paragraphs(each, own_lines))] for each in found]
    everything = [*own, *(sample for each in inside for sample in each)]
    words = sum(each.words for each in everything)
    try:
        line = draw_line(everything, prose)
    except UserError as error:
        return VoiceReading(model=prose.name, own_words=words, problem=str(error))
    readings: list[ChapterReading] = []
    folds = FOLDS if any(inside) else 1
    for fold in range(folds):
        its: VoiceLine | UserError = line
        if folds > 1:
            rest = [each for number, each in enumerate(inside) if number % folds != fold]
            its = _line_without([*own, *(sample for each in rest for sample in each)], prose)
        readings += [_read(each, its) for each in found[fold::folds]]
    readings.sort(key=lambda reading: reading.chapter.first)
    return VoiceReading(model=prose.name, own_words=words, line=line, chapters=tuple(readings))


def draw_line(own: Sequence[Counted], prose: ModelProse) -> VoiceLine:
    """The line from ``own`` to ``prose``. Raises UserError if there is too little, or it is in another language."""
    line = _fit(own, prose)
    shared = sum(
        min(line.own[trait], line.model[trait]) for trait in line.own if trait.startswith("word ")
    )
    if shared < LEAST_SHARED:
        raise UserError(
            tr("The model's prose is in another language than your own texts."),
            tr("Cowrite can compare texts in English."),
        )
    return line


def own_samples(text: str, *, markdown: bool) -> list[Counted]:
    """The samples of a text all of which is the writer's own."""
    return [
        sample for each in chapters(text, markdown=markdown) for sample in samples(each.paragraphs)
    ]


def _fit(own: Sequence[Counted], prose: ModelProse) -> VoiceLine:
    # numpy, which no window waits for
    from cowrite.voice.fitting import fit

    return fit(own, prose)


def _line_without(own: Sequence[Counted], prose: ModelProse) -> VoiceLine | UserError:
    try:
        return _fit(own, prose)
    except UserError as error:
        return error


def _own_paragraphs(chapter: Chapter, own_lines: OwnLines) -> list[str]:
    return [
        paragraph
        for line, paragraph in zip(chapter.lines, chapter.paragraphs, strict=True)
        if own_lines(line)
    ]


def _read(chapter: Chapter, line: VoiceLine | UserError) -> ChapterReading:
    counted = chapter.counted()
    if counted.words < LEAST_WORDS:
        return ChapterReading(
            chapter,
            counted.words,
            None,
            tr(
                "Not enough text: {words:,} of {least:,} words.",
                words=counted.words,
                least=LEAST_WORDS,
            ),
        )
    if isinstance(line, UserError):
        return ChapterReading(chapter, counted.words, None, str(line))
    pieces = [*samples(chapter.paragraphs)]
    return ChapterReading(
        chapter, counted.words, line.place(pieces), habits=tuple(line.habits(pieces))
    )
