"""Takes in an adapter and uses it, and stops at a step to be killed there; or goes on changing until killed."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from support.adapters import BASE, facts

from cowrite.personalize.adapters import registry as registry_module
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.settings import private_file


def stop_here(*_: object) -> None:
    print("here", flush=True)
    threading.Event().wait(60)


def stop_before_renaming(prefix: str) -> None:
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        if path.name.startswith(prefix):
            stop_here()
        return real(path, target)

    Path.rename = rename  # type: ignore[method-assign]


def go_on_changing(registry: AdapterRegistry, ids: list[str]) -> None:
    print("here", flush=True)
    while True:
        for each in ids:
            registry.use(each, BASE)


def main(folder: str, made: str, step: str) -> None:
    registry = AdapterRegistry(Path(folder))
    if step == "change":
        go_on_changing(registry, registry.ids())
    if step == "copy":
        registry_module.file_record = stop_here  # type: ignore[assignment]
    if step == "rename":
        stop_before_renaming(".staging-")
    adapter = registry.add(Path(made), facts(9))
    if step == "between":
        stop_here()
    if step == "pointer":
        private_file.os.fsync = lambda handle: stop_here() if not os.isatty(handle) else None  # type: ignore[assignment]
    if step == "remove":
        registry.use(adapter.id, BASE)
        registry_module.shutil.rmtree = stop_here  # type: ignore[assignment]
        registry.remove(adapter.id)
    registry.use(adapter.id, BASE)


if __name__ == "__main__":
    main(*sys.argv[1:])
