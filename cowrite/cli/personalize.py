"""``cowrite personalize``: learn from the log and from chosen texts, and use what was learned if it is better.

The window runs this very command with ``--lines``.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
from pathlib import Path

from cowrite.base.clock import SystemClock
from cowrite.base.errors import UserError
from cowrite.base.printable import lines, one_line
from cowrite.base.process_priority import LEARNING_NICENESS, give_way, sleep_while_waiting
from cowrite.cli.chosen import chosen_preferences
from cowrite.cli.idle_watch import IdleWatch, reason_to_wait
from cowrite.cli.terminal_progress import TerminalProgress
from cowrite.cli.texts import read_text
from cowrite.documents.export import write_export
from cowrite.engine.offline import forbid_downloads
from cowrite.localization import listed, sentences, tr, tr_noop
from cowrite.models.store import InstalledModel, ModelStore
from cowrite.personalize.adapters.adapter_manifest import Base
from cowrite.personalize.adapters.outcome import influence_sentence, read_outcome
from cowrite.personalize.learning_messages import Ending, LearningPreview, LearningResult
from cowrite.personalize.schedule.system_schedule import SystemScheduler, how_to_install, units
from cowrite.personalize.settings import TrainingSettings, with_changes
from cowrite.personalize.training.control import listen
from cowrite.personalize.training.job import TrainingJob
from cowrite.personalize.training.preview import preview
from cowrite.personalize.training_pipeline import (
    ProcessControl,
    TrainingPipeline,
    run_training_pipeline,
)
from cowrite.settings.paths import Paths, with_home
from cowrite.settings.preferences import Preferences
from cowrite.settings.this_program import this_program

HELP = tr_noop(
    "Learn from your writing and decisions, on this computer, and use the result only if it proves "
    "better in a test on text that was not used for learning. Without --text and --log, Cowrite "
    "learns from the log."
)
EXIT_FAILED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "--text",
        metavar="F",
        type=Path,
        nargs="+",
        default=[],
        help=tr("texts of yours to learn from"),
    )
    parser.add_argument(
        "--log",
        action="store_true",
        help=tr("learn from the decision log and from the texts chosen in the settings"),
    )
    parser.add_argument(
        "--max-minutes",
        metavar="M",
        type=float,
        help=tr("train for at most this many minutes (default: 120)"),
    )
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        nargs="+",
        action="extend",
        default=[],
        help=tr("training settings, such as rank=8"),
    )
    parser.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], help=tr("where to run the training")
    )
    parser.add_argument(
        "--dry-run", action="store_true", help=tr("only show what Cowrite would learn from")
    )
    parser.add_argument(
        "--when-idle",
        action="store_true",
        help=tr(
            "learn only at night, when nobody is using the computer and it is plugged in; for schedulers"
        ),
    )
    parser.add_argument(
        "--units",
        choices=[each.value for each in SystemScheduler],
        help=tr(
            "write files here that make the system's scheduler run this every night, and say how to install "
            "them"
        ),
    )
    parser.add_argument("--json", action="store_true", help=tr("print the result as JSON"))
    parser.add_argument(
        "--lines",
        action="store_true",
        help=tr(
            "print progress as JSON lines, and follow “pause”, “resume” and “stop” from standard input"
        ),
    )


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Do what was asked."""
    if arguments.units:
        return _write_units(SystemScheduler(arguments.units), paths)
    sleep_while_waiting()
    preferences = chosen_preferences(paths)
    installed = ModelStore.of(paths).quick_check(preferences.model)
    job = _job(arguments, paths, preferences, installed)
    forbid_downloads()
    if arguments.dry_run:
        last = read_outcome(paths)
        return _tell(preview(job, tokens_per_s=last.tokens_per_s if last else 0.0), arguments)
    if arguments.when_idle:
        reason = reason_to_wait(paths)
        if reason:
            print(json.dumps({"status": "waiting", "reason": reason}) if arguments.json else reason)
            return 0
    pipeline = TrainingPipeline(
        paths=paths,
        job=job,
        base=Base(installed.id, installed.weights_sha256),
        quantizations=installed.quantizations(preferences.quantization),
    )
    result = _learn(pipeline, preferences, arguments)
    return _report(result, preferences.influence, arguments)


def _job(
    arguments: argparse.Namespace, paths: Paths, preferences: Preferences, installed: InstalledModel
) -> TrainingJob:
    """What is to be learned from, and how. Raises UserError for texts and settings that cannot be used."""
    changes = list(arguments.set)
    if arguments.max_minutes is not None:
        changes.append(f"max_minutes={arguments.max_minutes:g}")
    with_changes(TrainingSettings(), changes)
    files = [with_home(path).absolute() for path in arguments.text]
    for path in files:
        read_text(path, paths)
    device = arguments.device or preferences.device
    with_log = arguments.log or not files
    return TrainingJob(
        model_id=installed.id,
        model_dir=str(installed.path),
        quantization=_served_kind(installed, preferences.quantization, device),
        work="",
        staging="",
        files=tuple(map(str, files)),
        own_texts=preferences.own_texts if with_log else (),
        log=str(paths.decision_log) if with_log else "",
        excluded=preferences.excluded,
        changes=tuple(changes),
        device=device,
    )


def _served_kind(installed: InstalledModel, wanted: str, device: str) -> str:
    """How the model is held where it will be used. Looks for a card only if there may be one."""
    kinds = installed.quantizations(wanted)
    if device == "cpu" or "cuda" not in kinds:
        return kinds["cpu"]
    forbid_downloads()
    from cowrite.engine.devices import choose_device

    return kinds[choose_device(device)[0].type]


def _learn(
    pipeline: TrainingPipeline, preferences: Preferences, arguments: argparse.Namespace
) -> LearningResult:
    # Imports torch; the variables that forbid downloads are set.
    from cowrite.cli.keystroke_replay import replay_with, writers_hands

    give_way(LEARNING_NICENESS)
    control = ProcessControl()
    progress = TerminalProgress(as_lines=arguments.lines, is_silent=arguments.json)
    before = {
        name: signal.signal(name, lambda *_: control.handle_command("stop"))
        for name in (signal.SIGINT, signal.SIGTERM)
    }
    if arguments.lines:
        listen(control, at_end=lambda: control.handle_command("stop"))
    watch = IdleWatch(pipeline.paths, control) if arguments.when_idle else None
    try:
        hands = writers_hands(pipeline.paths.decision_log, SystemClock().unix_ms())
        replay = replay_with(preferences, control, hands)
        return run_training_pipeline(pipeline, replay, control, progress.show)
    finally:
        progress.end()
        for name, handler in before.items():
            signal.signal(name, handler)
        if watch is not None:
            watch.close()


def _report(result: LearningResult, influence: str, arguments: argparse.Namespace) -> int:
    """Say how it ended; ``influence`` is what the settings say."""
    if arguments.lines:
        print(json.dumps({"result": result.to_json()}), flush=True)
    elif arguments.json:
        print(json.dumps(result.to_json()))
    else:
        print(lines(_in_words(result, influence)))
    return EXIT_FAILED if result.status is Ending.FAILED else 0


def _in_words(result: LearningResult, influence: str) -> str:
    if result.status is Ending.STOPPED:
        return result.reason or tr("Stopped. Run the same command again to continue.")
    beginning = {
        "promoted": tr("Now in use: {reason}", reason=result.reason),
        "kept": tr("Nothing changed: {reason}", reason=result.reason),
        "failed": tr("Failed: {reason}", reason=result.reason),
    }
    text = sentences(beginning[result.status], result.advice)
    best = result.report.get("best_influence")
    if best:
        text += f"\n{influence_sentence(best, influence)}"
    if result.report:
        report = f"{result.report['folder']}{os.sep}report.html"
        text += "\n" + tr("Report: {file}", file=report)
    return text


def _tell(what: LearningPreview, arguments: argparse.Namespace) -> int:
    if arguments.json:
        print(json.dumps(what.to_json()))
        return 0
    print(one_line(tr("Cowrite would learn from: {sentence}", sentence=what.sentence)))
    if what.excluded:
        print(one_line(tr("Excluded by you: {excluded}.", excluded=listed(what.excluded))))
    if what.left_out:
        print(
            one_line(
                tr(
                    "Skipped (missing, not text, or a duplicate): {left_out}.",
                    left_out=listed(what.left_out),
                )
            )
        )
    print(
        what.too_little
        or tr("It would take about {minutes:.0f} minutes on this computer.", minutes=what.minutes)
    )
    return 0


def _write_units(scheduler: SystemScheduler, paths: Paths) -> int:
    command = [*this_program(paths.home), "personalize", "--log", "--when-idle"]
    for name, text in units(scheduler, command).items():
        try:
            write_export(Path(name), text.encode("utf-8"), must_be_new=True)
        except UserError as error:
            raise UserError(
                error.message, tr("Change to an empty folder and try again.")
            ) from error
        print(tr("Wrote {name}", name=name))
    print(tr("To install it:"))
    print(f"  {how_to_install(scheduler)}")
    return 0
