"""A store of packs in a folder of its own, and installations into it that try nothing out for real."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.made_up_packs import CARD, IMPATIENT, pretended_trial

from cowrite.downloads.cancellation import Cancellation
from cowrite.packs.install import PackInstallation, PackTools
from cowrite.packs.progress import OnPackProgress, PackProgress
from cowrite.packs.sources import PackSource
from cowrite.packs.store import PackStore

Install = Callable[..., PackInstallation]


@pytest.fixture
def store(tmp_path: Path) -> PackStore:
    return PackStore(tmp_path / "data" / "packs")


@pytest.fixture
def told() -> list[PackProgress]:
    return []


@pytest.fixture
def installation(store: PackStore, told: list[PackProgress]) -> Install:
    def make(
        source: PackSource,
        on_progress: OnPackProgress | None = None,
        cancellation: Cancellation | None = None,
        **tools: object,
    ) -> PackInstallation:
        usual: dict[str, object] = {
            "trial_command": pretended_trial,
            "network": IMPATIENT,
            "find_card": lambda: (CARD, True),
        }
        return PackInstallation(
            store,
            source,
            PackTools(**(usual | tools)),  # type: ignore[arg-type]
            on_progress or told.append,
            cancellation or Cancellation(),
        )

    return make
