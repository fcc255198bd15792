#!/usr/bin/env python3
"""``cowrite personalize`` is killed again and again in each of its phases. Is what was in use before still in use?

The real command learns with the starter model from a made-up text, beside an adapter that is in use, and is killed
(SIGKILL; every other time its training process too) up to a second after a phase began. After each kill the adapter in
use must be the same and every byte of it must be right, and no process may be left. At the end one run must come to
a verdict.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from _common import ROOT, STARTER_MODEL, Report, Row, home_with_model, make_parser
from _program import write_novel

sys.path.insert(0, str(ROOT))

from cowrite.models.store import ModelStore
from cowrite.personalize.adapters.adapter_manifest import AdapterManifest, Base
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.personalize.training.progress import TrainingPhase, parse_progress

PHASES = (
    TrainingPhase.READING,
    TrainingPhase.LOADING,
    TrainingPhase.TRAINING,
    TrainingPhase.WRITING,
    TrainingPhase.JUDGING,
)
LONGEST_WAIT_S = 1.0
PATIENCE_S = 20.0


def main() -> int:
    """Measure and print; 1 if anything was lost."""
    parser = make_parser(__doc__ or "")
    parser.add_argument("--kills", type=int, default=20, metavar="N", help="in each phase (20)")
    parser.add_argument(
        "--phases",
        nargs="+",
        type=TrainingPhase,
        choices=PHASES,
        default=PHASES,
        metavar="PHASE",
        help="only in these, and without the run at the end",
    )
    options = parser.parse_args()
    chance = random.Random(7)
    rows: list[Row] = []
    lost = 0
    with home_with_model(options.models_dir) as home, tempfile.TemporaryDirectory() as folder:
        text = write_novel(Path(folder))
        registry, base = with_adapter_in_use(home, Path(folder))
        in_use = registry.active(base.model)
        for phase in options.phases:
            damaged = left = 0
            for kill in range(options.kills):
                seed = 1000 * (PHASES.index(phase) + 1) + kill
                killed_in(home, text, phase, seed, chance, also_child=bool(kill % 2))
                damaged += not is_as_before(registry, base, in_use)
                left += bool(left_over(home))
            lost += damaged + left
            what = f"killed {options.kills} times while {phase.value}"
            rows.append((f"{what}: the adapter in use changed or damaged", damaged, "0"))
            rows.append((f"{what}: a process left {PATIENCE_S:.0f} s later", left, "0"))
        if options.phases is PHASES:
            rows.append(("a run afterwards", finished(home, text), "a verdict"))
    Report(title="Learning, killed", rows=rows).show(options.json)
    return 1 if lost else 0


def with_adapter_in_use(home: Path, folder: Path) -> tuple[AdapterRegistry, Base]:
    """A registry with an adapter in use, whose weights nobody will load."""
    model = ModelStore(home / "data" / "models").get(STARTER_MODEL)
    base = Base(model.id, model.weights_sha256)
    made = folder / "made"
    made.mkdir()
    (made / "adapter_config.json").write_text("{}", "utf-8")
    (made / "adapter_model.safetensors").write_bytes(os.urandom(1 << 20))
    registry = AdapterRegistry(home / "data" / "adapters")
    manifest = AdapterManifest(id="", created_ms=1, base=base, quantization="int8")
    registry.use(registry.add(made, manifest).id, base)
    return registry, base


def command(home: Path, text: Path, *more: str) -> list[str]:
    """The program's own command."""
    program = [sys.executable, "-m", "cowrite", "--home", str(home), "personalize"]
    return [*program, "--text", str(text), "--max-minutes", "0.05", "--device", "cpu", *more]


def killed_in(
    home: Path,
    text: Path,
    phase: TrainingPhase,
    seed: int,
    chance: random.Random,
    *,
    also_child: bool,
) -> None:
    """One run that is killed soon after ``phase`` began. Raises RuntimeError if it never does."""
    process = subprocess.Popen(
        command(home, text, "--lines", "--set", f"seed={seed}"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        for line in process.stdout:
            told = parse_progress(line)
            if told is not None and told.phase is phase:
                break
        else:
            raise RuntimeError(f"it ended before it was {phase.value}")
        time.sleep(chance.uniform(0, LONGEST_WAIT_S))
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for child in children if also_child else ():
            child.kill()


def is_as_before(registry: AdapterRegistry, base: Base, in_use: str) -> bool:
    """Whether the adapter in use is the same, and whole."""
    folder = registry.active_folder(base)
    return folder is not None and folder.name == in_use


def left_over(home: Path) -> list[psutil.Process]:
    """Processes of the run that do not end by themselves."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        left = [each for each in psutil.process_iter() if str(home) in " ".join(arguments(each))]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.1)


def arguments(process: psutil.Process) -> list[str]:
    """Its command line; nothing if it has ended."""
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def finished(home: Path, text: Path) -> str:
    """How a run ends that nobody kills. The adapter in use is set aside: it is no real one."""
    base = [sys.executable, "-m", "cowrite", "--home", str(home), "adapters", "use", "base"]
    subprocess.run(base, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    done = subprocess.run(
        command(home, text, "--json"), check=False, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return f"{told['status']}: {told['reason']}"


if __name__ == "__main__":
    sys.exit(main())
