"""The task “repair”: a sentence at a time, each in rounds of trying changes and keeping the best."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

from cowrite.engine.messages import AnyResult, EditsRequest, EditsResult, Task, TextEdit
from cowrite.localization import tr
from cowrite.proposals.proposal import Hunk, Proposal, Version
from cowrite.proposals.word_diff import version_between
from cowrite.tasks.passage.work import MOST_WORDS, PassageRequest, PassageWork
from cowrite.tasks.repair.bounds import (
    FittedBounds,
    RepairBounds,
    SentenceSignals,
    fitted_bounds,
)
from cowrite.tasks.repair.candidates import Candidates
from cowrite.tasks.repair.edits import Edit, EditKind, Piece
from cowrite.tasks.repair.rating import contenders
from cowrite.tasks.repair.sentences import (
    Sentence,
    fixed_places,
    is_latin,
    pieces_of,
    sentences_of,
)

TASK = "repair"
MOST_ROUNDS = 4
WINDOW_TOKENS = 4
LEAST_AT_BEST = 1.0
"""Nats; what can gain no more is not read."""
MOST_PER_WORD = 1.0
AND_MORE = 5
LATER_PER_WORD = 0.5
LATER_AND_MORE = 4
CONTEXT_CHARACTERS = 600
NEARBY = 40
"""Characters around a change within which the others are judged anew."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A change that was made: from ``start`` to ``end`` it stands in the text as it is now."""

    start: int
    end: int
    kind: EditKind
    confidence: float


@dataclass(frozen=True, slots=True)
class _Rated:
    edit: Edit
    probability: float


def repair_work(request: PassageRequest, bounds: RepairBounds | None = None) -> PassageWork:
    """Mends ``request.passage``; a proposal after each sentence in which something was found.

    ``bounds`` are shifts that were learned from the writer, those of the request if there are none. A passage that
    cannot be read is refused in a sentence.
    """
    passage = request.passage
    refused = _refusal(passage)
    if refused:
        return Proposal(task=TASK, passage=passage, refused=refused)
    repairer = _Repairer(request, bounds or RepairBounds(offsets=request.kind_offsets))
    hunks: list[Hunk] = []
    fixed = fixed_places(passage)
    text, at = "", 0
    for sentence in sentences_of(passage):
        text += passage[at : sentence.start]
        at = sentence.end
        mended, found = yield from repairer.sentence(text, sentence, fixed)
        text += mended
        if found:
            hunks += found
            yield _proposal(passage, text + passage[at:], hunks)
    return _proposal(passage, text + passage[at:], hunks)


def _refusal(passage: str) -> str:
    if not passage.strip():
        return tr("There is no text to repair. Select a passage first.")
    words = len(passage.split())
    if words > MOST_WORDS:
        return tr(
            "The passage has {words:,} words, and at most {most:,} can be repaired at once. Select a "
            "part of it.",
            words=words,
            most=MOST_WORDS,
        )
    if not any(each.isalpha() for each in passage):
        return tr("There are no words to repair in this passage.")
    if not is_latin(passage):
        return tr(
            "Repair knows only languages that are written in Latin letters. Select another passage."
        )
    if not list(sentences_of(passage)) or _is_machinery(passage):
        return tr("The passage is all code or other text that is not repaired. Select some prose.")
    return ""


def _is_machinery(passage: str) -> bool:
    from cowrite.markdown.spans import prose

    spans = prose(passage, markdown=True)
    return not any(each.isalpha() for span in spans for each in passage[span.start : span.end])


def _proposal(passage: str, text: str, hunks: Sequence[Hunk]) -> Proposal:
    return Proposal(task=TASK, passage=passage, versions=(Version(text=text, hunks=tuple(hunks)),))


class _Repairer:
    """Works on one request."""

    def __init__(self, request: PassageRequest, bounds: RepairBounds) -> None:
        self._request = request
        self._bounds = bounds
        self._fitted: FittedBounds = fitted_bounds()
        language = request.language.lower()
        self._candidates = Candidates(
            request.words, english=not language or language.startswith("en")
        )

    def sentence(
        self, mended: str, sentence: Sentence, fixed: list[tuple[int, int]]
    ) -> Generator[Task, AnyResult | None, tuple[str, list[Hunk]]]:
        """The sentence as it is better, and its hunks in the passage; ``mended`` is what stands before it there."""
        passage = self._request.passage
        original = passage[sentence.start : sentence.end]
        here = [
            (start - sentence.start, end - sentence.start)
            for start, end in fixed
            if start < sentence.end and end > sentence.start
        ]
        pieces = pieces_of(original, here)
        if all(piece.is_fixed for piece in pieces):
            return original, []
        before = (self._request.before + mended)[-CONTEXT_CHARACTERS:]
        after = (passage[sentence.end :] + self._request.after)[:1] or "\n"
        text, kept = yield from self._rounds(before, original, after, pieces, here)
        hunks = _hunks(original, text, kept)
        return text, [_moved(hunk, sentence.start) for hunk in hunks]

    def _rounds(
        self,
        before: str,
        text: str,
        after: str,
        pieces: list[Piece],
        fixed: list[tuple[int, int]],
    ) -> Generator[Task, AnyResult | None, tuple[str, list[_Kept]]]:
        kept: list[_Kept] = []
        edits = self._candidates.of(text, pieces)
        tried = {text}
        for _ in range(MOST_ROUNDS):
            mended = sum(each.confidence for each in kept)
            rated = yield from self._rate(before, text, after, pieces, edits, mended)
            chosen = _best_apart([each for each in rated if self._is_offered(each)])
            if not chosen:
                break
            for each in reversed(chosen):
                kept = _with(kept, each)
                fixed = _shifted(fixed, each.edit)
                text = each.edit.of(text)
            tried.add(text)
            pieces = pieces_of(text, fixed)
            places = [(each.start, each.end) for each in kept]
            edits = [
                edit
                for edit in self._candidates.of(text, pieces)
                if edit.of(text) not in tried
                and any(
                    edit.start <= end + NEARBY and start - NEARBY <= edit.end
                    for start, end in places
                )
            ]
        return text, kept

    def _is_offered(self, rated: _Rated) -> bool:
        least = self._fitted.least(self._request.thoroughness, rated.edit.kind)
        return rated.probability >= least

    def _most(self, words: int, *, later: bool) -> int:
        """So many changes are read; of those that are tried again near what was changed, fewer."""
        if later:
            return round(LATER_PER_WORD * words) + LATER_AND_MORE
        return round(MOST_PER_WORD * words) + AND_MORE

    def _rate(
        self,
        before: str,
        text: str,
        after: str,
        pieces: Sequence[Piece],
        edits: Sequence[Edit],
        mended: float,
    ) -> Generator[Task, AnyResult | None, list[_Rated]]:
        if not edits:
            return []
        words = [piece for piece in pieces if piece.is_word]
        result = yield EditsRequest(
            before=before,
            text=text,
            edits=tuple(
                TextEdit(start=each.start, end=each.end, after=each.after) for each in edits
            ),
            after=after,
            window=WINDOW_TOKENS,
            least_gain=LEAST_AT_BEST,
            most=self._most(len(words), later=mended > 0),
        )
        if not isinstance(result, EditsResult):
            raise TypeError("edits are answered with their scores")
        unknown = sum(self._candidates.is_unknown(each.text) for each in words)
        sentence = SentenceSignals(
            words=len(words),
            unknown=unknown / max(1, len(words)),
            surprise=-result.logprob / max(1, result.tokens),
        )
        found = contenders(text, edits, result.scores)
        sure = self._fitted.probabilities(
            [each.signals for each in found], sentence, self._bounds, mended=mended
        )
        return [_Rated(each.edit, one) for each, one in zip(found, sure, strict=True)]


def _best_apart(rated: Sequence[_Rated]) -> list[_Rated]:
    """The best ones that leave each other alone, in the order of the text."""
    chosen: list[_Rated] = []
    for each in sorted(rated, key=lambda one: -one.probability):
        if not any(each.edit.touches(other.edit) for other in chosen):
            chosen.append(each)
    return sorted(chosen, key=lambda one: one.edit.start)


def _with(kept: Iterable[_Kept], new: _Rated) -> list[_Kept]:
    """Where the changes stand after one more, which is made at its place of the text as it is now."""
    edit, moved = new.edit, list[_Kept]()
    by = len(edit.after) - (edit.end - edit.start)
    for each in kept:
        if each.start >= edit.end:
            each = _Kept(each.start + by, each.end + by, each.kind, each.confidence)
        elif each.end > edit.start:
            end = max(each.end + by, edit.start + len(edit.after))
            each = _Kept(min(each.start, edit.start), end, each.kind, each.confidence)
        moved.append(each)
    end = edit.start + len(edit.after)
    return [*moved, _Kept(edit.start, end, edit.kind, new.probability)]


def _shifted(places: Iterable[tuple[int, int]], edit: Edit) -> list[tuple[int, int]]:
    by = len(edit.after) - (edit.end - edit.start)
    return [(start + by, end + by) if start >= edit.end else (start, end) for start, end in places]


def _hunks(original: str, text: str, kept: Sequence[_Kept]) -> list[Hunk]:
    """What differs, with the kind and the least confidence of the changes that made it."""
    hunks, by = list[Hunk](), 0
    for hunk in version_between(original, text).hunks:
        start = hunk.start + by
        end = start + len(hunk.after)
        made = [each for each in kept if each.start < end and start < each.end] or [
            each for each in kept if each.start <= end + 1 and start - 1 <= each.end
        ]
        by += len(hunk.after) - len(hunk.before)
        first = min(made, key=lambda each: each.confidence, default=None)
        hunks.append(
            Hunk(
                start=hunk.start,
                end=hunk.end,
                before=hunk.before,
                after=hunk.after,
                confidence=round(first.confidence, 3) if first else None,
                kind=first.kind.value if first else "",
            )
        )
    return hunks


def _moved(hunk: Hunk, by: int) -> Hunk:
    return Hunk(
        start=hunk.start + by,
        end=hunk.end + by,
        before=hunk.before,
        after=hunk.after,
        confidence=hunk.confidence,
        kind=hunk.kind,
        note=hunk.note,
    )
