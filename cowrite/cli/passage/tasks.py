"""Tasks on passages: a file, or each of its lines, is a passage, and what comes of it is printed."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.printable import lines, one_line
from cowrite.cli.chosen import chosen_preferences
from cowrite.cli.passage.engine import PassageEngine, passage_engine
from cowrite.cli.passage.known_words import known_words
from cowrite.cli.texts import read_text
from cowrite.console import show_progress
from cowrite.localization import sentences, tr, trp
from cowrite.models.store import ModelStore
from cowrite.proposals.critic_markup import critic_markup
from cowrite.proposals.proposal import MOST_VERSIONS, Proposal
from cowrite.settings.paths import Paths
from cowrite.tasks.exam.results import follows_instructions
from cowrite.tasks.passage.registry import PASSAGE_TASKS, why_not
from cowrite.tasks.passage.running import run_work
from cowrite.tasks.passage.work import PassageRequest, PassageTask

_LEVELS = {"careful": 0.0, "thorough": 1.0}
_OPTIONS = ("instruction", "lines", "thoroughness", "versions", "language", "criticmarkup")


def add_passage_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe what goes with a task on a passage."""
    group = parser.add_argument_group(tr("tasks on a passage"))
    asking = explained({each.name: each.asks_for for each in _asking()})
    group.add_argument(
        "--instruction", metavar="T", help=tr("what to say with a task ({asking})", asking=asking)
    )
    group.add_argument(
        "--lines",
        action="store_true",
        default=None,
        help=tr("take each line of the file as a passage; prints one JSON object for each"),
    )
    group.add_argument(
        "--thoroughness",
        metavar="X",
        type=_thoroughness,
        help=tr("how much to change: 0 or careful (default) to 1 or thorough"),
    )
    group.add_argument(
        "--versions",
        metavar="N",
        type=int,
        help=tr(
            "number of answers, 1 to {most_versions} (default: 1)", most_versions=MOST_VERSIONS
        ),
    )
    group.add_argument(
        "--criticmarkup",
        action="store_true",
        default=None,
        help=tr("print the passage with the changes marked in it as CriticMarkup"),
    )
    group.add_argument(
        "--language",
        metavar="L",
        help=tr("language of the text, such as en_GB (default: found out from its words)"),
    )


def explained(words: Mapping[str, str]) -> str:
    """Names, each with what it means: “a: this; b: that”; what it means is still to be translated."""
    pairs = (tr("{what}: {meaning}", what=name, meaning=tr(text)) for name, text in words.items())
    return trp("between explained names", "; ").join(pairs)


def refuse_passage_arguments(arguments: argparse.Namespace) -> None:
    """Raises UserError if one of them was given with a task that takes none."""
    for name in _OPTIONS:
        if getattr(arguments, name) is not None:
            raise UserError(
                tr("--{name} does not go with {task}.", name=name, task=arguments.task),
                tr(
                    "It goes with tasks on a passage, such as {task}.",
                    task=next(iter(PASSAGE_TASKS)),
                ),
            )


def run_passages(arguments: argparse.Namespace, paths: Paths) -> int:
    """Do the task on each passage and print what comes of it."""
    task = PASSAGE_TASKS[arguments.task]
    if arguments.versions is not None and not 1 <= arguments.versions <= MOST_VERSIONS:
        raise UserError(
            tr("--versions takes a number from 1 to {most_versions}.", most_versions=MOST_VERSIONS)
        )
    if task.asks_for and not (arguments.instruction or "").strip():
        raise UserError(tr("Say {asks_for} with --instruction.", asks_for=tr(task.asks_for)))
    if arguments.criticmarkup and (arguments.json or arguments.lines or task.stands_beside):
        raise UserError(
            tr("--criticmarkup goes with one passage whose words are changed, without --json.")
        )
    text = read_text(arguments.file, paths)
    preferences = chosen_preferences(paths)
    installed = ModelStore.of(paths).quick_check(preferences.model)
    with passage_engine(installed, arguments, preferences, paths) as engine:
        if why := why_not(task, arguments.instruction or "", has_template=engine.has_template):
            raise UserError(why)
        for done in _done(task, text, arguments, engine, paths):
            _print(done, arguments, engine)
        if engine.runtime.notice:
            show_progress(one_line(engine.runtime.notice))
    return 0


@dataclass(frozen=True, slots=True)
class _Done:
    """A passage with what came of it; ``first_ms`` is when the first version was there, None if none was."""

    proposal: Proposal
    first_ms: float | None
    total_ms: float


def _done(
    task: PassageTask, text: str, arguments: argparse.Namespace, engine: PassageEngine, paths: Paths
) -> Iterator[_Done]:
    whole = text.removesuffix("\n")
    passages = whole.split("\n") if arguments.lines else [whole]
    words, language = known_words(text, arguments.language, paths)
    for passage in passages:
        request = PassageRequest(
            passage=passage,
            instruction=arguments.instruction or "",
            language=language,
            thoroughness=arguments.thoroughness or 0.0,
            versions=arguments.versions or 1,
            words=words,
            generates=follows_instructions(paths.models_dir, engine.model, engine.adapter),
        )
        yield _do(task, request, engine)


def _do(task: PassageTask, request: PassageRequest, engine: PassageEngine) -> _Done:
    started, first = time.perf_counter(), list[float]()

    def ms() -> float:
        return (time.perf_counter() - started) * 1000

    def show(proposal: Proposal) -> None:
        if any(each.hunks or task.stands_beside for each in proposal.versions):
            first.append(ms())

    try:
        proposal = run_work(task.work(request), engine.ask, show)
    except UserError as error:
        sentence = sentences(error.message, error.advice)
        proposal = Proposal(task=task.name, passage=request.passage, refused=sentence)
    show(proposal)
    return _Done(proposal, first[0] if first else None, ms())


def proposal_json(
    proposal: Proposal, *, model: str, adapter: str, ms: dict[str, float | None]
) -> dict[str, Any]:
    """Everything; places of hunks are characters of the passage. ``adapter`` is empty for none."""
    return {
        "task": proposal.task,
        "model": model,
        "adapter": adapter or None,
        "passage": proposal.passage,
        "versions": [
            {
                "text": version.text,
                "hunks": [
                    {
                        "start": hunk.start,
                        "end": hunk.end,
                        "before": hunk.before,
                        "after": hunk.after,
                        "confidence": hunk.confidence,
                    }
                    for hunk in version.hunks
                ],
            }
            for version in proposal.versions
        ],
        "refused": proposal.refused or None,
        "ms": {name: None if value is None else round(value, 2) for name, value in ms.items()},
    }


def _print(done: _Done, arguments: argparse.Namespace, engine: PassageEngine) -> None:
    proposal = done.proposal
    if arguments.json or arguments.lines:
        ms = {"load": engine.load_ms, "first": done.first_ms, "total": done.total_ms}
        found = proposal_json(proposal, model=engine.model.id, adapter=engine.adapter, ms=ms)
        print(json.dumps(found, ensure_ascii=False), flush=True)
        return
    if proposal.refused:
        raise UserError(proposal.refused)
    for version in proposal.versions:
        marked = critic_markup(proposal.passage, version.hunks) if arguments.criticmarkup else None
        text = version.text if marked is None else marked
        # To a program it goes as it is, to a terminal without what the terminal would interpret.
        print(lines(text) if sys.stdout.isatty() else text)
        for hunk in version.hunks:
            if hunk.note:
                show_progress(one_line(hunk.note))


def _asking() -> list[PassageTask]:
    return [each for each in PASSAGE_TASKS.values() if each.asks_for]


def _thoroughness(text: str) -> float:
    value = _LEVELS.get(text)
    try:
        value = float(text) if value is None else value
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(tr("should be a number from 0 to 1, careful or thorough"))
    return value
