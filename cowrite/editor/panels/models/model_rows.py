"""What the window of models lists: what is installed, and what of the catalogue could be. Read on a thread; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cowrite.base.errors import UserError
from cowrite.engine.cards import Shape
from cowrite.localization import tr
from cowrite.models.catalogue import CatalogueEntry
from cowrite.models.fitting import Fit, Machine, Use, fit, shape_like
from cowrite.models.installed_shape import shape_of_installed
from cowrite.models.machine import FoundMachine, look_at_machine
from cowrite.models.measured_memory import MeasuredMemory, kept_memory
from cowrite.models.store import AUTO, InstalledModel, ModelStore
from cowrite.tasks.exam.results import best_result, known_results


class RowState(StrEnum):
    """How a model stands here."""

    INSTALLED = "installed"
    DAMAGED = "damaged"
    AVAILABLE = "available"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """One model. ``fit`` is how it does here, ``with_card`` how it would with a card that is there and not used."""

    id: str
    name: str
    state: RowState
    fit: Fit
    with_card: Fit | None = None
    description: str = ""
    licence: str = ""
    languages: tuple[str, ...] = ()
    parameters: int = 0
    download_bytes: int = 0
    arrived_bytes: int = 0
    disk_bytes: int = 0
    is_bundled: bool = False
    problem: str = ""
    exam: str = ""
    measured: MeasuredMemory | None = None

    @property
    def is_suggested(self) -> bool:
        """Whether it is worth getting here."""
        return self.state is RowState.AVAILABLE and self.fit.fits


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelList:
    """All of them: installed ones first, then those that could be, the best for this machine first."""

    rows: tuple[ModelRow, ...]
    found: FoundMachine

    def row(self, model_id: str) -> ModelRow | None:
        """The row of ``model_id``."""
        return next((each for each in self.rows if each.id == model_id), None)


def read_models(
    store: ModelStore,
    catalogue: Mapping[str, CatalogueEntry],
    look: Callable[[], FoundMachine] = look_at_machine,
    *,
    arrived: Callable[[CatalogueEntry], int] = lambda _: 0,
    adapter_of: Callable[[str], str] = lambda _: "",
    device: str = AUTO,
    quantization: str = AUTO,
) -> ModelList:
    """Look at the disk and at the machine; takes up to a second. ``device`` and ``quantization`` are the settings.

    ``arrived`` says how many bytes of a model an earlier download has left, and ``adapter_of`` which adapter a model
    uses, by their ids.
    """
    found = look()
    installed = [
        _installed(
            store, model_id, catalogue.get(model_id), found, device, quantization, adapter_of
        )
        for model_id in store.ids()
    ]
    there = {row.id for row in installed}
    others = [
        _available(entry, found, device, arrived(entry))
        for entry in catalogue.values()
        if entry.id not in there
    ]
    return ModelList(rows=(*installed, *sorted(others, key=_by_worth)), found=found)


def _by_worth(row: ModelRow) -> tuple[int, int]:
    """The largest that suggests first, then the largest for passages, then what does not fit."""
    ranks = {Use.SUGGESTIONS: 0, Use.PASSAGES: 1, Use.NOTHING: 2}
    return ranks[row.fit.use], row.parameters if row.fit.use is Use.NOTHING else -row.parameters


def _installed(
    store: ModelStore,
    model_id: str,
    entry: CatalogueEntry | None,
    found: FoundMachine,
    device: str,
    quantization: str,
    adapter_of: Callable[[str], str],
) -> ModelRow:
    try:
        model = store.quick_check(model_id)
    except UserError as error:
        fits = fit(shape_like(entry.parameters if entry else 0), found.machine, is_installed=True)
        return ModelRow(
            id=model_id,
            name=entry.name if entry else model_id,
            state=RowState.DAMAGED,
            fit=fits,
            problem=str(error),
            is_bundled=store.is_bundled(model_id),
        )
    shape = shape_of_installed(model)
    kinds = model.quantizations(quantization)
    speeds = {place: _measured(model, place, kind) for place, kind in kinds.items()}
    result = best_result(store.folder, model, adapter_of(model_id))
    kept = [kept_memory(store.folder, model, place, kind) for place, kind in kinds.items()]
    measured = next(filter(None, kept), None)
    return ModelRow(
        id=model_id,
        name=entry.name if entry else model.manifest.name,
        state=RowState.INSTALLED,
        fit=_fit_of(shape, found.machine, device, kinds, speeds, measured),
        with_card=_with_card(shape, found, kinds),
        description=entry.said if entry else "",
        licence=tr(model.manifest.licence),
        languages=entry.languages if entry else (),
        parameters=model.manifest.parameters,
        disk_bytes=model.size_bytes,
        is_bundled=model.is_bundled,
        exam=result.sentence() if result else "",
        measured=measured,
    )


def _measured(model: InstalledModel, device: str, kind: str) -> float:
    """The tokens per second that were measured when it was installed; 0 if they were not."""
    choice = model.manifest.quantization.get(device)
    measured = choice.measured if choice else ()
    return next((each.tokens_per_s for each in measured if each.kind == kind), 0.0)


def _fit_of(
    shape: Shape,
    machine: Machine,
    device: str,
    kinds: Mapping[str, str],
    speeds: Mapping[str, float],
    measured: MeasuredMemory | None,
) -> Fit:
    """On the card if there is one that has room for it, as the engine does it."""
    more = {measured.device: measured.more} if measured and measured.is_far else {}
    places = [device] if device != AUTO else (["cuda"] if machine.card_memory else []) + ["cpu"]
    fits = [
        fit(
            shape,
            machine,
            kind=kinds.get(place, ""),
            device=place,
            is_installed=True,
            tokens_per_s=speeds.get(place, 0.0),
            more_bytes=more.get(place, 0),
        )
        for place in places
    ]
    return next((each for each in fits if each.fits), fits[-1])


def _with_card(shape: Shape, found: FoundMachine, kinds: Mapping[str, str]) -> Fit | None:
    if found.unused_card is None:
        return None
    return fit(shape, found.with_card, kind=kinds.get("cuda", ""), device="cuda", is_installed=True)


def _available(entry: CatalogueEntry, found: FoundMachine, device: str, arrived: int) -> ModelRow:
    shape = shape_like(entry.parameters, entry.name)
    place = AUTO if device == AUTO or found.machine.card_memory else "cpu"
    known = known_results().get(entry.id)
    return ModelRow(
        id=entry.id,
        name=entry.name,
        state=RowState.AVAILABLE,
        fit=fit(shape, found.machine, device=place, parameters=entry.parameters),
        with_card=fit(shape, found.with_card, device="cuda", parameters=entry.parameters)
        if found.unused_card
        else None,
        description=entry.said,
        licence=tr(entry.licence),
        languages=entry.languages,
        parameters=entry.parameters,
        download_bytes=entry.download_bytes,
        arrived_bytes=arrived,
        disk_bytes=entry.disk_bytes,
        exam=known.sentence() if known else "",
    )
