"""What is kept of a model's exam: which tasks it passed, and why it failed the others.

A private JSON file beside the models, bound to the model's weights, to the adapter and to the version of the program:
what any of these changes is asked again. Of models of the catalogue a result comes along.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cowrite import __version__
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import Count, Name, Number, Prose, decode, require_format
from cowrite.localization import tr_noop
from cowrite.models.store import InstalledModel
from cowrite.settings.newer_data import is_newer_file, newer_data
from cowrite.settings.private_file import write_private
from cowrite.settings.resources import resource_path

FORMAT = 1
KNOWN_FILE = "exam/known.json"
WHAT = tr_noop("The result of the exam was written by a newer version of Cowrite.")
_DOES = {
    "repair": "repairs",
    "shorten": "shortens",
    "expand": "expands",
    "simplify": "simplifies",
    "tone": "changes the tone",
    "continue-passage": "continues",
    "describe": "describes",
    "tense": "changes the tense",
    "person": "changes the person",
    "translate": "translates",
    "summarize": "summarizes",
    "reply": "replies",
    "ask": "answers questions",
    "questions": "asks what a reader would ask",
    "rewrite": "follows instructions",
}
_NOT = {
    "repair": "repair",
    "shorten": "shorten",
    "expand": "expand",
    "simplify": "simplify",
    "tone": "change the tone",
    "continue-passage": "continue",
    "describe": "describe",
    "tense": "change the tense",
    "person": "change the person",
    "translate": "translate",
    "summarize": "summarize",
    "reply": "reply",
    "ask": "answer questions",
    "questions": "ask what a reader would ask",
    "rewrite": "follow instructions",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskMark:
    """How a model did at one task: ``score`` and that of doing ``nothing``, 0 to 1, on so many ``examples``.

    ``why`` is a sentence for the writer where it did not pass, or was not tried.
    """

    passed: bool
    score: Number = 0.0
    nothing: Number = 0.0
    examples: Count = 0
    why: Prose = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamResult:
    """An exam of a model. ``seconds`` is how long it took."""

    format: Count = FORMAT
    model: Name
    weights_sha256: Name
    adapter: Prose
    version: Prose
    seconds: Number
    tasks: dict[Name, TaskMark]

    def sentence(self) -> str:
        """What it does and what not, such as “This model repairs; it does not translate.”"""
        does = [_DOES[name] for name, mark in self.tasks.items() if mark.passed and name in _DOES]
        does_not = [
            _NOT[name] for name, mark in self.tasks.items() if not mark.passed and name in _NOT
        ]
        if not does:
            return "This model does none of the tasks on a passage well."
        rest = f"; it does not {_listed(does_not, 'or')}" if does_not else ""
        return f"This model {_listed(does, 'and')}{rest}."


def result_file(models_dir: Path, model_id: str) -> Path:
    """Where the result of a model's exam is kept."""
    return models_dir / f"{model_id}.exam.json"


def keep_result(models_dir: Path, result: ExamResult) -> None:
    """Keep ``result``. Raises UserError if one of a newer version is there, or OSError."""
    file = result_file(models_dir, result.model)
    if is_newer_file(file, FORMAT):
        raise newer_data(WHAT)
    write_private(file, json.dumps(asdict(result), ensure_ascii=False, indent=1).encode())


def kept_result(models_dir: Path, model: InstalledModel, adapter: str) -> ExamResult | None:
    """The result that holds for ``model`` with ``adapter`` (an id, empty for none); None if there is none.

    One that cannot be read is none.
    """
    try:
        found = read_json_file(result_file(models_dir, model.id))
        require_format(found, FORMAT)
        result = decode(found, ExamResult)
    except (OSError, SchemaError):
        return None
    key = (result.model, result.weights_sha256, result.adapter, result.version)
    wanted = (model.id, model.weights_sha256, adapter, __version__)
    return result if key == wanted else None


@functools.cache
def known_results() -> Mapping[str, ExamResult]:
    """What is known of models of the catalogue before they were examined here, by their ids."""
    found = decode(read_json_file(resource_path(KNOWN_FILE)), tuple[ExamResult, ...])
    return {each.model: each for each in found}


def best_result(models_dir: Path, model: InstalledModel, adapter: str) -> ExamResult | None:
    """The result that is kept for it, or else what is known of this model; None if it was never examined."""
    return kept_result(models_dir, model, adapter) or known_results().get(model.id)


def why_not_passed(models_dir: Path, model: InstalledModel, adapter: str) -> Mapping[str, str]:
    """For menus: why each task is not offered, by its name; empty where no exam was taken."""
    result = best_result(models_dir, model, adapter)
    if result is None:
        return {}
    return {name: mark.why for name, mark in result.tasks.items() if not mark.passed}


def passed_tasks(models_dir: Path, model: InstalledModel, adapter: str) -> frozenset[str] | None:
    """The names of the tasks that the model passed; None where no exam was taken that holds."""
    result = best_result(models_dir, model, adapter)
    if result is None:
        return None
    return frozenset(name for name, mark in result.tasks.items() if mark.passed)


def follows_instructions(models_dir: Path, model: InstalledModel, adapter: str) -> bool:
    """Whether the model passed as one that does what it is told; not where no exam was taken that holds."""
    return "rewrite" in (passed_tasks(models_dir, model, adapter) or ())


def _listed(words: list[str], last: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
