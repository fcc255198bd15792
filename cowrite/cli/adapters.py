"""``cowrite adapters``: what was learned of the writer, which of it is used, and the way back.

A window that is open takes up a change at once: it watches the note of what is in use.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.cli.adapter_choice import NONE
from cowrite.cli.chosen import chosen_preferences
from cowrite.localization import tr, tr_noop
from cowrite.models.store import InstalledModel, ModelStore
from cowrite.personalize.adapters.adapter_manifest import Base
from cowrite.personalize.adapters.adapter_zip import export_adapter, import_adapter
from cowrite.personalize.adapters.registry import AdapterRegistry, StoredAdapter
from cowrite.settings.newer_data import NewerDataError
from cowrite.settings.paths import Paths, with_home

HELP = tr_noop(
    "List, show, choose, roll back, remove, export and import what was learned from you."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help=tr("list the adapters and show which one is in use"))
    listing.add_argument("--json", action="store_true", help=tr("print as JSON"))
    show = actions.add_parser(
        "show", help=tr("show what an adapter was trained on and how it was tested, as JSON")
    )
    show.add_argument("id", metavar="ID")
    use = actions.add_parser("use", help=tr("use an adapter from now on; “base” for none"))
    use.add_argument("id", metavar="ID")
    actions.add_parser("rollback", help=tr("go back to the adapter used before"))
    remove = actions.add_parser("remove", help=tr("delete an adapter"))
    remove.add_argument("id", metavar="ID")
    export = actions.add_parser(
        "export", help=tr("save an adapter to a file, as a copy or for another computer")
    )
    export.add_argument("id", metavar="ID")
    export.add_argument("path", metavar="FILE", type=Path)
    importing = actions.add_parser(
        "import", help=tr("import an exported adapter without using it yet")
    )
    importing.add_argument("path", metavar="FILE", type=Path)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Do what was asked."""
    registry = AdapterRegistry(paths.adapters_dir)
    match arguments.action:
        case "list":
            _list(registry, as_json=arguments.json)
        case "show":
            print(json.dumps(registry.get(arguments.id).manifest.to_json(), indent=2))
        case "use":
            _use(registry, arguments.id, paths)
        case "rollback":
            base = _base(_model(paths))
            print(
                tr(
                    "{named} is in use again with {model}.",
                    named=_named(registry.roll_back(base)),
                    model=base.model,
                )
            )
        case "remove":
            registry.remove(arguments.id)
            print(tr("Removed {id}.", id=arguments.id))
        case "export":
            target = with_home(arguments.path).absolute()
            paths.require_not_own(target)
            export_adapter(registry.get(arguments.id), target)
            print(
                tr(
                    "Wrote {path}. Anyone who has it could recover parts of what you wrote.",
                    path=one_line(arguments.path),
                )
            )
        case "import":
            adapter = import_adapter(registry, with_home(arguments.path), _check_folder)
            print(tr("Imported {id}. To use it, run: cowrite adapters use {id}", id=adapter.id))
    return 0


def _model(paths: Paths) -> InstalledModel:
    """The chosen model. Raises UserError if it is not installed."""
    return ModelStore.of(paths).get(chosen_preferences(paths).model)


def _base(model: InstalledModel) -> Base:
    return Base(model.id, model.weights_sha256)


def _use(registry: AdapterRegistry, adapter_id: str, paths: Paths) -> None:
    model = _model(paths)
    base = _base(model)
    if adapter_id != NONE:
        _require_fitting(registry.get(adapter_id).path, model.path)
    registry.use("" if adapter_id == NONE else adapter_id, base)
    print(
        tr(
            "{named} is in use with {model}.",
            named=_named("" if adapter_id == NONE else adapter_id),
            model=base.model,
        )
    )


def _named(adapter_id: str) -> str:
    return adapter_id or tr("The original model")


def _check_folder(folder: Path, name: str) -> None:
    from cowrite.engine.offline import forbid_downloads

    forbid_downloads()
    from cowrite.engine.networks.adapter import read_adapter

    read_adapter(folder, name)


def _require_fitting(adapter: Path, model: Path) -> None:
    """Raises UserError for an adapter with which the model could not be computed."""
    from cowrite.engine.offline import forbid_downloads

    forbid_downloads()
    from cowrite.engine.loading.model_config import SENSELESS, read_model_config
    from cowrite.engine.networks.adapter import read_adapter, require_fitting
    from cowrite.engine.networks.layer_plan import LayerPlan

    try:
        plan = LayerPlan.from_config(read_model_config(model))
    except (OSError, *SENSELESS):
        return  # what is wrong with the model is said where it is loaded
    if plan is not None:
        require_fitting(read_adapter(adapter), plan)


def _list(registry: AdapterRegistry, *, as_json: bool) -> None:
    rows = [_row(registry, adapter_id) for adapter_id in registry.ids()]
    if as_json:
        print(json.dumps({"adapters": rows}))
        return
    if not rows:
        print(tr("Nothing has been learned yet."))
    for row in rows:
        print(_as_text(row))


def _as_text(row: dict[str, Any]) -> str:
    if row["created_ms"] is None:
        return f"{row['id']}  {tr(row['state'])}"
    when = datetime.fromtimestamp(row["created_ms"] / 1000)
    return tr(
        "{id}  {state}, {when:%Y-%m-%d %H:%M}, for {model}, {megabytes:.1f} MB",
        id=row["id"],
        state=tr(row["state"]),
        when=when,
        model=one_line(row["model"]),
        megabytes=row["size_bytes"] / 1e6,
    )


def _row(registry: AdapterRegistry, adapter_id: str) -> dict[str, Any]:
    try:
        adapter = registry.get(adapter_id)
    except UserError as error:
        empty = dict.fromkeys(("model", "created_ms", "size_bytes", "quantization"))
        state = (
            tr_noop("newer version") if isinstance(error, NewerDataError) else tr_noop("damaged")
        )
        return {"id": adapter_id, "state": state, **empty}
    return {
        "id": adapter_id,
        "state": _state(registry, adapter),
        "model": adapter.manifest.base.model,
        "created_ms": adapter.manifest.created_ms,
        "size_bytes": adapter.size_bytes,
        "quantization": adapter.manifest.quantization,
    }


def _state(registry: AdapterRegistry, adapter: StoredAdapter) -> str:
    if adapter.is_retired:
        return tr_noop("retired: text it learned from was deleted")
    try:
        active = registry.active(adapter.manifest.base.model)
    except UserError:
        return tr_noop(
            "whether it is in use cannot be read: choose one with “cowrite adapters use”"
        )
    return tr_noop("in use") if active == adapter.id else tr_noop("not in use")
