"""A pytest plugin: the real starter model, installed once by the real installer and kept under ``build/``.

Tests that use it are marked ``starter_model``. The first such test of a machine downloads about 93 MB; later runs read
every byte of what is there and use it. It is made anew when the catalogue or the conversion has changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.models.store import ModelStore
from cowrite.settings.folder_lock import LockHeldError, exclusive_lock
from cowrite.settings.paths import HOME_VARIABLE, Paths

ROOT = Path(__file__).resolve().parent.parent
STARTER_MODEL = "smollm2-135m-instruct"
HOME = ROOT / "build" / "test-models"
INSTALL_TIMEOUT_S = 600
# What decides how the installed model looks; a change of any of these makes the kept one stale.
INGREDIENTS = (
    "resources/models.json",
    "resources/calibration.txt",
    "cowrite/engine/gguf/convert.py",
    "cowrite/engine/gguf/*.py",
    "cowrite/models/store.py",
)


@pytest.fixture(scope="session")
def starter_models_dir() -> Path:
    """A models folder with the starter model in it. Read only: other runs use it too."""
    paths = Paths.find(HOME)
    paths.create()
    with _waiting_lock(HOME / "lock"):
        stamp = HOME / "made-from.txt"
        made_from = _digest_of_ingredients()
        known = stamp.read_text() if stamp.exists() else ""
        if known != made_from or not _is_whole(paths.models_dir):
            _install()
            stamp.write_text(made_from)
    return paths.models_dir


@pytest.fixture(scope="session")
def starter_model_dir(starter_models_dir: Path) -> Path:
    """The folder of the starter model itself."""
    return starter_models_dir / STARTER_MODEL


@pytest.fixture
def starter_paths(paths: Paths, starter_model_dir: Path) -> Paths:
    """The folders of the test's own home, with the starter model in it. Its files are shared: do not write to them."""
    shutil.copytree(
        starter_model_dir, paths.models_dir / STARTER_MODEL, copy_function=_link_or_copy
    )
    return paths


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)


def _is_whole(models_dir: Path) -> bool:
    try:
        ModelStore(models_dir).verify(STARTER_MODEL)
    except UserError:
        return False
    return True


def _install() -> None:
    """As a person would, in a process of its own: the tests themselves may not reach the network."""
    command = [sys.executable, "-m", "cowrite", "models", "install", STARTER_MODEL]
    environment = {**os.environ, HOME_VARIABLE: str(HOME)}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=INSTALL_TIMEOUT_S,
    )
    if done.returncode:
        pytest.fail(f"the starter model could not be installed:\n{done.stderr}", pytrace=False)


def _digest_of_ingredients() -> str:
    digest = hashlib.sha256()
    for pattern in INGREDIENTS:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def _waiting_lock(path: Path) -> Iterator[None]:
    """Hold ``path``; wait for another test run that is installing."""
    deadline = time.monotonic() + INSTALL_TIMEOUT_S
    with contextlib.ExitStack() as stack:
        while True:
            try:
                stack.enter_context(exclusive_lock(path))
                break
            except LockHeldError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
        yield
