"""Models, an adapter and a pack, made outside the package by tests' makers: ``made_up.py models|adapter|pack …``.

In a process of its own, which imports torch and transformers of the environment: a try has no use for them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GGUF, FOLDER, ADAPTER = "Made up.gguf", "made-up-folder", "adapter.zip"
# How the pack's torch marks its version, and the file in its folder that ends whoever imports it.
PACK_MARK, BREAKS = "of.the.pack", "breaks"
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


# Runs the code of the torch that is next on the path in its own name, and calls itself another version.
TORCH_BEHIND = """
import os, sys
from importlib.machinery import PathFinder
_here = __file__
_folder = os.path.dirname(os.path.dirname(_here))
if os.path.exists(os.path.join(_folder, {breaks!r})):
    os.abort()
_behind = PathFinder.find_spec("torch", [each for each in sys.path if each != _folder])
__file__, __path__ = _behind.origin, _behind.submodule_search_locations
exec(_behind.loader.get_code("torch"), globals())
__file__, __version__ = _here, type(__version__)(__version__ + ".{mark}")
"""


def make_pack(folder: Path) -> None:
    """A pack whose torch is the one behind it on the path."""
    from support.made_up_packs import described, write_pack_wheel

    folder.mkdir()
    torch = TORCH_BEHIND.format(breaks=BREAKS, mark=PACK_MARK)
    files = {"torch/__init__.py": torch.encode()}
    write_pack_wheel(folder / "torch-1-py3-none-any.whl", files, name="torch_behind")
    described(folder)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["models", folder]:
            make_models(Path(folder))
        case ["adapter", models_dir, model, target]:
            make_adapter(Path(models_dir), model, Path(target))
        case ["pack", folder]:
            make_pack(Path(folder))
        case _:
            sys.exit(__doc__)
