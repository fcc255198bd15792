"""What every benchmark shares: options, a home of its own with the model, the machine's description, the table."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import psutil

ROOT = Path(__file__).resolve().parent.parent
STARTER_MODEL = "smollm2-135m-instruct"

Row = tuple[str, float | int | str, str]


class Parser(argparse.ArgumentParser):
    """Ends with one plain sentence and status 2 at what cannot be measured."""

    def error(self, message: str) -> NoReturn:
        """Say it without the whole usage."""
        self.exit(2, f"{self.prog}: {message}\n")


def make_parser(description: str, *, uses_model: bool = True) -> Parser:
    """A parser with the options that every benchmark has, and one for the models where they are used."""
    parser = Parser(description=description)
    parser.add_argument(
        "--json",
        type=json_target,
        metavar="FILE",
        help="also write the figures as JSON to FILE, or “-”",
    )
    if not uses_model:
        return parser
    parser.add_argument(
        "--models-dir",
        type=models_folder,
        metavar="DIR",
        help="use the models installed in DIR instead of installing the starter model for this run",
    )
    return parser


def existing_file(name: str) -> Path:
    """The type of an option that names a file to read."""
    path = Path(name)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {name}.")
    return path


def existing_folder(name: str) -> Path:
    """The type of an option that names a folder."""
    path = Path(name)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {name}.")
    return path


def models_folder(name: str) -> Path:
    """The type of an option that names a folder in which models are installed."""
    path = existing_folder(name)
    if not any(path.glob("*/manifest.json")):
        raise argparse.ArgumentTypeError(f"no models are installed in {name}.")
    return path


def file_to_write(name: str) -> Path:
    """The type of an option that names a file or folder to write, which need not be there yet."""
    path = Path(name)
    existing_folder(str(path.absolute().parent))
    return path


def json_target(name: str) -> str:
    """The type of ``--json``."""
    return name if name == "-" else str(file_to_write(name))


@contextmanager
def home_with_model(models_dir: Path | None) -> Iterator[Path]:
    """A temporary COWRITE_HOME with the starter model in it; the one of whoever measures is never touched."""
    compiling = [sys.executable, ROOT / "packaging" / "native_step.py"]
    said = subprocess.run(compiling, capture_output=True, text=True, check=False)
    print(said.stdout + said.stderr, end="", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="cowrite-bench-") as folder:
        home = Path(folder)
        inside = home / "data" / "models"
        inside.parent.mkdir(parents=True, mode=0o700)
        if models_dir is not None:
            copy_models(models_dir, inside)
        else:
            print("Installing the starter model for this run (93 MB to download)…", file=sys.stderr)
            run_cowrite(home, "models", "install", STARTER_MODEL)
        yield home


def copy_models(source: Path, target: Path) -> None:
    """Hard links where the disk allows them: nothing here writes to a model."""

    def link(old: str, new: str) -> None:
        try:
            os.link(old, new)
        except OSError:
            shutil.copy2(old, new)

    shutil.copytree(source, target, copy_function=link)


def run_cowrite(home: Path, *arguments: str) -> None:
    """Run a command of the program in ``home``. Raises CalledProcessError."""
    command = [sys.executable, "-m", "cowrite", "--home", str(home), *arguments]
    subprocess.run(command, check=True, cwd=ROOT, stdout=sys.stderr)


def machine() -> dict[str, str | int]:
    """What the figures depend on."""
    return {
        "processor": processor_name(),
        "cores": len(psutil.Process().cpu_affinity())
        if hasattr(psutil.Process, "cpu_affinity")
        else psutil.cpu_count() or 0,
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "torch": _version_of("torch"),
        "qt": _version_of("PySide6-Essentials"),
    }


def _version_of(package: str) -> str:
    """Its version; a machine that only computes has no Qt."""
    import importlib.metadata

    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "none"


def processor_name() -> str:
    """The processor's model name as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that ``percent`` of ``values`` do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, min(len(ranked) - 1, round(percent / 100 * len(ranked) + 0.5) - 1))]


def roc_area(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """The area under the ROC curve: how often a true label has the higher score, ties counting half (Mann-Whitney).

    Raises ValueError if all labels are alike.
    """
    low = sorted(score for label, score in zip(labels, scores, strict=True) if not label)
    high = [score for label, score in zip(labels, scores, strict=True) if label]
    if not low or not high:
        raise ValueError("all labels are alike")
    below = sum(bisect_left(low, each) + bisect_right(low, each) for each in high)
    return below / (2 * len(low) * len(high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A table of (what, figure, goal) with the samples behind it. ``notes`` say under which circumstances."""

    title: str
    rows: Sequence[Row]
    samples: Mapping[str, Sequence[float]] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def document(self) -> dict[str, object]:
        """What the JSON holds."""
        return {
            "title": self.title,
            "machine": machine(),
            "figures": {what: figure for what, figure, _ in self.rows},
            "goals": {what: goal for what, _, goal in self.rows if goal},
            "samples": {name: list(values) for name, values in self.samples.items()},
            "notes": list(self.notes),
        }

    def write(self, path: Path) -> None:
        """Write the JSON, in one step: a run that is ended leaves the file whole."""
        new = path.with_name(path.name + ".new")
        new.write_text(json.dumps(self.document(), indent=2), "utf-8")
        new.replace(path)

    def show(self, json_target: str | None) -> None:
        """Print the table, or with ``-`` the JSON instead; write the JSON to any other target."""
        if json_target == "-":
            print(json.dumps(self.document(), indent=2))
            return
        print(f"{self.title}\n{', '.join(f'{k} {v}' for k, v in machine().items())}\n")
        width = max((len(what) for what, _, _ in self.rows), default=0)
        for what, figure, goal in self.rows:
            text = f"{figure:,.1f}" if isinstance(figure, float) else str(figure)
            print(f"{what:<{width}}  {text:>12}  {goal}".rstrip())
        for note in self.notes:
            print(f"  {note}")
        if json_target:
            self.write(Path(json_target))


def spread(name: str, values: Sequence[float], goals: Mapping[str, str]) -> list[Row]:
    """Rows for the median, p95, p99 and maximum of ``values``; ``goals`` by “p50” and so on."""
    return [
        (f"{name}, p50", statistics.median(values), goals.get("p50", "")),
        (f"{name}, p95", percentile(values, 95), goals.get("p95", "")),
        (f"{name}, p99", percentile(values, 99), goals.get("p99", "")),
        (f"{name}, max", max(values), goals.get("max", "")),
    ]
