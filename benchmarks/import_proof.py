"""What the proof before a model counts as installed finds, and how long it takes.

Tiny models with random weights, one for each family, way to stretch positions and quirk that the tests know; then the
starter model. The figure is the least cosine, over all positions, between the engine's logits and transformers' own.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _common import ROOT, STARTER_MODEL, Report, Row, home_with_model, make_parser

sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "models")]

import psutil  # noqa: E402
from test_import_matrix import (  # noqa: E402
    FIRST,
    OF_PHI3,
    QUIRKS,
    STRETCHABLE,
    STRETCHED,
    head_dim,
)
from tiny_hf import make  # noqa: E402

from cowrite.engine.loading.proof import prove  # noqa: E402
from cowrite.models.kinds import SUPPORTED_KINDS  # noqa: E402

GOAL = ">= 0.999"
RUNS = 5
Wishes = tuple[str, dict[str, Any]]


def variants() -> dict[str, list[Wishes]]:
    """The models of each row: the kind and what its config.json has beside the usual."""
    found: dict[str, list[Wishes]] = {
        f"{kind}, tied and untied": [
            (kind, {"tie_word_embeddings": tied}) for tied in (True, False)
        ]
        for kind in SUPPORTED_KINDS.values()
    }
    for way, wishes in STRETCHED.items():
        found[f"positions: {way}"] = [(kind, wishes) for kind in STRETCHABLE]
        if way in OF_PHI3:
            own = {"original_max_position_embeddings": FIRST}
            found[f"positions: {way}"].append(("phi3", wishes | own))
    found |= {f"quirk: {name}": [wishes] for name, wishes in QUIRKS.items()}
    return found


def main() -> None:
    """Prove and print."""
    arguments = make_parser(__doc__ or "").parse_args()
    rows: list[Row] = []
    least, spent_ms, count = 1.0, [], 0
    for name, models in variants().items():
        cosines = []
        for kind, wishes in models:
            with tempfile.TemporaryDirectory(prefix="cowrite-bench-") as folder:
                model = make(Path(folder) / "m", kind, **head_dim(kind) | wishes)
                started = time.perf_counter()
                cosines.append(prove(model))
                spent_ms.append(1000 * (time.perf_counter() - started))
        least, count = min(least, *cosines), count + len(models)
        rows.append((f"{name} ({len(models)})", f"{min(cosines):.7f}", GOAL))
    rows.append((f"least of all tiny models ({count})", f"{least:.7f}", GOAL))
    rows.append(("time for each tiny model, ms, median", statistics.median(spent_ms), ""))
    with home_with_model(arguments.models_dir) as home:
        starter = home / "data" / "models" / STARTER_MODEL
        times = []
        for _ in range(RUNS):
            started = time.perf_counter()
            cosine = prove(starter)
            times.append(time.perf_counter() - started)
    rows.append(("starter model", f"{cosine:.7f}", GOAL))
    rows.append((f"starter model, seconds, median of {RUNS}", statistics.median(times), ""))
    used = psutil.Process().memory_info().rss / 2**20
    rows.append(("memory of this process afterwards, MiB", used, ""))
    Report(title="Proof at import", rows=rows, samples={"starter_s": times}).show(arguments.json)


if __name__ == "__main__":
    main()
