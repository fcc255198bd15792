"""What the model in use can do with a passage, and why not the rest: found out beside the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject

from cowrite.base.errors import UserError
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.common.disk import Disk
from cowrite.engine.messages import EngineState, EngineStatus
from cowrite.localization import tr, tr_noop
from cowrite.models.store import ModelStore
from cowrite.tasks.passage.work import PassageTask

NO_MODEL = tr_noop("No model is ready for this. The status line says why.")
NO_TEMPLATE = tr_noop(
    "This model was not taught to follow instructions. Choose one that was, in the settings."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """Of one model with one adapter: whether it was taught conversations, and which tasks it failed and why.

    ``generates``: it passed as one that follows instructions.
    """

    has_template: bool = True
    generates: bool = False
    failed: Mapping[str, str] = field(default_factory=dict)


class ModelAbilities(QObject):
    """Of the model that answers at ``bridge``; what is not known yet may be tried."""

    def __init__(
        self, bridge: EngineBridge, store: ModelStore, disk: Disk, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge, self._store, self._disk = bridge, store, disk
        self._known: dict[tuple[str, str, str], Abilities] = {}
        bridge.status_changed.connect(self._on_status)

    def _on_status(self, status: EngineStatus) -> None:
        """By the time that somebody asks for the first time it is known."""
        who = status.of_passages
        if status.state is EngineState.READY and _key(who) not in self._known:
            self.look()

    @property
    def known(self) -> Abilities:
        """Of the model that answers now, as far as that was found out."""
        return self._known.get(_key(self._bridge.status.of_passages), Abilities())

    def why_not(self, task: PassageTask) -> str:
        """Why the task cannot be had now, as a sentence; empty if it can."""
        if self._bridge.status.of_passages.state not in (EngineState.READY, EngineState.THINKING):
            return tr(NO_MODEL)
        known = self.known
        if task.needs_template and not known.has_template:
            return tr(NO_TEMPLATE)
        why = known.failed.get(task.name, "")
        return _told(why) if why else ""

    def look(self) -> None:
        """Find out what there is to know of the model that answers now: an exam may have been taken meanwhile."""
        status = self._bridge.status.of_passages
        model_id, adapter, server = status.model, status.adapter, status.server
        if not model_id:
            return
        if server:
            found = self._disk.run(lambda: _abilities_elsewhere(self._store, server, model_id))
        else:
            found = self._disk.run(lambda: _abilities(self._store, model_id, adapter))

        def done() -> None:
            if found.error is None:
                self._known[_key(status)] = found.result

        found.then(done)


def _key(status: EngineStatus) -> tuple[str, str, str]:
    return status.server, status.model, status.adapter


def _told(why: str) -> str:
    from cowrite.tasks.exam.results import told

    return told(why)


def _abilities_elsewhere(store: ModelStore, server: str, model: str) -> Abilities:
    """Of a model on a server, by its exam; without one everything may be tried."""
    from cowrite.tasks.exam.elsewhere import kept

    exam = kept(store.folder, server, model)
    if exam is None:
        return Abilities()
    return Abilities(generates=exam.follows_instructions, failed=exam.failed)


def _abilities(store: ModelStore, model_id: str, adapter: str) -> Abilities:
    """What cannot be told is found out by trying."""
    from cowrite.tasks.chat_template import ChatTemplate
    from cowrite.tasks.exam.results import follows_instructions, why_not_passed

    try:
        model = store.get(model_id)
        has_template = ChatTemplate.read(model.path) is not None
    except UserError:
        return Abilities()
    return Abilities(
        has_template=has_template,
        generates=follows_instructions(store.folder, model, adapter),
        failed=why_not_passed(store.folder, model, adapter),
    )
