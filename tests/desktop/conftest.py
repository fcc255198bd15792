"""A display and a home with the starter model. Skipped in one line where there can be no driver, but not in CI."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
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
    with ExitStack() as ending:
        try:
            made = ending.enter_context(display())
        except TimeoutError:  # seen once while two workers began at the same moment
            made = ending.enter_context(display())
        yield made


@pytest.fixture
def person(starter_paths: object, home: Path) -> Path:
    """The home of somebody who has the starter model and has never opened the program."""
    return home
