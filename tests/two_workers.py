"""A pytest plugin: what the tests need in order to run in several workers of pytest-xdist; see ``dev.py test``."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

DESKTOP = "tests/desktop"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """For ``--dist=loadfile``: one worker for each file, and the same one for all files that use a display."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class OneAtATime(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    return OneAtATime(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """What a test prints may hold halves of characters; what a worker tells of it may not."""
    return printable((yield))


def together(nodeid: str) -> str:
    """A name for the tests that must run in one worker: two input drivers on one machine disturb each other."""
    file = nodeid.split("::", 1)[0]
    return DESKTOP if file.startswith(f"{DESKTOP}/") else file


def printable(value: Any) -> Any:
    """``value`` of JSON with every half of a character written out."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case list():
            return [printable(each) for each in value]
        case tuple():
            return tuple(printable(each) for each in value)
        case dict():
            return {key: printable(each) for key, each in value.items()}
        case _:
            return value
