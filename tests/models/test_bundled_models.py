"""Models that come with the program: found beside the writer's own, which count first, and never written to."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.models.store import MANIFEST, REINSTALL_PROGRAM, ModelStore
from cowrite.settings.resources import bundled_models


@pytest.fixture
def both(installed: ModelStore, tmp_path: Path) -> ModelStore:
    """The model “toy”, which came with the program; the writer's folder is empty."""
    bundled = tmp_path / "program" / "models"
    bundled.mkdir(parents=True)
    (installed.folder / "toy").rename(bundled / "toy")
    return ModelStore(installed.folder, bundled)


def test_it_is_there_without_an_installation(both: ModelStore):
    assert both.ids() == ["toy"]
    assert both.has("toy")
    assert both.has_folder("toy")
    assert both.is_bundled("toy")
    model = both.verify("toy")
    assert model.is_bundled
    assert not model.path.is_relative_to(both.folder)


def test_it_is_there_before_the_writer_has_a_folder_for_models(both: ModelStore):
    shutil.rmtree(both.folder)
    assert [model.id for model in both.installed()] == ["toy"]
    assert not both.folder.exists()


def test_the_writers_own_counts(both: ModelStore):
    own = shutil.copytree(both.get("toy").path, both.folder / "toy")
    model = both.get("toy")
    assert (model.path, model.is_bundled) == (own, False)
    assert both.ids() == ["toy"]


def test_only_the_writers_own_can_be_removed(both: ModelStore):
    with pytest.raises(UserError, match="came with Cowrite"):
        both.remove("toy")
    shutil.copytree(both.get("toy").path, both.folder / "toy")
    both.remove("toy")
    assert both.is_bundled("toy")


@pytest.mark.parametrize("name", [MANIFEST, "model.safetensors"])
def test_a_damaged_one_is_the_programs_to_repair(both: ModelStore, name: str):
    (both.get("toy").path / name).write_bytes(b"{")
    with pytest.raises(UserError) as caught:
        both.quick_check("toy")
    assert caught.value.advice == REINSTALL_PROGRAM


def test_a_name_cannot_lead_out_of_the_folder(both: ModelStore):
    for name in ("..", "../models/toy", os.sep):
        assert not both.has_folder(name)
        assert not both.is_bundled(name)


def test_a_checkout_has_none_and_a_package_has_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert bundled_models() is None
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert bundled_models() is None
    (tmp_path / "resources" / "models").mkdir(parents=True)
    assert bundled_models() == tmp_path / "resources" / "models"
