"""What is kept of a model's exam: which tasks it passed, and why it failed the others.

A private JSON file beside the models, bound to the model's weights, to the adapter and to the version of the program:
what any of these changes is asked again. Of models of the catalogue a result comes along.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cowrite import __version__
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import Count, Name, Number, Prose, decode, require_format
from cowrite.localization import sentences, tr, tr_noop
from cowrite.localization.numbers import percent_text
from cowrite.models.store import EXAM, InstalledModel, beside
from cowrite.settings.newer_data import is_newer_file, newer_data
from cowrite.settings.private_file import write_private
from cowrite.settings.resources import resource_path
from cowrite.tasks.passage.registry import NO_TEMPLATE

FORMAT = 1
KNOWN_FILE = "exam/known.json"
WHAT = tr_noop("The result of the exam was written by a newer version of Cowrite.")
NOT_REACHED = tr_noop("The exam did not come to this task.")
NOT_ENOUGH = tr_noop("In the exam it did {score} of what was asked, and {needed} are needed.")
_NOT_ENOUGH = re.compile(NOT_ENOUGH.format(score=r"(\d+)%", needed=r"(\d+)%"))
_DOES = {
    "repair": tr_noop("repairs"),
    "shorten": tr_noop("shortens"),
    "expand": tr_noop("expands"),
    "simplify": tr_noop("simplifies"),
    "tone": tr_noop("changes the tone"),
    "continue-passage": tr_noop("continues"),
    "describe": tr_noop("describes"),
    "tense": tr_noop("changes the tense"),
    "person": tr_noop("changes the person"),
    "translate": tr_noop("translates"),
    "summarize": tr_noop("summarizes"),
    "reply": tr_noop("replies"),
    "ask": tr_noop("answers questions"),
    "questions": tr_noop("asks what a reader would ask"),
    "rewrite": tr_noop("follows instructions"),
}
_NOT = {
    "repair": tr_noop("repair"),
    "shorten": tr_noop("shorten"),
    "expand": tr_noop("expand"),
    "simplify": tr_noop("simplify"),
    "tone": tr_noop("change the tone"),
    "continue-passage": tr_noop("continue"),
    "describe": tr_noop("describe"),
    "tense": tr_noop("change the tense"),
    "person": tr_noop("change the person"),
    "translate": tr_noop("translate"),
    "summarize": tr_noop("summarize"),
    "reply": tr_noop("reply"),
    "ask": tr_noop("answer questions"),
    "questions": tr_noop("ask what a reader would ask"),
    "rewrite": tr_noop("follow instructions"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskMark:
    """How a model did at one task: ``score`` and that of doing ``nothing``, 0 to 1, on so many ``examples``.

    ``why`` is a sentence for the writer where it did not pass, or was not tried; in English, see :func:`told`.
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
        return sentence_of(self.tasks)


def sentence_of(tasks: Mapping[str, TaskMark]) -> str:
    """What a model does and what not, by its marks."""
    whys = [mark.why for mark in tasks.values()]
    parts = [_of_base_model() if NO_TEMPLATE in whys else "", _does_and_does_not(tasks)]
    untried = _words(tasks, _NOT, lambda mark: mark.passed and mark.why == NOT_REACHED)
    if untried:
        named = _listed(untried, tr_noop("{some} or {last}"))
        parts.append(tr("There was no time to see whether it can {tasks}.", tasks=named))
    return sentences(*parts)


def _words(
    tasks: Mapping[str, TaskMark], words: Mapping[str, str], is_meant: Callable[[TaskMark], bool]
) -> list[str]:
    return [tr(words[name]) for name, mark in tasks.items() if name in words and is_meant(mark)]


def _does_and_does_not(tasks: Mapping[str, TaskMark]) -> str:
    does = _words(tasks, _DOES, lambda mark: mark.passed and mark.why != NOT_REACHED)
    does_not = _words(tasks, _NOT, lambda mark: not mark.passed and mark.why != NO_TEMPLATE)
    if not does and not does_not:
        return ""
    if not does:
        return tr("This model does none of the tasks on a passage well.")
    all_it_does = _listed(does, tr_noop("{some} and {last}"))
    if not does_not:
        return tr("This model {does}.", does=all_it_does)
    nothing_of = _listed(does_not, tr_noop("{some} or {last}"))
    return tr("This model {does}; it does not {does_not}.", does=all_it_does, does_not=nothing_of)


def _of_base_model() -> str:
    return tr(
        "This is a base model: it was not taught to follow instructions, and is for suggestions as you write."
    )


def result_file(models_dir: Path, model_id: str) -> Path:
    """Where the result of a model's exam is kept."""
    return beside(models_dir, model_id, EXAM)


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


def told(why: str) -> str:
    """Why a task was not passed, which is kept in English, in the language of the interface."""
    found = _NOT_ENOUGH.fullmatch(why)
    if found is None:
        return tr(why)
    score, needed = (percent_text(float(each)) for each in found.groups())
    return tr(NOT_ENOUGH, score=score, needed=needed)


def _listed(words: list[str], last: str) -> str:
    if len(words) < 2:
        return "".join(words)
    some = words[0]
    for word in words[1:-1]:
        some = tr("{some}, {another}", some=some, another=word)
    return tr(last, some=some, last=words[-1])
