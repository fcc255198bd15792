"""Makes the starter model as it lies in the package: ``starter_model.py WORK OUT``, by the package's own Python.

WORK keeps what was downloaded and converted for the next time. OUT gets a folder of models with the starter model in
it: its matrices in int8, and what its exam said in the manifest. Nothing is timed: the speed would be that of the
machine that builds, and two builds are to give the same bytes.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from math import exp
from pathlib import Path
from statistics import mean

import torch

from cowrite.cli.installing.tools import real_tools
from cowrite.engine.loading import int8_file
from cowrite.engine.loading.int8_file import write_int8
from cowrite.engine.loading.load import load_model
from cowrite.engine.loading.proof import prove
from cowrite.engine.measurement.measure import window_losses
from cowrite.engine.networks import quantize
from cowrite.engine.networks.quantize import Quantization
from cowrite.models.catalogue import load_catalogue
from cowrite.models.inspection import file_record
from cowrite.models.install import Installer
from cowrite.models.progress import InstallPhase, InstallProgress
from cowrite.models.store import (
    LOSS_BUDGET_PCT,
    DeviceChoice,
    Measured,
    ModelStore,
    write_manifest,
)
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.resources import resource_path

KIND = Quantization.INT8
# Some 6,000 tokens: more tell nothing new of a rounding, and take minutes.
WINDOWS = 12
FILES_MODE, FOLDER_MODE = 0o644, 0o755
STAMP = ".stamp"


def main(work: Path, out: Path) -> int:
    """Make it. Exit status 1 if it loses more than an installed model may."""
    model_id = Preferences().model
    store = ModelStore(work)
    if (out / STAMP).is_file() and (out / STAMP).read_text("utf-8") == stamp():
        ModelStore(out).verify(model_id)
        return 0
    if not store.has(model_id):
        entry = load_catalogue(resource_path("models.json"))[model_id]
        tools = replace(real_tools(Paths.find(work / "home")), measure=not_measured)
        Installer(store, tools, Said()).install(entry)
    original = store.verify(model_id)
    folder = out / model_id
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_int8(original.path, folder)
    prove(folder, lambda _: None)
    lost = loss_increase_pct(original.path, folder)
    print(f"the starter model in {KIND}: {lost:+.2f} % perplexity against bf16", flush=True)
    if not lost <= LOSS_BUDGET_PCT:
        print(f"That is more than {LOSS_BUDGET_PCT} %.", file=sys.stderr)
        return 1
    exam = Measured(kind=KIND, loss_increase_pct=round(lost, 2), tokens_per_s=0.0)
    choice = DeviceChoice(default=KIND, measured=(exam,))
    manifest = replace(
        original.manifest,
        files={path.name: file_record(path) for path in sorted(folder.iterdir())},
        # In int8 on a card too: four bits of what is rounded already would lose more.
        quantization={"cpu": choice, "cuda": DeviceChoice(default=KIND)},
    )
    write_manifest(folder, manifest)
    for path in folder.iterdir():
        path.chmod(FILES_MODE)
    for path in (out, folder):
        path.chmod(FOLDER_MODE)
    ModelStore(out).verify(model_id)
    (out / STAMP).write_text(stamp(), "utf-8")
    return 0


def stamp() -> str:
    """Changes whenever the model, or what is done with it, changes."""
    made_by = (__file__, int8_file.__file__, quantize.__file__, resource_path("models.json"))
    return hashlib.sha256(b"".join(Path(each).read_bytes() for each in made_by)).hexdigest()


def not_measured(_: Path) -> Mapping[str, Sequence[Measured]]:
    """Stands in for the measurement of an installation, which tries every kind here."""
    return {"cpu": [Measured(kind=KIND, loss_increase_pct=0.0, tokens_per_s=0.0)]}


def loss_increase_pct(original: Path, packed: Path) -> float:
    """How much more perplexity (percent) the packed model has than the original in bf16."""
    text = resource_path("calibration.txt").read_text("utf-8")

    def loss(folder: Path, kind: Quantization) -> float:
        model = load_model(folder, torch.device("cpu"), kind)
        return mean(islice(window_losses(model, text), WINDOWS))

    return 100 * (exp(loss(packed, KIND) - loss(original, Quantization.BF16)) - 1)


class Said:
    """Prints each phase once."""

    def __init__(self) -> None:
        self._phase: InstallPhase | None = None

    def __call__(self, progress: InstallProgress) -> None:
        """What an installer tells."""
        if progress.phase is not self._phase:
            print(f"the starter model: {progress.phase.value}", flush=True)
        self._phase = progress.phase


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
