"""What the model learns from: pieces of text that remember where they are from, and which of it counts.

An example is a row of spans. The model reads all of them; it learns only those that a human wrote (``learns``). What is
written between other words is learned as all the rest, in the text it stands in (ADR 37).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.documents.files import read_document
from cowrite.documents.text_codec import Certainty
from cowrite.localization import tr
from cowrite.settings.resources import resource_path

# Text by nobody in particular. The evaluation has another.
REFERENCE_TEXT = "calibration.txt"
GRAM = 13
# A piece that shares more of its 13-grams than this with what is there already is a draft of it.
MOST_SHARED = 0.5
CONTEXT_CHARACTERS = 1600


class Task(StrEnum):
    """What the model is to do."""

    CONTINUATION = "continuation"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an example; ``learns`` where it counts, because a human wrote it.

    What a model wrote counts ``kept`` as much, if the writer took it and left it there.
    """

    text: str
    learns: bool
    kept: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleSource:
    """Where an example is from: a document of the log and the ids of its rows, or a file and a range of characters."""

    document: str
    at_ms: int
    events: tuple[int, ...] = ()
    path: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Supervised: the spans that learn, given all before them. ``weight`` multiplies its loss.

    ``is_text`` for a whole text, which may be long; the others are a context and what came after it.
    """

    spans: tuple[Span, ...]
    source: ExampleSource
    task: Task = Task.CONTINUATION
    weight: float = 1.0
    is_text: bool = False

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(span.text for span in self.spans)

    @property
    def learned(self) -> str:
        """What counts."""
        return "".join(span.text for span in self.spans if span.learns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """After ``context`` the writer preferred ``chosen`` to ``rejected``; ``weight`` says how clearly."""

    context: str
    chosen: str
    rejected: str
    source: ExampleSource
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpairedPreference:
    """A suggestion without a rival: wanted, or not."""

    context: str
    text: str
    desirable: bool
    source: ExampleSource


@dataclass(slots=True)
class Examples:
    """Everything one training run knows.

    ``kept`` are suggestions that count where they stand in their text. ``unread`` are chosen texts that are not there,
    or are no texts; ``repeats`` documents that only repeat.
    """

    supervised: list[Example] = field(default_factory=list)
    preferences: list[Preference] = field(default_factory=list)
    unpaired: list[UnpairedPreference] = field(default_factory=list)
    kept: list[ExampleSource] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    repeats: list[str] = field(default_factory=list)

    def add(self, other: Examples) -> None:
        """Take over what ``other`` has."""
        self.supervised += other.supervised
        self.preferences += other.preferences
        self.unpaired += other.unpaired
        self.kept += other.kept
        self.unread += other.unread
        self.repeats += other.repeats


def whole_text(spans: Iterable[Span], source: ExampleSource) -> Example:
    """A text from its first word to its last."""
    return Example(spans=tuple(s for s in spans if s.text), source=source, is_text=True)


def continuation(context: str, after: str, source: ExampleSource, weight: float = 1.0) -> Example:
    """``after`` follows ``context``."""
    spans = (Span(context, False), Span(after, True))
    return Example(spans=spans, source=source, weight=weight)


def correction(before: str, corrected: str, source: ExampleSource, weight: float = 1.0) -> Example:
    """What the writer made of an accepted suggestion, in the place where it stands: the original is not shown."""
    spans = (Span(before[-CONTEXT_CHARACTERS:], False), Span(corrected, True))
    return Example(spans=spans, source=source, task=Task.CORRECTION, weight=weight)


def examples_from_files(paths: Iterable[Path], *, only_sure: bool = False) -> Examples:
    """Each file as one text that the writer wrote. Raises UserError for a file that is no readable text.

    With ``only_sure`` also for one whose encoding cannot be told for sure: wrong words must not be learned.
    """
    found = Examples()
    for path in paths:
        file = read_document(path)
        if file.read_only_reason or (only_sure and file.format.certainty is Certainty.UNSURE):
            raise UserError(
                tr("It is not certain how {path} is to be read.", path=path),
                tr("Save it as UTF-8 in Cowrite."),
            )
        if file.text.strip():
            name, at_ms = str(path.absolute()), file.stamp.mtime_ns // 1_000_000
            source = ExampleSource(document=name, at_ms=at_ms, path=name, end=len(file.text))
            found.supervised.append(whole_text([Span(file.text, True)], source))
    return found


def reference_text() -> Example:
    """What must not become harder for the model, whatever it learns."""
    text = resource_path(REFERENCE_TEXT).read_text("utf-8")
    return whole_text([Span(text, True)], ExampleSource(document=REFERENCE_TEXT, at_ms=0))


def without_drafts(examples: Sequence[Example]) -> list[Example]:
    """Leave out whole texts that repeat others, or themselves: of drafts of one another only the newest stays.

    A text is a draft if more than MOST_SHARED of its GRAM-grams of words stand in newer ones, or further up in itself,
    or in those that stay; a text of fewer words if it is word for word another. What was decided in a draft stays.
    """
    texts = [example for example in examples if example.is_text]
    drafts = _drafts(sorted(texts, key=lambda each: -each.source.at_ms))
    return [each for each in examples if not each.is_text or each.source.document not in drafts]


def _drafts(texts: Sequence[Example]) -> set[str]:
    """The documents of ``texts``, which are newest first, that are drafts."""
    seen: set[int] = set()
    drafts: set[str] = set()
    stay: dict[str, set[int]] = {}
    for example in texts:
        grams = list(_grams(example.text))
        new = set(grams) - seen
        if len(grams) - len(new) > MOST_SHARED * len(grams):
            drafts.add(example.source.document)
        else:
            stay[example.source.document] = set(grams)
        seen |= new
    # What is new may be a part of what is old, as when an earlier version was taken up again for a moment.
    texts_with = Counter(gram for grams in stay.values() for gram in grams)
    for document, own in stay.items():
        if sum(texts_with[gram] > 1 for gram in own) > MOST_SHARED * len(own):
            drafts.add(document)
            texts_with.subtract(own)
    return drafts


def _grams(text: str) -> Iterator[int]:
    words = unicodedata.normalize("NFKC", text).casefold().split()
    for start in range(max(1, len(words) - GRAM + 1) if words else 0):
        yield hash(tuple(words[start : start + GRAM]))
