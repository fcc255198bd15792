"""The environment that a package is built from: what the program needs to run and PyInstaller, nothing for tests."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "package-env"
STAMP = "cowrite-package-env.json"
# Kept to one minor version: another may collect other files.
TOOLS = ("pyinstaller~=6.22.0", "pyinstaller-hooks-contrib>=2026.9,<2027")
CARDS_IN_TORCH = (
    "import sys, torch; sys.exit(torch.version.cuda is not None or torch.version.hip is not None)"
)


class BuildError(Exception):
    """The package cannot be built; the message says what to do."""


def requirements(platform: str = sys.platform) -> list[str]:
    """What the program needs to run, as pyproject.toml says, with the optional parts that a package brings along."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]
    # On Linux reading aloud needs nothing of Qt's, see docs/adr/0065.
    speech = [] if platform.startswith("linux") else optional["speech"]
    return [str(each) for each in (*project["dependencies"], *speech)]


def python_of(folder: Path) -> Path:
    """The Python of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare(torch_index: str = "") -> Path:
    """Make the environment anew if something about it changed; its Python. Raises BuildError.

    ``torch_index`` is a package index that has the torch for processors, where the usual one has not.
    """
    wanted = [sys.version, *requirements(), *TOOLS, torch_index]
    stamp = hashlib.sha256(json.dumps(wanted).encode()).hexdigest()
    python = python_of(FOLDER)
    if (FOLDER / STAMP).is_file() and (FOLDER / STAMP).read_text("utf-8") == stamp:
        return python
    print("making the environment of the package…", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(FOLDER)])
    torch = next(each for each in requirements() if each.startswith("torch"))
    index = ["--index-url", torch_index] if torch_index else []
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    _run([*pip, *index, torch])
    if subprocess.run([str(python), "-c", CARDS_IN_TORCH], check=False).returncode:
        raise BuildError(
            "The torch that was installed is the one for graphics cards, which is gigabytes larger. Add "
            "--torch-index ADDRESS, with the address of the torch for processors from PyTorch's installation page."
        )
    _run([*pip, *requirements(), *TOOLS])
    (FOLDER / STAMP).write_text(stamp, "utf-8")
    return python


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, cwd=ROOT)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BuildError(f"The environment of the package could not be made: {error}") from error
