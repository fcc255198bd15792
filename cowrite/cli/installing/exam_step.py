"""The last step of an installation: finding out which tasks on a passage the model can do."""

from __future__ import annotations

import argparse
import logging
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError
from cowrite.cli.adapter_choice import IN_USE
from cowrite.localization import tr
from cowrite.models.store import InstalledModel
from cowrite.models.tools import Examine, OnTask
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.settings.paths import Paths

if TYPE_CHECKING:
    from cowrite.tasks.exam.results import ExamResult

logger = logging.getLogger(__name__)


def exam_step(paths: Paths) -> Examine:
    """Examines a model with the adapter that it will be used with, unless a result that holds is kept or known."""

    def step(model: InstalledModel, on_task: OnTask) -> str:
        try:
            if result_that_holds(model, paths) is None:
                _examine(model, paths, on_task)
        except UserError as error:
            logger.info("no exam: %s", error)
            return tr("The exam could not be taken: {problem}", problem=error.message)
        except (
            Exception
        ):  # whatever the libraries raise: the model is installed, and this is only about menus
            logger.exception("the exam failed")
            return tr("The exam could not be taken. The error log says why.")
        return ""

    return step


def result_that_holds(model: InstalledModel, paths: Paths) -> ExamResult | None:
    """What is kept or known of ``model`` with the adapter that it is used with; None if it was not examined."""
    from cowrite.tasks.exam.results import best_result

    adapter = AdapterRegistry(paths.adapters_dir).active(model.id)
    return best_result(paths.models_dir, model, adapter)


def _examine(model: InstalledModel, paths: Paths, on_task: OnTask) -> None:
    from cowrite.cli.passage.exam import examine

    examine(model, argparse.Namespace(adapter=IN_USE, device=None), paths, on_task)
