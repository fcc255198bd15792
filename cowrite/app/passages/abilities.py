"""What the model in use can do with a passage: found out beside the window when that is first asked."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from cowrite.base.errors import UserError
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.common.disk import Disk
from cowrite.engine.messages import EngineState
from cowrite.models.store import ModelStore
from cowrite.tasks.passage.work import PassageTask

NO_MODEL = "No model is ready for this. The status line says why."
NO_TEMPLATE = (
    "This model was not taught to follow instructions. Choose one that was, in the settings."
)


class ModelAbilities(QObject):
    """Of the model that answers at ``bridge``; what is not known yet may be tried."""

    def __init__(
        self, bridge: EngineBridge, store: ModelStore, disk: Disk, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge, self._store, self._disk = bridge, store, disk
        self._known: dict[str, bool] = {}
        self._asked: set[str] = set()

    def why_not(self, task: PassageTask) -> str:
        """Why the task cannot be had now, as a sentence; empty if it can."""
        status = self._bridge.status
        if status.state not in (EngineState.READY, EngineState.THINKING):
            return NO_MODEL
        self._look_at(status.model)
        if task.needs_template and not self._known.get(status.model, True):
            return NO_TEMPLATE
        return ""

    @property
    def known(self) -> Mapping[str, bool]:
        """By the ids of models, whether they were taught conversations."""
        return self._known

    def _look_at(self, model_id: str) -> None:
        if model_id in self._asked:
            return
        self._asked.add(model_id)
        found = self._disk.run(lambda: _has_template(self._store, model_id))

        def done() -> None:
            if found.error is None:
                self._known[model_id] = found.result

        found.then(done)


def _has_template(store: ModelStore, model_id: str) -> bool:
    """Whether the model was taught conversations; what cannot be told is found out by trying."""
    from cowrite.tasks.chat_template import ChatTemplate

    try:
        return ChatTemplate.read(store.get(model_id).path) is not None
    except UserError:
        return True
