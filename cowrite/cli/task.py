"""``cowrite task``: have the model do one of its tasks, as a file describes it, or one on a passage."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_regular
from cowrite.base.printable import lines, one_line
from cowrite.cli.adapter_choice import chosen_adapter
from cowrite.cli.chosen import chosen_preferences
from cowrite.cli.passage.tasks import (
    add_passage_arguments,
    explained,
    refuse_passage_arguments,
    run_passages,
)
from cowrite.cli.texts import read_text
from cowrite.console import show_progress
from cowrite.engine.influence import Influence
from cowrite.engine.messages import AnyResult, Task
from cowrite.engine.offline import forbid_downloads
from cowrite.localization import listed, tr, tr_noop
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths, with_home
from cowrite.tasks.passage.registry import PASSAGE_TASKS
from cowrite.tasks.results import result_json, result_lines
from cowrite.tasks.task_file import LARGEST_FILE, TASKS, is_json, task_from_json, task_from_text

HELP = tr_noop(
    "Have the model do a task that a file describes (a JSON object, or a plain text), or one on a "
    "passage, which is a plain text."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    kinds = explained({name: kind.help for name, kind in TASKS.items()})
    parser.add_argument(
        "task",
        metavar="NAME",
        choices=[*TASKS, *PASSAGE_TASKS],
        help=tr("{kinds}; on a passage: {tasks}", kinds=kinds, tasks=listed(PASSAGE_TASKS)),
    )
    plain = explained({name: kind.plain for name, kind in TASKS.items()})
    parser.add_argument(
        "--file",
        metavar="F",
        type=Path,
        required=True,
        help=tr(
            "JSON file with what the task takes, or a text file ({plain}; otherwise the passage)",
            plain=plain,
        ),
    )
    parser.add_argument(
        "--adapter",
        metavar="ID",
        default="active",
        help=tr(
            "adapter to use: its ID or folder, active (default: the one in use) or base (none)"
        ),
    )
    parser.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], help=tr("where to run the model")
    )
    parser.add_argument("--json", action="store_true", help=tr("print everything as JSON"))
    add_passage_arguments(parser)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Do the task and print what comes of it."""
    if arguments.task in PASSAGE_TASKS:
        return run_passages(arguments, paths)
    refuse_passage_arguments(arguments)
    task = _read_task(arguments.task, arguments.file, paths)
    result, notice = _do(task, arguments, paths)
    if arguments.json:
        print(json.dumps(result_json(arguments.task, task, result), ensure_ascii=False))
        return 0
    for line in result_lines(task, result):
        # To a program it goes as it is, to a terminal without what the terminal would interpret.
        print(lines(line) if sys.stdout.isatty() else line)
    if notice:
        show_progress(one_line(notice))
    return 0


def _read_task(name: str, path: Path, paths: Paths) -> Task:
    file = with_home(path)
    try:
        data = read_regular(file, LARGEST_FILE)
    except SchemaError as error:
        raise UserError(
            tr(
                "{file} is too large: a task file has at most {largest_file} MB.",
                file=file,
                largest_file=LARGEST_FILE >> 20,
            ),
            tr("Take a part of it."),
        ) from error
    if is_json(data):
        return task_from_json(name, data)
    return task_from_text(name, read_text(path, paths))


def _do(task: Task, arguments: argparse.Namespace, paths: Paths) -> tuple[AnyResult, str]:
    """The answer, and what the engine has to say of itself."""
    preferences = chosen_preferences(paths)
    installed = ModelStore.of(paths).quick_check(preferences.model)
    folder = chosen_adapter(arguments.adapter, paths, installed)
    forbid_downloads()
    from cowrite.engine.jobs.runtime import Runtime
    from cowrite.engine.networks.steps import finish
    from cowrite.tasks.prompts import ModelPrompts

    runtime = Runtime.open(
        installed.path,
        model_id=installed.id,
        device=arguments.device or preferences.device,
        quantizations=installed.quantizations(preferences.quantization),
        prompts_of=ModelPrompts.of,
    )
    try:
        runtime.set_influence(Influence(preferences.influence))
        runtime.use_adapter(folder)
        return finish(runtime.steps(task)), runtime.notice
    finally:
        runtime.close()
