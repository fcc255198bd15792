"""What is measured of an adapter that may be put to use, on the model as it is served, beside what is in use.

Importing this module imports torch and numpy.
"""

from __future__ import annotations

import math
import os
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import torch

from cowrite.engine.influence import Influence
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.networks.steps import Cancelled
from cowrite.localization import tr
from cowrite.personalize.adapters.adapter_manifest import Base
from cowrite.personalize.evaluation.example_predictions import changed_predictions
from cowrite.personalize.evaluation.influence_choice import OTHERS, score_name
from cowrite.personalize.evaluation.memorisation import longest_copied_run
from cowrite.personalize.evaluation.promotion_gate import Evidence, Saved
from cowrite.personalize.evaluation.report import Report
from cowrite.personalize.evaluation.scoring import Score, Text, score_texts, whole
from cowrite.settings.resources import resource_path

GENERAL_TEXT = "general.txt"
MOST_RIGHT, MOST_WRONG = 5, 2
_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Passage:
    """What the simulated typists type, and what stands before it."""

    before: str
    target: str


# Types each passage at real speed with the suggestions of the runtime as it is; the net keys saved in each.
Replay = Callable[[Runtime, Sequence[Passage]], Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured: passages to replay, words in each, and prompts to look for copies with.

    At least ``least_passages`` are replayed, and up to ``passages`` in the first ``replay_s`` seconds. Eight typists
    ask a third more of the engine than one who waits, and 12 of their passages tell as much as 16 of that one's.
    """

    least_passages: int = 12
    passages: int = 64
    replay_s: float = 90.0
    passage_words: int = 40
    before_characters: int = 2_000
    prompts: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterCandidate:
    """What is judged. ``staging`` is the folder that training left; ``base`` is in ``model_dir``.

    ``held_out`` are texts that were kept back, by their documents; ``learned`` those that were learned from.
    """

    staging: Path
    model_dir: Path
    base: Base
    quantizations: Mapping[str, str]
    held_out: Mapping[str, Text]
    learned: Sequence[str]
    now_ms: int
    device: str = "auto"
    general: Mapping[str, Text] = field(
        default_factory=lambda: {GENERAL_TEXT: resource_path(GENERAL_TEXT).read_text("utf-8")}
    )


def measure(
    candidate: AdapterCandidate,
    active: Path | None,
    replay: Replay,
    sizes: Sizes,
    report: Report,
    say: Callable[[str], None],
    cancelled: Callable[[], bool],
) -> Evidence:
    """Measure ``candidate`` and what it has to beat, the base and the adapter in ``active``; ``report`` gets all.

    Raises Cancelled soon after ``cancelled()``, and UserError if the model cannot be loaded.
    """
    report.is_about_candidate = False  # from here on it might be the model's fault
    with _loaded(candidate, cancelled) as runtime:
        report.quantization = runtime.model.quantization.value
        report.device = runtime.device
        return _Measurement(candidate, runtime, replay, sizes, report, say, cancelled).run(active)


@contextmanager
def _loaded(candidate: AdapterCandidate, cancelled: Callable[[], bool]) -> Iterator[Runtime]:
    runtime = Runtime.open(
        candidate.model_dir,
        model_id=candidate.base.model,
        device=candidate.device,
        quantizations=candidate.quantizations,
    )
    served_threads = torch.get_num_threads()
    try:
        # The engine leaves a core to the window; here nobody waits, and whoever writes makes this pause.
        torch.set_num_threads(os.cpu_count() or 1)
        while runtime.optimize():
            _stop_if(cancelled)
        yield runtime
    finally:
        torch.set_num_threads(served_threads)
        runtime.close()


@dataclass(slots=True)
class _Measurement:
    """One call of :func:`measure`, with the model loaded."""

    candidate: AdapterCandidate
    runtime: Runtime
    replay: Replay
    sizes: Sizes
    report: Report
    say: Callable[[str], None]
    cancelled: Callable[[], bool]

    def run(self, active: Path | None) -> Evidence:
        """``active`` is the folder of the adapter in use."""
        passages = passages_of(self.candidate.held_out, self.sizes)
        # However many of them are replayed, they are from everywhere.
        random.Random(0).shuffle(passages)  # noqa: S311 - an order, not a secret
        self._score_references(active)
        before = self._keys_saved(passages, self.sizes.replay_s)
        passages = passages[: len(before)]
        self.report.is_about_candidate = True
        self._score_candidate()
        self._score_influences()
        self.say(tr("typing with the new version"))
        after = self._keys_saved(passages)
        self.report.replay = [
            Saved(old, new, len(passage.target))
            for old, new, passage in zip(before, after, passages, strict=True)
        ]
        self.say(tr("looking for copied passages"))
        prompts = [each.before for each in passages if each.before][: self.sizes.prompts]
        self.report.copied = longest_copied_run(
            self.runtime.model, prompts, self.candidate.learned, self.cancelled
        )
        return self._evidence()

    def _score_references(self, active: Path | None) -> None:
        scores = self.report.scores
        self.say(tr("reading with the original model"))
        scores["base"] = self._score(self.candidate.held_out)
        scores["general, base"] = self._score(self.candidate.general)
        if active is not None:
            self.say(tr("reading with the version in use"))
            self.runtime.use_adapter(active)
            scores["active"] = self._score(self.candidate.held_out)

    def _score_candidate(self) -> None:
        scores, texts = self.report.scores, self.candidate.held_out
        self.say(tr("reading with the new version"))
        self.runtime.use_adapter(self.candidate.staging)
        scores["candidate"] = self._score(texts)
        scores["general, candidate"] = self._score(self.candidate.general)
        old, new = scores.get("active", scores["base"]), scores["candidate"]
        bytes_of = self.runtime.model.vocabulary.bytes_of
        self.report.right = changed_predictions(old, new, texts, bytes_of, MOST_RIGHT)
        self.report.wrong = changed_predictions(new, old, texts, bytes_of, MOST_WRONG)

    def _score_influences(self) -> None:
        """The other positions of the slider, for who wants to know; what is judged is the adapter as it was trained."""
        scores = self.report.scores
        for influence in OTHERS:
            self.say(
                tr(
                    "reading with the new version, {influence}",
                    influence=tr(influence.value),
                )
            )
            self.runtime.set_influence(influence)
            for is_general, texts in (
                (False, self.candidate.held_out),
                (True, self.candidate.general),
            ):
                blocks = self._score(texts).blocks  # nobody asks for single tokens
                scores[score_name(influence, general=is_general)] = Score(blocks)
        self.runtime.set_influence(Influence.AS_TESTED)

    def _score(self, texts: Mapping[str, Text]) -> Score:
        return score_texts(self.runtime.model, texts, self.cancelled)

    def _keys_saved(self, passages: Sequence[Passage], seconds: float = math.inf) -> list[float]:
        """Net keys saved in each of ``passages``, or in those that are replayed in ``seconds``."""
        keys: list[float] = []
        began = time.monotonic()
        for number, passage in enumerate(passages):
            if number >= self.sizes.least_passages and time.monotonic() - began > seconds:
                break
            _stop_if(self.cancelled)
            keys += self.replay(self.runtime, [passage])
        return keys

    def _evidence(self) -> Evidence:
        scores = self.report.scores
        return Evidence(
            base=scores["base"],
            active=scores.get("active"),
            candidate=scores["candidate"],
            general_base=scores["general, base"],
            general_candidate=scores["general, candidate"],
            replay=self.report.replay,
            copied=self.report.copied,
        )


def passages_of(held_out: Mapping[str, Text], sizes: Sizes) -> list[Passage]:
    """Passages spread evenly over what counts in ``held_out``; fewer where there is less text."""
    found: list[Passage] = []
    for text in held_out.values():
        at = 0
        everything = whole(text)
        for part, counts in [(text, True)] if isinstance(text, str) else text:
            words = [match.span() for match in _WORD.finditer(part)] if counts else []
            for first in range(0, len(words) - sizes.passage_words + 1, sizes.passage_words):
                start, end = words[first][0], words[first + sizes.passage_words - 1][1]
                before = everything[max(0, at + start - sizes.before_characters) : at + start]
                found.append(Passage(before, part[start:end].rstrip()))
            at += len(part)
    if len(found) <= sizes.passages:
        return found
    return [found[i * len(found) // sizes.passages] for i in range(sizes.passages)]


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise Cancelled
