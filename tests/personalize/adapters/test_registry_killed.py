"""Killed anywhere while an adapter is taken in and put to use: the one before is in use, and whole."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from made_up_adapter import write_adapter
from support.adapters import BASE, facts

from cowrite.personalize.adapters.active_adapters import ACTIVE_FILE
from cowrite.personalize.adapters.registry import LOCK, AdapterRegistry, StoredAdapter

HERE = Path(__file__).parent.parent
ROOT = HERE.parent.parent


def start_and_wait(registry: AdapterRegistry, made: Path, step: str) -> subprocess.Popen[str]:
    """A process that takes in ``made`` and has come to ``step``."""
    process = subprocess.Popen(
        [sys.executable, HERE / "adapter_until_killed.py", registry.folder, made, step],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests"), str(HERE)]),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "here"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    ("step", "left"), [("copy", 1), ("rename", 1), ("between", 2), ("pointer", 2), ("remove", 1)]
)
def test_killed_while_an_adapter_is_promoted(
    registry: AdapterRegistry,
    add: Callable[..., StoredAdapter],
    tmp_path: Path,
    step: str,
    left: int,
) -> None:
    before = add()
    registry.use(before.id, BASE)
    made = write_adapter(tmp_path / "new", seed=9)
    kill(start_and_wait(registry, made, step))
    # What is being removed had been in use, so none is.
    expected = None if step == "remove" else before.path
    assert registry.active_folder(BASE) == expected
    assert len(registry.ids()) == left
    after = registry.add(made, facts(10))
    registry.use(after.id, BASE)
    assert registry.active_folder(BASE) == after.path
    leftovers = {path.name for path in registry.folder.iterdir()} - {
        *registry.ids(),
        LOCK,
        ACTIVE_FILE,
    }
    assert all(name.startswith(f".{ACTIVE_FILE}-") for name in leftovers)


def test_killed_at_any_moment_while_the_pointer_moves(
    registry: AdapterRegistry, add: Callable[..., StoredAdapter], tmp_path: Path
) -> None:
    paths = [add().path, add().path]
    registry.use(paths[0].name, BASE)
    moments = random.Random(6)
    for _ in range(5):
        process = start_and_wait(registry, tmp_path, "change")
        time.sleep(moments.uniform(0.0, 0.05))
        kill(process)
        assert registry.active_folder(BASE) in paths
        assert {path.name for path in paths} == set(registry.ids())
