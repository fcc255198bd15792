"""``cowrite doctor``: look at everything the program needs; say what is wrong and what to do."""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum

from cowrite import __version__
from cowrite.decisions.storage import find_damage, open_for_reading
from cowrite.engine.offline import forbid_downloads
from cowrite.errors import UserError
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths
from cowrite.settings.store import PreferencesStore

HELP = "Look at everything Cowrite needs; say what is wrong and what to do. Exit status 1 if something is."
LITTLE_DISK_BYTES = 2_000_000_000


class Verdict(StrEnum):
    """How a thing stands."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report."""

    what: str
    verdict: Verdict
    detail: str
    advice: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Print the findings; 1 if one of them is a problem."""
    findings = [_guarded(name, check, paths) for name, check in CHECKS.items()]
    problems = any(finding.verdict is Verdict.PROBLEM for finding in findings)
    if arguments.json:
        print(json.dumps({"ok": not problems, "findings": [asdict(each) for each in findings]}))
    else:
        for finding in findings:
            print(f"{finding.verdict.value:<8} {finding.what:<13} {finding.detail}")
            if finding.advice:
                print(f"{'':<22} → {finding.advice}")
    return 1 if problems else 0


def _guarded(name: str, check: Callable[[Paths], Finding], paths: Paths) -> Finding:
    """A check that itself breaks is a finding too."""
    try:
        return check(paths)
    except UserError as error:
        return _problem(name, error.message, error.advice)
    except Exception as error:
        return _problem(name, f"could not be checked: {error!r}", "Please report this.")


def _ok(what: str, detail: str) -> Finding:
    return Finding(what=what, verdict=Verdict.OK, detail=detail)


def _warning(what: str, detail: str, advice: str) -> Finding:
    return Finding(what=what, verdict=Verdict.WARNING, detail=detail, advice=advice)


def _problem(what: str, detail: str, advice: str) -> Finding:
    return Finding(what=what, verdict=Verdict.PROBLEM, detail=detail, advice=advice)


def _python(_: Paths) -> Finding:
    detail = f"Cowrite {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return _ok("python", detail)


def _qt(_: Paths) -> Finding:
    from PySide6.QtCore import qVersion

    return _ok("qt", f"Qt {qVersion()}")


def _display(_: Paths) -> Finding:
    from cowrite.app import missing_display

    reason = missing_display()
    if reason is not None:
        return _warning(
            "display", reason.message, reason.advice or "“cowrite demo” works without one."
        )
    return _ok("display", os.environ.get("QT_QPA_PLATFORM") or "there is one")


def _torch(_: Paths) -> Finding:
    torch = _import("torch")
    return _ok("torch", f"{torch.__version__}, {torch.get_num_threads()} threads")


def _cuda(_: Paths) -> Finding:
    torch = _import("torch")
    if torch.cuda.is_available():
        index = torch.cuda.current_device()
        free, total = torch.cuda.mem_get_info(index)
        name = torch.cuda.get_device_name(index)
        return _ok("cuda", f"{name}, {free / 1e9:.1f} of {total / 1e9:.1f} GB free")
    if shutil.which("nvidia-smi"):
        return _warning(
            "cuda",
            "there is an NVIDIA driver, but torch cannot use a card",
            "Check the driver with nvidia-smi; Cowrite uses the processor meanwhile.",
        )
    return _ok("cuda", "no NVIDIA card; the processor computes")


def _bitsandbytes(_: Paths) -> Finding:
    _import("torch")
    module = _import("bitsandbytes")
    return _ok("bitsandbytes", str(module.__version__))


def _import(name: str):  # type: ignore[no-untyped-def]
    forbid_downloads()
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise UserError(
            f"{name} cannot be loaded ({error}).", "Run “python3 dev.py run” to repair it."
        ) from error


def _model(paths: Paths) -> Finding:
    chosen = PreferencesStore(paths.settings_file).load().preferences.model
    store = ModelStore(paths.models_dir)
    if not store.has(chosen):
        return _warning(
            "model",
            f"{chosen} is not installed; the editor works without suggestions",
            f"Run “cowrite models install {chosen}”.",
        )
    model = store.verify(chosen)
    return _ok("model", f"{chosen}, {model.size_bytes // 1_000_000} MB, whole and unaltered")


def _settings(paths: Paths) -> Finding:
    file = paths.settings_file
    if not file.exists():
        return _ok("settings", "the usual ones")
    try:
        if not isinstance(json.loads(file.read_text("utf-8")), dict):
            raise ValueError("not an object")
    except (OSError, ValueError):
        return _warning(
            "settings",
            f"{file} is damaged",
            "Cowrite sets it aside at the next start and uses the usual settings.",
        )
    return _ok("settings", str(file))


def _log(paths: Paths) -> Finding:
    if not paths.decision_log.exists():
        return _ok("decisions", "no log yet")
    with open_for_reading(paths.decision_log) as connection:
        damage = find_damage(connection)
        count = connection.execute("SELECT count(*) FROM events").fetchone()[0]
    if damage:
        return _problem(
            "decisions", f"damaged: {damage[0]}", "Start Cowrite: it sets the log aside."
        )
    return _ok("decisions", f"{count} events, sound")


def _folders(paths: Paths) -> Finding:
    paths.create()
    return _ok("folders", f"{paths.data} can be written")


def _disk(paths: Paths) -> Finding:
    free = shutil.disk_usage(paths.data).free
    detail = f"{free / 1e9:.1f} GB free"
    if free < LITTLE_DISK_BYTES:
        return _warning("disk", detail, "Make room: models and personalization need some GB.")
    return _ok("disk", detail)


CHECKS: dict[str, Callable[[Paths], Finding]] = {
    "python": _python,
    "qt": _qt,
    "display": _display,
    "torch": _torch,
    "cuda": _cuda,
    "bitsandbytes": _bitsandbytes,
    "folders": _folders,
    "disk": _disk,
    "settings": _settings,
    "model": _model,
    "decisions": _log,
}
