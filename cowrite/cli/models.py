"""``cowrite models``: list, install, import, choose, remove, verify and examine models."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from cowrite.base.errors import UserError
from cowrite.base.printable import lines, one_line
from cowrite.cli.installing.command import (
    add_download_arguments,
    add_import_arguments,
    add_install_arguments,
    kinds,
    run_installing,
)
from cowrite.cli.passage.exam import add_exam_arguments, run_exam
from cowrite.console import say
from cowrite.localization import tr, tr_noop, trn, trp
from cowrite.models.catalogue import CatalogueEntry, load_catalogue
from cowrite.models.fitting import Fit, Use, fit, shape_like
from cowrite.models.machine import look_at_machine
from cowrite.models.store import AUTO, LOSS_BUDGET_PCT, InstalledModel, ModelStore
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import info_of
from cowrite.settings.resources import resource_path
from cowrite.settings.store import PreferencesStore

HELP = tr_noop("List, download, install, import, choose, remove, verify and examine models.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help=tr("list the models and show which are installed"))
    listing.add_argument("--json", action="store_true", help=tr("print as JSON"))
    add_install_arguments(
        actions.add_parser("install", help=tr("install a model from the catalogue"))
    )
    add_download_arguments(
        actions.add_parser(
            "download",
            help=tr("download and install a model from its publisher, going on where it was left"),
        )
    )
    add_import_arguments(
        actions.add_parser("import", help=tr("install a GGUF file or a safetensors folder"))
    )
    use = actions.add_parser("use", help=tr("choose the model that makes suggestions"))
    use.add_argument("id", metavar="ID")
    use.add_argument(
        "--quantization",
        choices=info_of("quantization").choices,
        help=tr("precision in memory; “auto” uses what was measured to be best"),
    )
    remove = actions.add_parser("remove", help=tr("delete an installed model"))
    remove.add_argument("id", metavar="ID")
    verify = actions.add_parser(
        "verify", help=tr("read a model completely and check that it is unaltered")
    )
    verify.add_argument("id", metavar="ID", nargs="?", help=tr("model to check (default: all)"))
    exam = actions.add_parser(
        "exam", help=tr("find out in two minutes which tasks on a passage a model does well")
    )
    add_exam_arguments(exam)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Do what was asked."""
    store = ModelStore.of(paths)
    preferences = PreferencesStore(paths.settings_file)
    match arguments.action:
        case "list":
            _list(store, preferences, as_json=arguments.json)
        case "install" | "download" | "import":
            return run_installing(arguments, paths)
        case "use":
            _use(arguments, store, preferences)
        case "remove":
            store.remove(arguments.id)
            print(tr("Removed {id}.", id=arguments.id))
        case "verify":
            _verify(arguments.id, store)
        case "exam":
            return run_exam(arguments, paths)
    return 0


def _use(
    arguments: argparse.Namespace, store: ModelStore, preferences_store: PreferencesStore
) -> None:
    model = store.get(arguments.id)
    preferences = preferences_store.load().preferences
    kind = arguments.quantization or (
        preferences.quantization if preferences.model == model.id else AUTO
    )
    preferences_store.save(replace(preferences, model=model.id, quantization=kind))
    print(
        tr(
            "{id} will be used from the next start ({kinds}).",
            id=model.id,
            kinds=kinds(model, kind),
        )
    )


def _verify(model_id: str | None, store: ModelStore) -> None:
    ids = [model_id] if model_id else store.ids()
    if not ids:
        raise UserError(
            tr("No model is installed."),
            tr("Run “cowrite models list” to see the available models."),
        )
    damaged = 0
    for each in ids:
        try:
            model = store.verify(each)
        except UserError as error:
            if model_id:
                raise
            damaged += 1
            say(f"{each}: {error}")
        else:
            print(
                trn(
                    "{model}: complete and unaltered ({count} file).",
                    "{model}: complete and unaltered ({count} files).",
                    len(model.manifest.files),
                    model=each,
                )
            )
    if damaged:
        raise UserError(
            tr(
                "Of {count} models, {damaged} cannot be used as they are.",
                count=len(ids),
                damaged=damaged,
            )
        )


def _list(store: ModelStore, preferences_store: PreferencesStore, *, as_json: bool) -> None:
    preferences = preferences_store.load().preferences
    catalogue = load_catalogue(resource_path("models.json"))
    fits = _fits(catalogue, store, preferences.device)
    listed = [
        _Listed(
            id=model_id,
            fit=fits.get(model_id),
            entry=catalogue.get(model_id),
            model=_readable(store, model_id),
            is_newer=store.is_newer(model_id),
            is_there=store.has_folder(model_id),
            chosen=model_id == preferences.model,
            wanted=preferences.quantization,
        )
        for model_id in sorted({*catalogue, *store.ids()})
    ]
    if as_json:
        rows = [_as_json(each) for each in listed]
        print(json.dumps({"quantization_setting": preferences.quantization, "models": rows}))
        return
    for each in listed:
        print(lines(_as_text(each)))
    if any(each.model for each in listed):
        print(
            tr(
                "* default: the fastest precision that loses at most {loss_budget_pct:g} % of quality, as "
                "measured",
                loss_budget_pct=LOSS_BUDGET_PCT,
            )
        )
    if preferences.quantization != AUTO:
        print(
            tr(
                "> used instead, because the setting “quantization” is {quantization}",
                quantization=preferences.quantization,
            )
        )


def _fits(
    catalogue: Mapping[str, CatalogueEntry], store: ModelStore, device: str
) -> dict[str, Fit]:
    """How those of the catalogue would do here that are not here yet."""
    missing = [entry for entry in catalogue.values() if not store.has_folder(entry.id)]
    if not missing:
        return {}
    machine = look_at_machine().machine
    place = AUTO if device == AUTO or machine.card_memory else "cpu"
    return {
        entry.id: fit(
            shape_like(entry.parameters, entry.name),
            machine,
            device=place,
            parameters=entry.parameters,
        )
        for entry in missing
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """One model of the list: what the catalogue and what the disk know of it, and what the settings say."""

    id: str
    entry: CatalogueEntry | None
    fit: Fit | None
    model: InstalledModel | None
    is_there: bool
    is_newer: bool
    chosen: bool
    wanted: str

    @property
    def state(self) -> str:
        if self.model is not None:
            return tr_noop("in use") if self.chosen else tr_noop("installed")
        if self.is_there:
            return tr_noop("newer version") if self.is_newer else tr_noop("damaged")
        return tr_noop("not installed")

    @property
    def size_bytes(self) -> int | None:
        if self.model is not None:
            return self.model.size_bytes
        return self.entry.disk_bytes if self.entry else None


def _readable(store: ModelStore, model_id: str) -> InstalledModel | None:
    try:
        return store.get(model_id)
    except UserError:
        return None  # not there or damaged, as the list says


def _as_json(listed: _Listed) -> dict[str, object]:
    known = listed.model.manifest if listed.model else listed.entry
    measured = listed.model.manifest.quantization if listed.model else {}
    return {
        "id": listed.id,
        "name": known.name if known else "",
        "licence": known.licence if known else "",
        "parameters": known.parameters if known else None,
        "state": listed.state,
        "installed": listed.model is not None,
        "bundled": listed.model is not None and listed.model.is_bundled,
        "chosen": listed.chosen,
        "download_bytes": listed.entry.download_bytes if listed.entry else None,
        "size_bytes": listed.size_bytes,
        "fit": asdict(listed.fit) if listed.fit else None,
        "quantization": {device: asdict(choice) for device, choice in measured.items()},
        "quantization_used": listed.model.quantizations(listed.wanted) if listed.model else {},
    }


def _fit_words(fit: Fit) -> str:
    """What to expect of it here, in short."""
    memory = fit.memory_bytes / 1e9
    match fit.use:
        case Use.SUGGESTIONS:
            return tr(
                "would answer here in about {seconds:.2f} s and need {memory:.1f} GB of memory",
                seconds=fit.answer_s,
                memory=memory,
            )
        case Use.PASSAGES:
            return tr("here for passages only, with {memory:.1f} GB of memory", memory=memory)
        case Use.NOTHING:
            return tr("too large or too slow for this computer")


def _as_text(listed: _Listed) -> str:
    known = listed.model.manifest if listed.model else listed.entry
    facts: list[str] = []
    if known:
        name, licence = one_line(known.name), one_line(tr(known.licence))
        facts = [name, f"{known.parameters / 1e6:.0f}M", licence]
    if listed.model is None and listed.entry is not None:
        size = listed.entry.download_bytes
        facts.append(
            tr("about {size:.1f} GB to download", size=size / 1e9)
            if listed.entry.repository is not None
            else tr("{size:.0f} MB to download", size=size / 1e6)
        )
    if listed.size_bytes is not None:
        facts.append(tr("{size_bytes:.0f} MB on disk", size_bytes=listed.size_bytes / 1e6))
    if listed.model is not None and listed.model.is_bundled:
        facts.append(tr("comes with Cowrite"))
    # Only those of the catalogue can be installed again.
    action = "install" if listed.entry else "remove"
    if listed.entry is not None and listed.entry.repository is not None:
        action = "download"
    state = tr(listed.state)
    if listed.fit is not None:
        facts.append(_fit_words(listed.fit))
    if listed.model is None:
        command = f"cowrite models {action} {listed.id}"
        state = tr("{what}: {command}", what=state, command=command)
    known_facts = (
        "  " + tr("({facts})", facts=trp("between facts", ", ").join(facts)) if facts else ""
    )
    rows = [f"{listed.id}  {state}{known_facts}"]
    if listed.model is None:
        return rows[0]
    used = listed.model.quantizations(listed.wanted)
    for device, choice in listed.model.manifest.quantization.items():
        for each in choice.measured:
            mark = "*" if each.kind == choice.default else " "
            mark += ">" if each.kind == used[device] != choice.default else " "
            # Of a model that comes with the program the speed was never measured here.
            figures = tr("{change:+7.2f} % perplexity", change=each.loss_increase_pct)
            if each.tokens_per_s:
                figures += ", " + tr("{speed:6.1f} tokens/s", speed=each.tokens_per_s)
            rows.append(f"  {mark} {device:<5} {each.kind:<5} {figures}")
    return "\n".join(rows)
