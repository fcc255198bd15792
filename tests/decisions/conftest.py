"""A log in a folder that does not exist yet, and what it said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cowrite.decisions.writing.log import DecisionLog


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "decisions.sqlite3"


@pytest.fixture
def problems() -> list[str]:
    """The plain sentences that were said."""
    return []


@pytest.fixture
def log(path: Path, problems: list[str]) -> Iterator[DecisionLog]:
    log = DecisionLog(path, on_problem=problems.append)
    log.start()
    yield log
    log.close()
