"""From a folder that training left to a verdict: measured on the model as it is served, judged, put to use or not.

Importing this module imports torch and numpy.
"""

from __future__ import annotations

import logging
import math
import os
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from cowrite.base.errors import UserError
from cowrite.base.records import SchemaError, read_json_file
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.networks.adapter import read_adapter
from cowrite.engine.networks.steps import Cancelled
from cowrite.personalize.adapters.adapter_manifest import AdapterManifest, Base
from cowrite.personalize.adapters.outcome import Place
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.personalize.evaluation.example_predictions import changed_places
from cowrite.personalize.evaluation.memorisation import longest_copied_run
from cowrite.personalize.evaluation.promotion_gate import (
    Decision,
    Evidence,
    Limits,
    Saved,
    Status,
    decide,
)
from cowrite.personalize.evaluation.report import Report, write_report
from cowrite.personalize.evaluation.scoring import Score, Text, score_texts, whole
from cowrite.settings.resources import resource_path

logger = logging.getLogger(__name__)

GENERAL_TEXT = "general.txt"
RIGHT_PLACES, WRONG_PLACES = 5, 2
_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Passage:
    """What the simulated writer types, and what stands before it."""

    before: str
    target: str


# Writes each passage with the suggestions of the runtime as it is; how many keys were not pressed in each.
Replay = Callable[[Runtime, Sequence[Passage]], Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured: passages to replay, words in each, and prompts to look for copies with.

    At least ``least_passages`` are replayed, and up to ``passages`` in the first ``replay_s`` seconds.
    """

    least_passages: int = 16
    passages: int = 64
    replay_s: float = 90.0
    passage_words: int = 40
    before_characters: int = 2_000
    prompts: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``adapter`` is the id of what is in use now if it was promoted, else “”; ``report`` the folder of the report.

    ``gain_pct`` is how much lower the perplexity is than with what was in use before; None if it was not measured.
    In ``right`` are places that only what was learned foresees, in ``wrong`` those that only the other does.
    """

    status: Status
    reason: str
    adapter: str
    report: Path
    gain_pct: float | None = None
    right: tuple[Place, ...] = ()
    wrong: tuple[Place, ...] = ()


def judge(
    candidate: Candidate,
    registry: AdapterRegistry,
    replay: Replay,
    *,
    limits: Limits | None = None,
    sizes: Sizes | None = None,
    say: Callable[[str], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Verdict:
    """Measure, decide, and let the adapter be used if it is better. The staging folder stays as it is.

    ``say`` is told what is being done. Raises Cancelled soon after ``cancelled()``, with nothing changed, and UserError
    if the model cannot be loaded or the disk fails.
    """
    report = Report(created_ms=candidate.now_ms, model=candidate.base.model)
    try:
        # Whatever is wrong with it shows before the model is loaded.
        read_adapter(candidate.staging, "new")
        active = _active(registry, candidate.base)
        evidence = _measure(candidate, active, replay, sizes or Sizes(), report, say, cancelled)
        decision = decide(evidence, limits)
    except UserError as error:
        if not report.is_about_candidate:
            raise
        decision = Decision(status=Status.FAILED, reason=f"{error} Suggestions stay as they are.")
    if cancelled():
        raise Cancelled
    adapter = ""
    if decision.status is Status.PROMOTED:
        adapter = _promote(candidate, registry, report)
    folder = write_report(registry.folder, report, decision, adapter)
    return Verdict(
        status=decision.status,
        reason=decision.reason,
        adapter=adapter,
        report=folder,
        gain_pct=decision.gain_pct,
        right=report.right,
        wrong=report.wrong,
    )


def _active(registry: AdapterRegistry, base: Base) -> Path | None:
    """What has to be beaten besides the base; what cannot be used is not."""
    try:
        return registry.active_folder(base)
    except UserError as error:
        logger.info("the adapter in use is passed over: %s", error.message)
        return None


def _measure(
    candidate: Candidate,
    active: Path | None,
    replay: Replay,
    sizes: Sizes,
    report: Report,
    say: Callable[[str], None],
    cancelled: Callable[[], bool],
) -> Evidence:
    report.is_about_candidate = False  # from here on it might be the model's fault
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
        while runtime.improve():
            _stop_if(cancelled)
        report.quantization = runtime.model.quantization.value
        report.device = runtime.device
        passages = passages_of(candidate.held_out, sizes)
        # However many of them are replayed, they are from everywhere.
        random.Random(0).shuffle(passages)  # noqa: S311 - an order, not a secret

        def score(texts: Mapping[str, Text]) -> Score:
            return score_texts(runtime.model, texts, cancelled)

        def saved(seconds: float = math.inf) -> Sequence[float]:
            keys: list[float] = []
            began = time.monotonic()
            for number, passage in enumerate(passages):
                if number >= sizes.least_passages and time.monotonic() - began > seconds:
                    break
                _stop_if(cancelled)
                keys += replay(runtime, [passage])
            return keys

        say("reading with the original model")
        report.scores["base"] = score(candidate.held_out)
        report.scores["general, base"] = score(candidate.general)
        if active is not None:
            say("reading with the version in use")
            runtime.use_adapter(active)
            report.scores["active"] = score(candidate.held_out)
        before = saved(sizes.replay_s)
        passages = passages[: len(before)]
        report.is_about_candidate = True
        say("reading with the new version")
        runtime.use_adapter(candidate.staging)
        report.scores["candidate"] = score(candidate.held_out)
        report.scores["general, candidate"] = score(candidate.general)
        _note_places(report, candidate.held_out, runtime.model.vocabulary.bytes_of)
        say("typing with the new version")
        report.replay = [
            Saved(old, new, len(passage.target))
            for old, new, passage in zip(before, saved(), passages, strict=True)
        ]
        say("looking for copied passages")
        prompts = [passage.before for passage in passages if passage.before][: sizes.prompts]
        report.copied = longest_copied_run(runtime.model, prompts, candidate.learned, cancelled)
    finally:
        torch.set_num_threads(served_threads)
        runtime.close()
    return Evidence(
        base=report.scores["base"],
        active=report.scores.get("active"),
        candidate=report.scores["candidate"],
        general_base=report.scores["general, base"],
        general_candidate=report.scores["general, candidate"],
        replay=report.replay,
        copied=report.copied,
    )


def _note_places(
    report: Report, texts: Mapping[str, Text], bytes_of: Callable[[int], bytes]
) -> None:
    old = report.scores.get("active", report.scores["base"])
    new = report.scores["candidate"]
    report.right = changed_places(old, new, texts, bytes_of, RIGHT_PLACES)
    report.wrong = changed_places(new, old, texts, bytes_of, WRONG_PLACES)


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


def _promote(candidate: Candidate, registry: AdapterRegistry, report: Report) -> str:
    training = _training(candidate.staging)
    events = training.get("events") or {}
    adapter = registry.add(
        candidate.staging,
        AdapterManifest(
            id="",
            created_ms=candidate.now_ms,
            base=candidate.base,
            quantization=report.quantization,
            documents=tuple(map(str, training.get("documents") or ())),
            first_ms=int(events.get("first_ms", 0)),
            last_ms=int(events.get("last_ms", 0)),
            settings={
                **(training.get("settings") or {}),
                "strength": training.get("strength", 1.0),
            },
            scores=report.figures(),
            previous=registry.active(candidate.base.model),
        ),
    )
    registry.use(adapter.id, candidate.base)
    return adapter.id


def _training(staging: Path) -> dict[str, Any]:
    """What training noted of itself; an adapter without it is none the worse."""
    try:
        stored = read_json_file(staging / "training.json")
    except (OSError, SchemaError):
        return {}
    return stored if isinstance(stored, dict) else {}


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise Cancelled
