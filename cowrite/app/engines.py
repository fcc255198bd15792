"""Which engines answer: the chosen model, and a second one for passages where the writer wants that and it fits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError
from cowrite.base.graphics_card import has_nvidia_driver, torch_knows_cards
from cowrite.editor.assistance.model_host import no_adapter
from cowrite.engine.messages import Lane
from cowrite.engine.port import AdapterSource, Engine
from cowrite.engine.prompts import PromptBuilder
from cowrite.localization import tr
from cowrite.models.store import InstalledModel, ModelStore
from cowrite.settings.preferences import Preferences

if TYPE_CHECKING:  # imported when a model is loaded, once the window stands
    from cowrite.engine.jobs.routing import Helper
    from cowrite.engine.jobs.turns import Turns
    from cowrite.engine.tokens.vocabulary import Vocabulary
    from cowrite.models.fitting import Machine
    from cowrite.remote.keys import ServerKeys

# What stays free for other programs.
_LEFT_FREE_BYTES = 500_000_000
_SECOND_LANES = frozenset({Lane.PASSAGE, Lane.BACKGROUND})

MakeWorker = Callable[[InstalledModel, Preferences], Engine]


def make_engine_worker(
    model: InstalledModel,
    preferences: Preferences,
    turns: Turns | None = None,
    check: Callable[[], None] = lambda: None,
    models_dir: Path | None = None,
) -> Engine:
    """The real engine for an installed model; its files are looked at on its own thread, and ``check`` is called.

    What it takes of the memory is kept in ``models_dir``.
    """
    from cowrite.engine.jobs.worker import EngineWorker, open_runtime

    def check_all() -> None:
        model.require_sizes()
        require_free_memory(model, preferences)
        check()

    return EngineWorker(
        model_dir=model.path,
        model_id=model.id,
        device=preferences.device,
        quantizations=model.quantizations(preferences.quantization),
        check=check_all,
        turns=turns,
        settled=partial(keep_taken, models_dir, model) if models_dir else lambda *_: None,
        open_runtime=partial(open_runtime, prompts_of=_prompts_of),
    )


def _prompts_of(model_dir: Path, vocabulary: Vocabulary) -> PromptBuilder:
    """What puts tasks to the model; its libraries are imported when the first task comes, not with the window."""
    from cowrite.tasks.prompts import ModelPrompts

    return ModelPrompts.of(model_dir, vocabulary)


class Engines:
    """Makes the engine for the models of ``store``; with ``make_worker`` a test has engines of its own.

    ``keys`` are those of servers. ``adapter_of`` says what was learned with a model; the one at the caret is told by
    whoever starts it, the one for passages here.
    """

    def __init__(
        self,
        store: ModelStore,
        keys: ServerKeys,
        make_worker: MakeWorker | None = None,
        adapter_of: Callable[[InstalledModel], AdapterSource] = no_adapter,
    ) -> None:
        self._store = store
        self._make_worker = make_worker
        self._keys = keys
        self._adapter_of = adapter_of

    def make(self, model: InstalledModel | None, preferences: Preferences) -> Engine:
        """The engine that answers with ``model`` at the caret, and with what is chosen for passages there.

        Without a model on this computer a server of the writer's answers alone.
        """
        from cowrite.engine.jobs.routing import Helper, RoutedEngine
        from cowrite.engine.jobs.turns import Turns

        turns = Turns()
        server = self._server(preferences)
        if model is None:
            from cowrite.engine.jobs.absent import AbsentEngine

            none = AbsentEngine()
            return none if server is None else RoutedEngine(none, server)
        home = self._worker(model, preferences, turns)
        if server is not None:
            return RoutedEngine(home, server)
        second = self._second_model(model, preferences)
        if second is None:
            return home
        check = partial(require_room, model, second)
        helper = self._worker(second, preferences, turns, check)
        helper.use_adapter(self._adapter_of(second))
        return RoutedEngine(home, Helper(engine=helper, lanes=lambda: _SECOND_LANES))

    def _server(self, preferences: Preferences) -> Helper | None:
        """The writer's server, if one is to be used; its libraries are imported then."""
        if not preferences.uses_server:
            return None
        from cowrite.engine.jobs.routing import Helper
        from cowrite.remote.choice import ServerChoice
        from cowrite.remote.engine import RemoteEngine

        choice = ServerChoice.of(preferences)
        if choice is None:
            return None
        engine = RemoteEngine(choice, key_of=self._keys.get)
        return Helper(
            engine=engine, lanes=lambda: engine.lanes, takes=engine.takes, is_elsewhere=True
        )

    def _second_model(
        self, model: InstalledModel, preferences: Preferences
    ) -> InstalledModel | None:
        """The one for passages, if it is another; one that is not there any more is done without."""
        chosen = preferences.passage_model
        if not chosen or chosen == model.id or not self._store.has_folder(chosen):
            return None
        try:
            return self._store.get(chosen)
        except UserError:
            return None

    def _worker(
        self,
        model: InstalledModel,
        preferences: Preferences,
        turns: Turns,
        check: Callable[[], None] = lambda: None,
    ) -> Engine:
        if self._make_worker is not None:
            return self._make_worker(model, preferences)
        return make_engine_worker(model, preferences, turns, check, self._store.folder)


def keep_taken(models_dir: Path, model: InstalledModel, device: str, kind: str, taken: int) -> None:
    """Keep what the model took of the memory beside what was reckoned. Raises OSError."""
    from cowrite.models.fitting import held_bytes
    from cowrite.models.installed_shape import shape_of_installed
    from cowrite.models.measured_memory import MeasuredMemory, keep_memory

    reckoned = held_bytes(shape_of_installed(model), kind, device, _this_machine())
    measured = MeasuredMemory(
        model=model.id,
        weights_sha256=model.weights_sha256,
        device=device,
        kind=kind,
        reckoned=reckoned,
        taken=taken,
    )
    keep_memory(models_dir, measured)


def _this_machine() -> Machine:
    """What of it bears on memory; how fast it is takes a moment to find out."""
    from cowrite.base.system_probes import memory_bytes
    from cowrite.models.fitting import Machine
    from cowrite.models.machine import multiplies_bf16

    return Machine(memory=memory_bytes(), bandwidth=1.0, multiplies_bf16=multiplies_bf16())


def require_free_memory(model: InstalledModel, preferences: Preferences) -> None:
    """Raise UserError if ``model`` needs more memory than is free: the system may end a program that takes too much.

    Where a card may compute, its own memory counts, and loading finds out.
    """
    import psutil

    from cowrite.base.process_priority import return_free_memory
    from cowrite.models.fitting import LIBRARIES_BYTES, memory_bytes
    from cowrite.models.installed_shape import shape_of_installed

    if preferences.device != "cpu" and torch_knows_cards() and has_nvidia_driver():
        return
    kind = model.quantizations(preferences.quantization).get("cpu", "int8")
    return_free_memory()  # of the model before this one
    needed = memory_bytes(shape_of_installed(model), kind, "cpu", _this_machine())
    needed -= LIBRARIES_BYTES
    free = psutil.virtual_memory().available + psutil.swap_memory().free
    if needed > free:
        raise UserError(
            tr(
                "“{model}” needs {needed:.1f} GB of memory, and {free:.1f} GB are free.",
                model=model.manifest.name,
                needed=needed / 1e9,
                free=free / 1e9,
            ),
            tr("Close other programs, or choose a smaller model in “Suggestions › Models…”."),
        )


def require_room(first: InstalledModel, second: InstalledModel) -> None:
    """Raise UserError if ``second`` does not fit beside ``first``, or beside what else is in memory now.

    Looks at the machine, which takes a moment; where a card computes, its memory counts.
    """
    import psutil

    from cowrite.models.fitting import LIBRARIES_BYTES, fit
    from cowrite.models.installed_shape import require_room_beside, shape_of_installed
    from cowrite.models.machine import look_at_machine

    machine = look_at_machine().machine
    require_room_beside(first, second, machine)
    found = fit(shape_of_installed(second), machine, is_installed=True)
    needed = found.memory_bytes - LIBRARIES_BYTES + _LEFT_FREE_BYTES
    free = psutil.virtual_memory().available
    if found.device == "cpu" and needed > free:
        raise UserError(
            tr(
                "The model for passages, “{model}”, needs {needed:.1f} GB of memory, and {free:.1f} GB are free.",
                model=second.manifest.name,
                needed=needed / 1e9,
                free=free / 1e9,
            ),
            tr("Close other programs, or choose a smaller model for passages."),
        )
