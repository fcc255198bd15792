"""The model that a command about passages asks."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cowrite.cli.adapter_choice import chosen_adapter
from cowrite.engine.influence import Influence
from cowrite.engine.messages import AnyResult, Task
from cowrite.engine.offline import forbid_downloads
from cowrite.models.store import InstalledModel
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.tasks.chat_template import ChatTemplate

if TYPE_CHECKING:
    from cowrite.engine.jobs.runtime import Runtime


@dataclass(frozen=True, slots=True)
class PassageEngine:
    """A loaded model. ``load_ms`` is how long that took, in milliseconds."""

    runtime: Runtime
    model: InstalledModel
    has_template: bool
    load_ms: float

    @property
    def adapter(self) -> str:
        """The id of the adapter that is used; empty for none."""
        return self.runtime.adapter_id

    def ask(self, task: Task) -> AnyResult:
        """What the model answers, now. Raises UserError."""
        from cowrite.engine.networks.steps import finish

        return finish(self.runtime.steps(task))


@contextmanager
def passage_engine(
    model: InstalledModel, arguments: argparse.Namespace, preferences: Preferences, paths: Paths
) -> Iterator[PassageEngine]:
    """``model`` with the adapter that ``arguments`` name, as fast as it gets. Raises UserError."""
    folder = chosen_adapter(arguments.adapter, paths, model)
    has_template = ChatTemplate.read(model.path) is not None
    forbid_downloads()
    from cowrite.engine.jobs.runtime import Runtime
    from cowrite.tasks.prompts import ModelPrompts

    started = time.perf_counter()
    runtime = Runtime.open(
        model.path,
        model_id=model.id,
        device=arguments.device or preferences.device,
        quantizations=model.quantizations(preferences.quantization),
        prompts_of=ModelPrompts.of,
    )
    try:
        runtime.set_influence(Influence(preferences.influence))
        runtime.use_adapter(folder)
        # Dozens of tokens are written, so that the seconds that this takes come back.
        while runtime.optimize():
            pass
        yield PassageEngine(runtime, model, has_template, (time.perf_counter() - started) * 1000)
    finally:
        runtime.close()
