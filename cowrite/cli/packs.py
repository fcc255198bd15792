"""``cowrite packs``: list, install, switch, check and remove packs, such as the one for graphics cards."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.graphics_card import has_nvidia_driver, nvidia_card
from cowrite.base.printable import one_line
from cowrite.cli.pack_installing import add_install_arguments, install
from cowrite.localization import sentences, tr, tr_noop
from cowrite.packs.activation import activate
from cowrite.packs.cards import require_usable
from cowrite.packs.manifest import FILE, program_torch
from cowrite.packs.sources import bundled_source
from cowrite.packs.store import InstalledPack, PackStore, trouble_sentence
from cowrite.packs.trial import Trial, trial_command, try_out
from cowrite.settings.paths import Paths

HELP = tr_noop("List, install, switch, check and remove packs, such as the one for graphics cards.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help=tr("list the packs that are installed"))
    listing.add_argument("--json", action="store_true", help=tr("print as JSON"))
    installing = actions.add_parser("install", help=tr("download a pack and switch it on"))
    add_install_arguments(installing)
    use = actions.add_parser("use", help=tr("switch on a pack that is installed"))
    use.add_argument("name", metavar="NAME")
    actions.add_parser("off", help=tr("use no pack"))
    actions.add_parser("back", help=tr("use the pack that was used before"))
    remove = actions.add_parser("remove", help=tr("delete a pack"))
    remove.add_argument("name", metavar="NAME")
    check = actions.add_parser(
        "check", help=tr("check whether the graphics card can be used, and with which pack")
    )
    check.add_argument("--json", action="store_true", help=tr("print as JSON"))
    check.add_argument("--try", dest="tried", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Do what was asked."""
    store = PackStore.of(paths.data)
    match arguments.action:
        case "list":
            _list(store, as_json=arguments.json)
        case "install":
            return install(arguments, paths, store)
        case "use":
            store.use(arguments.name)
            _say_from_next_start(tr("{name} is switched on.", name=arguments.name))
        case "off":
            store.off()
            _say_from_next_start(tr("No pack is used."))
        case "back":
            _say_from_next_start(tr("{name} is switched on.", name=store.back()))
        case "remove":
            store.remove(arguments.name)
            print(tr("Removed {id}.", id=arguments.name))
        case "check":
            if arguments.tried is not None:
                print(_import_from(arguments.tried).to_json())
            else:
                _check(store, paths, as_json=arguments.json)
    return 0


def _say_from_next_start(what: str) -> None:
    print(sentences(what, tr("This holds from the next start.")))


def _list(store: PackStore, *, as_json: bool) -> None:
    packs, trouble = store.installed(), trouble_sentence(store.pointer)
    if as_json:
        rows = [_as_json(pack) for pack in packs]
        print(json.dumps({"packs": rows, "used": store.pointer.active, "trouble": trouble}))
        return
    for pack in packs:
        print(one_line(_as_text(pack)))
    if not packs:
        print(tr("No pack is installed."))
    if trouble:
        print(trouble)


def _as_json(pack: InstalledPack) -> dict[str, object]:
    manifest = pack.manifest
    return {
        "name": pack.folder.name,
        "torch": manifest.torch,
        "size_bytes": manifest.unpacked_bytes,
        "used": pack.is_used,
        "previous": pack.is_previous,
        "problem": pack.problem,
    }


def _as_text(pack: InstalledPack) -> str:
    size = tr("{size:.1f} GB", size=pack.manifest.unpacked_bytes / 1e9)
    state = tr("in use") if pack.is_used else tr("installed")
    return " - ".join(filter(None, (f"{pack.folder.name}  {state}", size, pack.problem)))


def _check(store: PackStore, paths: Paths, *, as_json: bool) -> None:
    """Whether a pack would be of use here, and whether the one that is used works. Raises UserError if not."""
    used = next((pack for pack in store.installed() if pack.is_used), None)
    card, problem = nvidia_card(), ""
    known = used.manifest if used else None
    if known is None and (source := bundled_source()) is not None:
        known = source.manifest
    if known is not None:
        try:
            require_usable(card, known, has_driver=has_nvidia_driver())
        except UserError as error:
            problem = str(error)
    elif card is None:
        problem = tr("No NVIDIA graphics card was found.")
    trial = try_out(trial_command(paths.home, used.folder), used.folder) if used else None
    if as_json:
        print(
            json.dumps(
                {
                    "card": card.name if card else "",
                    "problem": problem,
                    "torch": program_torch(),
                    "pack": used.folder.name if used else "",
                    "pack_torch": trial.torch if trial else "",
                    "pack_card": trial.card if trial else "",
                }
            )
        )
        return
    print(problem or tr("The graphics card {name} can be used.", name=card.name if card else ""))
    print(_said_of_trial(used, trial))


def _said_of_trial(used: InstalledPack | None, trial: Trial | None) -> str:
    if used is None or trial is None:
        return tr("No pack is used.")
    where = trial.card or tr("the processor")
    return tr(
        "The pack {name} works: torch {torch} computes on {card}.",
        name=used.folder.name,
        torch=trial.torch,
        card=where,
    )


def _import_from(folder: Path) -> Trial:
    """Import torch from the pack in ``folder`` into this process. Raises UserError if the card computes wrongly."""
    from cowrite.engine.torch_trial import import_torch

    if not (folder / FILE).is_file():
        raise UserError(
            tr("There is no pack in the folder {folder}.", folder=folder),
            tr("Choose another file."),
        )
    activate(folder)
    found = import_torch()
    if not found.is_right:
        raise UserError(
            tr("The graphics card {name} does not compute as it should.", name=found.card),
            tr("Cowrite goes on using the processor."),
        )
    return Trial(torch=found.version, folder=str(found.folder), card=found.card)
