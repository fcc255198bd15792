"""``cowrite doctor``: look at everything the program needs; say what is wrong and what to do. Changes nothing."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from cowrite import __version__
from cowrite.base.errors import UserError
from cowrite.base.graphics_card import (
    has_nvidia_driver,
    nvidia_card,
    require_new_enough,
    torch_knows_cards,
)
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.printable import one_line
from cowrite.cli.diagnosis.findings import Finding, FindingLevel, ok, problem, warning
from cowrite.cli.diagnosis.libraries import probe_bitsandbytes, probe_torch
from cowrite.cli.diagnosis.probing import probe
from cowrite.cli.server import server_finding
from cowrite.decisions.database.log_file import NoLogError
from cowrite.decisions.reader import integrity
from cowrite.localization import tr, tr_noop, trn
from cowrite.models.store import ModelStore
from cowrite.settings.installation import installation
from cowrite.settings.newer_data import is_newer, newer_data
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences, checked
from cowrite.settings.store import FORMAT, WHAT
from cowrite.settings.this_program import is_packaged, program_command

HELP = tr_noop(
    "Check everything Cowrite needs, and say what is wrong and how to fix it. Exits with 2 if there "
    "is a problem."
)
LITTLE_DISK_BYTES = 2_000_000_000


class Patient:
    """What is looked at. Torch is asked only once, because that takes seconds, or minutes where it hangs."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self._torch: dict[str, str] | UserError | None = None

    def torch(self) -> dict[str, str]:
        """What :func:`probe_torch` found. Raises UserError if torch does not work."""
        if self._torch is None:
            try:
                self._torch = probe(probe_torch)
            except UserError as error:
                self._torch = error
        if isinstance(self._torch, UserError):
            raise self._torch
        return self._torch


Check = Callable[[Patient], Finding]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("--json", action="store_true", help=tr("print as JSON"))


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Print the findings. Raises UserError if one of them is a problem."""
    patient = Patient(paths)
    findings = []
    for name, check in CHECKS.items():
        findings.append(_guarded(name, check, patient))
        if not arguments.json:
            print(one_line(findings[-1]), flush=True)  # looking at torch takes seconds
    problems = sum(finding.verdict is FindingLevel.PROBLEM for finding in findings)
    if arguments.json:
        report = {"ok": not problems, "installation": installation().value}
        print(json.dumps({**report, "findings": [asdict(each) for each in findings]}))
    if problems:
        found = trn("One problem was found.", "{count} problems were found.", problems)
        raise UserError(found, tr("What can be done about it is said with each."))
    return 0


def _guarded(name: str, check: Check, patient: Patient) -> Finding:
    """A check that itself breaks is a finding too."""
    try:
        return check(patient)
    except UserError as error:
        return problem(name, error.message, error.advice)
    except Exception as error:
        return problem(
            name, tr("could not be checked: {error!r}", error=error), tr("Please report this.")
        )


def _python(_: Patient) -> Finding:
    detail = f"Cowrite {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return ok("python", detail)


def _installation(_: Patient) -> Finding:
    kind = installation()
    where = program_command()[0] if is_packaged() else str(Path(__file__).parents[2])
    return ok("installation", tr("{what}, {where}", what=kind.words, where=where))


def _qt(_: Patient) -> Finding:
    try:
        from PySide6 import QtWidgets
        from PySide6.QtCore import qVersion
    except ImportError as error:
        advice = tr(
            "Run “python3 dev.py run” to repair it; on Linux it names the system packages that are missing."
        )
        if is_packaged():
            advice = tr("Install Cowrite again.")
        return problem(
            "qt", tr("the window system cannot be loaded ({error})", error=error), advice
        )
    return ok("qt", f"Qt {qVersion()}, {QtWidgets.__name__}")


def _display(_: Patient) -> Finding:
    try:
        from cowrite.app.display_check import missing_display
    except ImportError as error:
        return warning(
            "display",
            tr("not checked, because no window can be opened ({error})", error=error),
            tr("See above."),
        )
    reason = missing_display()
    if reason is not None:
        advice = reason.advice or tr("“cowrite demo” works without one.")
        return warning("display", reason.message, advice)
    return ok("display", os.environ.get("QT_QPA_PLATFORM") or "available")


# --- libraries that may be broken ------------------------------------------------------------------------------------


def _torch(patient: Patient) -> Finding:
    found = patient.torch()
    return ok(
        "torch",
        tr("{version}, {threads} threads", version=found["version"], threads=found["threads"]),
    )


def _cuda(patient: Patient) -> Finding:
    try:
        card = patient.torch()["card"]
    except UserError:
        return warning("cuda", tr("not checked, because torch does not work"), tr("See above."))
    if card:
        return ok("cuda", card)
    if has_nvidia_driver():
        return _unused_card()
    return ok("cuda", tr("no NVIDIA card; using the processor"))


def _unused_card() -> Finding:
    """Why nothing is computed on a card for which there is a driver, and what changes it."""
    unused = nvidia_card()
    if unused is None or torch_knows_cards():
        said = tr("an NVIDIA driver is installed, but torch cannot use a graphics card")
        advice = tr("Check the driver with nvidia-smi; until then Cowrite uses the processor.")
    else:
        said = tr(
            "{card} is there and not used: this Cowrite computes on the processor", card=unused.name
        )
        advice = tr("Install the GPU pack with “cowrite packs install”.")
    try:
        if unused is not None:
            require_new_enough(unused)
    except UserError as error:
        said, advice = error.message, error.advice
    return warning("cuda", said, advice)


def _bitsandbytes(_: Patient) -> Finding:
    try:
        return ok("bitsandbytes", probe(probe_bitsandbytes)["version"])
    except UserError as error:
        advice = (
            tr("4-bit models do not work; 8-bit models do. Install Cowrite again to repair it.")
            if is_packaged()
            else tr(
                "4-bit models do not work; 8-bit models do. Run “python3 dev.py run” to repair it."
            )
        )
        return warning("bitsandbytes", error.message, advice)


def _step(_: Patient) -> Finding:
    from cowrite.engine.networks.native.library import NoLibraryError, best_target, library

    try:
        target = best_target()
        library(target)
    except NoLibraryError as error:
        detail = tr(
            "the decoding step is not compiled; torch computes it, which takes longer ({error})",
            error=error,
        )
        advice = tr("Run “python3 packaging/native_step.py” to compile it.")
        if getattr(sys, "frozen", False):
            advice = tr("Install Cowrite again to repair it.")
        return warning("step", detail, advice)
    return ok("step", tr("the decoding step is compiled for {target}", target=target))


# --- what is on disk -------------------------------------------------------------------------------------------------


def _folders(patient: Patient) -> Finding:
    patient.paths.create()
    return ok("folders", tr("{data} is writable", data=patient.paths.data))


def _disk(patient: Patient) -> Finding:
    free = shutil.disk_usage(patient.paths.data).free
    detail = tr("{free:.1f} GB free", free=free / 1e9)
    if free < LITTLE_DISK_BYTES:
        return warning(
            "disk", detail, tr("Free up disk space: models and personalization need several GB.")
        )
    return ok("disk", detail)


def _settings(patient: Patient) -> Finding:
    file = patient.paths.settings_file
    if not file.exists():
        return ok("settings", tr("the defaults"))
    stored = _stored_settings(patient.paths)
    if stored is None:
        return warning(
            "settings",
            tr("{file} is damaged", file=file),
            tr("Cowrite sets it aside at the next start and uses the default settings."),
        )
    if is_newer(stored, FORMAT):
        newer = newer_data(WHAT)
        return problem("settings", newer.message, newer.advice)
    for name in sorted(stored.keys() & Preferences.__dataclass_fields__.keys()):
        try:
            checked(name, stored[name])
        except ValueError as error:
            return warning(
                "settings",
                tr("“{name}” in {file} {error}", name=name, file=file, error=error),
                tr("The default value is used instead."),
            )
    return ok("settings", str(file))


def _stored_settings(paths: Paths) -> dict[str, object] | None:
    """What the settings file holds; None if it is damaged. The store itself would set a damaged file aside."""
    try:
        stored = read_json_file(paths.settings_file, tolerant=True)
    except FileNotFoundError:
        return {}
    except (OSError, SchemaError):
        return None
    return stored if isinstance(stored, dict) else None


def _model(patient: Patient) -> Finding:
    stored = (_stored_settings(patient.paths) or {}).get("model")
    chosen = stored if isinstance(stored, str) else Preferences().model
    store = ModelStore.of(patient.paths)
    if not store.has_folder(chosen):
        if _uses_server(patient):
            return ok("model", tr("none on this computer; the server answers alone"))
        return warning(
            "model",
            tr("{chosen} is not installed; the editor works without suggestions", chosen=chosen),
            tr("Run “cowrite models install {chosen}”.", chosen=chosen),
        )
    model = store.verify(chosen)
    kinds = ", ".join(
        tr("{kind} on {device}", kind=kind, device=device)
        for device, kind in model.quantizations().items()
    )
    return ok(
        "model",
        tr(
            "{chosen}, {size_bytes:.0f} MB, {kinds}, complete and unaltered",
            chosen=chosen,
            size_bytes=model.size_bytes / 1e6,
            kinds=kinds,
        ),
    )


def _uses_server(patient: Patient) -> bool:
    stored = _stored_settings(patient.paths) or {}
    return bool(stored.get("server")) and stored.get("server_use", "off") != "off"


def _server(patient: Patient) -> Finding:
    return server_finding(_stored_settings(patient.paths) or {})


def _log(patient: Patient) -> Finding:
    try:
        report = integrity(patient.paths.decision_log)
    except NoLogError:
        return ok("decisions", tr("no log yet"))
    if not report.is_sound:
        return problem(
            "decisions",
            tr("damaged: {damage}", damage=report.damage[0]),
            tr("Start Cowrite: it sets the log aside."),
        )
    return ok(
        "decisions", trn("{count} event, undamaged", "{count} events, undamaged", report.events)
    )


CHECKS: dict[str, Check] = {
    "python": _python,
    "installation": _installation,
    "qt": _qt,
    "display": _display,
    "torch": _torch,
    "cuda": _cuda,
    "bitsandbytes": _bitsandbytes,
    "step": _step,
    "folders": _folders,
    "disk": _disk,
    "settings": _settings,
    "model": _model,
    "server": _server,
    "decisions": _log,
}
