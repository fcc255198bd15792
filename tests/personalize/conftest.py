"""A tiny model, a registry, and adapters as training leaves them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

sys.path.append(str(Path(__file__).parent.parent / "engine"))

from made_up_adapter import write_adapter
from support.adapters import BASE, facts
from tiny_model import make_tiny_model

from cowrite.personalize.adapters.adapter_manifest import Base
from cowrite.personalize.adapters.registry import AdapterRegistry, StoredAdapter


@pytest.fixture(scope="session")
def tiny_model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """A model this small computes no faster with more, and much slower beside another program."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


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
