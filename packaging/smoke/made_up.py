"""Models and an adapter to import, made outside the package by tests' makers: ``made_up.py models|adapter …``.

In a process of its own, which imports torch and transformers of the environment: a try has no use for them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GGUF, FOLDER, ADAPTER = "Made up.gguf", "made-up-folder", "adapter.zip"
MADE_WITHIN_S = 300


def make(*words: str | Path) -> None:
    """Run this file with ``words``. Raises subprocess.CalledProcessError."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    subprocess.run(
        [sys.executable, __file__, *map(str, words)],
        env={**os.environ, "PYTHONPATH": path},
        check=True,
        timeout=MADE_WITHIN_S,
        stdout=subprocess.DEVNULL,
    )


def make_models(folder: Path) -> None:
    """A GGUF file and a folder in Hugging Face's layout."""
    from made_up_gguf import MadeUp, reference, write_gguf
    from tiny_model import make_tiny_model

    made = MadeUp(architecture="llama")
    write_gguf(folder / GGUF, made, reference(made))
    make_tiny_model(folder / FOLDER)


def make_adapter(models_dir: Path, model: str, target: Path) -> None:
    """An exported adapter for an imported model that has the shapes of tests' tiny one."""
    from made_up_adapter import write_adapter

    from cowrite.models.store import ModelStore
    from cowrite.personalize.adapters.adapter_manifest import AdapterManifest, Base
    from cowrite.personalize.adapters.adapter_zip import export_adapter
    from cowrite.personalize.adapters.registry import AdapterRegistry

    installed = ModelStore(models_dir).get(model)
    registry = AdapterRegistry(target.parent / "made-adapters")
    facts = AdapterManifest(
        id="",
        created_ms=1_750_000_000_000,
        base=Base(installed.id, installed.weights_sha256),
        quantization="int8",
        documents=("elsewhere",),
    )
    made = write_adapter(target.parent / "made-adapter")
    export_adapter(registry.add(made, facts), target)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["models", folder]:
            make_models(Path(folder))
        case ["adapter", models_dir, model, target]:
            make_adapter(Path(models_dir), model, Path(target))
        case _:
            sys.exit(__doc__)
