"""A models folder, a wheel and pretending tools."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_model import PretendTools, entry_of, write_wheel

from cowrite.models.catalogue import CatalogueEntry
from cowrite.models.install import Installer
from cowrite.models.store import ModelStore


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


@pytest.fixture
def pretend(tmp_path: Path) -> PretendTools:
    return PretendTools(wheel=write_wheel(tmp_path / "toy-1.0-py3-none-any.whl"))


@pytest.fixture
def entry(pretend: PretendTools) -> CatalogueEntry:
    return entry_of(pretend.wheel)


@pytest.fixture
def installed(store: ModelStore, pretend: PretendTools, entry: CatalogueEntry) -> ModelStore:
    """A store with the model “toy” in it."""
    Installer(store, pretend.tools()).install(entry)
    return store
