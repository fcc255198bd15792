"""A display and a home with the starter model. Skipped in one line where there can be no driver, but not in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop.display import Display, display, why_not

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = why_not()
    for item in items:
        if not item.path.is_relative_to(HERE):
            continue
        item.add_marker(pytest.mark.desktop)
        if reason and not os.environ.get("CI"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def shown() -> Iterator[Display]:
    """A display of its own for all these tests."""
    if reason := why_not():
        pytest.fail(reason, pytrace=False)
    with display() as made:
        yield made


@pytest.fixture(scope="session")
def compiled() -> None:
    """The decoding step, compiled: otherwise each program would begin to, and be ended in the middle of it."""
    command = [sys.executable, "-m", "cowrite", "models", "compile"]
    if subprocess.run(command, cwd=ROOT, capture_output=True).returncode:
        subprocess.run([*command, "--afresh"], cwd=ROOT, capture_output=True, check=True)


@pytest.fixture
def person(starter_paths: object, compiled: None, home: Path) -> Path:
    """The home of somebody who has the starter model and has never opened the program."""
    return home
