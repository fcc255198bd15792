"""A registry, and adapters as training leaves them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from made_up_adapter import write_adapter
from registry_desk import BASE, facts

from cowrite.personalize.adapter_manifest import Base
from cowrite.personalize.registry import AdapterRegistry, StoredAdapter


@pytest.fixture
def registry(tmp_path: Path) -> AdapterRegistry:
    return AdapterRegistry(tmp_path / "adapters")


@pytest.fixture
def add(registry: AdapterRegistry, tmp_path: Path) -> Callable[..., StoredAdapter]:
    """Take in another adapter; each is different."""
    count = iter(range(100))

    def add_one(base: Base = BASE) -> StoredAdapter:
        number = next(count)
        made = write_adapter(tmp_path / f"made-{number}", seed=number)
        return registry.add(made, facts(number, base))

    return add_one
